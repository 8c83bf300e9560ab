"""Leaves out of the chosen text what its place in the page shows to be of something else.

Extractors choose by the look of a text. Boxes with a newsletter, comments or other articles have
sentences as the article does, but their class names tell what they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.listings import find_link
from refeed.reading.saved_page.parts import HEADINGS, find_heading
from refeed.reading.saved_page.runs import squeeze
from refeed.reading.saved_page.tree import (
    is_behind_paywall,
    is_within,
    read_text,
    split_camel_case,
)

if TYPE_CHECKING:
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
    r"|mehr-zum-thema|tags-?links|donat(?:e|ions?))(?:$|[\s_-])",
    re.IGNORECASE,
)
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


def drop_furniture(runs: list[Run]) -> set[Run]:
    """Leave out chosen runs that are of something else, unless that is most of the text.

    These are boxes that name themselves so, and cards of other articles; headings and links behind
    the last text; and between paragraphs those that are nothing but a link to another article,
    which a label may introduce.

    Returns:
        The runs that were left out.
    """
    chosen = [run for run in runs if run.is_kept]
    total = sum(len(run.letters) for run in chosen)
    boxed = _list_boxed(chosen, total * _MOST_OF_BOX)
    left = [run for run in chosen if run not in boxed and not _is_reference(run)]
    del left[_find_end(left) :]
    if sum(len(run.letters) for run in left) < total * _MOST_OF_ALL:
        return set()
    dropped = set(chosen).difference(left)
    for run in dropped:
        run.is_kept = False
    return dropped


def _list_boxed(chosen: list[Run], most: float) -> set[Run]:
    """Return the runs in boxes of other things that hold no more than some letters."""
    inside: dict[Element, list[Run]] = {}
    around: dict[Element, tuple[Element, ...]] = {}
    for run in chosen:
        for box in _find_boxes(run.block, around):
            inside.setdefault(box, []).append(run)
    return {
        run
        for boxed in inside.values()
        if sum(len(each.letters) for each in boxed) <= most
        for run in boxed
    }


def _find_boxes(block: Element, around: dict[Element, tuple[Element, ...]]) -> tuple[Element, ...]:
    """Return the boxes around a block; those of each element are kept in `around`."""
    path = []
    each = block
    while each is not None and each not in around:
        path.append(each)
        each = each.getparent()
    boxes = around[each] if each is not None else ()
    for element in reversed(path):
        if is_box(element) or _is_card(element):
            boxes = (*boxes[1 - _MOST_NESTED :], element)
        around[element] = boxes
    return boxes


def is_box(element: Element) -> bool:
    """Tell whether an element names itself a box of other things than the article."""
    if element.tag in _WHOLE_PAGE or is_behind_paywall(element):
        return False
    if _names_box(element.get("class")):
        return True
    # Of a heading or a section the `id` is often the heading's own text.
    return _names_box(element.get("id")) and not _is_titled(element)


def is_note(block: Element) -> bool:
    """Tell whether a block or what it is in names itself a caption, a byline, a date and such."""
    around = (block, block.getparent(), block.getparent().getparent())
    names = (each.get("class") for each in around if each is not None)
    return any(map(_NOTE.search, filter(None, names)))


def _is_card(element: Element) -> bool:
    """Tell whether an `article` element is a card of another article: its title is a link.

    So are the posts of a forum, but those are headed by somebody's name, which is shorter.
    """
    heading = next(element.iter(*HEADINGS), None) if element.tag == "article" else None
    link = find_link(heading) if heading is not None else None
    if link is None or (link.get("href") or "#").startswith("#"):
        return False
    return len(squeeze(read_text(heading))) >= _SHORTEST_TITLE


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
