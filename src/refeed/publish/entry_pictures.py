"""Finds which pictures entries show, and what the picture store has of them.

Both are in the index, by entry. What an entry shows is found when it is first published, or when it
has changed; what the store has is looked up again when the store says that it has changed.
"""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed import rules
from refeed.errors import FolderError
from refeed.pictures.identify import Picture
from refeed.store import ShownPictures
from refeed.web_pictures.store import PictureStore
from refeed.workers.picture_jobs import PictureTask, find_pictures, pack_pictures
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.config import Config
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EntryRow, Store
    from refeed.workers.picture_jobs import FoundPictures
    from refeed.workers.pool import Workers

_VERSION: Final = 1
_SETTING: Final = "picture store"
_BATCH: Final = 200
_CONTENTS: Final = 10
"""How many contents are in memory beside those that workers have."""


@contextmanager
def open_picture_store(
    config: Config, store: Store, *, is_dry_run: bool = False
) -> Iterator[PictureStore | None]:
    """Open the picture store, if entries show pictures from it.

    Args:
        config: names it.
        store: the index.
        is_dry_run: whether a store that isn't there is not made.

    Raises:
        FolderError: it isn't there, though it was when it was last looked at; or it can't be used.
        OSError: it can't be written.
    """
    if config.images.mode != "local":
        if store.get_setting(_SETTING):
            store.clear_pictures()
            store.set_setting(_SETTING, "")
        yield None
        return
    check_store(config, store)
    if is_dry_run and not PictureStore.exists(Path(config.images.store)):
        yield None
        return
    opened = open_web_pictures(config)
    try:
        if not is_dry_run:
            opened.note_reader(config.state)
        yield opened
    finally:
        opened.close()


def check_store(config: Config, store: Store) -> None:
    """Check that a picture store from which entries were shown is there still.

    Made anew where it isn't mounted it would begin empty, and everything be fetched again.

    Args:
        config: names it.
        store: the index.

    Raises:
        FolderError: it isn't there.
    """
    folder = Path(config.images.store)
    if store.get_setting(_SETTING) and not folder.is_dir():
        raise FolderError(
            f"the picture store {folder} isn't there; feeds stay as they are",
            hint="Mount it, or set images.store to where it is. If it is to begin anew, make the"
            " folder.",
        )


def open_web_pictures(config: Config) -> PictureStore:
    """Open the picture store of a configuration that names one; create it if it isn't there.

    Raises:
        FolderError: it can't be used.
        OSError: it can't be written.
    """
    return PictureStore.open(
        Path(config.images.store), rules.picture_likeness_rules(), rules.fingerprint()
    )


class EntryPictures:
    """What entries show, and what the picture store has of it.

    Args:
        store: the index.
        workers: find pictures.
        book: the rules of cleaning.
        pictures: the picture store.
        rejected: collects the files whose articles take too long to clean.
    """

    def __init__(
        self,
        store: Store,
        workers: Workers,
        book: Rulebook,
        pictures: PictureStore,
        rejected: dict[tuple[int, str], str],
    ) -> None:
        self._store = store
        self._workers = workers
        self._book = book
        self._pictures = pictures
        self._rejected = rejected

    def follow_store(self, *, whole: bool) -> None:
        """Look up the pictures again of which the store has others since it was last looked at.

        Feeds that show an entry whose pictures changed become dirty.

        Args:
            whole: whether to look also for files that are gone.
        """
        store, catalogue = self._store, self._pictures.catalogue
        if whole:
            self._pictures.check_files()
        identity, _, seen = store.get_setting(_SETTING).partition(" ")
        # What changes from here on is found the next time.
        serial = catalogue.get_serial()
        if identity != catalogue.get_identity():
            self._look_up_again(store.all_pictures())
        elif serial != int(seen):
            for some in split_batches(catalogue.list_changed_likenesses(int(seen)), _BATCH):
                self._look_up_again(store.pictures_alike(some))
        store.set_setting(_SETTING, f"{catalogue.get_identity()} {serial}")

    def _look_up_again(self, found: Iterable[ShownPictures]) -> None:
        different = []
        for shown in found:
            now = self._look_up(shown.addresses)
            if now != shown.pictures:
                self._put(shown._replace(pictures=now))
                different.append(shown.entry)
        if different:
            self._store.mark_shown_differently(different)

    def find(self, rows: Sequence[EntryRow]) -> list[EntryRow]:
        """Return entries with what the picture store has of the pictures that they show.

        Where it isn't known what these are, they are cleaned for it. Of one whose snapshot has
        changed it stays unknown: it will be published again.
        """
        bases = {row.entry: self._compute_basis(row) for row in rows}
        outdated = [row for row in rows if row.picture_basis != bases[row.entry]]
        known: dict[int, bytes] = {}
        for some in split_batches(outdated, _BATCH):
            for task, found in self._find_addresses(some):
                if found is None:
                    continue
                row = task.row
                if found.cleaned is not None:
                    self._store.put_content(row.entry, self._fingerprint(row), found.cleaned)
                known[row.entry] = self._look_up(found.addresses)
                self._put(
                    ShownPictures(row.entry, bases[row.entry], found.addresses, known[row.entry])
                )
        return [
            row._replace(pictures=known.get(row.entry, row.pictures), picture_basis=b"")
            for row in rows
        ]

    def read(self, name: str) -> bytes | None:
        """Return a picture of the store; None if it has none of that name, or a damaged one."""
        return self._pictures.read(name)

    def _find_addresses(
        self, rows: Sequence[EntryRow]
    ) -> Iterator[tuple[PictureTask, FoundPictures | None]]:
        def reject(task: PictureTask, reason: str) -> FoundPictures | None:
            self._rejected[task.row.seed, task.row.path] = f"it can't be cleaned: {reason}"
            return None

        return self._workers.map(
            find_pictures,
            self._build_tasks(rows),
            fallback=reject,
            measure=lambda task: len(task.cached.html) if task.cached else 0,
            files=lambda task: () if task.cached else ((task.row.seed, task.row.path),),
        )

    def _build_tasks(self, rows: Sequence[EntryRow]) -> Iterator[PictureTask]:
        for some in split_batches(rows, _CONTENTS):
            contents = self._store.contents(row.entry for row in some)
            for row in some:
                fingerprint, content = contents.get(row.entry, (b"", None))
                yield PictureTask(row, content if fingerprint == self._fingerprint(row) else None)

    def _fingerprint(self, row: EntryRow) -> bytes:
        return self._book.content_fingerprint(row.key, row.url, row.path, row.digest, row.record)

    def _compute_basis(self, row: EntryRow) -> bytes:
        """Digest all that the addresses of an entry's pictures depend on."""
        parts = repr((_VERSION, self._fingerprint(row), row.verdicts, row.title))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def _look_up(self, addresses: Sequence[str]) -> bytes:
        found = self._pictures.find(addresses) if addresses else {}
        return pack_pictures(
            {url: Picture(each.name, each.width, each.height) for url, each in found.items()}
        )

    def _put(self, shown: ShownPictures) -> None:
        self._store.put_pictures(shown, map(self._pictures.likeness_of, shown.addresses))
