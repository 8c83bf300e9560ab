"""Chooses the date of publication among a file's dates."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from refeed.errors import UrlError
from refeed.identity import key_of, source_of
from refeed.reading.dates.parts import DateTextError, build_day
from refeed.reading.dates.text import LATEST, parse_date, parse_epoch, to_instant
from refeed.reading.single_line import to_single_line
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, tzinfo

    from refeed.reading.claims import Claim

HEADER = "header epoch"
FILE_NAME = "file name"
FOLDER_NAME = "folder name"
ADDRESS = "address"
FILE_TIME = "file time"
METADATA = "page metadata"
SAVED = "saved date"
GUESSED = "guessed in the page"

_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-_.]([0-9]{2})[-_.]([0-9]{2})(?![0-9])")
_IN_URL = re.compile(r"/((?:19|20)[0-9]{2})[-/]?([0-9]{2})[-/]?([0-9]{2})(?=[-/.]|$)")
# What programs write where there is no date.
_NOTHING = re.compile(
    r"(?:true|false|yes|no|nan|null|none|nil|undefined|invalid date|unknown|n/?a|-|0+"
    r"|(?:0001-01|0000-00|1970-01)-0[01].*)?",
    re.IGNORECASE,
)
_LONGEST_SHOWN = 80
_FARTHEST_ZONE = 24 * 3_600_000
"""A date without a zone, which is taken for UTC, and the same with its zone are less apart."""


class Zones(NamedTuple):
    """The operator's zones for times without one.

    Attributes:
        by_source: source host -> IANA zone name; `*` is every other source.
    """

    by_source: Mapping[str, str]

    def find(self, url: str) -> ZoneInfo | None:
        """Return the zone of the source that `url` is of, or None where none is named."""
        if not self.by_source:
            return None
        try:
            source = source_of(key_of(url))
        except UrlError:
            source = ""
        name = self.by_source.get(source) or self.by_source.get("*")
        return ZoneInfo(name) if name else None


class PublicationDate(NamedTuple):
    """When an article was published.

    Attributes:
        instant: the date.
        origin: the rule that found it.
        unread: dates that would have had priority but could not be read: for each the rule, the
            text and the reason, in one line.
    """

    instant: int
    origin: str
    unread: tuple[str, ...] = ()


def choose_date(  # noqa: PLR0913 - the claims by how far they are trusted
    strong: Iterable[Claim],
    weak: Callable[[], Iterable[Claim]],
    late: Callable[[], Iterable[Claim]],
    *,
    guess: Callable[[], str] | None = None,
    zone: Callable[[], ZoneInfo | None],
    path: str,
    url: str,
    modified: int,
) -> PublicationDate:
    """Choose an article's date.

    Args:
        strong: the header's epoch and front matter's dates of publication. One without a zone is
            in the zone of the source, or else in UTC.
        weak: the dates of publication in a page's metadata, a byline and `<time>`. Those that name
            a zone, or whose source's zone is known, go before the rest, which then count as UTC.
            A day in the path of the article's address comes next.
        late: when the article was changed, or saved: likewise, after these.
        guess: returns a date that nothing marks as one, or "": after the changes, before the rest.
        zone: the zone of the source, if the operator names one.
        path: of the file: a date in its name, then in its folders' names, comes next.
        url: the article's.
        modified: the file's time, used if there is no other.
    """
    unread: list[str] = []
    for text, origin in strong:
        instant = _read_strong(text, origin, zone, unread)
        if instant is not None:
            return PublicationDate(instant, origin, tuple(unread))
    found = _choose_zoned(weak(), zone(), unread) or _find_in_url(url)
    if not found:
        changed, saved = _split_late(late())
        found = (
            _choose_zoned(changed, zone(), unread)
            or _choose_guess(guess, _choose_zoned(saved, zone(), unread))
            or _find_in_path(path)
            or (min(max(modified, 0), LATEST - 1), FILE_TIME)
        )
    return PublicationDate(*found, tuple(dict.fromkeys(unread)))


def _split_late(claims: Iterable[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Return the dates of changes, and those of saving."""
    late = list(claims)
    changed = [claim for claim in late if claim[1] != SAVED]
    return changed, [claim for claim in late if claim[1] == SAVED]


def _choose_guess(
    guess: Callable[[], str] | None, saved: tuple[int, str] | None
) -> tuple[int, str] | None:
    """Return the guessed date, or when the article was saved, if that is the same day."""
    text = guess() if guess else ""
    found = _choose_zoned(((text, GUESSED),), None, []) if text else None
    if found is None or (saved and abs(found[0] - saved[0]) <= _FARTHEST_ZONE):
        return saved
    return found


def _read_strong(
    text: str, origin: str, zone: Callable[[], ZoneInfo | None], unread: list[str]
) -> int | None:
    if origin == HEADER:
        instant = parse_epoch(text)
        if instant is None and text.isdecimal() and text.strip("0"):
            unread.append(_describe(text, origin, "is no epoch of an article"))
        return instant
    when = _parse(text, origin, unread)
    if when is None:
        return None
    return _to_instant(when, UTC if when.tzinfo else zone() or UTC, text, origin, unread)


def _choose_zoned(
    claims: Iterable[Claim], zone: ZoneInfo | None, unread: list[str]
) -> tuple[int, str] | None:
    """Return the first date whose zone is known, or else the first.

    After a date in a page's metadata that has no zone, one that has must be the same but for it.
    """
    local: tuple[int, str] | None = None
    for text, origin in claims:
        when = _parse(text, origin, unread)
        if when is None:
            continue
        instant = _to_instant(when, zone or UTC, text, origin, unread)
        if instant is None:
            continue
        if when.tzinfo or zone:
            if local is None or local[1] != METADATA:
                return instant, origin
            if abs(instant - local[0]) <= _FARTHEST_ZONE:
                return instant, origin
            continue
        local = local or (instant, origin)
    return local


def _parse(text: str, origin: str, unread: list[str]) -> datetime | None:
    try:
        return parse_date(text)
    except DateTextError as error:
        if not _NOTHING.fullmatch(text.strip()):
            unread.append(_describe(text, origin, str(error)))
        return None


def _to_instant(
    when: datetime, zone: tzinfo, text: str, origin: str, unread: list[str]
) -> int | None:
    instant = to_instant(when, zone)
    if instant is None and not _NOTHING.fullmatch(text.strip()):
        unread.append(_describe(text, origin, "is not of the years 1990 to 2099"))
    return instant


def _describe(text: str, origin: str, reason: str) -> str:
    return f'{origin}: "{shorten(to_single_line(text), _LONGEST_SHOWN)}" {reason}'


def _find_in_url(url: str) -> tuple[int, str] | None:
    """Find a day in the path of an address: `/2020/08/05/`, `/2020-08-05/`, `/20200805/`."""
    for numbers in _IN_URL.findall(url):
        try:
            instant = to_instant(build_day(*map(int, numbers)), UTC)
        except DateTextError:
            continue
        if instant is not None:
            return instant, ADDRESS
    return None


def _find_in_path(path: str) -> tuple[int, str] | None:
    """Find a `YYYY-MM-DD` in the file's name, or in the nearest folder's that has one."""
    for depth, name in enumerate(reversed(path.split("/"))):
        for year, month, day in _IN_NAME.findall(name):
            try:
                instant = to_instant(build_day(int(year), int(month), int(day)), UTC)
            except DateTextError:
                continue
            if instant is not None:
                return instant, FOLDER_NAME if depth else FILE_NAME
    return None
