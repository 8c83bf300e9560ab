"""Finds published files that another program changed or deleted, to write them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.model import ARTICLE_FOLDER
from refeed.pictures.addresses import find_name
from refeed.publish.article_writer import find_path
from refeed.publish.media import MEDIA
from refeed.publish.overview import OVERVIEW
from refeed.render.formats import HTML, archive_page_of, list_page_of
from refeed.store.page_tables import ARCHIVE, LIST, split_page_name

if TYPE_CHECKING:
    from refeed.publish.context import PublishContext
    from refeed.store import Store


def mark_damaged(context: PublishContext) -> dict[str, str]:
    """Have feeds and pages written again whose files were changed or deleted.

    Returns:
        The files that no page of an article is, and the name of each one's feed.
    """
    store, output = context.store, context.output
    output.delete_drafts()
    damaged, intact = {}, []
    for path, (feed, size, mtime_ns) in store.outputs().items():
        if output.stat(path) == (size, mtime_ns):
            intact.append(path)
        else:
            _mark_file(store, path, feed)
            store.drop_output(path)
            damaged[path] = feed
    output.list_files(intact)
    store.mark_pages_damaged(
        [
            page.entry
            for page in store.all_article_pages()
            if output.stat(find_path(page)) != (page.size, page.mtime_ns)
        ]
    )
    return damaged


def _mark_file(store: Store, path: str, feed: str) -> None:
    """Have what needs a file written again."""
    file = path.removeprefix(f"{feed}/")
    if feed == OVERVIEW:
        store.set_setting(OVERVIEW, "")
    elif feed == MEDIA:
        _mark_documents_showing(store, path)
    elif page := archive_page_of(file):
        store.archives.mark_stale(feed, page)
    elif file == HTML.file or list_page_of(file):
        store.lists.mark_stale(feed, list_page_of(file))
    else:
        store.mark_dirty(feed)


def _mark_documents_showing(store: Store, path: str) -> None:
    """Have the documents written again that show a picture."""
    for feed, page in store.documents_showing(find_name(path)):
        table, name = split_page_name(page)
        if feed == ARTICLE_FOLDER:
            store.mark_pages_damaged([int(page)])
        elif table == LIST:
            store.lists.mark_stale(feed, name)
        elif table == ARCHIVE:
            store.archives.mark_stale(feed, name)
        else:
            store.mark_dirty(feed)
