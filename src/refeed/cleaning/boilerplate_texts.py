"""Boilerplate that is known by what it says: blocks and lines that say this and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.element_kinds import BLOCKS, MEDIA, is_within
from refeed.cleaning.text_lines import lines_from_the_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from refeed.cleaning.boilerplate import BoilerplateRules, TextRule
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

    _Judge: TypeAlias = Callable[[str], TextRule | None]

_LONGEST = 800
"""Characters of the longest block that a rule looks at."""

_END = 400
"""Characters that may still come behind what counts as the end of an article."""

_SHOWN = MEDIA - {"hr"}


def changes(document: Document, rules: BoilerplateRules) -> Iterator[Change]:
    """Remove blocks and lines that say what only boilerplate says."""
    likely = rules.likely_in(document.text(document.body))
    anywhere = [rule for rule in likely if not rule.at_end]
    gone: set[Element] = set()
    judge = _judge(anywhere)
    if anywhere:
        yield from _blocks(document, judge, gone)
    if likely:
        near_the_end = judge if likely == anywhere else _judge(likely)
        before = judge if anywhere else None
        yield from _lines(document, near_the_end, before, gone)
    if links := [rule for rule in likely if rule.links]:
        yield from _links_to_itself(document, _judge(links))


def _judge(rules: Sequence[TextRule]) -> _Judge:
    """Return a function that tells which rule a text falls under, each text judged once."""
    matching = [(rule, rule.text.compiled().fullmatch) for rule in rules]
    judged: dict[str, TextRule | None] = {"": None}

    def judge(text: str) -> TextRule | None:
        if text not in judged:
            judged[text] = next((rule for rule, matches in matching if matches(text)), None)
        return judged[text]

    return judge


def _blocks(document: Document, judge: _Judge, gone: set[Element]) -> Iterator[Change]:
    for block, text in _short_blocks(document):
        rule = judge(text)
        if rule is None or is_within(block, gone) or document.protected(block):
            continue
        if not any(e.tag in _SHOWN for e in block.iter()):
            gone.add(block)
            yield from _above(block, rule)
            yield Remove(block, rule.name)


def _short_blocks(document: Document) -> list[tuple[Element, str]]:
    """Return the blocks that a rule looks at, in document order, each with its text."""
    found: list[tuple[Element, str]] = []
    long = {document.body}
    for block in reversed(document.among(BLOCKS)):
        if block not in long and len(text := document.shown_text(block)) <= _LONGEST:
            found.append((block, text))
        else:
            long.add(block.getparent())
    return found[::-1]


def _lines(
    document: Document, near_the_end: _Judge, before: _Judge | None, gone: set[Element]
) -> Iterator[Change]:
    """Remove lines by one judge where the article ends, by another before; None has no rules."""
    behind = 0
    for line in lines_from_the_end(document):
        if is_within(line.place, gone):
            continue
        judge = near_the_end if behind <= _END else before
        if judge is None:
            break
        rule = judge(line.text)
        if rule is not None and not document.protected(line.place):
            yield RemoveLine(line, rule.name)
        else:
            behind += len(line.text)


def _links_to_itself(document: Document, judge: _Judge) -> Iterator[Change]:
    for link in document.all("a"):
        rule = judge(document.shown_text(link))
        if rule is not None and (link.get("href") or "").rstrip("/") == document.url.rstrip("/"):
            yield Remove(link, rule.name)


def _above(block: Element, rule: TextRule) -> Iterator[Change]:
    """Yield the removal of rules and breaks that set the block apart from the article."""
    before = block.getprevious()
    while before is not None and before.tag in rule.above and not (before.tail or "").strip():
        yield Remove(before, rule.name)
        before = before.getprevious()
