"""Hints: words of which one stands in each text that a rule on boilerplate knows.

Hints are looked for in an article's whole text, which costs a fraction of what it takes to match
the rules against each of its lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from refeed.cleaning.boilerplate.text_rule import TextRule

END = 800
"""Characters in which the last lines of an article stand."""

_PIECE = 4
"""Characters of a piece of a word of ASCII: few texts have it, and many words may share it."""


class _Words(NamedTuple):
    """Words to be found in a text, by a piece that each of them has.

    Attributes:
        plain: words of ASCII, by some characters in a row.
        others: all others, by a character that is not of ASCII.
    """

    plain: Mapping[str, Sequence[str]]
    others: Mapping[str, Sequence[str]]

    def find(self, text: str) -> set[str]:
        """Return those that stand in a text."""
        # Most of a text in another script falls away here, and with it most of the time.
        plain = text.encode("ascii", "ignore").decode("ascii")
        found = {word for word in _find_words(self.plain, plain) if word in text}
        if len(plain) < len(text):
            found |= _find_words(self.others, text)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """The hints of some rules, in the form in which they are looked up.

    Attributes:
        rules: the rules.
        anywhere: hints of rules that hold anywhere.
        at_end: hints of rules that hold at the end.
        places: hint -> the places of its rules among those that hold anywhere.
        places_at_end: likewise, of rules that hold at the end.
    """

    rules: Sequence[TextRule]
    anywhere: _Words
    at_end: _Words
    places: Mapping[str, Sequence[int]]
    places_at_end: Mapping[str, Sequence[int]]

    def find_rules(self, text: str) -> list[TextRule]:
        """Return the rules of which a hint stands in an article's text, or in its end."""
        return _find_rules(self, text)


@lru_cache(maxsize=4)  # Most articles are looked at twice, and have not changed.
def _find_rules(hints: Hints, text: str) -> list[TextRule]:
    found = hints.anywhere.find(text)
    found_at_end = hints.at_end.find(" ".join(text[-END:].split()))
    places = {place for word in found for place in hints.places[word]}
    places.update(place for word in found_at_end for place in hints.places_at_end[word])
    return [hints.rules[place] for place in sorted(places)]


def build_hints(rules: Sequence[TextRule]) -> Hints:
    """Build the hints of some rules."""
    return Hints(
        rules,
        _build_words(rule for rule in rules if not rule.at_end),
        _build_words(rule for rule in rules if rule.at_end),
        _find_places(rules, at_end=False),
        _find_places(rules, at_end=True),
    )


def _find_places(rules: Sequence[TextRule], *, at_end: bool) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for word in rule.hints if rule.at_end == at_end else ():
            places.setdefault(word, []).append(place)
    return places


def _build_words(rules: Iterable[TextRule]) -> _Words:
    words = {hint for rule in rules for hint in rule.hints}
    plain = {word for word in words if word.isascii()}
    return _Words(
        _group(plain, _cut_plain),
        _group(words - plain, _cut_other),
    )


def _find_words(words: Mapping[str, Sequence[str]], text: str) -> set[str]:
    # The more words share a piece, the fewer are looked for.
    return {
        word for piece, group in words.items() if piece in text for word in group if word in text
    }


def _group(words: Iterable[str], cut: Callable[[str], set[str]]) -> dict[str, tuple[str, ...]]:
    """Return words by a piece that each of them has, of its pieces the one that most share."""
    pieces = {word: cut(word) for word in words}
    shared = Counter(chain.from_iterable(pieces.values()))
    groups: dict[str, list[str]] = {}
    for word in sorted(pieces):
        most = max(pieces[word], key=lambda piece: (shared[piece], piece))
        groups.setdefault(most, []).append(word)
    return {piece: tuple(group) for piece, group in groups.items()}


def _cut_plain(word: str) -> set[str]:
    return {word[at : at + _PIECE] for at in range(max(1, len(word) - _PIECE + 1))}


def _cut_other(word: str) -> set[str]:
    return {character for character in word if not character.isascii()}
