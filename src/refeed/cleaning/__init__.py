"""Cleaning: an article's HTML as a file held it in, HTML fit to publish out.

The order of the steps is written here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from refeed.cleaning import (
    addresses,
    boilerplate_elements,
    boilerplate_texts,
    buttons,
    embeds,
    emptied,
    images,
    lazy_images,
    links,
    nesting,
    noscript,
    operator_rules,
    sanitiser,
    trackers,
)
from refeed.cleaning.changes import apply
from refeed.cleaning.document import Document
from refeed.cleaning.elements import KEEP_MARK
from refeed.cleaning.explaining import Edit, edit_of, text_edits
from refeed.cleaning.hygiene import hygienic
from refeed.cleaning.lead_image import lead_image
from refeed.cleaning.markup import parsed, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.cleaning.boilerplate import BoilerplateRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.images import ImageRules
    from refeed.cleaning.operator_rules import OperatorRules
    from refeed.cleaning.trackers import TrackerRules
    from refeed.urls import LinkRules

__all__ = ["Edit", "Rules", "clean", "explain", "lead_image"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What cleaning does for one source. A step whose rules are None, or False, is off.

    Hygiene and the sanitiser have no switch: without them a feed would be neither valid nor safe.
    """

    structure: bool = True
    images: ImageRules | None = None
    links: LinkRules | None = None
    trackers: TrackerRules | None = None
    boilerplate: BoilerplateRules | None = None
    operator: OperatorRules | None = None


_FOR_ALL = frozenset({"structure", "sanitiser"})
"""Steps that an operator's `keep` doesn't hold off: without them there is nothing to show."""

_Pass: TypeAlias = tuple[str, "Iterable[Change]"]


def clean(html: str, url: str, rules: Rules) -> str:
    """Return the HTML of an article cleaned.

    Args:
        html: the article as found, anything at all.
        url: its address, absolute; relative addresses are resolved against it.
        rules: what to do.

    Returns:
        A fragment of HTML, safe, with absolute addresses only and no character that XML forbids.
        Cleaned again it comes out the same.
    """
    return _cleaned(html, url, rules, None)


def explain(html: str, url: str, rules: Rules) -> tuple[str, tuple[Edit, ...]]:
    """Return what `clean` returns, and everything that it removed or rewrote, in order."""
    edits: list[Edit] = []
    return _cleaned(html, url, rules, edits), tuple(edits)


def _cleaned(html: str, url: str, rules: Rules, edits: list[Edit] | None) -> str:
    hygiene = hygienic(html)
    if edits is not None:
        edits += text_edits("hygiene", html, hygiene)
    document = _parsed(embeds.close_embeds(hygiene), url, rules.operator)
    if edits is not None and document.flattened:
        edits.append(Edit("hygiene", "nested too deeply", "replaced", "all markup", "its text"))
    for step, changes in _passes(document, rules, hygiene):
        decided = list(changes)
        if document.has_keep_marks and step not in _FOR_ALL:
            decided = operator_rules.spared(document, decided)
        if edits is not None:
            edits += [edit_of(step, change) for change in decided]
        if decided:
            apply(document, decided)
    result = written(document.body)
    safe = sanitiser.sanitised(result)
    if edits is not None:
        edits += text_edits("sanitiser", result, safe)
    return safe


def _passes(document: Document, rules: Rules, html: str) -> Iterator[_Pass]:
    """Yield each pass of each step, in order. A pass sees what the passes before it left."""
    if rules.structure:
        yield from _what_shows_something(document, rules, html)
    yield "sanitiser", sanitiser.not_shown(document)
    if rules.structure:
        yield "structure", nesting.lists(document)
        yield "structure", nesting.tables(document)
        yield "structure", nesting.paragraphs(document)
        yield "structure", nesting.closed(document)
    if rules.images:
        yield "images", images.changes(document, rules.images)
    if rules.links:
        yield "links", links.changes(document, rules.links)
    if rules.trackers:
        yield "trackers", trackers.changes(document, rules.trackers)
    if rules.boilerplate:
        yield "boilerplate", boilerplate_elements.changes(document, rules.boilerplate)
        yield "boilerplate", boilerplate_texts.changes(document, rules.boilerplate)
    if rules.operator:
        yield "operator", operator_rules.changes(document, rules.operator)
    yield "sanitiser", sanitiser.unknown(document)
    if rules.boilerplate or rules.operator:
        yield "boilerplate", emptied.changes(document)
        yield "boilerplate", emptied.edges(document)


def _what_shows_something(document: Document, rules: Rules, html: str) -> Iterator[_Pass]:
    """Yield the passes that make images, films and links of what pages have for them."""
    tags = document.tags()  # Most articles have few of these, and a pass without work takes time.
    if "template" in tags:
        yield "structure", embeds.open_templates(document)
    yield "structure", lazy_images.by_other_names(document)
    if "noscript" in tags:
        yield "structure", noscript.changes(document)
    if "picture" in tags:
        yield "structure", lazy_images.pictures(document)
    yield "structure", lazy_images.addresses(document)
    if "button" in tags:
        yield "structure", buttons.changes(document)
    if rules.trackers and not embeds.FRAMES.isdisjoint(tags):
        yield "trackers", trackers.frames(document, rules.trackers)
    yield "structure", embeds.changes(document, html)
    yield "structure", addresses.changes(document)


def _parsed(html: str, url: str, operator: OperatorRules | None) -> Document:
    if operator is not None:
        html = operator_rules.marked(html, operator)
    body, flattened = parsed(html)
    has_keep_marks = operator is not None and bool(operator.keep) and KEEP_MARK in html
    return Document(body, url, has_keep_marks=has_keep_marks, flattened=flattened)
