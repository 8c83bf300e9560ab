"""Blocks that only name something that a page had there and a feed has not.

That is a place for an advertisement, the rest of a text behind a link, a value that a script
did not get, or what a program of the site put there: the time it takes to read, a rating, when the
page was changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.anchors import is_by_itself
from refeed.cleaning.boilerplate.line_rules import trim
from refeed.cleaning.boilerplate.own_links import find_site
from refeed.cleaning.changes import Remove
from refeed.cleaning.element_kinds import MEDIA, collapse
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_LONGEST = 60
_LONGEST_SOURCE = 100
_SHOWN = MEDIA - {"hr"}
_IN_HEADINGS = frozenset({"advertisement", "share"})
_LINKED = "page of the site"
_ADVERTISEMENT = "advertisement"
_DATE = "date of the page"
_YEAR = re.compile(r"(?:19|20)\d\d")
# A pattern that began with a repeat would be tried at each character of a text.
_NUMBER = re.compile(r"\d\d*(?:[.,\u00a0]\d+)*")
_BETWEEN = re.compile("[|·•»«›‹←→/–—]")
"""Signs of which one stands between the links of a row."""

_ENDS = frozenset("?？,，。;；%")
"""Signs behind a word that make it something that somebody says."""


def changes(document: Document, rules: LineRules) -> Iterator[Change]:
    """Remove blocks that are only such a label, and figures that such a label is the caption of."""
    for block, text in _find_short_blocks(document):
        if (rule := _find_rule(block, text, document, rules)) and _may_go(block, rule, document):
            yield Remove(block, rule)
        elif rule == _ADVERTISEMENT and (figure := _find_figure(block, text, document)) is not None:
            yield Remove(figure, rule)


def _find_rule(block: Element, text: str, document: Document, rules: LineRules) -> str:
    """Return the name of the rule that a block falls under, or ""."""
    if text in rules.debris:
        return "debris"
    label = trim(text)
    if label in rules.empty_labels:
        return "" if text[-1] in _ENDS else rules.empty_labels[label]
    if _NUMBER.search(label):
        if rule := rules.empty_labels.get(_mask_numbers(label), ""):
            return rule
        return _DATE if _YEAR.search(text) and rules.page_dates.fullmatch(text) else ""
    return _LINKED if _links_pages(block, text, document, rules) else ""


def _mask_numbers(label: str) -> str:
    return collapse(_NUMBER.sub("#", label).replace(":", " ").replace("：", " ")).rstrip(")")


def _links_pages(block: Element, text: str, document: Document, rules: LineRules) -> bool:
    """Tell whether a block is a row of links to what each page of a site has."""
    if not len(block) or not _BETWEEN.search(text):
        return False
    links = list(block.iter("a"))
    for link in links:
        name = document.shown_text(link)
        if rules.empty_labels.get(trim(name)) != _LINKED:
            return False
        text = text.replace(name, "", 1)
    return bool(links) and not any(map(str.isalnum, text))


def _find_figure(block: Element, text: str, document: Document) -> Element | None:
    """Return the figure whose caption is all that it says, or None."""
    figure = next(block.iterancestors("figure"), None)
    if figure is None or document.is_protected(figure):
        return None
    return figure if document.shown_text(figure) == text else None


def _find_short_blocks(document: Document) -> list[tuple[Element, str]]:
    found: list[tuple[Element, str]] = []
    long: set[Element] = {document.body}
    for block in reversed(document.among(BLOCKS)):
        text = block.text or ""
        if block in long or len(text) > _LONGEST_SOURCE:
            long.add(block.getparent())
            continue
        if len(block) and len(text := document.text(block)) > _LONGEST_SOURCE:
            long.add(block.getparent())
        elif (text := text.strip()) and len(text) <= _LONGEST:
            found.append((block, text))
    loose = ((e, document.text(e).strip()) for e in document.all("span") if _is_a_line(e))
    return [*found[::-1], *((e, text) for e, text in loose if 0 < len(text) <= _LONGEST)]


def _is_a_line(element: Element) -> bool:
    """Tell whether nothing but blocks stands beside an inline element."""
    parent, before, after = element.getparent(), element.getprevious(), element.getnext()
    text = parent.text if before is None else before.tail
    return (
        (before is not None or after is not None)
        and all(beside is None or beside.tag in BLOCKS for beside in (before, after))
        and not (text or "").strip()
        and not (element.tail or "").strip()
    )


def _may_go(block: Element, rule: str, document: Document) -> bool:
    if any(e.tag in _SHOWN for e in block.iter()) or block is document.body:
        return False
    if not is_by_itself(block, block.iter(), headings=rule in _IN_HEADINGS):
        return False
    site = find_site(document.url)
    links = [*block.iter("a"), *block.iterancestors("a")]
    return (bool(links) or rule != _LINKED) and all(
        find_site(link.get("href") or "") == site for link in links
    )
