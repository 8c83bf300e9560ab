"""The rules on boilerplate: footers, feed promotion, share bars, subscribe prompts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refeed.cleaning.boilerplate.hints import END, build_hints
from refeed.cleaning.boilerplate.line_rules import line_rules
from refeed.cleaning.boilerplate.text_rule import TextRule
from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.cleaning.boilerplate.hints import Hints
    from refeed.cleaning.boilerplate.line_rules import LineRules


_NEEDS_NO_LINK = ("", "name of the site", "address of the site to write to")
_LIMITS = ("empty_of_media", "headings", "most", "left", "longest")


@dataclass(frozen=True, slots=True)
class ElementRule:
    """Takes out elements by what they are.

    Attributes:
        name: human-readable.
        outside: never inside one of these elements.
        evidence: kinds of evidence of which one must be there, if any is named.
        empty_of_media: whether the rule spares elements that hold an image, a film or a sound.
        headings: whether it takes headings.
        most: the largest share of the article's text that it takes.
        left: characters of text that must be left without it.
        longest: characters of the longest text that it takes.
    """

    name: str
    outside: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()
    empty_of_media: bool = False
    headings: bool = False
    most: float = 0.5
    left: int = 0
    longest: int = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class BoilerplateRules:
    """All rules, in the form in which they are looked up.

    Attributes:
        texts: rules on text.
        hints: the hints of the rules on text.
        hints_without_links: those of the rules that hold without a link.
        hints_without_last_links: those of the rules that hold without one near the end.
        by_tag: rules on elements by name.
        by_class: rules on elements by class.
        by_id: rules on elements by id.
        by_word: rules on elements by a word in a class or id.
        share_links: by host, what the paths of addresses begin with that share a page.
        lines: what rules on lines know.
    """

    texts: tuple[TextRule, ...]
    hints: Hints
    hints_without_links: Hints
    hints_without_last_links: Hints
    by_tag: Mapping[str, ElementRule]
    by_class: Mapping[str, ElementRule]
    by_id: Mapping[str, ElementRule]
    by_word: Mapping[str, tuple[ElementRule, ...]]
    share_links: Mapping[str, Pattern]
    lines: LineRules

    def find_likely(self, text: str, last_link: str | None) -> list[TextRule]:
        """Return the rules on text that may hold for a line of an article.

        Args:
            text: the article's text.
            last_link: the text of its last link; None without links, without which many rules
                do not hold.
        """
        if last_link is None:
            return self.hints_without_links.find_rules(text)
        is_near_the_end = last_link in text[-END:]
        hints = self.hints if is_near_the_end else self.hints_without_last_links
        return hints.find_rules(text)


def boilerplate_rules(table: Mapping[str, Any], lines: Mapping[str, Any]) -> BoilerplateRules:
    """Make rules of the tables of `rules/boilerplate.toml` and `rules/boilerplate_lines.toml`."""
    by: dict[str, dict[str, ElementRule]] = {"tags": {}, "classes": {}, "ids": {}}
    by_word: dict[str, tuple[ElementRule, ...]] = {}
    for row in table["element"]:
        rule = ElementRule(
            row["name"],
            frozenset(row.get("outside", ())),
            tuple(row.get("evidence", ())),
            **{key: row[key] for key in _LIMITS if key in row},
        )
        for kind, known in by.items():
            known.update(dict.fromkeys(row.get(kind, ()), rule))
        for word in row.get("words", ()):
            by_word[word] = (*by_word.get(word, ()), rule)
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
        build_hints([rule for rule in texts if rule.needs in _NEEDS_NO_LINK]),
        build_hints([rule for rule in texts if not rule.at_end or rule.needs in _NEEDS_NO_LINK]),
        by["tags"],
        by["classes"],
        by["ids"],
        by_word,
        share_links,
        line_rules(lines),
    )
