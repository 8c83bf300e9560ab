"""Writes documents: renders each entry once, and writes it to all documents that show it."""

from __future__ import annotations

import resource
from collections import Counter
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.publish.document_writer import DocumentFiles
from refeed.publish.entry_cache import CachedEntry
from refeed.publish.media import write_media
from refeed.workers.portions import cut
from refeed.workers.render_entry import RenderedEntry, RenderJob, render_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.publish.context import DocumentOutcome, FeedDocument, PublishContext
    from refeed.store import EntryRow

_MAX_FILES: Final = 128
"""Files that are written at a time: half of the descriptors that the server leaves."""

_USUAL_DESCRIPTORS: Final = 1024
"""With so many descriptors or more there is room for `_MAX_FILES`."""

_BATCH: Final = 1_000
_CHUNK: Final = 25


class ShownEntry(NamedTuple):
    """An entry, the address of its page, and the documents that show it."""

    row: EntryRow
    page: str
    documents: list[DocumentFiles]

    def formats(self) -> set[str]:
        """Return in which formats it is needed: none if no document has room for it."""
        return {name for files in self.documents for name in files.formats}


def write_documents(
    context: PublishContext, documents: Sequence[FeedDocument], before: int | None = None
) -> Iterator[DocumentOutcome]:
    """Write documents, verify and stage them; yield the result of each.

    Documents that share entries are written at the same time, the largest first.

    Args:
        context: what publishing works with.
        documents: what to write.
        before: how many entries were written before, if these are some of many documents.
    """
    total = None if before is not None else sum(len(document.rows) for document in documents)
    done = before or 0
    if documents:
        context.monitor.update("publishing", done, total)
    largest_first = sorted(documents, key=lambda document: -len(document.rows))
    most_files = max((len(document.formats) for document in documents), default=1)
    at_a_time = max(1, _count_free_files() // max(1, most_files))
    for start in range(0, len(largest_first), at_a_time):
        some = largest_first[start : start + at_a_time]
        with ExitStack() as drafts:
            files = [DocumentFiles(context, document, drafts) for document in some]
            entries = _collect_entries(context, files)
            for batch in _split_batches(context, entries):
                for shown, rendered in _render_with_media(context, batch):
                    for each in shown.documents:
                        each.add(shown.row, rendered)
                    done += len(shown.documents)
                    context.monitor.update("publishing", done, total)
            outcomes = [each.finish() for each in files]
        yield from outcomes


def _count_free_files() -> int:
    """Return how many files to write at a time: at most half of the descriptors that are free."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _USUAL_DESCRIPTORS:
        return _MAX_FILES
    in_use = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return min(_MAX_FILES, (soft - in_use) // 2)


def _collect_entries(context: PublishContext, files: Iterable[DocumentFiles]) -> list[ShownEntry]:
    """Return each entry once, in the order of every document: newest first, then by number.

    The documents are of feeds, or else of archives.
    """
    found: dict[int, ShownEntry] = {}
    for each in files:
        for row in each.document.rows:
            if (shown := found.get(row.entry)) is None:
                page = context.find_page(each.document.feed, row)
                shown = found[row.entry] = ShownEntry(row, page, [])
            shown.documents.append(each)
    return sorted(found.values(), key=lambda shown: (-shown.row.published, shown.row.entry))


def _split_batches(
    context: PublishContext, entries: Sequence[ShownEntry]
) -> Iterator[list[ShownEntry]]:
    """Yield the entries that documents have room for, some at a time.

    Each batch has to be written before the next is taken. It ends where a document is likely to be
    full, so that little is rendered in vain.
    """
    for first in range(0, len(entries), _BATCH):
        some = entries[first : first + _BATCH]
        weights = context.store.content_weights(shown.row.entry for shown in some)
        batch: list[ShownEntry] = []
        likely: Counter[DocumentFiles] = Counter()
        for shown in some:
            weight = weights.get(shown.row.entry, 0)
            if any(likely[each] and likely[each] + weight > each.room for each in shown.documents):
                yield batch
                batch = []
                likely.clear()
            if shown.formats():
                batch.append(shown)
                likely.update(dict.fromkeys(shown.documents, weight))
        if batch:
            yield batch


def _render_with_media(
    context: PublishContext, batch: Sequence[ShownEntry]
) -> Iterator[tuple[ShownEntry, RenderedEntry]]:
    """Yield entries as they are rendered, when the pictures that they show are written.

    An entry whose pictures can't be had any more is shown without them; its snapshot has changed.
    """
    rendered = zip(batch, _render(context, batch), strict=True)
    for some in cut(rendered, _BATCH, lambda pair: sum(map(len, pair[1].texts.values()))):
        media = [(shown.row, list(chain(*each.media.values()))) for shown, each in some]
        lost = write_media(context, media)
        for shown, each in some:
            if names := lost.get(shown.row.entry):
                job = next(_build_jobs(context, [shown]))._replace(without=names)
                (bare,) = render_entries(context.config, [job])
                yield shown, bare._replace(is_outdated=True)
            else:
                yield shown, each


def _render(context: PublishContext, batch: Sequence[ShownEntry]) -> Iterator[RenderedEntry]:
    """Yield rendered entries, from the cache or from workers."""
    cache = context.output.entry_cache
    cached = [
        cache.get(context.entry_fingerprint(shown.row, shown.page), shown.formats())
        for shown in batch
    ]
    missing = [shown for shown, known in zip(batch, cached, strict=True) if known is None]
    jobs = _build_jobs(context, missing)

    def reject(job: RenderJob, reason: str) -> RenderedEntry:
        context.reject(job.row, reason)
        return RenderedEntry(is_outdated=True)

    results = context.workers.map(
        render_entries,
        jobs,
        fallback=reject,
        chunk_size=_CHUNK,
        measure=_measure,
        files=lambda job: () if job.is_current else ((job.row.seed, job.row.path),),
    )
    for known in cached:
        if known is not None:
            yield RenderedEntry(known.texts, media=known.media)
            continue
        job, rendered = next(results)
        if rendered.cleaned is not None:
            context.put_content(job.row, rendered.cleaned)
        if not rendered.faults and not rendered.is_outdated:
            entry = CachedEntry(rendered.texts, rendered.media)
            cache.put(context.entry_fingerprint(job.row, job.page), entry)
        yield rendered


def _build_jobs(context: PublishContext, entries: Sequence[ShownEntry]) -> Iterator[RenderJob]:
    contents = context.find_contents(shown.row for shown in entries)
    for shown, known in zip(entries, contents, strict=True):
        yield RenderJob(*known, sorted(shown.formats()), page=shown.page)


def _measure(job: RenderJob) -> int:
    return len(job.cached.html) if job.cached else 0
