"""Publishes the feeds that have changed, each with what came of its pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from refeed.publish.context import NO_ARCHIVE, NO_PAGES

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

    from refeed.errors import FeedError
    from refeed.publish.context import Archive, FeedDocument, PagesOfFeeds, PublishContext


class WrittenFeeds(NamedTuple):
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


def publish_feeds(
    context: PublishContext, pages: PagesOfFeeds, damaged: Mapping[str, str]
) -> WrittenFeeds:
    """Write and stage the feeds that have changed.

    Args:
        context: what publishing works with.
        pages: what came of their pages, which are staged.
        damaged: files that were changed or deleted by somebody else, and their feeds.
    """
    store, (archives, lists) = context.store, pages
    paged = [*((name, archive.pages) for name, archive in archives.items()), *lists.items()]
    documents, reasons = _find_changed(context, pages, set(damaged.values()))
    found = WrittenFeeds(
        {name for name, each in paged if each.is_changed},
        list(damaged),
        [failure for _, each in paged for failure in each.failures],
        set().union(*(each.outdated for _, each in paged)),
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
        if not outcome.outdated and _are_complete(feed.name, pages):
            store.put_published(feed.name, outcome.document.fingerprint)
    return found


def find_limit(context: PublishContext, archive: Archive) -> int:
    """Return how many entries a feed shows; 0 for all."""
    return context.config.limit and max(context.config.limit, archive.entries)


def _find_changed(
    context: PublishContext, pages: PagesOfFeeds, damaged: Container[str]
) -> tuple[list[FeedDocument], dict[str, str]]:
    """Return the feeds to write, and why they are."""
    documents, reasons = [], {}
    for name, fingerprint in context.store.dirty_feeds().items():
        archive = pages.archives.get(name, NO_ARCHIVE)
        if archive.pages.failures:
            # It could lead to an archive page that isn't there.
            continue
        limit = find_limit(context, archive)
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
        elif _are_complete(name, pages):
            context.store.put_published(name, fingerprint)
    return documents, reasons


def _are_complete(name: str, pages: PagesOfFeeds) -> bool:
    archive, lists = pages.archives.get(name, NO_ARCHIVE), pages.lists.get(name, NO_PAGES)
    return archive.pages.is_complete and lists.is_complete
