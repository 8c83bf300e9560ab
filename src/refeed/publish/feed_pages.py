"""Publishes the pages of feeds: archives, and lists, which are for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.config import is_archived
from refeed.render.formats import HTML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.publish.context import Archive, PublishContext, WrittenPages


def publish_archives(context: PublishContext) -> dict[str, Archive]:
    """Publish the archives of feeds that may have changed; drop those that the config dropped."""
    store = context.store
    names = [name for name in store.dirty_feeds() if is_archived(context.config, name)]
    archives = {}
    if names:
        from refeed.publish.archive_writer import ArchiveWriter

        archives = {name: ArchiveWriter(context, name).publish() for name in names}
    for name in store.archives.feeds():
        if not is_archived(context.config, name):
            store.archives.drop(name)
    return archives


def publish_lists(context: PublishContext) -> dict[str, WrittenPages]:
    """Publish the lists of feeds that may have changed; drop them if there is to be no HTML."""
    store = context.store
    if HTML.name not in context.config.formats:
        for name in store.lists.feeds():
            store.lists.drop(name)
        return {}
    names = list(store.dirty_feeds())
    if not names:
        return {}
    from refeed.publish.list_writer import ListWriter

    return ListWriter(context).publish(names)


def list_page_files(context: PublishContext) -> Iterator[str]:
    """Yield the files of all pages but the newest of each feed, relative to the output folder."""
    archives, lists = context.store.archives, context.store.lists
    for name in archives.feeds():
        for page in archives.names(name):
            yield from context.list_archive_files(name, page)
    for name in lists.feeds():
        yield from (f"{name}/{HTML.file_name(page)}" for page in lists.names(name))
