"""Publishes the lists of feeds, their pages for people, and lists their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render.formats import HTML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.publish.context import PublishContext, WrittenPages


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


def list_older_lists(context: PublishContext) -> Iterator[str]:
    """Yield the files of all lists but the newest, relative to the output folder."""
    for name in context.store.lists.feeds():
        for page in context.store.lists.names(name):
            yield f"{name}/{HTML.file_name(page)}"
