"""Cleaning: takes the HTML of an article from a file, returns HTML that can be published.

`refeed.cleaning.steps` has the order of the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.cleaning import (
    absolute_addresses,
    cutting,
    features,
    learned,
    operator_rules,
    sanitiser,
)
from refeed.cleaning.changes import apply
from refeed.cleaning.cleaned import Cleaned, count_text
from refeed.cleaning.dom import Document
from refeed.cleaning.element_kinds import KEEP_MARK
from refeed.cleaning.explaining import LONGEST, Edit, describe_changes, describe_text
from refeed.cleaning.features import Article, name_features
from refeed.cleaning.html_parser import drop_first_line_ends, find_excess, parse, serialize
from refeed.cleaning.images.lead_image import lead_image, list_images
from refeed.cleaning.learned import Learned, read_learned
from refeed.cleaning.length_limit import MOST_CHARACTERS, shorten_article
from refeed.cleaning.steps import list_passes
from refeed.cleaning.striking import strike_out
from refeed.cleaning.unclosed import close_unclosed
from refeed.text.html_characters import clean_characters
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.cleaning.boilerplate.rules import BoilerplateRules
    from refeed.cleaning.html_parser import Markup
    from refeed.cleaning.images.proxies import ImageRules
    from refeed.cleaning.learned_lines import LearnedLineRules
    from refeed.cleaning.operator_rules import OperatorRules
    from refeed.cleaning.trackers import TrackerRules
    from refeed.urls import LinkRules

__all__ = [
    "Article",
    "Cleaned",
    "Edit",
    "Learned",
    "Rules",
    "clean",
    "clean_and_extract",
    "explain",
    "explain_learned",
    "lead_image",
    "list_images",
    "name_features",
    "read_learned",
    "remove_learned",
    "strike_out",
]


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
    learning: LearnedLineRules | None = None


_FOR_ALL = frozenset({"structure", "sanitiser"})
"""Steps that an operator's `keep` doesn't hold off: without them there is nothing to show."""


def clean(html: str, url: str, rules: Rules, *, base: str = "") -> str:
    """Return the HTML of an article cleaned.

    Args:
        html: the article as found, anything at all.
        url: its address, absolute; "" if it has none.
        rules: what to do.
        base: what relative addresses are resolved against, if that isn't `url`.

    Returns:
        A fragment of HTML, safe, with absolute addresses only and no character that XML forbids.
        A second pass changes nothing.
    """
    return _clean(html, url, base, rules, None)


def clean_and_extract(
    html: str, url: str, rules: Rules, article: Article, *, base: str = ""
) -> Cleaned:
    """Return what `clean` returns, with what its source learns from and how much text was taken.

    Args:
        html: the article as found.
        url: its address.
        rules: what to do; without rules for learning there are no features.
        article: what it says about itself.
        base: as for `clean`.
    """
    document = _apply_steps(html, url, base, rules)
    left = count_text(document.text(document.body))
    cleaned, known = _finish(document), rules.learning
    found = features.extract_features(document, cleaned, article, known) if known else b""
    return Cleaned(cleaned, found, max(count_text(document.text_read), left), left)


def remove_learned(html: str, rules: Rules, known: Learned) -> str:
    """Return a cleaned article without what was learned from others of its source.

    It is a step of its own, which is last, so that what was cleaned is cached without it. It leaves
    out whole elements and text, so that what is left is as the sanitiser has written it.

    Args:
        html: what `clean` returned.
        rules: of its source.
        known: what was learned that concerns it.
    """
    if not known.flags or rules.learning is None:
        return html
    gone = learned.find_gone(html, known, rules.learning)
    return cutting.cut(html, gone) if gone else html


def explain_learned(
    html: str, rules: Rules, known: Learned, describe: Callable[[int], str]
) -> tuple[Edit, ...]:
    """Return what `remove_learned` removes.

    Args:
        html: what `clean` returned.
        rules: of its source.
        known: what was learned that concerns it.
        describe: names a verdict by its key.
    """
    if not known.flags or rules.learning is None:
        return ()
    return tuple(
        Edit(
            "learned",
            describe(each.key),
            "removed",
            shorten(each.text or html[each.start : each.end], LONGEST),
            where=f"character {each.start}",
        )
        for each in learned.find_gone(html, known, rules.learning)
    )


def explain(html: str, url: str, rules: Rules, *, base: str = "") -> tuple[str, tuple[Edit, ...]]:
    """Return what `clean` returns, and everything that it removed or rewrote, in order."""
    edits: list[Edit] = []
    return _clean(html, url, base, rules, edits), tuple(edits)


def _clean(html: str, url: str, base: str, rules: Rules, edits: list[Edit] | None) -> str:
    document = _apply_steps(html, url, base, rules, edits)
    return _finish(document, edits)


def _apply_steps(
    html: str, url: str, base: str, rules: Rules, edits: list[Edit] | None = None
) -> Document:
    """Return an article with all steps applied but the sanitiser."""
    hygiene = clean_characters(html)
    closed = close_unclosed(hygiene)
    markup, has_keep_marks = _parse(closed, rules.operator)
    document = Document(markup.body, url, closed, base=base, has_keep_marks=has_keep_marks)
    drop_first_line_ends(document.all("pre"))
    if edits is not None:
        edits += describe_text("hygiene", html, hygiene)
        if closed != hygiene:
            edits.append(Edit("hygiene", "never closed", "rewritten", "elements or comments"))
        if markup.flattened:
            edits.append(Edit("hygiene", markup.flattened, "replaced", "all markup", "its text"))
    for step, changes in list_passes(document, rules, closed, is_deep=markup.is_deep):
        if not (decided := list(changes)):
            continue
        if document.has_keep_marks and step not in _FOR_ALL:
            decided = operator_rules.exclude_kept(document, decided)
        if edits is not None:
            edits += describe_changes(step, decided)
        if decided:
            apply(document, decided)
    return document


def _finish(document: Document, edits: list[Edit] | None = None) -> str:
    """Return the HTML of a document, sanitised."""
    result = _write(document, edits)
    safe = sanitiser.sanitise(result)
    if edits is not None:
        edits += describe_text("sanitiser", result, safe)
    return safe


def _write(document: Document, edits: list[Edit] | None) -> str:
    """Return the HTML of a document, or its beginning if it is too long."""
    html = absolute_addresses.encode_hosts(serialize(document.body))
    if len(html) <= MOST_CHARACTERS:
        return html
    if edits is not None:
        rule = f"more than {MOST_CHARACTERS} characters"
        edits.append(Edit("hygiene", rule, "replaced", "the article", "its beginning"))
    return shorten_article(html, document.url)


def _parse(html: str, operator: OperatorRules | None) -> tuple[Markup, bool]:
    """Parse an article, and tell whether an operator's `keep` matched anything in it."""
    excess = find_excess(html)
    if operator is not None and not excess:
        html = operator_rules.mark(html, operator)
    has_keep_marks = operator is not None and bool(operator.keep) and KEEP_MARK in html
    return parse(html, excess), has_keep_marks
