"""The tables of articles' own pages: those that are published, and those to be checked."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.store.checksums import verify_checksum
from refeed.store.feed_tables import FeedTables
from refeed.store.rows import decode_path, unpack_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.periods import Position

_MANY: Final = 2_000
"""Affected entries from which all pages are checked, not looked for."""

_MOST_EDITIONS: Final = 40
"""Snapshots of an entry that its page lists: the newest."""

_NEWER: Final = (
    "coalesce((SELECT n.id FROM entry n INDEXED BY entry_source WHERE n.source = e.source"
    " AND n.published = e.published AND n.id < e.id ORDER BY n.id DESC LIMIT 1),"
    " (SELECT n.id FROM entry n INDEXED BY entry_source WHERE n.source = e.source"
    " AND n.published > e.published ORDER BY n.published, n.id DESC LIMIT 1))"
)
_OLDER: Final = (
    "coalesce((SELECT n.id FROM entry n INDEXED BY entry_source WHERE n.source = e.source"
    " AND n.published = e.published AND n.id > e.id ORDER BY n.id LIMIT 1),"
    " (SELECT n.id FROM entry n INDEXED BY entry_source WHERE n.source = e.source"
    " AND n.published < e.published ORDER BY n.published DESC, n.id LIMIT 1))"
)


class ArticleRow(NamedTuple):
    """The page of an article as it was published.

    Attributes:
        entry: its number.
        ident: the UUID of its id, 16 bytes; the entry may be gone.
        fingerprint: of all that it depends on; b"" if it has to be written again.
        size: of the file.
        mtime_ns: of the file.
    """

    entry: int
    ident: bytes
    fingerprint: bytes
    size: int
    mtime_ns: int


class Neighbour(NamedTuple):
    """An entry beside another one in their source."""

    entry: int
    key: str
    title: str


class EditionRow(NamedTuple):
    """A snapshot of an entry, for the list of them on its page.

    Attributes:
        snapshot: its number.
        instant: its date.
        title: its title.
        url: its address.
        authors: their names.
        seed: which seeds folder holds its file.
        path: of its file, relative to the seeds folder.
        record: which article of the file it is.
        digest: of the bytes of the file.
        text_digest: of its visible text, or b"" where it isn't known.
    """

    snapshot: int
    instant: int
    title: str
    url: str
    authors: tuple[str, ...]
    seed: int
    path: str
    record: int
    digest: bytes
    text_digest: bytes


class ArticleTables(FeedTables):
    """The pages of articles."""

    def mark_pages_unchecked(self, entries: Iterable[int]) -> None:
        """Have the pages of entries checked."""
        self._db.executemany(
            "INSERT OR IGNORE INTO unchecked VALUES (?)", [(entry,) for entry in entries]
        )

    def mark_all_pages_unchecked(self) -> None:
        """Have all pages checked, those of entries that are gone, too."""
        self._db.execute("INSERT OR IGNORE INTO unchecked SELECT id FROM entry")
        self._db.execute("INSERT OR IGNORE INTO unchecked SELECT entry FROM article_page")

    def mark_affected_pages(self) -> None:
        """Have the pages of the affected entries checked, and of those beside them where they are.

        To be called before entries are merged and after.
        """
        are_many = "SELECT EXISTS (SELECT 1 FROM affected LIMIT 1 OFFSET ?)"
        self._db.execute("INSERT OR IGNORE INTO unchecked SELECT entry FROM affected")
        if self._db.execute(are_many, (_MANY,)).fetchone()[0]:
            self.mark_all_pages_unchecked()
            return
        self._mark_neighbours("SELECT entry FROM affected", ())

    def _mark_neighbours(self, entries: str, values: Sequence[object]) -> None:
        for neighbour in (_NEWER, _OLDER):
            self._db.execute(
                f"INSERT OR IGNORE INTO unchecked SELECT found FROM (SELECT {neighbour} AS found"
                f" FROM ({entries}) c CROSS JOIN entry e ON e.id = c.entry)"
                " WHERE found IS NOT NULL",
                values,
            )

    def count_unchecked_pages(self) -> int:
        """Return how many pages have to be checked."""
        return int(self._db.execute("SELECT count(*) FROM unchecked").fetchone()[0])

    def unchecked_pages(self) -> Sequence[int]:
        """Return the entries whose pages have to be checked, in the order of their snapshots."""
        rows = self._db.execute(
            "SELECT u.entry FROM unchecked u LEFT JOIN entry e ON e.id = u.entry"
            " ORDER BY e.snapshot, u.entry"
        )
        return array("q", (entry for (entry,) in rows))

    def clear_unchecked(self, entries: Iterable[int]) -> None:
        """Store that the pages of entries are as they should be."""
        self._db.executemany("DELETE FROM unchecked WHERE entry = ?", [(e,) for e in entries])

    def article_pages(self, entries: Sequence[int]) -> dict[int, ArticleRow]:
        """Return the published pages of entries."""
        rows = self._db.execute(
            "SELECT p.* FROM json_each(?) n CROSS JOIN article_page p ON p.entry = n.value",
            (json.dumps(list(entries)),),
        )
        return {row[0]: ArticleRow(*row) for row in rows}

    def all_article_pages(self) -> Iterator[ArticleRow]:
        """Yield all published pages."""
        return (ArticleRow(*row) for row in self._db.execute("SELECT * FROM article_page"))

    def put_article_pages(self, pages: Iterable[ArticleRow]) -> None:
        """Store pages that were published."""
        self._db.executemany("INSERT OR REPLACE INTO article_page VALUES (?, ?, ?, ?, ?)", pages)

    def mark_pages_damaged(self, entries: Iterable[int]) -> None:
        """Have pages written again whose files were changed or deleted."""
        self._db.executemany(
            "UPDATE article_page SET fingerprint = x'' WHERE entry = ?", [(e,) for e in entries]
        )
        self.mark_pages_unchecked(entries)

    def drop_article_pages(self, entries: Iterable[int]) -> None:
        """Delete pages from the index; their files are deleted."""
        self._db.executemany("DELETE FROM article_page WHERE entry = ?", [(e,) for e in entries])

    def neighbours(
        self, entries: Sequence[int]
    ) -> dict[int, tuple[Neighbour | None, Neighbour | None]]:
        """Return for each entry the newer and the older one beside it in its source."""
        rows = self._db.execute(
            f"SELECT e.id, {_NEWER}, {_OLDER} FROM json_each(?) c CROSS JOIN entry e"
            " ON e.id = c.value",
            (json.dumps(list(entries)),),
        ).fetchall()
        beside = {entry for row in rows for entry in row[1:] if entry is not None}
        found = {
            entry: Neighbour(entry, key, title)
            for entry, key, title in self._db.execute(
                "SELECT e.id, s.key, s.title FROM json_each(?) c CROSS JOIN entry e"
                " ON e.id = c.value CROSS JOIN snapshot s ON s.id = e.snapshot",
                (json.dumps(sorted(beside)),),
            )
        }
        return {entry: (found.get(newer), found.get(older)) for entry, newer, older in rows}

    def feeds_of(self, entries: Sequence[int]) -> dict[int, list[str]]:
        """Return the names of the feeds that each entry is in, shown or not, in order."""
        rows = self._db.execute(
            "SELECT m.entry, f.name FROM json_each(?) n CROSS JOIN member m ON m.entry = n.value"
            " CROSS JOIN feed f ON f.id = m.feed ORDER BY f.name",
            (json.dumps(list(entries)),),
        )
        found: dict[int, list[str]] = {}
        for entry, name in rows:
            found.setdefault(entry, []).append(name)
        return found

    def editions(self, entries: Sequence[int]) -> dict[int, tuple[int, list[EditionRow]]]:
        """Return the snapshots of the entries that have several, oldest first.

        Of copies of one content there is one, the oldest.

        Returns:
            For each, how many there are, and the newest of them.

        Raises:
            DamageError: a row does not agree with its checksum.
        """
        rows = self._db.execute(
            "SELECT s.entry, s.id, s.instant, s.title, s.url, s.authors, d.seed, d.path, f.name,"
            " s.record, f.digest, s.text_length, s.text_digest, s.key, s.tags, s.checksum"
            " FROM json_each(?) n CROSS JOIN snapshot s ON s.entry = n.value"
            " AND (SELECT count(*) FROM (SELECT 1 FROM snapshot o WHERE o.entry = n.value LIMIT 2))"
            " = 2 CROSS JOIN file f ON f.id = s.file CROSS JOIN folder d ON d.id = f.folder",
            (json.dumps(list(entries)),),
        )
        found: dict[int, list[tuple[int, EditionRow]]] = {}
        for row in rows:
            entry, number, instant, title, url, authors, seed, folder, name, record, *rest = row
            digest, length, text_digest, key, tags, stored = rest
            verify_checksum(stored, record, key, instant, url, title, authors, tags)
            names, path = unpack_texts(authors), decode_path(folder, name)
            place = seed, path, record, digest
            edition = EditionRow(number, instant, title, url, names, *place, text_digest or b"")
            found.setdefault(entry, []).append((length or 0, edition))
        several = ((entry, _sort(each)) for entry, each in found.items())
        return {
            entry: (len(each), each[-_MOST_EDITIONS:]) for entry, each in several if len(each) > 1
        }

    def shown_entries(self, entries: Iterable[int]) -> set[int]:
        """Return which of the entries some feed shows, as far as `put_reach` says."""
        rows = self._db.execute(
            "SELECT n.value FROM json_each(?) n WHERE EXISTS (SELECT 1 FROM member m"
            " LEFT JOIN reach r ON r.feed = m.feed WHERE m.entry = n.value AND (r.feed IS NULL"
            " OR m.published > r.published OR (m.published = r.published AND m.entry <= r.entry)))",
            (json.dumps(list(entries)),),
        )
        return {entry for (entry,) in rows}

    def put_reach(self, feed: str, most: int) -> None:
        """Store how far a feed reaches, and have the pages checked that this concerns.

        Args:
            feed: its name.
            most: how many entries it shows; 0 for all.
        """
        number = self._feeds.get(feed)
        last = None
        if most:
            last = self._db.execute(
                "SELECT published, entry FROM member WHERE feed = ? ORDER BY published DESC, entry"
                " LIMIT 1 OFFSET ?",
                (number, most - 1),
            ).fetchone()
        before = self._db.execute(
            "SELECT published, entry FROM reach WHERE feed = ?", (number,)
        ).fetchone()
        if last == before:
            return
        older = [_age(place) for place in (last, before) if place is not None]
        # Everything older than the newer of the two, up to the older one.
        start, end = min(older), max(older) if len(older) > 1 else (1 << 62, 0)
        between = "SELECT entry FROM member WHERE feed = ? AND published <= ? AND published >= ?"
        values = number, -start[0], -end[0]
        self._db.execute(f"INSERT OR IGNORE INTO unchecked {between}", values)
        self._mark_neighbours(between, values)
        self._db.execute("DELETE FROM reach WHERE feed = ?", (number,))
        if last is not None:
            self._db.execute("INSERT INTO reach VALUES (?, ?, ?)", (number, *last))

    def clear_reach(self) -> None:
        """Delete how far feeds reach: each article has a page."""
        self._db.execute("DELETE FROM reach")


def _age(position: Position | tuple[int, int]) -> tuple[int, int]:
    published, entry = position
    return -published, entry


def _sort(editions: list[tuple[int, EditionRow]]) -> list[EditionRow]:
    """Return the snapshots, oldest first; of one instant the one that would win last."""
    editions.sort(key=lambda each: (each[1].seed, each[1].path, each[1].record), reverse=True)
    editions.sort(key=lambda each: (each[1].instant, each[0]))
    different: dict[tuple[bytes, int], EditionRow] = {}
    for _, edition in editions:
        different.setdefault((edition.digest, edition.record), edition)
    return list(different.values())
