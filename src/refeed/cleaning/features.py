"""The features of an article: hashes of what may recur in its source, after all other steps.

What must stay in any case has none: quotations, tables, captions, credits, the article's title,
lines that name its author, and what the operator keeps.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.boilerplate_anchors import is_a_credit
from refeed.cleaning.element_kinds import collapse
from refeed.cleaning.placed_lines import list_placed_lines
from refeed.learning.feature import (
    DECORATION,
    HEAD,
    TAIL,
    WEAK,
    Kind,
    make_class_key,
    make_feature,
    make_key,
    pack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element
    from refeed.cleaning.line_rules import LineRules
    from refeed.cleaning.placed_lines import PlacedLine

_WORDS: Final = re.compile(r"\w.*\w", re.DOTALL)
_CREDIT: Final = re.compile(r"(.*?)[:：/／](.*)", re.DOTALL)
_END_MARK: Final = re.compile(r"[(（\[【<《*—–-].{0,14}[)）\]】>》*—–-]")
_FIRST_WORD: Final = re.compile(r"\w{1,8}")
_LONGEST_ELEMENT: Final = 300
_MOST_LINES: Final = 6
_NUMBERS: Final = re.compile(r"\d+")


class Article(NamedTuple):
    """What an article says about itself.

    Attributes:
        title: its title, white space collapsed.
        authors: their names.
    """

    title: str = ""
    authors: Sequence[str] = ()


def extract_features(document: Document, article: Article, rules: LineRules) -> bytes:
    """Return the features of an article, packed; b"" if it has none."""
    lines = list_placed_lines(document)
    found = _Features()
    kept = set[int]()
    of_classes: dict[Element, list[int]] = {}
    head, tail = _measure_edges(len(lines), rules)
    for number, placed in enumerate(lines):
        line = placed.line
        flags = (HEAD if number < head else 0) | (TAIL if number >= len(lines) - tail else 0)
        if len(line.text) > (rules.longest if flags else rules.middle_longest):
            continue
        keys = list_keys(placed, article.title, rules, only_line=not flags)
        if document.has_keep_marks and _is_protected(document, placed):
            kept.update(key for _, key in keys)
        if not keys or _stays(placed, article, rules, document):
            continue
        links = has_link(placed)
        if not links and rules.is_prose(line.text):
            if not flags:
                continue
            flags |= WEAK
        elif (named := _find_named(placed)) is not None:
            of_classes.setdefault(named, []).append(keys[0][1])
        for kind, key in keys:
            found.add(kind, key, flags)
    edges, middle = found.list(kept)
    images = _list_images(document, rules)
    classes = _list_classes(document, of_classes, kept)
    several = dict.fromkeys(chain(edges, images, classes, middle))
    return pack(sorted(islice(several, rules.most_features)))


def list_keys(
    placed: PlacedLine, title: str, rules: LineRules, *, only_line: bool = False
) -> list[tuple[Kind, int]]:
    """Return the keys of a line's features, that of the whole line first.

    There are none if it has no words besides title and dates.

    Args:
        placed: the line.
        title: of its article, which is no feature itself.
        rules: what is masked.
        only_line: whether to leave out all but the first.
    """
    text = placed.line.text
    if placed.around.is_spared or text == title:
        return []
    folded = rules.fold(text, title)
    if not _WORDS.search(folded):
        return []
    keys = [(Kind.LINE, make_key(Kind.LINE, folded))]
    if only_line:
        return keys
    links = list(_iterate_links(placed))
    linked = sum(len(collapse("".join(link.itertext()))) for link in links)
    if label := _find_label(placed, links, linked, rules):
        keys.append((Kind.LABEL, make_key(Kind.LABEL, label)))
    word = _FIRST_WORD.search(text)
    if word and linked * 2 >= len(folded) and (target := links[0].get("href")):
        keys.append((Kind.TARGET, make_key(Kind.TARGET, target, word[0])))
    return keys


def has_link(placed: PlacedLine) -> bool:
    """Tell whether a line has a link, or is in one."""
    return next(_iterate_links(placed), None) is not None


def make_image_key(image: Element) -> int | None:
    """Return the key of an image; None if it has no address on the web."""
    address = image.get("src") or ""
    return make_key(Kind.IMAGE, address) if address.startswith("http") else None


def is_captioned(image: Element) -> bool:
    """Tell whether an image is in a figure that has a caption."""
    figure = next(image.iterancestors("figure"), None)
    return figure is not None and bool(collapse("".join(figure.itertext())))


class _Features:
    """Features of some lines, one for each key."""

    def __init__(self) -> None:
        self._flags: dict[tuple[Kind, int], int] = {}

    def add(self, kind: Kind, key: int, flags: int) -> None:
        """Add one; a key that stands in several places is near an edge only if all are."""
        known = self._flags.get((kind, key))
        if known is not None:
            flags = known & flags & ~WEAK | (known | flags) & WEAK
        self._flags[kind, key] = flags

    def list(self, without: set[int]) -> tuple[list[int], list[int]]:
        """Return those near an edge and the others, those of the last lines first."""
        edges: list[int] = []
        middle: list[int] = []
        for (kind, key), flags in reversed(self._flags.items()):
            if key not in without:
                features = edges if flags & (HEAD | TAIL) else middle
                features.append(make_feature(kind, key, flags))
        return edges, middle


def _measure_edges(lines: int, rules: LineRules) -> tuple[int, int]:
    """Return how many of an article's lines are near the beginning, and near the end."""
    share = -(-lines // rules.edge_share)
    return min(rules.head_lines, share), min(rules.tail_lines, share)


def _iterate_links(placed: PlacedLine) -> Iterator[Element]:
    for element in placed.line.inline:
        yield from element.iter("a")
    holder = placed.line.holder
    if holder.tag == "a":
        yield holder


def _find_label(placed: PlacedLine, links: Sequence[Element], linked: int, rules: LineRules) -> str:
    """Return the label of a line that is a label with a colon, and then mostly links, or ""."""
    if not links:
        return ""
    text = placed.line.text
    label, colon, rest = text.replace("：", ":").partition(":")
    if not colon or not 0 < len(label) <= rules.label or linked * 2 < len(rest):
        return ""
    first = collapse("".join(links[0].itertext()))
    return label if first and rest.lstrip().startswith(first) else ""


def _stays(placed: PlacedLine, article: Article, rules: LineRules, document: Document) -> bool:
    """Tell whether a line stays whatever recurs."""
    text = placed.line.text
    if rules.never and rules.fold(text) in rules.never:
        return True
    for name in article.authors:
        if len(name) > 1 and name in text and (len(name) * 2 >= len(text) or text.startswith(name)):
            return True
    if rules.credits.match(text):
        return True
    if has_link(placed):
        return False
    if _END_MARK.fullmatch(text) or _is_credit(text, rules):
        return True
    return bool(document.all("img")) and is_a_credit(placed.line.place)


def _is_credit(text: str, rules: LineRules) -> bool:
    """Tell whether a line without a link is a short label, and behind a colon or stroke a name."""
    found = _CREDIT.fullmatch(text) if len(text) <= rules.credit else None
    return found is not None and bool(found[2].strip()) and len(found[1]) <= rules.label


def _is_protected(document: Document, placed: PlacedLine) -> bool:
    return document.is_protected(placed.line.holder) or any(
        map(document.is_protected, placed.line.inline)
    )


def _find_named(placed: PlacedLine) -> Element | None:
    """Return the innermost element with a class that holds a whole line."""
    line = placed.line
    if len(line.inline) == 1 and line.inline[0].get("class"):
        only = line.inline[0]
        if collapse("".join(only.itertext())) == line.text:
            return only
    for element in (line.holder, *line.holder.iterancestors()):
        if element.get("class"):
            return element
        if element.tag == "body":
            break
    return None


def _list_classes(
    document: Document, of_classes: Mapping[Element, Sequence[int]], kept: set[int]
) -> Iterator[int]:
    """Yield the features of small elements that are the only ones of their class."""
    if not of_classes:
        return
    names = Counter(_normalize(element) for element in document.elements if element.get("class"))
    for element, keys in of_classes.items():
        name = _normalize(element)
        if names[name] > 1 or len(keys) > _MOST_LINES:
            continue
        if len(document.shown_text(element)) > _LONGEST_ELEMENT:
            continue
        for number, key in enumerate(keys):
            if key not in kept:
                yield make_feature(Kind.CLASS, make_class_key(f"{name}#{number}", key), 0)


def _normalize(element: Element) -> str:
    return _NUMBERS.sub("#", element.get("class") or "")


def _list_images(document: Document, rules: LineRules) -> Iterator[int]:
    for image in document.all("img"):
        key = make_image_key(image)
        if key is None or is_captioned(image) or document.is_protected(image):
            continue
        if rules.never and rules.fold(image.get("src") or "") in rules.never:
            continue
        flags = DECORATION if _is_decoration(image, rules) else 0
        yield make_feature(Kind.IMAGE, key, flags)


def _is_decoration(image: Element, rules: LineRules) -> bool:
    width = image.get("width") or ""
    if width.isdecimal() and int(width) <= rules.small:
        return True
    return any(rules.decoration.search(image.get(name) or "") for name in ("src", "class", "alt"))
