"""Parses the day of a date, its month a number or a name in one of many languages."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from refeed.reading.dates.parts import DateTextError, build_day
from refeed.reading.dates.words import MONTHS, NEITHER, TWO_WORD_MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from datetime import datetime

_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})\s?[日일号號.]?")
_ERA = re.compile(r"(令和|平成|民國|民国)\s?(\d{1,3}|元)\s?(?=年)")
_YEARS_BEFORE_ERA = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
_CJK_WEEKDAY = re.compile(
    r"\(?(?:星期|礼拜|禮拜|週|周)[一二三四五六日天]\)?|\(?[月火水木金土日]曜日?\)?|\(?[월화수목금토일]요일\)?"
    r"|\([一二三四五六日月火水木金土월화수목금토일]\)"
)
_BUDDHIST_YEAR = re.compile(r"(?<=[\u0e00-\u0e7f])\.? ?(2[45]\d\d)\b")  # behind a Thai word
_YEARS_BEFORE_BUDDHIST = 543
# RFC 5322, section 4.3, and RFC 850: two digits of the year.
_SHORT_YEAR = re.compile(r"((?:[a-z]+,? +)?\d{1,2}[ -][a-z]{3}[ -])(\d\d)")
_CENTURY_FROM = 50
_VIETNAMESE = re.compile(r"\b(?:thang|thg) (\d{1,2}),?(?: nam)?\b")
# Arabic papers give a month's name of the Gulf and, behind a stroke, that of the Levant.
_SECOND_NAME = re.compile(r"(?<=[\u0621-\u064a]) ?/ ?[\u0621-\u064a]+(?: ال[\u0621-\u064a]+)?")
# In French, Spanish and Italian; March in English.
_TUESDAY = re.compile(r"^mar[.,]* +(?=\d{1,2}\.? +(?:de +)?[^\W\d])")
_NUMBER = re.compile(r"\d+")
_AROUND = " ,.;|·•@–—-"


class _ParseDate(Protocol):
    def __call__(self, text: str, *, dayfirst: bool, default: datetime) -> datetime: ...


def parse_day(text: str, *, timed: bool) -> datetime:
    """Return the midnight of the day that a text names.

    Args:
        text: without a time of day and a zone.
        timed: whether there was a time of day. Then a year may have two digits, as in mail.

    Raises:
        DateTextError: it names none, or is ambiguous.
    """
    text = _CJK_WEEKDAY.sub(" ", _fold(text)).strip(_AROUND)
    text = _ERA.sub(_to_year, text)
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return build_day(*map(int, match.groups()))
    short = _SHORT_YEAR.fullmatch(text) if timed else None
    if short:
        year = int(short[2])
        text = f"{short[1]}{year + (1900 if year >= _CENTURY_FROM else 2000)}"
    text = _VIETNAMESE.sub(_to_month_name, _SECOND_NAME.sub("", text))
    text = _BUDDHIST_YEAR.sub(lambda year: f" {int(year[1]) - _YEARS_BEFORE_BUDDHIST}", text)
    for name, english in TWO_WORD_MONTHS:
        text = text.replace(_fold(name), english)
    lengths = sorted(map(len, _NUMBER.findall(text)))
    if lengths not in ([1, 4], [2, 4], [1, 1, 4], [1, 2, 4], [2, 2, 4]):
        raise DateTextError("names no year, month and day in a form that is known")
    if _TUESDAY.match(text):
        with suppress(DateTextError):
            return _parse_by_dateutil(_TUESDAY.sub("", text))
    return _parse_by_dateutil(text)


def _parse_by_dateutil(text: str) -> datetime:
    parse = _load_parser()
    try:
        # What is not in the text is filled in from the default, so the two differ where the text
        # is not a whole date, or not one date.
        first = parse(text, dayfirst=True, default=build_day(2000, 1, 1))
        second = parse(text, dayfirst=False, default=build_day(2001, 2, 2))
    except (ValueError, OverflowError) as error:
        raise DateTextError("is in no form that is known") from error
    if first == second:
        return first
    if (first.month, first.day) == (second.day, second.month):
        raise DateTextError("may mean day and month, or month and day")
    raise DateTextError("names no year, month and day in a form that is known")


@lru_cache(maxsize=1)
def _load_parser() -> _ParseDate:
    """Return dateutil's parser with our words."""
    from dateutil.parser import parser, parserinfo

    class Words(parserinfo):  # type: ignore[misc] # dateutil is not typed
        JUMP = (*parserinfo.JUMP, *map(_fold, NEITHER), *map(_fold, WEEKDAYS))
        WEEKDAYS = ()
        MONTHS = tuple(tuple(_fold(name) for name in names) for names in MONTHS)
        HMS = ()
        AMPM = ()

        def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: ARG002, FBT001, FBT002 - dateutil's signature
            """Leave two digits alone, which dateutil reads by the clock of the machine."""
            return year

    parse: _ParseDate = parser(Words()).parse
    return parse


def _fold(text: str) -> str:
    """Return a text in lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ı", "i").replace("ß", "ss"))
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Mc", "Cf"))
    return unicodedata.normalize("NFC", plain)


def _to_year(era: re.Match[str]) -> str:
    return str(_YEARS_BEFORE_ERA[era[1]] + (1 if era[2] == "元" else int(era[2])))


def _to_month_name(month: re.Match[str]) -> str:
    number = int(month[1])
    return f"{MONTHS[number - 1][0]} " if 1 <= number <= len(MONTHS) else month[0]
