"""The documents of one archive: which have to be, written and put in place."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from refeed.config import publishing_fingerprint
from refeed.publish import archive_changes
from refeed.publish.archive import Archive, files_of
from refeed.publish.press import Document
from refeed.publish.write import publish_documents
from refeed.workers import jobs
from refeed.workers.pool import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refeed.archive.partition import Part
    from refeed.errors import FeedError
    from refeed.publish.press import Press
    from refeed.store import EntryRow

_VERSION: Final = 1
_OPEN: Final = b"open"

# So many are held at a time.
_ENTRIES: Final = 2_000
_PARTS: Final = 20


class Archiving:
    """The archive of one feed, being published."""

    def __init__(self, press: Press, name: str) -> None:
        self._press = press
        self._store = press.store
        self._name = name
        self._feed = replace(press.feed(name), links=())
        self._changed = False
        self._failures: list[FeedError] = []
        self._outdated: set[Path] = set()

    def publish(self) -> Archive:
        """Bring the documents in line with the entries."""
        store, name, made_of = self._store, self._name, self._made_of()
        # Entries are cleaned first: what they weigh decides where documents are cut.
        if store.archive_fingerprint(name) != made_of:
            self._clean(store.members(name), store.feed_counts()[name])
            found = archive_changes.whole(store, name)
        else:
            touched = store.touched(name)
            self._clean([position.number for position in touched], len(touched))
            touched += [row.part.period.first for row in store.spoilt_archives(name)]
            found = archive_changes.around(store, name, touched)
        self._write(found.parts)
        self._forget(found.gone)
        store.forget_touched(name)
        store.put_archive_fingerprint(name, made_of)
        newest = store.archive(name, "")
        return Archive(
            entries=store.shelf(name).count(newest.part.period, archive_changes.ROOM.entries)
            if newest
            else 0,
            previous=newest.part.previous if newest else "",
            changed=self._changed or bool(found.gone),
            failures=self._failures,
            outdated=self._outdated,
        )

    def _made_of(self) -> bytes:
        """Digest everything but its entries that the archive depends on."""
        press = self._press
        fingerprints = publishing_fingerprint(press.config), press.book.fingerprint()
        parts = repr((_VERSION, archive_changes.ROOM, self._feed.title, *fingerprints))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def _clean(self, entries: Iterable[int], total: int) -> None:
        done = 0
        for some in batches(entries, _ENTRIES):
            missing = self._uncleaned(list(self._store.entries(some)))
            places = [jobs.Place(row.seed, row.path, row.record, row.digest) for row in missing]
            cleaned = self._press.workers.run(jobs.contents, places)
            for row, (_, content) in zip(missing, cleaned, strict=True):
                if content is None:
                    self._outdated.add(self._press.config.seeds[row.seed] / row.path)
                else:
                    fingerprint = self._press.content_fingerprint(row)
                    self._store.put_content(row.entry, fingerprint, content)
            done += len(some)
            if missing:
                self._press.observer("cleaning", done, total)

    def _uncleaned(self, rows: Sequence[EntryRow]) -> list[EntryRow]:
        made_of = self._store.content_fingerprints(row.entry for row in rows)
        return [
            row for row in rows if made_of.get(row.entry) != self._press.content_fingerprint(row)
        ]

    def _write(self, parts: Sequence[Part]) -> None:
        files = (
            file for part in parts for file in files_of(self._press.config, self._name, part.name)
        )
        self._press.output.register(files)
        for some in batches(parts, _PARTS):
            changes = list(self._changes(some))
            outcomes = publish_documents(self._press, [document for _, document, _ in changes])
            for (part, _, fingerprint), outcome in zip(changes, outcomes, strict=True):
                is_good = not outcome.failure and not outcome.outdated
                self._store.put_archive(self._name, part, fingerprint if is_good else b"")
                self._changed |= bool(outcome.changed)
                self._failures += [outcome.failure] if outcome.failure else []
                self._outdated.update(outcome.outdated)

    def _changes(self, parts: Iterable[Part]) -> Iterator[tuple[Part, Document, bytes]]:
        """Yield the parts that are to be written; note of the others how they are."""
        for part in parts:
            if not part.name:
                # It belongs to the document to subscribe to.
                self._store.put_archive(self._name, part, _OPEN)
                continue
            rows = self._store.entries_within(self._name, part.period)
            feed = replace(self._feed, part=part.name, previous=part.previous)
            fingerprint = self._press.fingerprint(feed, rows)
            was = self._store.archive(self._name, part.name)
            if was is not None and was.fingerprint == fingerprint:
                self._store.put_archive(self._name, part, fingerprint)
            else:
                yield part, Document(feed, rows), fingerprint

    def _forget(self, gone: Iterable[str]) -> None:
        for name in gone:
            self._store.drop_archive(self._name, name)
            for file in files_of(self._press.config, self._name, name):
                self._store.drop_output(file)
