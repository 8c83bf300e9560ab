"""The order of the steps of cleaning, and of the passes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from refeed.cleaning import (
    absolute_addresses,
    buttons,
    code_blocks,
    embeds,
    emptied,
    hidden,
    link_targets,
    mathematics,
    nesting,
    noscript,
    operator_rules,
    sanitiser,
    trackers,
)
from refeed.cleaning.boilerplate import (
    elements,
    empty_labels,
    left_labels,
    lines,
    small_pictures,
    texts,
)
from refeed.cleaning.images import elements as image_elements
from refeed.cleaning.images import proxies, shown_by_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.cleaning import Rules
    from refeed.cleaning.boilerplate.rules import BoilerplateRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document

Pass: TypeAlias = tuple[str, "Iterable[Change]"]
"""The name of a step, and the changes that it asks for."""

_MOST_ROUNDS = 4


def list_passes(document: Document, rules: Rules, html: str, *, is_deep: bool) -> Iterator[Pass]:
    """Yield each pass of each step, in order. A pass sees what the passes before it left.

    Args:
        document: what the caller changes as each pass asks, before it asks for the next one.
        rules: of its source.
        html: the article as it was parsed.
        is_deep: whether it has elements below the depth that parsers agree about.
    """
    if is_deep:
        yield "hygiene", nesting.unwrap_deepest(document)
    if rules.structure:
        yield "structure", hidden.remove_hidden(document)
        yield "structure", hidden.set_directions(document)
        yield from _show_media(document, rules, html)
    yield "sanitiser", absolute_addresses.remove_credentials(document)
    yield "sanitiser", mathematics.replace_formulas(document)
    yield "sanitiser", sanitiser.remove_not_shown(document)
    if rules.structure:
        yield from _mend_nesting(document)
    if rules.images:
        yield "images", proxies.changes(document, rules.images)
    if rules.links:
        yield "links", link_targets.changes(document, rules.links)
    if rules.trackers:
        yield "trackers", trackers.changes(document, rules.trackers)
    document.text_read = document.text(document.body)
    if rules.boilerplate:
        known = rules.boilerplate.lines
        yield "boilerplate", small_pictures.changes(document, known.networks, known.pictures)
        yield from _remove_blocks(document, rules.boilerplate)
    if rules.operator:
        yield "operator", operator_rules.changes(document, rules.operator)
    yield from _tidy(document, rules)


def _remove_blocks(document: Document, rules: BoilerplateRules) -> Iterator[Pass]:
    """Yield the passes that remove boilerplate by what it is and by what it says."""
    yield "boilerplate", empty_labels.changes(document, rules.lines)
    for find in (elements.changes, texts.changes):
        yield "boilerplate", left_labels.add(document, find(document, rules), rules.lines)


def _remove_lines(document: Document, rules: BoilerplateRules) -> Iterator[Pass]:
    """Yield the passes that remove boilerplate by how its lines are built.

    Where they take something out, another rule may know what is left: it is looked at again.
    """
    for _ in range(_MOST_ROUNDS):
        found = lines.changes(document, rules.lines)
        decided = left_labels.add(document, found, rules.lines)
        yield "boilerplate", decided
        if not decided:
            break
        yield "boilerplate", emptied.changes(document)
        yield from _remove_blocks(document, rules)


def _show_media(document: Document, rules: Rules, html: str) -> Iterator[Pass]:
    """Yield the passes that make images, films and links of what pages have for them."""
    tags = document.tags()  # Most articles have few of these, and a pass without work takes time.
    if "template" in tags:
        yield "structure", embeds.open_templates(document)
    yield "structure", image_elements.convert_other_names(document)
    yield "structure", shown_by_style.changes(document)
    if "noscript" in tags:
        yield "structure", noscript.changes(document)
    if "picture" in tags:
        yield "structure", image_elements.unwrap_pictures(document)
    yield "structure", image_elements.set_addresses(document)
    if "button" in tags:
        yield "structure", buttons.changes(document)
    if rules.trackers and not embeds.FRAMES.isdisjoint(tags):
        yield "trackers", trackers.remove_frames(document, rules.trackers)
    yield "structure", embeds.changes(document, html)
    yield "structure", absolute_addresses.changes(document)
    if not hidden.PLAYERS.isdisjoint(document.tags()):
        yield "structure", hidden.remove_fallbacks(document)


def _mend_nesting(document: Document) -> Iterator[Pass]:
    """Yield the passes after which elements nest as HTML has it."""
    tags = document.tags()
    has_tables = not nesting.TABLES.isdisjoint(tags)
    if has_tables or "pre" in tags:
        yield "structure", code_blocks.join_lines(document)
    yield "structure", nesting.mend_lists(document)
    if has_tables:
        yield "structure", nesting.remove_strays(document)
        yield "structure", nesting.move_strays_out(document)
        yield "structure", nesting.mend_tables(document)
    yield "structure", nesting.split_paragraphs(document)
    yield "structure", nesting.unwrap_around_blocks(document)


def _tidy(document: Document, rules: Rules) -> Iterator[Pass]:
    """Yield the last passes, which take out what no feed has and what holds nothing any more."""
    yield "sanitiser", sanitiser.unwrap_unknown(document)
    if rules.structure:
        yield "structure", nesting.keep_lists_open(document)
    if rules.boilerplate:
        yield from _remove_lines(document, rules.boilerplate)
    if rules.boilerplate or rules.operator:
        yield "boilerplate", emptied.changes(document)
        yield "boilerplate", emptied.trim_edges(document)
