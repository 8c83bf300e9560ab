"""The rules on boilerplate: footers, feed promotion, share bars, subscribe prompts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refeed.cleaning.boilerplate_hints import build_hints
from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.cleaning.boilerplate_hints import Hints


@dataclass(frozen=True, slots=True)
class TextRule:
    """Takes out a block or a line by what it says.

    Attributes:
        name: human-readable.
        hints: the rule is tried only where one of these stands in the article's text.
        text: must match the whole text, white space collapsed.
        above: elements that go too when they stand right above.
        at_end: holds only for what has little of the article behind it.
        links: holds also for a link to the article itself at the end of a line.
        needs: the link that must be there: a kind of `boilerplate_anchors`, or "" for none.
        headings: holds for headings too.
        credits: holds for what stands right below a picture too.
        alone: holds only for a whole block, not for a line of one.
    """

    name: str
    hints: tuple[str, ...]
    text: Pattern
    above: frozenset[str]
    at_end: bool
    links: bool
    needs: str
    headings: bool
    credits: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class ElementRule:
    """Takes out elements by what they are.

    Attributes:
        name: human-readable.
        outside: never inside one of these elements.
        empty_of_media: whether the rule spares elements that hold an image, a film or a sound.
        evidence: kinds of evidence of which one must be there, if any is named.
        headings: whether it takes headings.
    """

    name: str
    outside: frozenset[str] = frozenset()
    empty_of_media: bool = False
    evidence: tuple[str, ...] = ()
    headings: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class BoilerplateRules:
    """All rules, in the form in which they are looked up.

    Attributes:
        texts: rules on text.
        hints: the hints of the rules on text.
        hints_without_links: those of the rules that need no link.
        by_tag: rules on elements by name.
        by_class: rules on elements by class.
        by_id: rules on elements by id.
        share_links: by host, what the paths of addresses begin with that share a page.
    """

    texts: tuple[TextRule, ...]
    hints: Hints
    hints_without_links: Hints
    by_tag: Mapping[str, ElementRule]
    by_class: Mapping[str, ElementRule]
    by_id: Mapping[str, ElementRule]
    share_links: Mapping[str, Pattern]

    def find_likely(self, text: str, *, has_links: bool) -> list[TextRule]:
        """Return the rules on text that may hold for a line of an article.

        Args:
            text: the article's text.
            has_links: whether it has links, without which many rules do not hold.
        """
        hints = self.hints if has_links else self.hints_without_links
        return hints.find_rules(text)


def boilerplate_rules(table: Mapping[str, Any]) -> BoilerplateRules:
    """Make rules of the table of `rules/boilerplate.toml`."""
    by: dict[str, dict[str, ElementRule]] = {"tags": {}, "classes": {}, "ids": {}}
    for row in table["element"]:
        rule = ElementRule(
            row["name"],
            frozenset(row.get("outside", ())),
            row.get("empty_of_media", False),
            tuple(row.get("evidence", ())),
            row.get("headings", False),
        )
        for kind, known in by.items():
            known.update(dict.fromkeys(row.get(kind, ()), rule))
    texts = tuple(
        TextRule(
            row["name"],
            tuple(row["hints"]),
            Pattern(row["text"], re.IGNORECASE),
            frozenset(row.get("above", ())),
            at_end=row.get("at_end", False),
            links=row.get("links", False),
            needs=row.get("needs", ""),
            headings=row.get("headings", False),
            credits=row.get("credits", True),
            alone=row.get("alone", False),
        )
        for row in table["text"]
    )
    share_links = {row["host"]: Pattern(row["path"]) for row in table["share_link"]}
    return BoilerplateRules(
        texts,
        build_hints(texts),
        build_hints([rule for rule in texts if not rule.needs]),
        by["tags"],
        by["classes"],
        by["ids"],
        share_links,
    )
