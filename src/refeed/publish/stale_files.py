"""Finds published files that are of nothing any more: feeds, formats or pages that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.pictures.addresses import find_name
from refeed.publish.context import digest
from refeed.publish.feed_pages import list_page_files
from refeed.render.formats import archive_page_of, list_page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.publish.context import PagesOfFeeds, PublishContext

_SETTING: Final = "files of feeds"


def find_stale_files(
    context: PublishContext, files: Sequence[str], pages: PagesOfFeeds, *, whole: bool
) -> set[str]:
    """Return the files in the manifest that are stale, but pages of articles and pictures.

    All pages are listed for it only where one may be: if there are other files beside them than
    the last time, or if one was dropped.

    Args:
        context: what publishing works with.
        files: all that are published besides pages.
        pages: what came of archives and lists.
        whole: whether to compare in any case.
    """
    store = context.store
    paged = [*(archive.pages for archive in pages.archives.values()), *pages.lists.values()]
    fingerprint = digest(sorted(files), store.archives.feeds(), store.lists.feeds()).hex()
    is_same = store.get_setting(_SETTING) == fingerprint
    if is_same and not whole and not any(each.has_dropped for each in paged):
        return set()
    store.set_setting(_SETTING, fingerprint)
    current = {*files, *list_page_files(context)}
    return {path for path in context.output.published() - current if not find_name(path)}


def is_page(path: str, pages: PagesOfFeeds) -> bool:
    """Tell whether a file is a page of an archive or a list."""
    return any(archive_page_of(path.removeprefix(f"{name}/")) for name in pages.archives) or any(
        list_page_of(path.removeprefix(f"{name}/")) for name in pages.lists
    )
