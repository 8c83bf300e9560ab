"""Publishes the feeds that have changed, and deletes stale files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from refeed import rules
from refeed.config import has_all_pages
from refeed.errors import FolderError
from refeed.model import ARTICLE_FOLDER
from refeed.pictures.addresses import find_name
from refeed.publish.article_writer import ArticleWriter, delete_unknown
from refeed.publish.context import NO_ARCHIVE, NO_PAGES, PublishContext
from refeed.publish.damaged_files import mark_damaged
from refeed.publish.entry_pictures import EntryPictures, open_picture_store
from refeed.publish.learn import learn
from refeed.publish.media import delete_unused
from refeed.publish.overview import START_PAGE, list_icons, write_overview
from refeed.publish.publish_archives import list_archive_files, publish_archives
from refeed.publish.publish_lists import list_older_lists, publish_lists
from refeed.render import FORMATS, opml
from refeed.render.formats import STYLE, archive_page_of, list_page_of
from refeed.render.websub_topics import is_topic
from refeed.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.learning.minimums import Minimums
    from refeed.progress import Monitor
    from refeed.publish.context import Archive, FeedDocument, WrittenPages
    from refeed.publish.output_folder import OutputFolder
    from refeed.store import Store
    from refeed.workers.pool import Workers


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of publishing.

    Attributes:
        changed: the names of the feeds whose files changed, in order.
        unchanged: how many feeds did not.
        removed: files that were deleted, since their feed or format is gone.
        failures: feeds that can't be published; their last good files stay.
        outdated: snapshot files that have changed since they were indexed.
        reasons: why feeds were rewritten, by name.
        pages: how many pages of articles changed, were added or deleted.
        rejected: files whose articles take too long to clean, by seeds folder and path, with the
            reasons.
        left_out: how many of their newest entries feeds have no room for, by name, where that
            number changed.
    """

    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    failures: tuple[FeedError, ...]
    outdated: tuple[Path, ...]
    reasons: Mapping[str, str]
    rejected: Mapping[tuple[int, str], str]
    left_out: Mapping[str, int]
    pages: int = 0

    @property
    def changed_folders(self) -> tuple[str, ...]:
        """The names of the feeds that changed, and the folder of articles' pages if any did."""
        return (*self.changed, ARTICLE_FOLDER) if self.pages else self.changed

    def combine(self, later: Publication) -> Publication:
        """Combine this with a later publication of the same sync."""
        changed = tuple(sorted({*self.changed, *later.changed}))
        total = max(len(self.changed) + self.unchanged, len(later.changed) + later.unchanged)
        return replace(
            later,
            changed=changed,
            unchanged=total - len(changed),
            removed=self.removed + later.removed,
            reasons={**self.reasons, **later.reasons},
            left_out={**self.left_out, **later.left_out},
            pages=self.pages + later.pages,
        )


def publish(  # noqa: PLR0913 - the parts that a sync joins
    config: Config,
    store: Store,
    output: OutputFolder,
    workers: Workers,
    monitor: Monitor,
    *,
    whole: bool,
    minimums: Minimums | None = None,
) -> Publication:
    """Publish the feeds that have changed.

    Args:
        config: what to do.
        store: the index; it says which feeds may have changed.
        output: where to.
        workers: clean and render entries.
        monitor: told of the progress.
        whole: whether to look also for files that another program changed or deleted.
        minimums: how much must recur before it is learned; refeed's own if None.

    Raises:
        FolderError: files of somebody else are where feeds are to be. Nothing is published.
        OSError: the output can't be written; it names a file or the folder.
    """
    book = rulebook(config)
    rejected: dict[tuple[int, str], str] = {}
    try:
        with open_picture_store(config, store, is_dry_run=output.is_dry_run) as pictures:
            context = PublishContext(
                config,
                store,
                output,
                workers,
                monitor,
                book,
                minimums or rules.minimums(),
                EntryPictures(config, store, workers, book, pictures, rejected)
                if pictures
                else None,
                rejected,
            )
            return _publish(context, whole=whole)
    except FolderError:
        output.delete_drafts()
        raise
    except OSError as error:
        # Drafts would keep a full disk full.
        output.delete_drafts()
        error.filename = error.filename or str(output.folder)
        raise


def _publish(context: PublishContext, *, whole: bool) -> Publication:
    store, output = context.store, context.output
    names = list(store.feed_counts())
    files = _list_files(context.config, output, names)
    output.register(files)
    damaged = mark_damaged(context) if whole else {}
    if context.pictures is not None:
        context.pictures.follow_store(whole=whole and not output.is_dry_run)
    learned_from = learn(context)
    pages = _publish_pages(context)
    archives, lists, articles = pages
    current = {*files, *list_archive_files(context), *list_older_lists(context)}
    left_out = store.left_out()
    written = _write_feeds(context, pages, damaged)
    stale = {path for path in output.published() - current if not find_name(path)}
    # Pages of archives and lists are deleted as entries change.
    removed = tuple(sorted(path for path in stale if not _is_page(path, archives, lists)))
    _enqueue_pings(context, written.files, removed)
    write_overview(context, names)
    # Documents that link to a stale one are replaced before that is deleted.
    output.commit()
    output.delete(stale)
    articles.delete_stale()
    delete_unused(store, output, whole=whole)
    if whole:
        delete_unknown(context)
    store.commit()
    return Publication(
        changed=tuple(sorted(written.changed)),
        unchanged=len(names) - len(written.changed),
        removed=removed,
        failures=tuple(sorted(written.failures, key=lambda failure: failure.feed)),
        outdated=tuple(sorted(written.outdated | learned_from)),
        reasons=written.reasons,
        rejected=context.rejected,
        left_out=_find_different(left_out, store.left_out()),
        pages=articles.changed + len(articles.stale),
    )


class _WrittenFeeds(NamedTuple):
    """What came of feeds and all their pages.

    Attributes:
        changed: the names of the feeds of which a file changed.
        files: documents of feeds that changed, and what was damaged.
        failures: what can't be published.
        outdated: snapshot files that have changed since they were indexed.
        reasons: why feeds were rewritten, by name.
    """

    changed: set[str]
    files: list[str]
    failures: list[FeedError]
    outdated: set[Path]
    reasons: Mapping[str, str]


class _Pages(NamedTuple):
    """What came of the archives and lists of feeds, by their names, and of articles' pages."""

    archives: Mapping[str, Archive]
    lists: Mapping[str, WrittenPages]
    articles: ArticleWriter


def _publish_pages(context: PublishContext) -> _Pages:
    """Publish archives, lists and the pages of articles: what feeds link to is there before them.

    If each article has a page, archives and lists link to them, too. Else only those have one that
    feeds show, which depends on the archives.
    """
    store, articles = context.store, ArticleWriter(context)
    if has_all_pages(context.config):
        store.clear_reach()
        articles.publish()
    archives, lists = publish_archives(context), publish_lists(context)
    for name in {*archives, *lists}:
        store.clear_changed_positions(name)
    if not has_all_pages(context.config):
        for name in store.dirty_feeds():
            store.put_reach(name, _find_limit(context, archives.get(name, NO_ARCHIVE)))
        articles.publish()
    return _Pages(archives, lists, articles)


def _write_feeds(
    context: PublishContext, pages: _Pages, damaged: Mapping[str, str]
) -> _WrittenFeeds:
    """Write and stage the feeds that have changed.

    Args:
        context: what publishing works with.
        pages: what came of their pages, which are staged.
        damaged: files that were changed or deleted by somebody else, and their feeds.
    """
    store, (archives, lists, articles) = context.store, pages
    paged = [*((name, archive.pages) for name, archive in archives.items()), *lists.items()]
    documents, reasons = _find_changed(context, archives, lists, set(damaged.values()))
    found = _WrittenFeeds(
        {name for name, each in paged if each.is_changed},
        list(damaged),
        [*articles.failures, *(failure for _, each in paged for failure in each.failures)],
        articles.outdated.union(*(each.outdated for _, each in paged)),
        reasons,
    )
    if not documents:
        return found
    from refeed.publish.write import write_documents

    for outcome in write_documents(context, documents):
        feed = outcome.document.feed
        if outcome.changed:
            found.changed.add(feed.name)
            found.files.extend(outcome.changed)
        found.outdated.update(outcome.outdated)
        if outcome.failure:
            found.failures.append(outcome.failure)
            continue
        store.put_left_out(feed.name, outcome.left_out)
        if not outcome.outdated and _are_complete(feed.name, archives, lists):
            store.put_published(feed.name, outcome.document.fingerprint)
    return found


def _find_limit(context: PublishContext, archive: Archive) -> int:
    """Return how many entries a feed shows; 0 for all."""
    return context.config.limit and max(context.config.limit, archive.entries)


def _list_files(config: Config, output: OutputFolder, names: Sequence[str]) -> list[str]:
    """Return all published files but archive pages."""
    files = [f"{name}/{FORMATS[each].file}" for name in names for each in config.formats]
    if "html" in config.formats:
        files += [START_PAGE, STYLE]
    return [*files, opml.FILE, *list_icons(output)]


def _find_changed(
    context: PublishContext,
    archives: Mapping[str, Archive],
    lists: Mapping[str, WrittenPages],
    damaged: Container[str],
) -> tuple[list[FeedDocument], dict[str, str]]:
    """Return the feeds to write, and why they are."""
    documents, reasons = [], {}
    for name, fingerprint in context.store.dirty_feeds().items():
        archive = archives.get(name, NO_ARCHIVE)
        if archive.pages.failures:
            # It could lead to an archive page that isn't there.
            continue
        limit = _find_limit(context, archive)
        feed = replace(context.build_feed(name), previous=archive.previous)
        rows = context.store.entries_of(name, limit)
        least = max(1, archive.entries)
        document = context.build_document(feed, rows, context.feed_formats, least)
        if document.fingerprint != fingerprint:
            documents.append(document)
            if fingerprint:
                reasons[name] = "its entries or settings changed"
            elif name in damaged:
                reasons[name] = "a file of it was changed or deleted by somebody else"
            else:
                reasons[name] = "it was not published before"
        elif _are_complete(name, archives, lists):
            context.store.put_published(name, fingerprint)
    return documents, reasons


def _find_different(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Return the counts that differ from those before; 0 where there is none any more."""
    names = sorted({*before, *now})
    return {name: now.get(name, 0) for name in names if now.get(name) != before.get(name)}


def _are_complete(
    name: str, archives: Mapping[str, Archive], lists: Mapping[str, WrittenPages]
) -> bool:
    archive = archives.get(name, NO_ARCHIVE)
    return archive.pages.is_complete and lists.get(name, NO_PAGES).is_complete


def _is_page(path: str, archives: Iterable[str], lists: Iterable[str]) -> bool:
    return any(archive_page_of(path.removeprefix(f"{name}/")) for name in archives) or any(
        list_page_of(path.removeprefix(f"{name}/")) for name in lists
    )


def _enqueue_pings(context: PublishContext, changed: Iterable[str], removed: Iterable[str]) -> None:
    """Enqueue the feed documents that the hub is to be told of.

    This is of the same transaction as the state of the files. A process that is killed after files
    were published and before the commit leaves files that differ from the index: they count as
    damaged in the next sync, and are enqueued then.

    Args:
        context: what publishing works with.
        changed: files that changed, or were damaged.
        removed: files that are no longer published.
    """
    store = context.store
    if not context.config.websub.hub:
        store.clear_hub_queue()
        return
    store.drop_from_hub_queue(removed)
    changes = {path: context.output.stat(path)[1] for path in changed if is_topic(path)}
    store.enqueue_for_hub({path: mtime for path, mtime in changes.items() if mtime})
