"""When an article was published: which of a file's dates is believed."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from refeed.errors import UrlError
from refeed.identity import key_of, source_of
from refeed.reading.instants import LATEST, epoch, instant_of, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from refeed.reading.record import Claim

HEADER = "header epoch"
MATTER = "front matter"
FILE_NAME = "file name"
FOLDER_NAME = "folder name"
FILE_TIME = "file time"

_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-_.]([0-9]{2})[-_.]([0-9]{2})(?![0-9])")


class Zones(NamedTuple):
    """What the operator says that times without a zone mean.

    Attributes:
        by_source: source host -> IANA zone name; `*` is every other source.
    """

    by_source: Mapping[str, str]

    def of(self, url: str) -> ZoneInfo | None:
        """Return the zone of the source that `url` is of, or None where none is named."""
        if not self.by_source:
            return None
        try:
            source = source_of(key_of(url))
        except UrlError:
            source = ""
        name = self.by_source.get(source) or self.by_source.get("*")
        return ZoneInfo(name) if name else None


def date(
    strong: Iterable[Claim],
    weak: Callable[[], Iterable[Claim]],
    *,
    zone: Callable[[], ZoneInfo | None],
    path: str,
    modified: int,
) -> tuple[int, str]:
    """Return an article's instant, and by which rule it was found.

    Args:
        strong: the header's epoch and front matter's dates. A date of front matter without a zone
            is in the zone of the source, or else in UTC.
        weak: the dates of a page's metadata, a byline and `<time>`. Those that name a zone, or
            whose source's zone is known, go before the rest, which then count as UTC.
        zone: the zone of the source, if the operator names one.
        path: of the file: a date in its name, then in its folders' names, comes next.
        modified: the file's time, for want of anything better.
    """
    for text, origin in strong:
        if origin == HEADER:
            instant = epoch(text)
        else:
            when = moment(text)
            instant = instant_of(when, UTC if when and when.tzinfo else zone() or UTC)
        if instant is not None:
            return instant, origin
    return _weak(tuple(weak()), zone()) or _in_path(path) or _file_time(modified)


def _weak(claims: tuple[Claim, ...], zone: ZoneInfo | None) -> tuple[int, str] | None:
    local: tuple[int, str] | None = None
    for text, origin in claims:
        when = moment(text)
        instant = instant_of(when, zone or UTC)
        if when is None or instant is None:
            continue
        if when.tzinfo or zone:
            return instant, origin
        local = local or (instant, origin)
    return local


def _in_path(path: str) -> tuple[int, str] | None:
    """Find a `YYYY-MM-DD` in the file's name, or in the nearest folder's that has one."""
    for depth, name in enumerate(reversed(path.split("/"))):
        for year, month, day in _IN_NAME.findall(name):
            instant = instant_of(moment(f"{year}-{month}-{day}"), UTC)
            if instant is not None:
                return instant, FOLDER_NAME if depth else FILE_NAME
    return None


def _file_time(modified: int) -> tuple[int, str]:
    return min(max(modified, 0), LATEST - 1), FILE_TIME
