"""Jobs that read snapshot files and clean their articles, in this process or in others.

Each takes the configuration and some tasks, and returns a result for each, or for the first of them
if the results are long. Tasks and results can be pickled. No job uses the store.

Jobs import what reads and cleans: a daemon whose processes do the work never loads it.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import NotAnArticleError, SnapshotError, UrlError, join_reasons, reason_of
from refeed.identity import key_of, source_of
from refeed.pictures.addresses import disown
from refeed.rules.rulebook import rulebook
from refeed.seeds.files import GONE
from refeed.seeds.git_history import GIT, identify_blob
from refeed.store import Content, FileRow, SnapshotRow
from refeed.text.visible_text import fingerprint, take_beginning, visible_text
from refeed.text.xml_chars import drop_forbidden
from refeed.workers.portions import take_some
from refeed.workers.snapshot_reader import snapshot_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed import reading
    from refeed.cleaning import Cleaned
    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EntryRow, StoredVersion
    from refeed.workers.snapshot_reader import FileData, SnapshotReader

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


class Dateless(NamedTuple):
    """The snapshots of a file that have no date but its time.

    Attributes:
        content: names the file's bytes: their digest, or what git names them by, as the
            configuration's `first_seen` has it.
        records: their numbers.
    """

    content: bytes
    records: tuple[int, ...]


class FileRows(NamedTuple):
    """A snapshot file as rows for the index.

    Attributes:
        row: of the file.
        snapshots: none if the file was rejected.
        cleaned: the snapshots' contents, if they were to be cleaned.
        dateless: if `first_seen` is configured, and there are any.
    """

    row: FileRow
    snapshots: tuple[SnapshotRow, ...] = ()
    cleaned: tuple[CleanedSnapshot, ...] = ()
    dateless: Dateless | None = None


def read_files(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRows | None]:
    """Read snapshot files, given by seeds folder and path; None for one that has vanished."""
    reader = snapshot_reader(config)
    return take_some((_read_file(config, reader, None, *file) for file in files), lambda _: 0)


def read_and_clean_files(config: Config, files: Sequence[tuple[int, str]]) -> list[FileRows | None]:
    """Read snapshot files as `read_files` does and clean their articles, without reading twice."""
    reader, book = snapshot_reader(config), rulebook(config)
    return take_some((_read_file(config, reader, book, *file) for file in files), measure_file)


def measure_file(rows: FileRows | None) -> int:
    """Return how many characters of cleaned HTML a file has given."""
    return sum(len(each.content.html) for each in rows.cleaned) if rows else 0


def clean_entries(config: Config, rows: Sequence[EntryRow]) -> list[Content | None]:
    """Clean the snapshots that entries show; None for one that changed since it was indexed."""
    book = rulebook(config)
    return take_some(
        (_clean(book, found)[0] if found else None for found in load_entries(config, rows)),
        lambda content: len(content.html) if content else 0,
    )


def prefetch_entries(config: Config, rows: Sequence[EntryRow]) -> None:
    """Find the snapshots that entries show, going once through a file that has several of them."""
    snapshot_reader(config).prefetch(((row.seed, row.path, row.digest), row.record) for row in rows)


def load_entries(config: Config, rows: Sequence[EntryRow]) -> Iterator[Snapshot | None]:
    """Yield the snapshots that entries show; None for one that changed since it was indexed."""
    reader = snapshot_reader(config)
    prefetch_entries(config, rows)
    for row in rows:
        yield reader.load((row.seed, row.path, row.digest), row.record)


def extract_texts(config: Config, rows: Sequence[EntryRow]) -> list[str | None]:
    """Return the visible text of entries; None for one whose snapshot has changed."""
    return take_some(
        (visible_text(found.html) if found else None for found in load_entries(config, rows)),
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
    reader = snapshot_reader(config)
    reader.prefetch(
        ((version.seed, version.path, digest), version.record)
        for _, versions in competing
        for version, digest, seen in versions
        if not seen
    )
    load = reader.load
    digests = (
        {
            version.snapshot: fingerprint(snapshot.html)
            for version, digest, seen in versions
            if not seen and (snapshot := load((version.seed, version.path, digest), version.record))
        }
        for _, versions in competing
    )
    return take_some(digests, lambda _: 0)


def _read_file(
    config: Config, reader: SnapshotReader, book: Rulebook | None, seed: int, path: str
) -> FileRows | None:
    """Read a file, and clean its articles if there are rules for that."""
    try:
        file = reader.read(seed, path)
    except OSError as error:
        if error.errno in GONE:
            return None
        problem = f"can't be read: {reason_of(error)}"
        return FileRows(FileRow(seed, path, 0, -1, b"", problem, unreadable=True))
    size = file.status.st_size
    row = FileRow(seed, path, size, file.stamp, file.digest, beside=file.beside.looked_at)
    if size > config.max_file_mb * 1_000_000:
        megabytes = size / 1_000_000
        problem = f"{megabytes:.1f} MB, more than max_file_mb = {config.max_file_mb}"
        return FileRows(row._replace(digest=b"", problem=problem))
    return _read_records(config, reader, row, file, book)


def _read_records(
    config: Config, reader: SnapshotReader, row: FileRow, file: FileData, book: Rulebook | None
) -> FileRows:
    from refeed.reading import summarize

    place = row.seed, row.path, row.digest
    results: list[Snapshot | SnapshotError] = []
    cleaned: list[CleanedSnapshot] = []
    try:
        split = reader.split(row.seed, row.path, file)
        for record, result in reader.read_each(split, with_bodies=False):
            results.append(result)
            if book and not isinstance(result, SnapshotError | None):
                try:
                    whole = reader.add_body(place, split, record, result)
                    cleaned.append(_clean_snapshot(book, row, whole))
                except SnapshotError as error:
                    results[-1] = error
                except UrlError:  # told below
                    continue
        found = summarize(results)
        rows = _build_rows(row, found, cleaned)
        return rows._replace(dateless=_find_dateless(config, rows, found, file))
    except NotAnArticleError as error:
        return FileRows(row._replace(no_article=str(error)))
    except SnapshotError as error:
        return FileRows(row._replace(problem=str(error)))
    except Exception as error:  # noqa: BLE001 - a fault in one snapshot affects no other
        fault = f"{type(error).__name__}: {error}"
        problem = f"refeed fails to read it, which is a fault of refeed: {fault}"
        return FileRows(row._replace(problem=problem))


def _find_dateless(
    config: Config, rows: FileRows, found: reading.Reading, file: FileData
) -> Dateless | None:
    if not rows.row.dated_by_file or not config.first_seen:
        return None
    content = identify_blob(file.data) if config.first_seen == GIT else file.own_digest
    return Dateless(
        content, tuple(s.record for s in found.snapshots if s.origins.instant == "file time")
    )


def reject_file(config: Config, seed: int, path: str, reason: str) -> FileRows | None:
    """Reject a file that no job could read; None if it has vanished."""
    try:
        file = snapshot_reader(config).read(seed, path)
    except OSError as error:
        if error.errno in GONE:
            return None
        return FileRows(FileRow(seed, path, 0, -1, b"", reason_of(error), unreadable=True))
    problem = f"it can't be read and cleaned: {reason}"
    size = file.status.st_size
    return FileRows(FileRow(seed, path, size, file.stamp, file.digest, problem, timed_out=True))


def _build_rows(
    row: FileRow, found: reading.Reading, cleaned: Sequence[CleanedSnapshot]
) -> FileRows:
    snapshots, problems = [], list(found.problems)
    for s in found.snapshots:
        try:
            key = key_of(s.url, keeps_fragment=s.keeps_fragment)
        except UrlError as error:
            problems.append(str(error))
            continue
        snapshots.append(SnapshotRow(s.record, key, s.instant, s.url, s.title, s.authors, s.tags))
    dated_by_file = any(s.origins.instant == "file time" for s in found.snapshots)
    row = row._replace(
        problem=join_reasons(problems),
        dated_by_file=dated_by_file,
        unread_dates=len(found.unread_dates),
    )
    return FileRows(row, tuple(snapshots), tuple(cleaned))


def _clean_snapshot(book: Rulebook, row: FileRow, snapshot: Snapshot) -> CleanedSnapshot:
    """Clean a snapshot that was just read. Raises UrlError: it has no key."""
    key = key_of(snapshot.url, keeps_fragment=snapshot.keeps_fragment)
    made_of = book.content_fingerprint(key, snapshot.url, row.path, row.digest, snapshot.record)
    return CleanedSnapshot(key, made_of, *_clean(book, snapshot))


def _clean(book: Rulebook, snapshot: Snapshot) -> tuple[Content, bytes]:
    """Return the content of a snapshot, and its features."""
    cleaned = clean_html(book, snapshot)
    return build_measured_content(cleaned), cleaned.features


def clean_html(book: Rulebook, snapshot: Snapshot) -> Cleaned:
    """Return a snapshot cleaned, or its text if that fails."""
    from refeed import cleaning

    source = source_of(key_of(snapshot.url))
    article = cleaning.Article(snapshot.title, snapshot.authors)
    try:
        link, rules = book.clean_address(snapshot.url).url, book.rules_for(source)
        cleaned = cleaning.clean_and_extract(
            snapshot.html, link, rules, article, base=snapshot.base
        )
        return cleaned._replace(html=disown(cleaned.html, snapshot.media))
    except Exception:  # noqa: BLE001 - its text is published instead
        text = escape(visible_text(drop_forbidden(snapshot.html)), quote=False)
        return cleaning.Cleaned(f"<p>{text}</p>")


def build_content(html: str) -> Content:
    """Return cleaned HTML with what is taken from it."""
    from refeed import cleaning

    return Content(html, take_beginning(html, _SUMMARY_LENGTH), cleaning.lead_image(html))


def build_measured_content(cleaned: Cleaned) -> Content:
    """Return the content of an article that was just cleaned, with how much text it had."""
    content = build_content(cleaned.html)
    return replace(content, text_read=cleaned.text_read, text_left=cleaned.text_left)
