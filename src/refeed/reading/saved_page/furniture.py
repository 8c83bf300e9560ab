"""Leaves out of the chosen text what its place in the page shows to be of something else.

Extractors choose by the look of a text. Boxes with a newsletter, comments or other articles have
sentences as the article does, but their class names tell what they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.keys import find_key, is_same_site
from refeed.reading.saved_page.listings import find_link
from refeed.reading.saved_page.parts import HEADINGS, find_heading
from refeed.reading.saved_page.runs import squeeze
from refeed.reading.saved_page.tree import (
    is_behind_paywall,
    is_within,
    read_text,
    split_camel_case,
)
from refeed.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.reading.saved_page.runs import Run
    from refeed.reading.saved_page.tree import Element

_BOX = re.compile(
    r"(?:^|[\s_-])(?<!\bhas-)(?<!\bno-)(?<!\bwith-)(?<!\bwithout-)(?<!\babove-)"
    r"(?:related\w*|recommend\w*|recirc\w*|promo|sharing|share-?(?:bar|box|buttons?|tools)"
    r"|newsletters?|subscribe|subscription|sidebar(?!-(?:grid|layout))|comments?|disqus|advert\w*"
    r"|ads?[_-]+(?:label|container|wrapper|slot|unit|box)|cta(?!-list)|byline|social-placeholder"
    r"|outbrain|taboola"
    r"|\w*teasers?|read-?more|more-(?:from|about)|popular|trending|navigation|(?:post|article)-?nav"
    r"|breadcrumbs?|footer|signup|cookies?|consent|paywall|pagination|popup|pum|popmake|modal"
    r"|affiliate|disclosure|disclaimer|copyright|next-?(?:story|post|article)\w*|read(?:ing)?-?time"
    r"|about-?author|author[_-]*(?:box|bio|info\w*|about|description|position|details?|profile)"
    r"|author[_-]*(?:card|contact)|(?:box|bio)-?author|verwandt\w*|relacionad[oa]s?|relacionat\w*|correlat[ei]|powiazane"
    r"|aehnliche?|similar-?(?:posts?|articles?|news|stories)|lire-aussi|leer-(?:tambien|mas)"
    r"|leggi-anche|leia-(?:mais|tambem)|lees-(?:ook|meer)|weitere-(?:artikel|themen|beitraege)"
    r"|mehr-zum-thema|more-topics?|explore-topics?|read-also|also-read|most-(?:read|viewed)|follow-us"
    r"|tags-?links|donat(?:e|ions?)|sponsored|last-updated|republi(?:sh|cation)\w*|player-overlay\w*"
    r"|(?:article|post|social)-?share\w*|social-?links?|w-form-(?:done|fail)"
    r"|sr-only|visually-hidden|screen-reader-text|element-invisible)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:^|\s)(?:ez-)?toc(?:$|[\s_-])|(?<!\bhas)(?<!\bwith)(?<!\bno)[_-]toc(?:$|\s)|lwptoc"
    r"|table-?of-?contents?",
    re.IGNORECASE,
)
"""Names of tables of contents, and of the headings that these find."""

_ROLES = frozenset("dialog alertdialog navigation search complementary contentinfo".split())
_NOTE = re.compile(
    r"caption|legend|credit|copyright|attribution|bildunter|author|editor|byline|affiliation|social"
    r"|shar(?:e|ing)|tooltip|with-excerpt|time-?stamp|noscript"
    r"|(?:^|[\s_-])(?:meta|dates?|times?|toc|form)(?:$|[\s_-])",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.?!…。？！][\"'”“’»)]*$")
_WHOLE_PAGE = frozenset("html body main article".split())
_LONGEST_NAMES = 600
_MOST_OF_BOX = 0.2
"""The share of the chosen letters that a box may have: layouts of whole pages bear such names."""

_SURE = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|cookies?|consent|modal|popup|pum|popmake|outbrain|taboola"
    r"|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_OF_SURE = 0.75
_LEAST_LEFT = 400
"""Letters of an article, from which such a box is none of it, whatever it holds."""

_MOST_OF_ALL = 0.5
_MOST_NESTED = 20
_LINES = frozenset(("p", "div"))
_ITEMS = frozenset(("li", "dd"))
_LONGEST_LABEL = 25
_SHORTEST_LABELLED = 25
_SHORTEST_TITLE = 18
_SHORTEST_LINK = 40
_MOST_AT_END = 30
_POINTER = " .…»›>-–→"


def drop_furniture(runs: list[Run], address: str = "") -> set[Run]:
    """Leave out chosen runs that are of something else, unless that is most of the text.

    These are boxes that name themselves so, and cards of other articles; headings and links behind
    the last text; and between paragraphs those that are nothing but a link to another article,
    which a label may introduce.

    Args:
        runs: of the page.
        address: of the page, or "".

    Returns:
        The runs that were left out.
    """
    chosen = [run for run in runs if run.is_kept]
    inside = _group_by_boxes(chosen, address)
    total = _count(chosen)
    sure = {run for box, boxed in inside.items() if _is_sure(box, boxed, total) for run in boxed}
    total -= _count(sure)
    boxed = {
        run for each in inside.values() if _count(each) <= total * _MOST_OF_BOX for run in each
    }
    left = [run for run in chosen if run not in sure | boxed and not _is_reference(run)]
    del left[_find_end(left) :]
    if _count_once(left) < _count_once(set(chosen) - sure) * _MOST_OF_ALL:
        left = [run for run in chosen if run not in sure]
    dropped = set(chosen).difference(left)
    for run in dropped:
        run.is_kept = False
    return dropped


def _count(runs: Iterable[Run]) -> int:
    return sum(len(run.letters) for run in runs)


def _count_once(runs: Iterable[Run]) -> int:
    return sum(map(len, {run.letters for run in runs}))


def _group_by_boxes(chosen: list[Run], address: str) -> dict[Element, list[Run]]:
    """Return the boxes of other things that runs are in, with their runs."""
    inside: dict[Element, list[Run]] = {}
    around: dict[Element, tuple[Element, ...]] = {}
    for run in chosen:
        for box in _find_boxes(_find_holder(run), around, address):
            inside.setdefault(box, []).append(run)
    return inside


def _find_holder(run: Run) -> Element:
    """Return the innermost element around a run that is in one piece, else its block.

    Whose picture it is that is shown stays.
    """
    (element, is_tail), *more = run.places
    is_credit = "copyright" in (element.get("class") or "").lower()
    return run.block if more or is_tail or is_credit else element


def _find_boxes(
    holder: Element, around: dict[Element, tuple[Element, ...]], address: str
) -> tuple[Element, ...]:
    """Return the boxes around an element; those of each element are kept in `around`."""
    path = []
    each = holder
    while each is not None and each not in around:
        path.append(each)
        each = each.getparent()
    boxes = around[each] if each is not None else ()
    for element in reversed(path):
        if is_box(element) or _is_card(element, address):
            boxes = (*boxes[1 - _MOST_NESTED :], element)
        around[element] = boxes
    return boxes


def _is_sure(box: Element, boxed: list[Run], total: int) -> bool:
    """Tell whether a box is no article's by its name, even if it holds most of what was chosen."""
    held = _count(boxed)
    if held <= total * _MOST_OF_BOX or total - held < _LEAST_LEFT or box.find(".//h1") is not None:
        return False
    names = split_camel_case(f"{box.get('class') or ''} {box.get('id') or ''}"[:_LONGEST_NAMES])
    return held <= total * _MOST_OF_SURE and _SURE.search(names) is not None


def is_box(element: Element) -> bool:
    """Tell whether an element names itself a box of other things than the article."""
    if element.tag in _WHOLE_PAGE or is_behind_paywall(element):
        return False
    if element.get("role") in _ROLES or _names_box(element.get("class")):
        return True
    if element.tag not in HEADINGS and _is_contents(element):
        return True
    # Of a heading or a section the `id` is often the heading's own text.
    return _names_box(element.get("id")) and not _is_titled(element)


def _is_contents(element: Element) -> bool:
    names = (element.get("class"), element.get("id"))
    return any(_CONTENTS.search(name[:_LONGEST_NAMES]) for name in names if name)


def is_note(block: Element) -> bool:
    """Tell whether a block or what it is in names itself a caption, a byline, a date and such."""
    around = (block, block.getparent(), block.getparent().getparent())
    names = (each.get("class") for each in around if each is not None)
    return any(map(_NOTE.search, filter(None, names)))


def _is_card(element: Element, address: str) -> bool:
    """Tell whether an `article` element is a card of another article: its title is a link.

    So are the posts of a forum, but those are headed by somebody's name, which is shorter, and the
    items of a list, whose links lead to other sites, and the entries of a page that is written on,
    whose addresses are below its own.
    """
    heading = next(element.iter(*HEADINGS), None) if element.tag == "article" else None
    link = find_link(heading) if heading is not None else None
    if link is None or not _leads_to_another(link.get("href") or "#", address):
        return False
    return len(squeeze(read_text(heading))) >= _SHORTEST_TITLE


def _leads_to_another(href: str, address: str) -> bool:
    """Tell whether a link leads to another page of the same site, not below this one."""
    own, target = find_key(address), find_key(resolve(href, address))
    if not own or not target:
        return not href.startswith("#")
    return is_same_site(own, target) and not f"{target}/".startswith(f"{own}/")


def _names_box(names: str | None) -> bool:
    return bool(_BOX.search(split_camel_case((names or "")[:_LONGEST_NAMES])))


def _is_titled(element: Element) -> bool:
    """Tell whether an element's `id` is the text of the heading that it is or begins with."""
    heading = next(element.iter(*HEADINGS), None)
    return heading is not None and squeeze(element.get("id")) == squeeze(read_text(heading))


def _find_end(runs: list[Run]) -> int:
    """Return the number of runs up to the last that is neither a heading nor only links."""
    end = len(runs)
    while end and len(runs) - end < _MOST_AT_END:
        run = runs[end - 1]
        if find_heading(run) is None and find_own_text(run):
            return end
        end -= 1
    return end or len(runs)


def _is_reference(run: Run) -> bool:
    """Tell whether a paragraph is a link to another article, as `See also: …`."""
    length = len(run.letters)
    if run.block.tag not in _LINES or length < _SHORTEST_LABELLED or find_heading(run) is not None:
        return False
    if "://" in run.text or is_within(run.block, _ITEMS):
        return False
    own = find_own_text(run)
    if not own:
        return length >= _SHORTEST_LINK
    is_first = _is_linked(run.places[-1])
    return is_first and own.endswith(":") and len(own) <= _LONGEST_LABEL


def find_own_text(run: Run) -> str:
    """Return what of a run is in no link, without arrows and such."""
    parts = (
        (element.tail if is_tail else element.text) or ""
        for element, is_tail in run.places
        if not _is_linked((element, is_tail))
    )
    return "".join(parts).strip(_POINTER).strip()


def _is_linked(place: tuple[Element, bool]) -> bool:
    element, is_tail = place
    holder = element.getparent() if is_tail else element
    return holder.tag == "a" or next(holder.iterancestors("a"), None) is not None
