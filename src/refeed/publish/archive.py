"""Archives of feeds: which feeds have one, and which files it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from refeed.config import is_archived
from refeed.render import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.publish.context import PublishContext


@dataclass(frozen=True, slots=True)
class Archive:
    """What became of a feed's archive, and what the feed has to know of it.

    Attributes:
        entries: how many of the newest entries are on no archive page.
        previous: the newest archive page, or "".
        is_changed: whether the files of any page changed.
        failures: pages that can't be published as they came out.
        outdated: snapshot files that have changed since they were indexed.
    """

    entries: int
    previous: str
    is_changed: bool
    failures: list[FeedError]
    outdated: set[Path]

    @property
    def is_complete(self) -> bool:
        """Whether all is published as it should be."""
        return not self.failures and not self.outdated


NO_ARCHIVE: Final = Archive(0, "", is_changed=False, failures=[], outdated=set())


def publish_archives(context: PublishContext) -> dict[str, Archive]:
    """Publish the archives of feeds that may have changed; drop those that are no longer wanted."""
    store = context.store
    names = [name for name in store.dirty_feeds() if is_archived(context.config, name)]
    archives = {}
    if names:
        from refeed.publish.archive_writer import ArchiveWriter

        archives = {name: ArchiveWriter(context, name).publish() for name in names}
    for name in store.archived_feeds():
        if not is_archived(context.config, name):
            store.drop_archive(name)
    return archives


def list_archive_files(context: PublishContext) -> Iterator[str]:
    """Yield the files of all archives, relative to the output folder."""
    for name in context.store.archived_feeds():
        for page in context.store.archive_page_names(name):
            yield from list_page_files(context.config, name, page)


def list_page_files(config: Config, name: str, page: str) -> Iterator[str]:
    """Yield the files of an archive page, relative to the output folder."""
    for each in config.formats:
        if each != "html" and page:
            yield f"{name}/{FORMATS[each].file_name(page)}"
