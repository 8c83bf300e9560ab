"""The operator's rules for one source: what to drop, what never to drop.

Selectors are matched on the article as the file holds it, by BeautifulSoup, whose selectors are
those of style sheets. What they match is marked, and the steps respect the marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.element_kinds import DROP_MARK, KEEP_MARK, collapse
from refeed.cleaning.text_lines import list_lines_from_the_end

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document


@dataclass(frozen=True, slots=True)
class OperatorRules:
    """What one source's rules say.

    Attributes:
        drop: CSS selectors of elements to remove.
        drop_text: a line, between line breaks or edges of blocks, goes if one is found in it.
        keep: CSS selectors of elements that only hygiene, the sanitiser and what makes them fit for
            a feed (see `structure`) may change.
        always: a line goes if this is all it says.
    """

    drop: tuple[str, ...] = ()
    drop_text: tuple[re.Pattern[str], ...] = ()
    keep: tuple[str, ...] = ()
    always: tuple[str, ...] = ()


def mark(html: str, rules: OperatorRules) -> str:
    """Return the HTML with marks on the elements that the selectors match."""
    if not rules.drop and not rules.keep:
        return html
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    for mark, selectors in ((KEEP_MARK, rules.keep), (DROP_MARK, rules.drop)):
        for selector in selectors:
            for element in soup.select(selector):
                element[mark] = selector
    return soup.body.decode_contents(formatter="minimal") if soup.body else ""


def exclude_kept(document: Document, changes: Sequence[Change]) -> list[Change]:
    """Return the changes but those of what the operator's `keep` holds for."""
    return [change for change in changes if not _is_kept(document, change)]


def _is_kept(document: Document, change: Change) -> bool:
    if not isinstance(change, RemoveLine):
        return document.is_protected(change.element)
    line = change.line
    around = (line.holder, *line.holder.iterancestors())
    return any(e.get(KEEP_MARK) is not None for e in around) or any(
        map(document.is_protected, line.inline)
    )


def changes(document: Document, rules: OperatorRules) -> Iterator[Change]:
    """Remove what is marked, and the lines whose text the operator does not want."""
    for element in document.elements:
        selector = element.get(DROP_MARK)
        if selector is not None:
            yield Remove(element, f"drop {selector}")
    if not rules.drop_text and not rules.always:
        return
    always = {*map(collapse, rules.always)}
    for line in list_lines_from_the_end(document):
        if line.text in always:
            yield RemoveLine(line, f"always {line.text}")
            continue
        for pattern in rules.drop_text:
            if pattern.search(line.text):
                yield RemoveLine(line, f"drop_text {pattern.pattern}")
                break
