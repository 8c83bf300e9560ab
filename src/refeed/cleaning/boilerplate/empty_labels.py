"""Blocks that only name something that a page had there and a feed has not.

That is a place for an advertisement, the rest of a text behind a link, or a value that a script
did not get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.anchors import is_by_itself
from refeed.cleaning.boilerplate.line_rules import trim
from refeed.cleaning.boilerplate.own_links import find_site
from refeed.cleaning.changes import Remove
from refeed.cleaning.element_kinds import BLOCKS, MEDIA

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
_ENDS = frozenset("?？,，。;；%")
"""Signs behind a word that make it something that somebody says."""


def changes(document: Document, rules: LineRules) -> Iterator[Change]:
    """Remove blocks that are only such a label."""
    labels, debris = rules.empty_labels, rules.debris
    for block, text in _find_short_blocks(document):
        if text[-1] in _ENDS:
            continue
        rule = "debris" if text in debris else labels.get(trim(text))
        if rule is not None and _may_go(block, rule, document):
            yield Remove(block, rule)


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
    return found[::-1]


def _may_go(block: Element, rule: str, document: Document) -> bool:
    if any(e.tag in _SHOWN for e in block.iter()) or block is document.body:
        return False
    site = find_site(document.url)
    links = [*block.iter("a"), *block.iterancestors("a")]
    return (
        (bool(links) or rule != _LINKED)
        and is_by_itself(block, block.iter(), headings=rule in _IN_HEADINGS)
        and all(find_site(link.get("href") or "") == site for link in links)
    )
