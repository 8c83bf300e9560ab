"""Publishes the archives of feeds that have one, and lists their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.config import is_archived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.publish.context import Archive, PublishContext


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


def list_archive_files(context: PublishContext) -> Iterator[str]:
    """Yield the files of all archives, relative to the output folder."""
    for name in context.store.archives.feeds():
        for page in context.store.archives.names(name):
            yield from context.list_page_files(name, page)
