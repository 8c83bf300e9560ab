"""Writes the pages of articles that have changed, a few hundred at a time."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from uuid import UUID

from refeed.config import has_all_pages, publishing_fingerprint
from refeed.errors import FeedError
from refeed.identity import entry_id, is_opaque
from refeed.model import ARTICLE_FOLDER
from refeed.publish.media import write_media
from refeed.render import templates
from refeed.render.article_page import PageLink
from refeed.render.formats import HTML, name_article_folder, name_article_page
from refeed.store import ArticleRow
from refeed.workers.article_jobs import PageFacts, PageJob, RenderedPage, render_article_pages
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refeed.model import Feed
    from refeed.publish.context import PublishContext
    from refeed.store import EntryRow, Neighbour

_VERSION: Final = 1
_TEMPLATES: Final = ("page.html", "article_page.html")
_BATCH: Final = 500
_CHUNK: Final = 25
_COMMITTED: Final = 5_000
"""Pages after which the index is committed: a process that is killed has done them for good."""


class ArticleWriter:
    """Writes the pages of articles.

    Attributes:
        changed: how many pages were written since they came out different.
        stale: pages of articles that are gone, or have none any more: `delete_stale` deletes them.
        failures: pages that can't be published; their last good files stay.
        outdated: snapshot files that have changed since they were indexed.
    """

    def __init__(self, context: PublishContext) -> None:
        self._context = context
        self._store = context.store
        self._all = has_all_pages(context.config)
        self._feeds: dict[str, Feed] = {}
        self._common = repr(
            (_VERSION, publishing_fingerprint(context.config), templates.fingerprint(*_TEMPLATES))
        )
        self.changed = 0
        self.stale: list[ArticleRow] = []
        self.failures: list[FeedError] = []
        self.outdated: set[Path] = set()

    def publish(self) -> None:
        """Write the pages that have to be checked, and have changed.

        The last few hundred are only staged: the disk writes them together with the feeds.

        Raises:
            FolderError: somebody else's file is where a page is to be.
            OSError: the output can't be written.
        """
        numbers = self._store.unchecked_pages()
        done = uncommitted = 0
        for some in split_batches(numbers, _BATCH):
            if done:
                self._context.output.commit()
            if uncommitted >= _COMMITTED and not self._context.output.is_dry_run:
                self._store.commit()
                uncommitted = 0
            uncommitted += self._publish(some)
            done += len(some)
            if len(numbers) >= _BATCH:
                self._context.monitor.update("writing pages", done, len(numbers))

    def delete_stale(self) -> None:
        """Delete stale pages."""
        entries = [page.entry for page in self.stale]
        self._context.output.delete_article_pages(map(find_path, self.stale))
        for entry in entries:
            self._store.put_document_media(ARTICLE_FOLDER, str(entry), ())
        self._store.drop_article_pages(entries)
        self._store.clear_unchecked(entries)

    def _publish(self, entries: Sequence[int]) -> int:
        """Bring the pages of some entries up to date; return how many were written."""
        store = self._store
        rows = list(store.entries(entries))
        published = store.article_pages(entries)
        kept = self._find_wanted(rows)
        wanted = [row for row in rows if row.entry in kept]
        self.stale += [page for entry, page in published.items() if entry not in kept]
        store.clear_unchecked(e for e in entries if e not in kept and e not in published)
        if self._context.pictures is not None:
            wanted = self._context.pictures.find(wanted)
        found = list(self._find_changed(wanted, published))
        new = [_name_page(row) for row, _, _ in found if row.entry not in published]
        self._context.output.refuse_foreign(new)
        self._write(found)
        return len(found)

    def _find_wanted(self, things: Iterable[EntryRow | Neighbour]) -> set[int]:
        """Return the entries that have pages of their own."""
        if HTML.name not in self._context.config.formats:
            return set()
        every = {each.entry: each.key for each in things}
        if self._all:
            return set(every)
        opaque = {entry for entry, key in every.items() if is_opaque(key)}
        return opaque | self._store.shown_entries(every)

    def _find_changed(
        self, rows: Sequence[EntryRow], published: dict[int, ArticleRow]
    ) -> Iterator[tuple[EntryRow, PageFacts, bytes]]:
        """Yield the entries whose pages have to be written, with the fingerprints of these."""
        unchanged = []
        for row, facts in self._find_facts(rows):
            fingerprint = self._fingerprint(row, facts)
            if row.entry in published and published[row.entry].fingerprint == fingerprint:
                unchanged.append(row.entry)
            else:
                yield row, facts, fingerprint
        self._store.clear_unchecked(unchanged)

    def _find_facts(self, rows: Sequence[EntryRow]) -> Iterator[tuple[EntryRow, PageFacts]]:
        store, entries = self._store, [row.entry for row in rows]
        neighbours, feeds = store.neighbours(entries), store.feeds_of(entries)
        editions = store.editions(entries)
        beside = [each for pair in neighbours.values() for each in pair if each is not None]
        linked = self._find_wanted(beside)
        for row in rows:
            newer, older = (
                _link(each) if each and each.entry in linked else None
                for each in neighbours.get(row.entry, (None, None))
            )
            number, listed = editions.get(row.entry, (0, []))
            yield (
                row,
                PageFacts(
                    tuple(self._build_feed(name) for name in feeds.get(row.entry, ())),
                    newer,
                    older,
                    tuple(listed),
                    number - len(listed),
                ),
            )

    def _build_feed(self, name: str) -> Feed:
        if name not in self._feeds:
            self._feeds[name] = self._context.build_feed(name)
        return self._feeds[name]

    def _fingerprint(self, row: EntryRow, facts: PageFacts) -> bytes:
        """Digest everything that a page depends on."""
        # The number of a snapshot changes when its file is read again.
        editions = [edition[1:] for edition in facts.editions]
        parts = repr((self._common, facts._replace(editions=()), editions))
        digest = blake2b(self._context.entry_fingerprint(row), digest_size=16)
        digest.update(parts.encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _write(self, found: Sequence[tuple[EntryRow, PageFacts, bytes]]) -> None:
        """Render, verify and publish pages."""
        context, store = self._context, self._store
        results = context.workers.map(
            render_article_pages,
            self._build_jobs(found),
            fallback=self._reject,
            chunk_size=_CHUNK,
            measure=lambda job: len(job.cached.html) if job.cached else 0,
            files=_list_files,
        )
        complete, written = [], []
        pages = self._write_media([(job, rendered) for job, rendered in results])
        for (_, _, fingerprint), (job, rendered) in zip(found, pages, strict=True):
            row = job.row
            if rendered.cleaned is not None:
                context.put_content(row, rendered.cleaned)
            seeds = context.config.seeds
            self.outdated.update(seeds[seed] / path for seed, path in rendered.outdated)
            if self._stage(row, rendered):
                is_complete = not rendered.outdated
                complete += [row.entry] if is_complete else []
                written.append((row, fingerprint if is_complete else b""))
                store.put_document_media(ARTICLE_FOLDER, str(row.entry), rendered.media)
        stat = context.output.stat
        store.put_article_pages(
            ArticleRow(
                row.entry, UUID(entry_id(row.key)).bytes, fingerprint, *stat(_name_page(row))
            )
            for row, fingerprint in written
        )
        store.clear_unchecked(complete)

    def _write_media(
        self, pages: Sequence[tuple[PageJob, RenderedPage]]
    ) -> Iterator[tuple[PageJob, RenderedPage]]:
        """Write the pictures that pages show; yield pages without those that can't be had."""
        lost = write_media(self._context, [(job.row, rendered.media) for job, rendered in pages])
        for job, rendered in pages:
            if names := lost.get(job.row.entry):
                again = job._replace(without=names)
                (bare,) = render_article_pages(self._context.config, [again])
                place = job.row.seed, job.row.path
                yield again, bare._replace(outdated=(*bare.outdated, place))
            else:
                yield job, rendered

    def _build_jobs(self, found: Sequence[tuple[EntryRow, PageFacts, bytes]]) -> Iterator[PageJob]:
        contents = self._context.find_contents(row for row, _, _ in found)
        for (_, facts, _), known in zip(found, contents, strict=True):
            yield PageJob(*known, facts)

    def _reject(self, job: PageJob, reason: str) -> RenderedPage:
        self._context.reject(job.row, reason)
        return RenderedPage(outdated=((job.row.seed, job.row.path),))

    def _stage(self, row: EntryRow, rendered: RenderedPage) -> bool:
        """Stage a page, if it can be published; return whether it can."""
        path, fault = _name_page(row), rendered.fault
        if not fault and not rendered.page:
            return False
        if not fault:
            with self._context.output.draft(path) as draft:
                draft.write(rendered.page)
                if draft.is_intact():
                    self.changed += self._context.output.stage(draft)
                    return True
            fault = "the file does not hold what was written to it"
        folder = name_article_folder(entry_id(row.key))
        self.failures.append(
            FeedError(
                f"the page of {row.url}, {path}, is not as it should be: {fault}",
                feed=folder,
                format=HTML.file,
            )
        )
        return False


def _name_page(row: EntryRow) -> str:
    return name_article_page(entry_id(row.key))


def find_path(page: ArticleRow) -> str:
    """Return the file of a published page, relative to the output folder."""
    return name_article_page(UUID(bytes=page.ident).urn)


def _link(neighbour: Neighbour) -> PageLink:
    return PageLink(name_article_folder(entry_id(neighbour.key)), neighbour.title)


def _list_files(job: PageJob) -> list[tuple[int, str]]:
    files = [(edition.seed, edition.path) for edition in job.facts.editions]
    return files if job.is_current else [*files, (job.row.seed, job.row.path)]


def delete_unknown(context: PublishContext) -> None:
    """Delete pages that the index doesn't know: those of an index that is gone, or was behind."""
    output = context.output
    known = {find_path(page) for page in context.store.all_article_pages()}
    unknown = [path for path in output.list_article_pages() if path not in known]
    output.delete_article_pages(path for path in unknown if not output.is_foreign(path))
