"""The work that is done file by file, in this process or in others: reading and cleaning.

Each function takes the configuration and a chunk of what is to be done, and returns values that can
be sent between processes. None touches the store.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from refeed import cleaning, reading
from refeed.errors import SnapshotError, UrlError, reason_of
from refeed.identity import key_of, source_of
from refeed.rules.rulebook import rulebook
from refeed.seeds.files import GONE, digest_of, read, stamp_of
from refeed.store import Content, FileRow, SnapshotRow
from refeed.text.visible_text import beginning, fingerprint, visible_text
from refeed.text.xml_chars import drop_forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.rules.rulebook import Rulebook
    from refeed.store import StoredVersion

_SUMMARY_LENGTH = 280


class Place(NamedTuple):
    """Where a snapshot's HTML is: in which file, and which of its records.

    Attributes:
        seed: which seeds folder, in the order of the configuration.
        path: relative to the seeds folder.
        record: from 0.
        digest: of the file's bytes when it was read; another one now means that it has changed.
    """

    seed: int
    path: str
    record: int
    digest: bytes


class Cleaned(NamedTuple):
    """The content of an article as one snapshot has it.

    Attributes:
        key: of the article.
        fingerprint: of what it was made of, see `Rulebook.content_fingerprint`.
        content: the content.
    """

    key: str
    fingerprint: bytes
    content: Content


class FileRead(NamedTuple):
    """What reading a file gave.

    Attributes:
        row: for the index.
        snapshots: for the index; none if the file was rejected.
        cleaned: of the snapshots, if they were cleaned in the same visit.
    """

    row: FileRow
    snapshots: tuple[SnapshotRow, ...]
    cleaned: tuple[Cleaned, ...] = ()


def read_files(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRead | None]:
    """Read snapshot files, given by seeds folder and path; None for one that has vanished."""
    zones = _zones(config)
    return [_read_file(config, zones, None, seed, path) for seed, path in files]


def read_and_clean(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRead | None]:
    """Read snapshot files as `read_files` does, and clean what is in them: one visit for both."""
    zones, book = _zones(config), rulebook(config)
    return [_read_file(config, zones, book, seed, path) for seed, path in files]


def texts_of_competing(
    config: Config, competing: Sequence[tuple[int, Sequence[StoredVersion]]]
) -> list[dict[int, tuple[int, bytes]]]:
    """Look at the texts that merging compares, and that nobody has looked at.

    Args:
        config: says where the files are.
        competing: entries, each with its snapshots.

    Returns:
        For each entry, by the numbers of its snapshots, length and digest of the visible text. One
        that has gone meanwhile is not among them.
    """
    return [dict(_texts_of(config, versions)) for _, versions in competing]


def _texts_of(
    config: Config, versions: Iterable[StoredVersion]
) -> Iterator[tuple[int, tuple[int, bytes]]]:
    for version, digest, seen in versions:
        if not seen:
            place = Place(version.seed, version.path, version.record, digest)
            if snapshot := _snapshot(config, place):
                yield version.snapshot, fingerprint(snapshot.html)


def texts(config: Config, places: Sequence[Place]) -> list[str | None]:
    """Return the visible text of snapshots; None for one that isn't there."""
    found = (_snapshot(config, place) for place in places)
    return [visible_text(snapshot.html) if snapshot else None for snapshot in found]


def contents(config: Config, places: Sequence[Place]) -> list[Content | None]:
    """Clean snapshots; None for one that isn't there, or has changed since it was read."""
    found = (_snapshot(config, place) for place in places)
    book = rulebook(config)
    return [_content(book, snapshot) if snapshot else None for snapshot in found]


def _read_file(
    config: Config, zones: Mapping[str, str], book: Rulebook | None, seed: int, path: str
) -> FileRead | None:
    """Read a file, and clean what is in it if there is a book of rules to do so by."""
    most = config.max_file_mb * 1_000_000
    try:
        data, status = read(f"{config.seeds[seed]}/{path}", most)
    except OSError as error:
        if error.errno in GONE:
            return None
        reason = f"can't be read: {reason_of(error)}"
        return FileRead(FileRow(seed, path, 0, -1, b"", reason, unreadable=True), ())
    size, stamp = status.st_size, stamp_of(status)
    digest = digest_of(data)
    if size > most:
        reason = f"{size / 1_000_000:.1f} MB, more than max_file_mb = {config.max_file_mb}"
        return FileRead(FileRow(seed, path, size, stamp, b"", problem=reason), ())
    modified = status.st_mtime_ns // 1_000_000
    try:
        found = reading.read(data, path=path, modified=modified, timezones=zones)
        rows, problems = _rows(found)
    except SnapshotError as error:
        return FileRead(FileRow(seed, path, size, stamp, digest, problem=str(error)), ())
    except Exception as error:  # noqa: BLE001 - one snapshot harms itself only, whatever is wrong
        return FileRead(FileRow(seed, path, size, stamp, digest, problem=_fault(error)), ())
    dated_by_file = any(s.origins.instant == "file time" for s in found.snapshots)
    row = FileRow(seed, path, size, stamp, digest, "; ".join(problems), dated_by_file=dated_by_file)
    cleaned = _cleaned(book, digest, rows, found.snapshots) if book else ()
    return FileRead(row, rows, tuple(cleaned))


def _fault(error: Exception) -> str:
    return f"refeed fails to read it, which is a fault of refeed: {type(error).__name__}: {error}"


def _rows(found: reading.Reading) -> tuple[tuple[SnapshotRow, ...], list[str]]:
    rows, problems = [], list(found.problems)
    for s in found.snapshots:
        try:
            key = key_of(s.url)
        except UrlError as error:
            problems.append(str(error))
        else:
            rows.append(SnapshotRow(s.record, key, s.instant, s.url, s.title, s.authors, s.tags))
    return tuple(rows), problems


def _cleaned(
    book: Rulebook, digest: bytes, rows: Sequence[SnapshotRow], snapshots: Sequence[Snapshot]
) -> Iterator[Cleaned]:
    by_record = {snapshot.record: snapshot for snapshot in snapshots}
    for row in rows:
        made_of = book.content_fingerprint(row.key, row.url, digest, row.record)
        yield Cleaned(row.key, made_of, _content(book, by_record[row.record]))


def _zones(config: Config) -> Mapping[str, str]:
    return {rule.source: rule.timezone for rule in config.rules if rule.timezone}


def _snapshot(config: Config, place: Place) -> Snapshot | None:
    try:
        data, status = read(
            f"{config.seeds[place.seed]}/{place.path}", config.max_file_mb * 1_000_000
        )
        if digest_of(data) != place.digest:
            return None
        modified = status.st_mtime_ns // 1_000_000
        found = reading.read(data, path=place.path, modified=modified, timezones=_zones(config))
    except (OSError, SnapshotError):
        return None
    return next((s for s in found.snapshots if s.record == place.record), None)


def _content(book: Rulebook, snapshot: Snapshot) -> Content:
    source = source_of(key_of(snapshot.url))
    try:
        link, rules = book.clean_address(snapshot.url).url, book.rules_for(source)
        html = cleaning.clean(snapshot.html, link, rules, base=snapshot.base)
    except Exception:  # noqa: BLE001 - one snapshot harms itself only; its text is what is left
        html = f"<p>{escape(visible_text(drop_forbidden(snapshot.html)), quote=False)}</p>"
    return Content(html, beginning(html, _SUMMARY_LENGTH), cleaning.lead_image(html))
