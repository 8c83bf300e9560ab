from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.reading.dates.text import is_date, parse_date, parse_epoch, to_instant
from refeed.reading.publication_date import choose_date

if TYPE_CHECKING:
    from datetime import datetime

    from refeed.reading.publication_date import PublicationDate


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1718775422000", 1_718_775_422_000),
        ("1718775422", 1_718_775_422_000),
        ("631152000000", 631_152_000_000),
        ("631151999999", None),
        ("0", None),
        ("-1", None),
        ("NaN", None),
        ("4102444800000", None),
        ("99999999999999999999", None),
        ("１７１８７７５４２２０００", None),
    ],
)
def test_epochs(text: str, instant: int | None) -> None:
    assert parse_epoch(text) == instant


@given(st.text(max_size=70))
def test_any_text_is_a_date_or_none(text: str) -> None:
    if is_date(text):
        instant = to_instant(parse_date(text), UTC)
        assert instant is None or instant >= 631_152_000_000


@given(st.datetimes(), st.sampled_from(("America/New_York", "Asia/Shanghai", "Pacific/Apia")))
def test_no_local_time_is_impossible(when: datetime, zone: str) -> None:
    to_instant(when, ZoneInfo(zone))


def found(
    *weak: tuple[str, str],
    late: tuple[tuple[str, str], ...] = (),
    path: str = "a.md",
    url: str = "",
    zone: str = "",
    modified: int = 7,
) -> tuple[int, str]:
    return choose(*weak, late=late, path=path, url=url, zone=zone, modified=modified)[:2]


LOCAL = ("2020-01-02 03:04:05", "time element")
ZONED = ("2020-03-04T05:06:07Z", "page metadata")


def choose(
    *weak: tuple[str, str],
    late: tuple[tuple[str, str], ...] = (),
    path: str = "a.md",
    url: str = "",
    zone: str = "",
    modified: int = 7,
) -> PublicationDate:
    return choose_date(
        (("NaN", "header epoch"), ("soon", "front matter")),
        lambda: weak,
        lambda: late,
        zone=lambda: ZoneInfo(zone) if zone else None,
        path=path,
        url=url,
        modified=modified,
    )


def test_a_date_with_a_zone_goes_before_one_without() -> None:
    assert found(LOCAL, ZONED) == (1_583_298_367_000, "page metadata")


def test_a_time_without_a_zone_counts_where_the_zone_is_known() -> None:
    assert found(LOCAL, ZONED, zone="Asia/Shanghai") == (1_577_905_445_000, "time element")


def test_a_time_without_a_zone_goes_before_the_path() -> None:
    assert found(LOCAL, path="2019-01-01/a.md") == (1_577_934_245_000, "time element")


def test_the_first_of_two_times_without_a_zone_counts() -> None:
    later = ("2020-02-02 03:04:05", "time element")
    assert found(LOCAL, later) == (1_577_934_245_000, "time element")


def test_a_date_in_the_path_goes_before_the_file_time() -> None:
    assert found(path="2019-01-01/2020-08-05-a.md") == (1_596_585_600_000, "file name")
    assert found(path="2020-08-05/x/1850-01-01-2020-13-01.md") == (1_596_585_600_000, "folder name")
    assert found(path="12020-08-05.md") == (7, "file time")


def test_the_file_time_is_kept_within_what_feeds_can_say() -> None:
    assert found(modified=-5) == (0, "file time")
    assert found(modified=10**18) == (4_102_444_799_999, "file time")


def test_a_late_date_goes_before_the_path_and_behind_all_others() -> None:
    saved = ("2021-01-01T00:00:00Z", "saved date")
    assert found(LOCAL, late=(saved,)) == (1_577_934_245_000, "time element")
    assert found(late=(saved,), path="2019-01-01/a.md") == (1_609_459_200_000, "saved date")


def test_dates_that_cannot_be_read_are_told_if_they_would_have_been_believed() -> None:
    odd = ("03/04/2024", "page metadata")
    after = ("04/03/2024", "time element")
    assert choose(odd, ZONED, after).unread == (
        'front matter: "soon" is no date',
        'page metadata: "03/04/2024" may mean day and month, or month and day',
    )


def test_a_day_in_the_address_goes_before_the_file_time() -> None:
    for day in ("/2020/08/05/", "/2020-08-05-", "/20200805/"):
        assert found(url=f"https://example.org{day}lock") == (1_596_585_600_000, "address")
    dated = "https://example.org/2020/08/05/lock"
    assert found(url=dated, path="2019-01-01-a.md") == (1_596_585_600_000, "address")
    for number in ("/2020/13/05/", "/20200805123/", "/2020/08/"):
        assert found(url=f"https://example.org{number}lock") == (7, "file time")
