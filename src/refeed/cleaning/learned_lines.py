"""The rules on what is learned from lines and images, from `rules/learning.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from refeed.cleaning.element_kinds import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DIGIT: Final = re.compile(r"\d")
# Patterns that began with a repeat, or looked ahead, would be tried at each character of a text.
_NUMBER: Final = re.compile(r"\d\d*(?:[.,]\d+)*")
_NUMERIC_DATE: Final = (
    r"\d{3}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?:\s?日)?|\d?[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d?月\d{1,2}日"
)
_CLOCK: Final = r"\d?:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
"""Dates and times without their first digit."""

_BEFORE_DAY: Final = re.compile(r"\s\d")
_DATE_SIGN: Final = "\x01"
_NUMBER_SIGN: Final = "\x02"
_TITLE_SIGN: Final = "\x03"
_NUMBERING: Final = re.compile(rf"\W*(?:[^\W\d_]+\W*{_NUMBER_SIGN}|第{_NUMBER_SIGN}\w)\W*")
_LEAST_TITLE: Final = 4
_DENSE_BEGINNING: Final = 60
_DENSE: Final = re.compile("[\u3040-\ud7ff]+")


@dataclass(frozen=True, slots=True)
class LearnedLineRules:
    """What has features, and what may go.

    Attributes are those of `rules/learning.toml`, where they are explained, and:

    Attributes:
        dates: matches dates, times and durations that begin with a number.
        months_first: matches dates that begin with a month.
        credits: matches the label of a credit, with its colon.
        films: parts of addresses that may lead to one film, recording or post -> what matches those
            that do.
        never: texts of lines and addresses of images that are never learned.
    """

    head_lines: int
    tail_lines: int
    edge_share: int
    longest: int
    fold_dates: int
    fold_numbers: int
    middle_longest: int
    prose: int
    dense_prose: int
    prose_run: int
    prose_lines: int
    short: int
    label: int
    credit: int
    most_features: int
    most_percent: int
    least_left_percent: int
    least_left: int
    list_percent: int
    small: int
    decoration: tuple[str, ...]
    dates: re.Pattern[str]
    months_first: re.Pattern[str]
    credits: re.Pattern[str]
    films: Mapping[str, re.Pattern[str]]
    never: frozenset[str] = frozenset()

    def fold(self, text: str, title: str = "") -> str:
        """Return a line's text with its article's title, dates and, in short ones, numbers masked.

        Args:
            text: white space collapsed.
            title: likewise.
        """
        if len(title) >= _LEAST_TITLE and title in text:
            text = text.replace(title, _TITLE_SIGN)
        if len(text) <= self.fold_dates and _DIGIT.search(text):
            text = self.dates.sub(_DATE_SIGN, text)
            if _BEFORE_DAY.search(text):
                text = self.months_first.sub(_DATE_SIGN, text)
            if len(text) <= self.fold_numbers:
                text = _NUMBER.sub(_NUMBER_SIGN, text)
        return text

    def has_film(self, html: str) -> bool:
        """Tell whether an address in a text or in HTML leads to a film, recording or post."""
        lowered = html.lower()
        likely = [part for part in self.films if part in lowered]
        return any(self.films[part].search(lowered) for part in likely)

    def is_prose(self, text: str) -> bool:
        """Tell whether a line without a link is long enough to be prose."""
        return len(text) >= self.prose or (len(text) >= self.dense_prose and is_dense(text))


def is_numbering(folded: str) -> bool:
    """Tell whether a folded line is a word and a number, as `Part 3`."""
    return _NUMBERING.fullmatch(folded) is not None


def is_dense(text: str) -> bool:
    """Tell whether a text is in a script of which a sign is a word or a syllable."""
    beginning = text[:_DENSE_BEGINNING]
    if beginning.isascii():
        return False
    return sum(map(len, _DENSE.findall(beginning))) * 2 > len(beginning)


def _build_film(part: str, rest: str) -> re.Pattern[str]:
    """Return what matches a part of an address in lower case: a name, or the ending of a file."""
    edge = "" if part.startswith(".") else r"(?<!\w)"
    return re.compile(f"{edge}{re.escape(part)}{rest}")


def learned_line_rules(table: Mapping[str, Any], never: Iterable[str] = ()) -> LearnedLineRules:
    """Make rules of the table of `rules/learning.toml` and an operator's pins.

    Args:
        table: the table.
        never: texts of lines and addresses of images that stay.
    """
    words = table["words"]
    months, units = "|".join(words["months"]), "|".join(words["units"])
    dates = re.compile(
        rf"\d(?:{_NUMERIC_DATE}|{_CLOCK}|\d*\s?(?:{units})(?!\w)"
        rf"|\d?(?:st|nd|rd|th|\.)?\s(?:de\s|of\s)?(?:{months})\b\.?,?(?:\s(?:de\s)?\d{{4}})?)",
        re.IGNORECASE,
    )
    # What comes first is quick to look for.
    months_first = re.compile(
        rf"\b(?=[^\W\d_]{{3,10}}\.?\s\d)(?:{months})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s\d{{4}})?",
        re.IGNORECASE,
    )
    rules = LearnedLineRules(
        **table["lines"],
        **table["removal"],
        small=table["images"]["small"],
        decoration=tuple(table["images"]["decoration"]),
        dates=dates,
        months_first=months_first,
        credits=re.compile(rf"(?:{'|'.join(words['credits'])})\s*[:：/／]", re.IGNORECASE),
        films={part: _build_film(part, rest) for part, rest in table["films"].items()},
    )
    return replace(rules, never=frozenset(rules.fold(collapse(text)) for text in never))
