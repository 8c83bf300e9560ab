"""Calendar periods, and how each is halved: 256 years at most, one entry of an instant at least."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.render.dates import to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable

_LAST_NUMBER: Final = (1 << 63) - 1
_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR_MONTHS: Final = 12


class Position(NamedTuple):
    """Where an entry is in its feed.

    Attributes:
        published: an instant.
        number: of two entries of one instant the one with the smaller number is the newer.
    """

    published: int
    number: int

    def is_older(self, other: Position) -> bool:
        """Tell whether it comes after another in a feed, which begins with what is newest."""
        return _age(self) < _age(other)

    def newer(self) -> Position:
        """Return the position next to it."""
        return Position(self.published, self.number - 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time, or a part of the entries of one instant.

    Attributes:
        start: the first instant in it.
        end: the first instant after it.
        low: the least number in it.
        high: the greatest number in it.
    """

    start: int
    end: int
    low: int = 0
    high: int = _LAST_NUMBER

    def __contains__(self, position: Position) -> bool:
        return (
            self.start <= position.published < self.end and self.low <= position.number <= self.high
        )

    @property
    def first(self) -> Position:
        """The oldest position in it."""
        return Position(self.start, self.high)

    @property
    def last(self) -> Position:
        """The newest position in it."""
        return Position(self.end - 1, self.low)

    def halves(self) -> tuple[Period, Period] | None:
        """Return the older and the newer half; None if it has room for one entry only."""
        if self.end - self.start > 1:
            middle = _find_middle(self.start, self.end)
            return Period(self.start, middle), Period(middle, self.end)
        if self.high > self.low:
            number = (self.low + self.high) // 2
            return (
                Period(self.start, self.end, number + 1, self.high),
                Period(self.start, self.end, self.low, number),
            )
        return None

    @property
    def name(self) -> str:
        """Its end, as short as it can be written: ``2024-06-30`` is the end of that day.

        Periods that end at different times have different names.
        """
        at = to_datetime(self.end - 1).strftime("%Y-%m-%dT%H%M%S")
        if self.low:
            return f"{at}.{(self.end - 1) % _SECOND:03}-{self.low:016x}".rstrip("0")
        lengths = {_DAY: "%Y-%m-%d", _HOUR: "%Y-%m-%dT%H", _MINUTE: "%Y-%m-%dT%H%M"}
        for unit, form in lengths.items():
            if self.end % unit == 0:
                return to_datetime(self.end - 1).strftime(form)
        return at if self.end % _SECOND == 0 else f"{at}.{(self.end - 1) % _SECOND:03}"


def find_span(periods: Iterable[Period]) -> tuple[Position, Position]:
    """Return the oldest and the newest position in some periods, of which there is one at least."""
    every = list(periods)
    first = min((period.first for period in every), key=_age)
    last = max((period.last for period in every), key=_age)
    return first, last


def _age(position: Position) -> tuple[int, int]:
    """Return what orders positions, the oldest first."""
    return position.published, -position.number


def _find_middle(start: int, end: int) -> int:
    """Return the instant that halves a span: on the coarsest unit that has a boundary inside."""
    first, last = _month_of(start), _month_of(end)
    for months in (_YEAR_MONTHS, 1):
        if (units := (last - first) // months) > 1:
            return _start_of_month(first + units // 2 * months)
    for unit in (_DAY, _HOUR, _MINUTE, _SECOND, 1):
        if (units := (end - start) // unit) > 1:
            return start + units // 2 * unit
    raise ValueError("an instant has no middle")


def _month_of(instant: int) -> int:
    """Return the number of months from the year 0 to an instant's month."""
    moment = to_datetime(instant)
    return moment.year * _YEAR_MONTHS + moment.month - 1


def _start_of_month(month: int) -> int:
    year, rest = divmod(month, _YEAR_MONTHS)
    return int(datetime(year, rest + 1, 1, tzinfo=UTC).timestamp()) * _SECOND


ALWAYS: Final = Period(_start_of_month(1920 * _YEAR_MONTHS), _start_of_month(2176 * _YEAR_MONTHS))
"""256 years around all valid instants, whose halves begin and end with a year."""
