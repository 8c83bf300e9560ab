"""Publishes the feeds that have changed, and deletes stale files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from refeed import rules
from refeed.config import has_all_pages
from refeed.errors import FolderError
from refeed.model import ARTICLE_FOLDER
from refeed.publish.article_writer import ArticleWriter, delete_unknown
from refeed.publish.context import NO_ARCHIVE, PagesOfFeeds, PublishContext
from refeed.publish.damaged_files import mark_damaged
from refeed.publish.entry_pictures import EntryPictures, open_picture_store
from refeed.publish.feed_pages import publish_archives, publish_lists
from refeed.publish.learn import learn
from refeed.publish.media import delete_unused
from refeed.publish.overview import START_PAGE, list_icons, write_overview
from refeed.publish.publish_feeds import find_limit, publish_feeds
from refeed.publish.stale_files import find_stale_files, is_page
from refeed.render import FORMATS, opml
from refeed.render.formats import STYLE
from refeed.render.websub_topics import is_topic
from refeed.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.learning.minimums import Minimums
    from refeed.progress import Monitor
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
    context = PublishContext(
        config, store, output, workers, monitor, book, minimums or rules.minimums()
    )
    try:
        with open_picture_store(config, store, is_dry_run=output.is_dry_run) as pictures:
            if pictures:
                found = EntryPictures(store, workers, book, pictures, context.rejected)
                context = replace(context, pictures=found)
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
    articles = ArticleWriter(context)
    pages = _publish_pages(context, articles)
    left_out = store.left_out()
    written = publish_feeds(context, pages, damaged)
    stale = find_stale_files(context, files, pages, whole=whole)
    # Pages of archives and lists are deleted as entries change.
    removed = tuple(sorted(path for path in stale if not is_page(path, pages)))
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
        failures=tuple(
            sorted([*articles.failures, *written.failures], key=lambda failure: failure.feed)
        ),
        outdated=tuple(sorted(written.outdated | articles.outdated | learned_from)),
        reasons=written.reasons,
        rejected=context.rejected,
        left_out=_find_different(left_out, store.left_out()),
        pages=articles.changed + len(articles.stale),
    )


def _publish_pages(context: PublishContext, articles: ArticleWriter) -> PagesOfFeeds:
    """Publish archives, lists and the pages of articles: what feeds link to is there before them.

    If each article has a page, archives and lists link to them, too. Else only those have one that
    feeds show, which depends on the archives.
    """
    store = context.store
    if has_all_pages(context.config):
        store.clear_reach()
        articles.publish()
    archives, lists = publish_archives(context), publish_lists(context)
    for name in {*archives, *lists}:
        store.clear_changed_positions(name)
    if not has_all_pages(context.config):
        for name in store.dirty_feeds():
            store.put_reach(name, find_limit(context, archives.get(name, NO_ARCHIVE)))
        articles.publish()
    return PagesOfFeeds(archives, lists)


def _list_files(config: Config, output: OutputFolder, names: Sequence[str]) -> list[str]:
    """Return all published files but archive pages."""
    files = [f"{name}/{FORMATS[each].file}" for name in names for each in config.formats]
    if "html" in config.formats:
        files += [START_PAGE, STYLE]
    return [*files, opml.FILE, *list_icons(output)]


def _find_different(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Return the counts that differ from those before; 0 where there is none any more."""
    names = sorted({*before, *now})
    return {name: now.get(name, 0) for name in names if now.get(name) != before.get(name)}


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
