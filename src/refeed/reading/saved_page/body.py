"""Finds the article in a saved page: the blocks that trafilatura chooses, in the page's own HTML.

trafilatura chooses blocks better than any other extractor, over all languages, but its own HTML has
few captions and pictures. So its text marks the page's blocks. The rest goes, but what belongs to
marked blocks: figures, tables, code, subheadings.
"""

from __future__ import annotations

import re
from copy import deepcopy
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from refeed.reading.saved_page.closing_pictures import find_closing_pictures
from refeed.reading.saved_page.furniture import drop_furniture
from refeed.reading.saved_page.gaps import fill_gaps
from refeed.reading.saved_page.lead_picture import add_lead_picture
from refeed.reading.saved_page.parts import (
    Article,
    choose_parts,
    choose_subheadings,
    find_heading,
    find_picture,
)
from refeed.reading.saved_page.plain_body import find_plain_body
from refeed.reading.saved_page.runs import split_runs, squeeze
from refeed.reading.saved_page.standfirst import choose_standfirst
from refeed.reading.saved_page.subheadings import mark_subheadings
from refeed.reading.saved_page.tree import (
    is_within,
    make_element,
    parse_page,
    put_back_long_attributes,
    serialize_inner,
)
from refeed.urls import is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.reading.saved_page.runs import Run
    from refeed.reading.saved_page.tree import Element, PageTree

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_DIRECTION = re.compile(r"(?:^|[;\s])direction\s*:\s*(rtl)\b", re.IGNORECASE)
_CONTAINERS = frozenset("article body center div main section".split())
_NEVER = frozenset("nav footer aside button select option".split())
"""Elements whose text is no part of an article."""

_NEVER_TEXT = etree.XPath(
    ".//script[not(contains(@type, 'json') or contains(@type, 'settings'))] | .//style"
    " | .//svg[not(ancestor::svg)] | .//head/link | .//rt | .//rp"
)
"""What can't be the article's text, or is no part of a run; scripts of data may hold the text."""

_LEAST = 0.4
"""The share of trafilatura's letters that must be in the page's blocks."""

_MANY_RUNS = 2000
_DEEP = 250
"""Elements in each other; pages have some thirty."""

_MOST_ELEMENTS = 50_000
_MOST_LETTERS = 2_000_000
"""Of pages that trafilatura is asked about, which takes about a second for each million."""

_ENDS = 2
"""The borders of a text that is a single piece, as of the extractor's last resort."""

_FAR_SEARCHES = 100_000_000
"""Letters that are passed at most to find runs that aren't in their place."""

_LONG = 20
_PART = 40
_WINDOW = 120


def find_body(page: PageTree, html: str, title: str, lead: str, address: str = "") -> str:
    """Return the HTML of the article in a page.

    Args:
        page: the page; it is not changed.
        html: the same, as it stands in its file.
        title: of the article: headings that repeat it are left out.
        lead: the address of the article's picture, which is put at the head where no other leads
            it, or "".
        address: of the page, or "".
    """
    if not page.is_whole:
        begin = _BODY.search(html)
        return html[begin.end() if begin else 0 :].strip()
    page = page.copy()
    remove_savers_parts(page.root)
    add_stated_pictures(page.root)
    runs = split_runs(page.body)
    chosen = ChosenText()
    if len(page.elements) <= _MOST_ELEMENTS and _count(runs) <= _MOST_LETTERS:
        is_fast = len(runs) > _MANY_RUNS or page.measure_depth() > _DEEP
        chosen = choose_text(page.root, is_fast=is_fast)
        mark_runs(runs, chosen)
    found = _count(run for run in runs if run.is_kept)
    if chosen.html and found < len(chosen.letters) * _LEAST:
        article = parse_page(chosen.html).body
    elif found:
        fill_gaps(runs)
        dropped = drop_furniture(runs, address)
        choose_standfirst(runs, title)
        _reduce(page.body, runs, dropped, title, lead)
        article = _find_smallest(page.body)
    else:
        article = find_plain_body(page)
    if lead:
        add_lead_picture(article, lead)
    return put_back_long_attributes(_write(article), page.long_attributes)


def _count(runs: Iterable[Run]) -> int:
    return sum(len(run.letters) for run in runs)


def _reduce(body: Element, runs: list[Run], dropped: set[Run], title: str, lead: str) -> None:
    """Reduce a page to chosen runs and what belongs to them, in place."""
    article = Article(body, runs, title)
    choose_subheadings(runs, article, dropped)
    whole = {*choose_parts(article), *find_closing_pictures(article)}
    if lead and not any(article.order[each] < article.first for each in whole):
        own = find_picture(body, lead, article)
        whole.update([own] if own is not None else [])
    drop_title(runs, title)
    mark_subheadings(runs)
    prune(body, runs, whole)


class ChosenText(NamedTuple):
    """What trafilatura takes for the article.

    Attributes:
        letters: of its text, see `squeeze`.
        html: its text as paragraphs.
        borders: the places in its letters at which a piece of text begins or ends.
    """

    letters: str = ""
    html: str = ""
    borders: frozenset[int] = frozenset()


def choose_text(root: Element, *, is_fast: bool = False) -> ChosenText:
    """Return the article's text as trafilatura has it, which may be from a script's data.

    Args:
        root: of the page; it is not changed.
        is_fast: whether to go without a second opinion, which takes the square of a page's
            length and depth.
    """
    import trafilatura

    # It copies the tree some five times, with what it leaves out at once.
    slim = deepcopy(root)
    for element in _NEVER_TEXT(slim):
        element.drop_tree()
    found = trafilatura.bare_extraction(
        slim, include_comments=False, include_tables=True, deduplicate=False, fast=is_fast
    )
    body = getattr(found, "body", None)
    if body is None:
        return ChosenText()
    texts = [" ".join("".join(each.itertext()).split()) for each in body]
    html = "".join(f"<p>{escape(text)}</p>" for text in texts if text)
    pieces = [squeeze(text) for text in body.itertext()]
    borders = frozenset(accumulate(map(len, pieces), initial=0))
    return ChosenText("".join(pieces), html, borders)


def mark_runs(runs: list[Run], chosen: ChosenText) -> None:
    """Mark the runs whose letters were chosen. Short ones count in their place only."""
    letters = chosen.letters
    at = 0
    far = _FAR_SEARCHES // (len(letters) + 1)
    seen: set[str] = set()
    for run in runs:
        own = run.letters
        if run.block.tag in _NEVER or is_within(run.block, _NEVER):
            continue
        found = at if letters.startswith(own, at) else -1
        if found < 0 and own not in seen:
            far -= len(own) >= _LONG
            found = _find(chosen, own, at, is_far=far >= 0)
        if found >= 0:
            run.is_kept = True
            seen.add(own)
            at = found + len(own)


def _find(chosen: ChosenText, own: str, at: int, *, is_far: bool) -> int:
    """Return where letters of a run were chosen, behind a place if it can be; -1 if nowhere."""
    letters = chosen.letters
    if len(own) < _LONG or not is_far:
        return _find_near(chosen, own, at)
    found = letters.find(own, at)
    if found < 0:
        found = letters.find(own)
    if found < 0 and len(own) > 2 * _PART:
        # trafilatura leaves out links and notes of some blocks.
        found = letters.find(own[:_PART])
    if found < 0 and len(own) > 2 * _PART:
        found = letters.find(own[-_PART:])
    return found


def _find_near(chosen: ChosenText, own: str, at: int) -> int:
    """Return where letters are a whole piece of the text or some; -1 if nowhere near a place."""
    end = at + _WINDOW + len(own)
    found = chosen.letters.find(own, at, end)
    has_borders = len(chosen.borders) > _ENDS
    while has_borders and found >= 0 and not {found, found + len(own)} <= chosen.borders:
        found = chosen.letters.find(own, found + 1, end)
    return found


def drop_title(runs: list[Run], title: str) -> None:
    """Leave out the headings that repeat the title."""
    letters = squeeze(title)
    for run in runs:
        if run.letters == letters:
            run.is_kept = run.is_kept and find_heading(run) is None


def prune(body: Element, runs: list[Run], whole: set[Element]) -> None:
    """Remove all but chosen runs and elements from a page, in place."""
    inside = set(whole)
    for element in whole:
        inside.update(element.iterdescendants())
    kept = set(inside)
    for run in runs:
        if run.is_kept:
            kept.add(run.block)
            kept.update(run.inline)
            kept.update(element for element, _ in run.places)
        elif run.block not in inside:
            _remove_text(run, inside)
    for element in reversed(list(body.iterdescendants())):
        if element not in kept:
            element.drop_tree()
        elif (parent := element.getparent()) is not None:
            kept.add(parent)


def _remove_text(run: Run, inside: set[Element]) -> None:
    for element, is_tail in run.places:
        if is_tail:
            element.tail = " "
        elif element not in inside:
            element.text = None


def add_stated_pictures(root: Element) -> None:
    """Put the pictures into figures that only name them, as microdata, in place."""
    for figure in root.iter("figure"):
        address = (figure.get("itemid") or "").strip()
        if is_web_url(address) and figure.find(".//img") is None:
            figure.insert(0, make_element("img", src=address))


def remove_savers_parts(root: Element) -> None:
    """Remove what the Wayback Machine puts into pages, in place."""
    for element in [each for each in root.iter("div") if (each.get("id") or "").startswith("wm-")]:
        if element.getparent() is not None:
            element.drop_tree()


def _find_smallest(body: Element) -> Element:
    """Return the smallest element that holds all that a pruned body holds."""
    element = body
    while len(element) == 1 and not (element.text or "").strip():
        inner = element[0]
        if inner.tag not in _CONTAINERS or (inner.tail or "").strip():
            break
        element = inner
    return element


def _write(article: Element) -> str:
    """Return what an element holds, in its direction: it is shown in pages of another one."""
    html = serialize_inner(article)
    around = [article, *article.iterancestors()]
    direction = next(filter(None, map(_read_direction, around)), "")
    if not direction or not html:
        return html
    language = next(filter(None, (each.get("lang") for each in around)), "")
    attributes = f' lang="{escape(language)}"' if language else ""
    return f'<div dir="{direction}"{attributes}>{html}</div>'


def _read_direction(element: Element) -> str:
    """Return an element's direction of text, or "" if it is the default."""
    said = (element.get("dir") or "").strip().lower()
    styled = _DIRECTION.search(element.get("style") or "")
    direction = said or (styled[1].lower() if styled else "")
    return direction if direction in ("rtl", "auto") else ""
