"""Archives of feeds: of their documents those are published that an entry has changed.

Which documents there are is said by `refeed.archive.partition`; looked at are those around the
entries that were touched, or all of them if they may have been made by other rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from refeed.config import is_archived
from refeed.render import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.publish.press import Press

__all__ = ["NO_ARCHIVE", "Archive", "archive_files", "files_of", "publish_archives"]


@dataclass(slots=True)
class Archive:
    """What became of a feed's archive, and what the document to subscribe to has to know of it.

    Attributes:
        entries: how many of the newest entries are in no archive document.
        previous: the newest archive document, or "".
        changed: whether any document came out different.
        failures: documents that came out in a form that can't be published.
        outdated: snapshot files that have changed since they were read.
    """

    entries: int
    previous: str
    changed: bool
    failures: list[FeedError]
    outdated: set[Path]

    @property
    def is_complete(self) -> bool:
        """Whether all is published as it should be."""
        return not self.failures and not self.outdated


NO_ARCHIVE: Final = Archive(0, "", changed=False, failures=[], outdated=set())


def publish_archives(press: Press) -> dict[str, Archive]:
    """Publish the archives of the feeds that may have changed; forget those that are not wanted."""
    names = [name for name in press.store.dirty_feeds() if is_archived(press.config, name)]
    wanted = dict(_published(press, names))
    for name in press.store.archived_feeds():
        if not is_archived(press.config, name):
            press.store.drop_whole_archive(name)
    return wanted


def _published(press: Press, names: Sequence[str]) -> Iterator[tuple[str, Archive]]:
    if names:
        from refeed.publish.archive_documents import Archiving  # noqa: PLC0415 - slow to import

        for name in names:
            yield name, Archiving(press, name).publish()


def archive_files(press: Press) -> Iterator[str]:
    """Yield all files of archives, relative to the output folder."""
    for name in press.store.archived_feeds():
        for part in press.store.archive_names(name):
            yield from files_of(press.config, name, part)


def files_of(config: Config, name: str, part: str) -> Iterator[str]:
    """Yield the files of a document, relative to the output folder."""
    for each in config.formats:
        if each != "html" and part:
            yield f"{name}/{FORMATS[each].file_of(part)}"
