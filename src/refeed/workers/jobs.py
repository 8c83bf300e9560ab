"""Jobs that read snapshot files and clean their articles, in this process or in others.

Each takes the configuration and some tasks, and returns a result for each, or for the first of them
if the results are long. Tasks and results can be pickled. No job uses the store.

Jobs import what reads and cleans: a daemon whose processes do the work never loads it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError, UrlError, join_reasons, reason_of
from refeed.identity import key_of, source_of
from refeed.rules.rulebook import rulebook
from refeed.seeds.files import GONE, digest_of, read, stamp_of
from refeed.store import Content, FileRow, SnapshotRow
from refeed.text.visible_text import fingerprint, take_beginning, visible_text
from refeed.text.xml_chars import drop_forbidden
from refeed.workers.portions import take_some

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from refeed import reading
    from refeed.config import Config
    from refeed.merge import Version
    from refeed.model import Snapshot
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EntryRow, StoredVersion

_SUMMARY_LENGTH = 280


def preload() -> None:
    """Import what jobs import, so that processes that are forked from this one have it."""
    from refeed import cleaning, reading, render  # noqa: F401 - see above


class CleanedSnapshot(NamedTuple):
    """The cleaned content of a snapshot.

    Attributes:
        key: of its article.
        fingerprint: of all that the content depends on, see `Rulebook.content_fingerprint`.
        content: the content.
        features: what its source learns from.
    """

    key: str
    fingerprint: bytes
    content: Content
    features: bytes


class LearningTask(NamedTuple):
    """An article whose features are wanted, and whether its content is wanted, too."""

    row: EntryRow
    with_content: bool


class LearnedArticle(NamedTuple):
    """The features of an article, and its content if it was wanted."""

    features: bytes
    content: Content | None


class FileRows(NamedTuple):
    """A snapshot file as rows for the index.

    Attributes:
        row: of the file.
        snapshots: none if the file was rejected.
        cleaned: the snapshots' contents, if they were to be cleaned.
    """

    row: FileRow
    snapshots: tuple[SnapshotRow, ...] = ()
    cleaned: tuple[CleanedSnapshot, ...] = ()


def read_files(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRows | None]:
    """Read snapshot files, given by seeds folder and path; None for one that has vanished."""
    zones = _get_timezones(config)
    return [_read_file(config, zones, None, seed, path) for seed, path in files]


def read_and_clean_files(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRows | None]:
    """Read snapshot files as `read_files` does and clean their articles, without reading twice."""
    zones, book = _get_timezones(config), rulebook(config)
    return take_some((_read_file(config, zones, book, *file) for file in files), measure_file)


def measure_file(rows: FileRows | None) -> int:
    """Return how many characters of cleaned HTML a file has given."""
    return sum(len(each.content.html) for each in rows.cleaned) if rows else 0


def clean_entries(config: Config, rows: Sequence[EntryRow]) -> list[Content | None]:
    """Clean the snapshots that entries show; None for one that changed since it was indexed."""
    book = rulebook(config)
    snapshots = (_load_snapshot(config, row, row.digest) for row in rows)
    return take_some(
        (_clean(book, snapshot)[0] if snapshot else None for snapshot in snapshots),
        lambda content: len(content.html) if content else 0,
    )


def extract_features(config: Config, tasks: Sequence[LearningTask]) -> list[LearnedArticle | None]:
    """Extract what sources learn from; None for a snapshot that changed since it was indexed."""
    book = rulebook(config)
    loaded = ((_load_snapshot(config, row, row.digest), wanted) for row, wanted in tasks)
    return take_some(
        (_learn(book, snapshot, wanted) if snapshot else None for snapshot, wanted in loaded),
        lambda learned: len(learned.content.html) if learned and learned.content else 0,
    )


def name_features(config: Config, rows: Sequence[EntryRow]) -> list[dict[int, str]]:
    """Return what the features of articles are hashes of, by their keys."""
    from refeed import cleaning

    book = rulebook(config)
    named: list[dict[int, str]] = []
    for row in rows:
        snapshot = _load_snapshot(config, row, row.digest)
        lines = book.rules_for(source_of(row.key)).learning
        if snapshot is None or lines is None:
            named.append({})
            continue
        article = cleaning.Article(snapshot.title, snapshot.authors)
        named.append(cleaning.name_features(_clean(book, snapshot)[0].html, article, lines))
    return named


def remove_learned(book: Rulebook, row: EntryRow, content: Content) -> Content:
    """Return the content of an entry without what was learned from others of its source."""
    if not row.verdicts:
        return content
    from refeed import cleaning

    rules = book.rules_for(source_of(row.key))
    known = cleaning.read_learned(row.verdicts, row.title)
    try:
        html = cleaning.remove_learned(content.html, rules, known)
    except Exception:  # noqa: BLE001 - it is published with what was learned to be boilerplate
        return content
    return content if html == content.html else _build_content(html)


def extract_texts(config: Config, rows: Sequence[EntryRow]) -> list[str | None]:
    """Return the visible text of entries; None for one whose snapshot has changed."""
    snapshots = (_load_snapshot(config, row, row.digest) for row in rows)
    return take_some(
        (visible_text(snapshot.html) if snapshot else None for snapshot in snapshots),
        lambda text: len(text or ""),
    )


def digest_texts(
    config: Config, competing: Sequence[tuple[int, Sequence[StoredVersion]]]
) -> list[dict[int, tuple[int, bytes]]]:
    """Digest the texts that merging compares, unless the index has their digests.

    Args:
        config: says where the files are.
        competing: entries, each with its snapshots.

    Returns:
        For each entry, by the numbers of its snapshots, length and digest of the visible text. A
        snapshot that has changed is left out.
    """
    return [
        {
            version.snapshot: fingerprint(snapshot.html)
            for version, digest, seen in versions
            if not seen and (snapshot := _load_snapshot(config, version, digest))
        }
        for _, versions in competing
    ]


def _read_file(
    config: Config, zones: Mapping[str, str], book: Rulebook | None, seed: int, path: str
) -> FileRows | None:
    """Read a file, and clean its articles if there are rules for that."""
    from refeed import reading

    max_bytes = config.max_file_mb * 1_000_000
    try:
        data, status = read(f"{config.seeds[seed]}/{path}", max_bytes)
    except OSError as error:
        if error.errno in GONE:
            return None
        problem = f"can't be read: {reason_of(error)}"
        return FileRows(FileRow(seed, path, 0, -1, b"", problem, unreadable=True))
    if status.st_size > max_bytes:
        megabytes = status.st_size / 1_000_000
        problem = f"{megabytes:.1f} MB, more than max_file_mb = {config.max_file_mb}"
        return FileRows(_build_row(seed, path, status, b"", problem))
    row = _build_row(seed, path, status, digest_of(data))
    modified = status.st_mtime_ns // 1_000_000
    try:
        found = reading.read(
            data, path=path, modified=modified, timezones=zones, with_bodies=book is not None
        )
        return _build_rows(row, found, book)
    except SnapshotError as error:
        return FileRows(row._replace(problem=str(error)))
    except Exception as error:  # noqa: BLE001 - a fault in one snapshot affects no other
        fault = f"{type(error).__name__}: {error}"
        problem = f"refeed fails to read it, which is a fault of refeed: {fault}"
        return FileRows(row._replace(problem=problem))


def reject_file(config: Config, seed: int, path: str, reason: str) -> FileRows | None:
    """Reject a file that no job could read; None if it has vanished."""
    try:
        data, status = read(f"{config.seeds[seed]}/{path}", config.max_file_mb * 1_000_000)
    except OSError as error:
        if error.errno in GONE:
            return None
        return FileRows(FileRow(seed, path, 0, -1, b"", reason_of(error), unreadable=True))
    problem = f"it can't be read and cleaned: {reason}"
    row = _build_row(seed, path, status, digest_of(data), problem)
    return FileRows(row._replace(timed_out=True))


def _build_row(
    seed: int, path: str, status: os.stat_result, digest: bytes, problem: str = ""
) -> FileRow:
    return FileRow(seed, path, status.st_size, stamp_of(status), digest, problem)


def _build_rows(row: FileRow, found: reading.Reading, book: Rulebook | None) -> FileRows:
    snapshots, cleaned, problems = [], [], list(found.problems)
    for s in found.snapshots:
        try:
            key = key_of(s.url)
        except UrlError as error:
            problems.append(str(error))
            continue
        snapshots.append(SnapshotRow(s.record, key, s.instant, s.url, s.title, s.authors, s.tags))
        if book:
            made_of = book.content_fingerprint(key, s.url, row.digest, s.record)
            cleaned.append(CleanedSnapshot(key, made_of, *_clean(book, s)))
    dated_by_file = any(s.origins.instant == "file time" for s in found.snapshots)
    row = row._replace(
        problem=join_reasons(problems),
        dated_by_file=dated_by_file,
        unread_dates=len(found.unread_dates),
    )
    return FileRows(row, tuple(snapshots), tuple(cleaned))


def _load_snapshot(config: Config, place: EntryRow | Version, digest: bytes) -> Snapshot | None:
    """Read a snapshot again; None if its file has another digest now."""
    from refeed import reading

    try:
        data, status = read(
            f"{config.seeds[place.seed]}/{place.path}", config.max_file_mb * 1_000_000
        )
        if digest_of(data) != digest:
            return None
        modified = status.st_mtime_ns // 1_000_000
        zones = _get_timezones(config)
        found = reading.read(data, path=place.path, modified=modified, timezones=zones)
    except (OSError, SnapshotError):
        return None
    return next((s for s in found.snapshots if s.record == place.record), None)


def _get_timezones(config: Config) -> Mapping[str, str]:
    return {rule.source: rule.timezone for rule in config.rules if rule.timezone}


def _clean(book: Rulebook, snapshot: Snapshot) -> tuple[Content, bytes]:
    """Return the content of a snapshot, and its features."""
    html, features = _clean_html(book, snapshot)
    return _build_content(html), features


def _clean_html(book: Rulebook, snapshot: Snapshot) -> tuple[str, bytes]:
    from refeed import cleaning

    source = source_of(key_of(snapshot.url))
    article = cleaning.Article(snapshot.title, snapshot.authors)
    try:
        link, rules = book.clean_address(snapshot.url).url, book.rules_for(source)
        html, features = cleaning.clean_and_extract(
            snapshot.html, link, rules, article, base=snapshot.base
        )
    except Exception:  # noqa: BLE001 - its text is published instead
        html = f"<p>{escape(visible_text(drop_forbidden(snapshot.html)), quote=False)}</p>"
        features = b""
    return html, features


def _learn(book: Rulebook, snapshot: Snapshot, with_content: bool) -> LearnedArticle:  # noqa: FBT001 - of a task
    html, features = _clean_html(book, snapshot)
    return LearnedArticle(features, _build_content(html) if with_content else None)


def _build_content(html: str) -> Content:
    from refeed import cleaning

    return Content(html, take_beginning(html, _SUMMARY_LENGTH), cleaning.lead_image(html))
