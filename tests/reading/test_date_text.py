"""Each line of `dates.tsv`: a date as files have it, and what it means."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.reading.dates.parts import DateTextError
from refeed.reading.dates.text import is_date, parse_date

LINES = Path(__file__).with_name("dates.tsv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize("line", LINES)
def test_a_date_means_what_its_line_says(line: str) -> None:
    text, _, expected = line.partition("\t")
    if expected.startswith("! "):
        with pytest.raises(DateTextError) as caught:
            parse_date(text)
        assert str(caught.value) == expected[2:]
    else:
        assert parse_date(text).isoformat() == expected


# In minutes.
OFFSETS = (*range(-720, 841, 60), -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)), st.sampled_from(OFFSETS))  # noqa: DTZ001
def test_a_date_as_javascript_prints_it_is_that_instant(when: datetime, minutes: int) -> None:
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"
    text = f"{when:%a %b %d %Y %H:%M:%S} GMT{offset} (Some Standard Time)"
    parsed = parse_date(text)
    assert parsed.replace(tzinfo=None) == when.replace(microsecond=0)
    assert parsed.utcoffset() == timedelta(minutes=minutes)


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2099, 12, 31).date()), st.sampled_from("/-."))  # noqa: DTZ001
def test_a_day_and_a_month_in_figures_are_never_guessed(day: datetime, sign: str) -> None:
    text = f"{day:%d}{sign}{day:%m}{sign}{day:%Y}"
    if day.day > 12 or day.day == day.month:
        assert parse_date(text).date() == day
    else:
        assert not is_date(text)


@pytest.mark.parametrize("zone", ["IST", "CST", "BST", "AST", "XYZ", "Q"])
@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S", "%Y-%m-%d %H:%M", "%B %d, %Y %I:%M %p"])
def test_a_zone_of_unknown_place_is_never_dropped(form: str, zone: str) -> None:
    assert not is_date(f"{datetime(2024, 6, 19, 1, 4, 5):{form}} {zone}")  # noqa: DTZ001
