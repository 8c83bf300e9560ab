"""Boilerplate that is known by what it says: blocks and lines that say this and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.anchors import (
    ends_its_line,
    has_anchor,
    is_a_credit,
    is_about_itself,
    is_by_itself,
)
from refeed.cleaning.boilerplate.own_links import is_itself, lead_to_itself
from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.element_kinds import MEDIA, is_within
from refeed.cleaning.images.sizes import is_photo
from refeed.cleaning.text_lines import list_lines_from_the_end
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from refeed.cleaning.boilerplate.rules import BoilerplateRules
    from refeed.cleaning.boilerplate.text_rule import TextRule
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element
    from refeed.cleaning.text_lines import Line

    _Judge: TypeAlias = Callable[[str], Sequence[TextRule]]

_LONGEST = 800
"""Characters of the longest block that a rule looks at."""

_END = 400
"""Characters that may still come behind what counts as the end of an article."""

_END_OF_SHORT = 5
"""The end of a short article is its last fifth."""

_LAST = 2
"""Links of a closing line."""

_LONGEST_SIGN = 5

_SHOWN = MEDIA - {"hr"}


def changes(document: Document, rules: BoilerplateRules) -> Iterator[Change]:
    """Remove blocks and lines that say what only boilerplate says."""
    text, links = document.text(document.body), document.all("a")
    likely = rules.find_likely(text, document.text(links[-1]) if links else None)
    anywhere = [rule for rule in likely if not rule.at_end]
    gone: set[Element] = set()
    judge = _build_judge(anywhere) if anywhere else None
    if judge is not None:
        yield from _remove_blocks(document, judge, gone)
    if likely or _leads_to_itself_at_last(document):
        yield from _remove_lines(document, _build_judge(likely), judge, gone)
    if on_links := [rule for rule in likely if rule.links]:
        yield from _remove_links_to_itself(document, _build_judge(on_links), gone)


def _leads_to_itself_at_last(document: Document) -> bool:
    """Tell whether one of the last links leads to the article, as those of a closing line do.

    A sign that is a link counts for one: feeds have it for the article's own address.
    """
    last = document.all("a")[-_LAST:]
    return lead_to_itself(last, document.url) or any(
        0 < len(text := document.text(link)) <= _LONGEST_SIGN and not any(map(str.isalnum, text))
        for link in last
    )


def _build_judge(rules: Sequence[TextRule]) -> _Judge:
    """Return a function that tells which rules a text falls under, each text judged once."""
    matching = [(rule, rule.text.compile().fullmatch) for rule in rules]
    judged: dict[str, Sequence[TextRule]] = {"": ()}

    def judge(text: str) -> Sequence[TextRule]:
        if text not in judged:
            judged[text] = [rule for rule, matches in matching if matches(text)]
        return judged[text]

    return judge


def _remove_blocks(document: Document, judge: _Judge, gone: set[Element]) -> Iterator[Change]:
    for block, text in _find_short_blocks(document):
        rules = judge(text)
        if not rules or is_within(block, gone) or document.is_protected(block):
            continue
        if any(e.tag in _SHOWN for e in block.iter()):
            continue
        links = [*block.iter("a"), *block.iterancestors("a")]
        for rule in rules:
            if is_by_itself(block, block.iter(), headings=rule.headings) and has_anchor(
                rule, links, text, document
            ):
                gone.add(block)
                yield from _remove_above(block, rule)
                yield Remove(block, rule.name)
                break


def _find_short_blocks(document: Document) -> list[tuple[Element, str]]:
    """Return the blocks that a rule looks at, in document order, each with its text."""
    found: list[tuple[Element, str]] = []
    long = {document.body}
    for block in reversed(document.among(BLOCKS)):
        if block not in long and len(text := document.shown_text(block)) <= _LONGEST:
            found.append((block, text))
        else:
            long.add(block.getparent())
    return found[::-1]


def _remove_lines(
    document: Document, near_the_end: _Judge, before: _Judge | None, gone: set[Element]
) -> Iterator[Change]:
    """Remove lines by one judge where the article ends, by another before; None has no rules."""
    behind = 0
    whole = len(document.shown_text(document.body))
    end = min(_END, whole // _END_OF_SHORT)
    for line in list_lines_from_the_end(document):
        if gone and is_within(line.place, gone):
            continue
        judge = near_the_end if behind <= end else before
        if judge is None:
            break
        is_last = not behind and len(line.text) < whole
        rule = _find_rule(line, judge(line.text), document, is_last=is_last)
        if rule:
            yield RemoveLine(line, rule)
        else:
            behind += len(line.text)


def _find_rule(line: Line, rules: Sequence[TextRule], document: Document, *, is_last: bool) -> str:
    """Return the name of the rule that a line falls under, or ""."""
    if not rules and not is_last:
        return ""
    inside = [e for element in line.inline for e in element.iter()]
    links = [e for e in (*inside, *line.holder.iterancestors()) if e.tag == "a"]
    if any(e.tag == "img" and is_photo(e) for e in inside):
        return ""
    for rule in rules:
        if (
            is_by_itself(line.holder, inside, headings=rule.headings)
            and has_anchor(rule, links, line.text, document)
            and (rule.credits or not is_a_credit(line.place))
            and not (rule.alone and line.line_break is not None)
        ):
            return rule.name
    if is_last and links and is_by_itself(line.holder, inside):
        return is_about_itself(links, line.text, document)
    return ""


def _remove_links_to_itself(
    document: Document, judge: _Judge, gone: set[Element]
) -> Iterator[Change]:
    for link in document.all("a"):
        if is_within(link, gone):
            continue
        rules = judge(document.shown_text(link))
        if rules and is_itself(link.get("href") or "", document.url) and ends_its_line(link):
            yield Remove(link, rules[0].name)


def _remove_above(block: Element, rule: TextRule) -> Iterator[Change]:
    """Yield the removal of rules and breaks that set the block apart from the article."""
    before = block.getprevious()
    while before is not None and before.tag in rule.above and not (before.tail or "").strip():
        yield Remove(before, rule.name)
        before = before.getprevious()
