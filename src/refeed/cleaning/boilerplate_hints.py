"""Hints: words of which one stands in each text that a rule on boilerplate knows.

Hints are looked for in an article's whole text, which costs a fraction of what it takes to match
the rules against each of its lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refeed.cleaning.text_rule import TextRule

_END = 800
"""Characters in which the last lines of an article stand."""

_FREQUENT = frozenset(" .etaoinsrhlcum")


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """The hints of some rules, in the form in which they are looked up.

    Attributes:
        rules: the rules.
        anywhere: hints of rules that hold anywhere, by a character that each of them has.
        at_end: hints of rules that hold at the end, likewise.
    """

    rules: Sequence[TextRule]
    anywhere: Mapping[str, Sequence[str]]
    at_end: Mapping[str, Sequence[str]]

    def find_rules(self, text: str) -> list[TextRule]:
        """Return the rules of which a hint stands in an article's text, or in its end."""
        found = _find_hints(self.anywhere, text)
        found_at_end = _find_hints(self.at_end, " ".join(text[-_END:].split()))
        if not found and not found_at_end:
            return []
        return [
            rule
            for rule in self.rules
            if not (found_at_end if rule.at_end else found).isdisjoint(rule.hints)
        ]


def build_hints(rules: Sequence[TextRule]) -> Hints:
    """Build the hints of some rules."""
    return Hints(
        rules,
        _group_by_character(rule for rule in rules if not rule.at_end),
        _group_by_character(rule for rule in rules if rule.at_end),
    )


def _find_hints(hints: Mapping[str, Sequence[str]], text: str) -> set[str]:
    # One character is found in a fraction of the time that a word takes.
    return {
        hint
        for character, words in hints.items()
        if character in text
        for hint in words
        if hint in text
    }


def _group_by_character(rules: Iterable[TextRule]) -> dict[str, tuple[str, ...]]:
    """Return the hints of rules by few characters, one of which each hint has."""
    left = {hint for rule in rules for hint in rule.hints}
    found: dict[str, tuple[str, ...]] = {}
    while left:
        shared = Counter(c for hint in left for c in set(hint) if c not in _FREQUENT)
        character = max(shared, key=lambda c: (shared[c], c)) if shared else min(min(left))
        found[character] = tuple(sorted(hint for hint in left if character in hint))
        left.difference_update(found[character])
    return found
