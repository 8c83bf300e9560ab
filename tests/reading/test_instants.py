from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.reading.dates import date
from refeed.reading.instants import epoch, instant_of, moment

SAME = datetime(2020, 7, 18, 14, 28, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2020-07-18T14:28:02Z",
        "2020-07-18T14:28:02.000Z",
        "2020-07-18 07:28:02 -0700",
        "2020-07-18 07:28:02-07:00",
        "20200718T142802Z",
        "2020/7/18 14:28:02 UTC",
        "Sat, 18 Jul 2020 14:28:02 GMT",
        "18 Jul 2020 07:28:02 -0700",
        "1595082482",
        "1595082482000",
    ],
)
def test_forms_with_a_zone(text: str) -> None:
    assert moment(text) == SAME


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2020-07-18", (2020, 7, 18)),
        ("2020/7/8", (2020, 7, 8)),
        ("2020年7月18日", (2020, 7, 18)),
        ("2020.07.18 07:28", (2020, 7, 18, 7, 28)),
        ("2020-07-18 07:28:02", (2020, 7, 18, 7, 28, 2)),
        ("2020-07-18T07:28", (2020, 7, 18, 7, 28)),
        ("20200718", (2020, 7, 18)),
    ],
)
def test_forms_without_a_zone(text: str, local: tuple[int, int, int]) -> None:
    assert moment(text) == datetime(*local)  # noqa: DTZ001 - a time without a zone is what it is


@pytest.mark.parametrize(
    "text", ["", "NaN", "yesterday", "2020", "2020-13-40", "07/08/2020", "9" * 70, "12", "1:2:3"]
)
def test_nonsense(text: str) -> None:
    assert moment(text) is None


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
    assert epoch(text) == instant


@given(st.text(max_size=70))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    instant = instant_of(moment(text), UTC)
    assert instant is None or instant >= 631_152_000_000


@given(st.datetimes(), st.sampled_from(("America/New_York", "Asia/Shanghai", "Pacific/Apia")))
def test_no_local_time_is_impossible(when: datetime, zone: str) -> None:
    instant_of(when, ZoneInfo(zone))


LOCAL = ("2020-01-02 03:04:05", "time element")
ZONED = ("2020-03-04T05:06:07Z", "page metadata")


def found(
    *weak: tuple[str, str], path: str = "a.md", zone: str = "", modified: int = 7
) -> tuple[int, str]:
    return date(
        (("NaN", "header epoch"), ("soon", "front matter")),
        lambda: weak,
        zone=lambda: ZoneInfo(zone) if zone else None,
        path=path,
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
