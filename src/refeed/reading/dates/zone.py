"""Reads the zones in dates: offsets, abbreviations and names.

An abbreviation counts only if it has one meaning: those of RFC 5322, section 4.3 (EST, PDT, …)
and others that a single zone uses. CST is among RFC 5322's, but programs in China write it for
their own time, so it is ambiguous, like IST and BST. A date with such a zone is not read.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from refeed.reading.dates.parts import DateTextError, build_offset
from refeed.reading.dates.words import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from datetime import tzinfo

_HOURS = """
UTC 0 GMT 0 UT 0 Z 0 WET 0 WEST 1 CET 1 CEST 2 MEZ 1 MESZ 2 EET 2 EEST 3 MSK 3 MSD 4 TRT 3
EST -5 EDT -4 CDT -5 MST -7 MDT -6 PST -8 PDT -7 AKST -9 AKDT -8 HST -10 NST -3:30 NDT -2:30
BRT -3 BRST -2 ART -3 CLST -3 COT -5 PET -5 VET -4 UYT -3
JST 9 KST 9 HKT 8 SGT 8 PHT 8 AWST 8 ACST 9:30 ACDT 10:30 AEST 10 AEDT 11 NZST 12 NZDT 13
ICT 7 WIB 7 WITA 8 MYT 8 NPT 5:45 PKT 5 IRST 3:30 IRDT 4:30 UZT 5 SAST 2 EAT 3 CAT 2 WAT 1
"""
_FIXED = {
    name: build_offset(sign or "+", int(hours), int(minutes or 0))
    for name, sign, hours, minutes in re.findall(r"(\w+) (-?)(\d+):?(\d*)", _HOURS)
}
_BY_SEASON = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
_FULL_NAMES = {
    "Eastern Time": "America/New_York",
    "Pacific Time": "America/Los_Angeles",
    "Eastern Standard Time": "Etc/GMT+5",
    "Eastern Daylight Time": "Etc/GMT+4",
    "Central Standard Time": "Etc/GMT+6",
    "Central Daylight Time": "Etc/GMT+5",
    "Mountain Standard Time": "Etc/GMT+7",
    "Mountain Daylight Time": "Etc/GMT+6",
    "Pacific Standard Time": "Etc/GMT+8",
    "Pacific Daylight Time": "Etc/GMT+7",
    "Greenwich Mean Time": "Etc/GMT",
    "Coordinated Universal Time": "Etc/GMT",
    "British Summer Time": "Etc/GMT-1",
    "Central European Standard Time": "Etc/GMT-1",
    "Central European Summer Time": "Etc/GMT-2",
    "China Standard Time": "Etc/GMT-8",
    "India Standard Time": "Asia/Kolkata",
    "Japan Standard Time": "Etc/GMT-9",
    "Korean Standard Time": "Etc/GMT-9",
    "Mitteleuropäische Normalzeit": "Etc/GMT-1",
    "Mitteleuropäische Sommerzeit": "Etc/GMT-2",
    "tiempo universal coordinado": "Etc/GMT",
    "التوقيت العالمي المنسق": "Etc/GMT",
    "التوقيت العالمي": "Etc/GMT",
    "بتوقيت غرينتش": "Etc/GMT",
    "توقيت غرينتش": "Etc/GMT",
    "协调世界时": "Etc/GMT",
    "世界標準時間": "Etc/GMT",
    "協定世界時": "Etc/GMT",
    "협정 세계시": "Etc/GMT",
    "МСК": "Europe/Moscow",
    "北京时间": "Asia/Shanghai",
    "北京時間": "Asia/Shanghai",
    "中国标准时间": "Etc/GMT-8",
    "中國標準時間": "Etc/GMT-8",
    "台北時間": "Asia/Taipei",
    "台北时间": "Asia/Taipei",
    "台灣時間": "Asia/Taipei",
    "香港時間": "Asia/Hong_Kong",
    "日本時間": "Asia/Tokyo",
    "日本標準時": "Asia/Tokyo",
    "한국 시간": "Asia/Seoul",
    "한국 표준시": "Asia/Seoul",
    "대한민국 표준시": "Asia/Seoul",
}
_ZONES_BY_NAME = {name.upper(): zone for name, zone in _FULL_NAMES.items()}
_UTC = ("UTC", "GMT", "UT", "Z")
_SEVERAL = frozenset(
    "ACT ADT AMST AMT AST BDT BST CLT CST CT ECT GST IDT IST LHST MMT MT PYT SST WST".split()
)

_OFFSET = re.compile(
    r"(?:(?:UTC|GMT|UT|Z)\s*)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?00)?(?![0-9:])", re.IGNORECASE
)
_PREFIXED = re.compile(
    r"(?:UTC|GMT)\s*([+-])\s?([0-9]{1,2})(?::?([0-9]{2}))?(?![0-9:])", re.IGNORECASE
)
_IANA = re.compile(r"\[?([A-Z][A-Za-z_]+/[A-Za-z0-9_+-]+(?:/[A-Za-z_]+)?)\]?")
_NAMED = re.compile("|".join(sorted(_FULL_NAMES, key=len, reverse=True)), re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:{_NAMED.pattern}|\b(?:UTC|GMT)(?:\s?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?)?(?![\w:]))",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"[A-Z]{1,5}(?![^\W_])|(?:utc|gmt|z)(?![^\W_])")
_SHORTEST_WORD = 3
_WORDS = frozenset(
    name for names in (*MONTHS, WEEKDAYS) for name in names if len(name) >= _SHORTEST_WORD
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
# What programs write after an offset besides: its name, a comment, Go's monotonic clock.
_ALSO = re.compile(r"\s*(?:[A-Z]{2,5}\b|[+-][0-9]{2,4}\b|\([^()]*\)|\[[^\[\]]*\])", re.ASCII)


def read_zone(text: str) -> tuple[tzinfo | None, str]:
    """Read the zone at the start of the text after a time of day.

    Returns:
        The zone, None where none is named; and the text after it.

    Raises:
        DateTextError: a zone is named that is not known, or that several places use.
    """
    text = text.lstrip(" ,")
    offset = _PREFIXED.match(text) or _OFFSET.match(text)
    if offset:
        zone = build_offset(offset[1], int(offset[2]), int(offset[3] or 0))
        return zone, _skip_repeats(text[offset.end() :])
    bracketed = _BRACKETED.match(text)
    if bracketed:
        inner, left = read_zone(bracketed[1])
        if inner is None or left.strip():
            raise DateTextError(f"is in a zone that is not known: {bracketed[1]}")
        return inner, text[bracketed.end() :]
    return _read_name(text)


def find_zone_before(text: str) -> tuple[tzinfo | None, str]:
    """Read the zone that stands before a date, as in 北京时间 2024年6月19日.

    Returns:
        The zone, None where none is named; and the text without it.
    """
    named = _BEFORE.search(text)
    if not named:
        return None, text
    return read_zone(named[0])[0], f"{text[: named.start()]} {text[named.end() :]}"


def _read_name(text: str) -> tuple[tzinfo | None, str]:
    named = _NAMED.match(text)
    if named:
        return ZoneInfo(_ZONES_BY_NAME[named[0].upper()]), text[named.end() :]
    iana = _IANA.match(text)
    if iana:
        try:
            return ZoneInfo(iana[1]), text[iana.end() :]
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise DateTextError(f"is in a zone that is not known: {iana[1]}") from error
    abbreviation = _ABBREVIATION.match(text)
    if not abbreviation:
        return None, text
    name, rest = abbreviation[0].upper(), text[abbreviation.end() :]
    if name in _BY_SEASON:
        return ZoneInfo(_BY_SEASON[name]), rest
    if name in _FIXED:
        return UTC if name in _UTC else _FIXED[name], _skip_repeats(rest)
    if name in _SEVERAL:
        raise DateTextError(f"is in a zone of which there are several: {name}")
    if name.lower() not in _WORDS:  # "15:04 XYZ 2024" names a zone, "15:04 JUN 19" does not
        raise DateTextError(f"is in a zone that is not known: {name}")
    return None, text


def _skip_repeats(text: str) -> str:
    while match := _ALSO.match(text):
        text = text[match.end() :]
    return text
