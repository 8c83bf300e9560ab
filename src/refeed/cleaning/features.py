"""The features of an article: hashes of what may recur in its source, after all other steps.

What must stay in any case has none: quotations, tables, captions, credits, the article's title,
lines that name its author, and what the operator keeps.
"""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.element_kinds import KEEP_MARK, holds
from refeed.cleaning.html_parser import write
from refeed.cleaning.learned_lines import is_numbering
from refeed.cleaning.shown_lines import ATTRIBUTES, TAG, list_shown_lines
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
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element
    from refeed.cleaning.learned_lines import LearnedLineRules
    from refeed.cleaning.shown_lines import ShownLine

_WORDS: Final = re.compile(r"\w.*\w", re.DOTALL)
_SEPARATOR: Final = re.compile(r"[:：/／]")
_END_MARK: Final = re.compile(r"[(（\[【<《*—–-].{0,14}[)）\]】>》*—–-]")
_FIRST_WORD: Final = re.compile(r"\w{1,8}")
_CAPTION: Final = re.compile(r"caption|credit")
_NUMBERS: Final = re.compile(r"\d+")
_IMAGE: Final = re.compile(rf"<img\b{ATTRIBUTES}>")
_SOURCE: Final = re.compile(r" src=\"([^\"]*)\"")
_WIDTH: Final = re.compile(r" width=\"(\d+)\"")
_LONGEST_ELEMENT: Final = 300
_MOST_LINES: Final = 6
_MOST_ELEMENTS: Final = 24
_EDGES: Final = BLOCKS | {"br"}


class Article(NamedTuple):
    """What an article says about itself.

    Attributes:
        title: its title, white space collapsed.
        authors: their names.
    """

    title: str = ""
    authors: Sequence[str] = ()


def extract_features(
    document: Document, html: str, article: Article, rules: LearnedLineRules
) -> bytes:
    """Return the features of an article, packed; b"" if it has none.

    Args:
        document: the article before the sanitiser; elements have classes there.
        html: the article after it.
        article: what it says about itself.
        rules: what has features.
    """
    lines = list_shown_lines(html)
    named = _list_named(document)
    found, kept = _Features(), _find_kept(document, named)
    head, tail = _measure_edges(len(lines), rules)
    for number, line in enumerate(lines):
        behind = len(lines) - number - 1
        flags = (HEAD if number < head else 0) | (TAIL if behind < tail else 0)
        if line.is_spared or line.length > (rules.longest if flags else rules.middle_longest):
            continue
        if not line.has_link and rules.is_prose(line.raw):
            if behind >= rules.prose_lines:
                continue
            flags |= WEAK
        if kept and line.text in kept:
            continue
        keys = list_keys(line, article.title, rules, only_line=not flags)
        if not keys or (line.is_below_image and not line.has_link):
            continue
        if _stays(line.text, article, rules, has_link=line.has_link):
            continue
        for kind, key in keys:
            found.add(kind, key, flags)
    edges, middle = found.list()
    images = _list_images(html, document, rules)
    classes = _list_classes(document, named, article, rules)
    several = dict.fromkeys(chain(edges, images, classes, middle))
    return pack(sorted(islice(several, rules.most_features)))


def list_keys(
    line: ShownLine, title: str, rules: LearnedLineRules, *, only_line: bool = False
) -> list[tuple[Kind, int]]:
    """Return the keys of a line's features, that of the whole line first.

    There are none if it has no words besides title and dates, or a link to a film: what a player
    was replaced by says the same above each.

    Args:
        line: the line.
        title: of its article, which is no feature itself.
        rules: what is masked.
        only_line: whether to leave out all but the first.
    """
    text = line.text
    folded = rules.fold(text, title)
    if text == title or not _WORDS.search(folded) or _is_own(line, folded, rules):
        return []
    keys = [(Kind.LINE, make_key(Kind.LINE, folded))]
    if only_line or not line.has_link:
        return keys
    links = line.list_links()
    if not links:
        return keys
    linked = sum(len(shown) for _, shown in links)
    if linked * 2 < len(folded) - rules.label:
        return keys
    if label := _find_label(text, links[0][1], linked, rules):
        keys.append((Kind.LABEL, make_key(Kind.LABEL, label)))
    word = _FIRST_WORD.search(text)
    if word and linked * 2 >= len(folded):
        keys.append((Kind.TARGET, make_key(Kind.TARGET, links[0][0], word[0])))
    return keys


def _is_own(line: ShownLine, folded: str, rules: LearnedLineRules) -> bool:
    """Tell whether a line is its article's own, though it may say what others say: `Part 3`."""
    if line.has_link:
        return rules.has_film(line.raw)
    return len(line.text) <= rules.fold_numbers and is_numbering(folded)


def name_features(html: str, article: Article, rules: LearnedLineRules) -> dict[int, str]:
    """Return what the features of an article are hashes of, by their keys.

    The key of a class is that of its line. That of an image has its address.

    Args:
        html: cleaned.
        article: what it says about itself.
        rules: what is masked.
    """
    found: dict[int, str] = {}
    for line in list_shown_lines(html):
        for _, key in list_keys(line, article.title, rules):
            found.setdefault(key, line.text)
    for _, _, address in find_images(html):
        image = make_image_key(address)
        if image is not None:
            found[image] = address
    return found


def make_image_key(address: str) -> int | None:
    """Return the key of an image; None if it has no address on the web."""
    return make_key(Kind.IMAGE, address) if address.startswith("http") else None


def find_images(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each image begins and ends in cleaned HTML, and its address."""
    if "<img" in html:
        for image in _IMAGE.finditer(html):
            if address := _SOURCE.search(image[0]):
                yield image.start(), image.end(), entities.unescape(address[1])


def is_captioned(html: str, position: int) -> bool:
    """Tell whether a place in cleaned HTML is in a figure that has text."""
    start = html.rfind("<figure", 0, position) if "<figure" in html else -1
    if start < 0 or html.rfind("</figure>", start, position) >= 0:
        return False
    return bool(TAG.sub("", html[start : html.find("</figure>", position)]).strip())


class _Features:
    """Features of some lines, one for each key."""

    def __init__(self) -> None:
        self._flags: dict[int, int] = {}

    def add(self, kind: Kind, key: int, flags: int) -> None:
        """Add one; a key that stands in several places is near an edge only if all are."""
        feature = make_feature(kind, key, 0)
        known = self._flags.get(feature)
        if known is not None:
            flags = known & flags & ~WEAK | (known | flags) & WEAK
        self._flags[feature] = flags

    def list(self) -> tuple[list[int], list[int]]:
        """Return those near an edge and the others, those of the last lines first."""
        edges: list[int] = []
        middle: list[int] = []
        for feature, flags in reversed(self._flags.items()):
            features = edges if flags & (HEAD | TAIL) else middle
            features.append(feature | flags)
        return edges, middle


def _measure_edges(lines: int, rules: LearnedLineRules) -> tuple[int, int]:
    """Return how many of an article's lines are near the beginning, and near the end."""
    share = -(-lines // rules.edge_share)
    return min(rules.head_lines, share), min(rules.tail_lines, share)


def _find_label(text: str, first: str, linked: int, rules: LearnedLineRules) -> str:
    """Return the label of a line that is a label with a colon, and then mostly links, or ""."""
    label, colon, rest = text.replace("：", ":").partition(":")
    if not colon or not 0 < len(label) <= rules.label or linked * 2 < len(rest):
        return ""
    return label if first and rest.lstrip().startswith(first) else ""


def _stays(text: str, article: Article, rules: LearnedLineRules, *, has_link: bool) -> bool:
    """Tell whether a line stays whatever recurs."""
    if rules.never and rules.fold(text) in rules.never:
        return True
    for name in article.authors:
        if name in text and (len(name) * 2 >= len(text) or text.startswith(name)):
            return True
    if not text[0].isalnum() and not has_link and _END_MARK.fullmatch(text):
        return True
    mark = _SEPARATOR.search(text, 0, rules.label + 1)
    if mark is None:
        return False
    is_credit = not has_link and len(text) <= rules.credit and mark.end() < len(text)
    return is_credit or rules.credits.match(text) is not None


def _list_named(document: Document) -> list[tuple[str, Element]]:
    """Return the elements that have a class, each with it."""
    if not document.may_hold(("class",)):
        return []
    return [(name, e) for e in document.elements if (name := e.get("class"))]


def _find_kept(document: Document, named: Sequence[tuple[str, Element]]) -> set[str]:
    """Return the lines that the operator keeps, or that are captions by their class."""
    elements: list[Element] = []
    if _CAPTION.search(" ".join(name for name, _ in named).lower()):
        elements = [
            e for name, e in named if _CAPTION.search(name.lower()) and e.tag != "figcaption"
        ]
    if document.has_keep_marks:
        elements += [e for e in document.elements if e.get(KEEP_MARK) is not None]
    return {line.text for element in elements for line in list_shown_lines(write(element))}


def _is_large(element: Element) -> bool:
    """Tell whether an element holds many others."""
    return next(islice(element.iter(), _MOST_ELEMENTS, None), None) is not None


def _has_film(element: Element, rules: LearnedLineRules) -> bool:
    return any(rules.has_film(link.get("href") or "") for link in element.iter("a"))


def _list_texts(element: Element, document: Document) -> list[str]:
    """Return the texts of the blocks in an element that hold no others, or its own."""
    blocks = [each for each in element.iterdescendants() if each.tag in BLOCKS]
    inner = [each for each in blocks if not holds(each, _EDGES)]
    return [text for each in inner or [element] if (text := document.shown_text(each))]


def _list_classes(
    document: Document,
    named: Sequence[tuple[str, Element]],
    article: Article,
    rules: LearnedLineRules,
) -> Iterator[int]:
    """Yield the features of small elements that are the only ones of their class."""
    counts = Counter(name for name, _ in named)
    for written, element in named:
        if counts[written] > 1 or _is_large(element) or document.is_protected(element):
            continue
        length = len(document.shown_text(element))
        if not 0 < length <= _LONGEST_ELEMENT or _CAPTION.search(written.lower()):
            continue
        texts = _list_texts(element, document)
        if len(texts) <= _MOST_LINES and not _has_film(element, rules):
            name = _NUMBERS.sub("#", written)
            for number, text in enumerate(texts):
                folded = rules.fold(text, article.title)
                if (
                    _WORDS.search(folded)
                    and not rules.is_prose(text)
                    and not _stays(text, article, rules, has_link=False)
                ):
                    key = make_class_key(f"{name}#{number}", make_key(Kind.LINE, folded))
                    yield make_feature(Kind.CLASS, key, 0)


def _list_images(html: str, document: Document, rules: LearnedLineRules) -> Iterator[int]:
    kept = _find_kept_images(document)
    for start, end, address in find_images(html):
        key = make_image_key(address)
        if key is None or address in kept or is_captioned(html, start):
            continue
        if rules.never and rules.fold(address) in rules.never:
            continue
        width = _WIDTH.search(html, start, end)
        is_small = width is not None and int(width[1]) <= rules.small
        written = html[start:end].lower()
        is_decoration = is_small or any(map(written.__contains__, rules.decoration))
        yield make_feature(Kind.IMAGE, key, DECORATION if is_decoration else 0)


def _find_kept_images(document: Document) -> set[str]:
    """Return the addresses of the images that the operator keeps."""
    if not document.has_keep_marks:
        return set()
    images = document.all("img")
    return {image.get("src") or "" for image in images if document.is_protected(image)}
