"""Dates of snapshots that have none: their file's time, or when their content was first seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed.reading.publication_date import FILE_TIME
from refeed.seeds import first_seen_file, git_history
from refeed.seeds.files import digest_of
from refeed.seeds.git_history import GIT, identify_blob

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.seeds.first_seen_file import FirstSeenFile
    from refeed.store import Store
    from refeed.workers.jobs import FileRows

_SETTING: Final = "first seen"

# What was loaded last. A daemon syncs often, and the file changes rarely.
_loaded_files: dict[Path, FirstSeenFile] = {}
_loaded_histories: dict[Path, tuple[str, Mapping[bytes, int]]] = {}


class FirstSeen:
    """The dates of one sync.

    Args:
        known: instants by content, which is named as `refeed.workers.jobs` names it.
        fingerprint: of where the dates are from; "" for the files' times.
        file: where contents are added that have no date there; None for nowhere.
        problems: lines of the file that can't be read.

    Attributes:
        outdated: files that got a later instant than another file of the same content, by seeds
            folder and path. They are to be read again.
    """

    def __init__(
        self,
        known: Mapping[bytes, int],
        fingerprint: str = "",
        file: Path | None = None,
        problems: tuple[str, ...] = (),
    ) -> None:
        self.problems = problems
        self.outdated: list[tuple[int, str]] = []
        self._known = known
        self._fingerprint = fingerprint
        self._file = file
        self._added: dict[bytes, int] = {}
        self._saved: dict[bytes, int] = {}
        self._places: dict[bytes, list[tuple[int, str]]] = {}

    def prepare(self, store: Store) -> None:
        """Have the files read again that are dated by their time, if the dates are others now."""
        if store.get_setting(_SETTING) != self._fingerprint:
            store.expect_other_dates()
            store.set_setting(_SETTING, self._fingerprint)

    def apply(self, read: FileRows) -> FileRows:
        """Return a read file, its snapshots dated by when its content was first seen."""
        if read.dateless is None:
            return read
        content, records = read.dateless
        instant = self._known.get(content, self._saved.get(content))
        if instant is None and self._file is not None:
            instant = self._note(read, content, records)
        if instant is None:
            return read
        return read._replace(
            snapshots=tuple(
                row._replace(instant=instant) if row.record in records else row
                for row in read.snapshots
            )
        )

    def explain(self, data: bytes, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Return a file's snapshots with their dates, and where these are from."""
        content = identify_blob(data) if self._file is None else digest_of(data)
        instant = self._known.get(content)
        if instant is None:
            return snapshots
        return [
            each._replace(instant=instant, origins=each.origins._replace(instant="first seen"))
            if each.origins.instant == FILE_TIME
            else each
            for each in snapshots
        ]

    def _note(self, read: FileRows, content: bytes, records: tuple[int, ...]) -> int | None:
        """Note the file's time for a new content, or the time of an earlier file that has it."""
        own = next((row.instant for row in read.snapshots if row.record in records), None)
        if own is None:
            return None
        noted = self._added.get(content, own)
        places = self._places.setdefault(content, [])
        if own < noted:
            self.outdated += places
        places.append((read.row.seed, read.row.path))
        self._added[content] = min(own, noted)
        return self._added[content]

    def save(self, store: Store, *, is_dry_run: bool = False) -> None:
        """Add the new contents to the file, before the index is committed.

        A process that is killed between the two finds the dates in the file.

        Raises:
            OSError: the file can't be written.
        """
        if self._file is None or not self._added:
            return
        if not is_dry_run:
            before = _load_file(self._file)
            new = {each: self._added[each] for each in self._added.keys() - before.dates.keys()}
            now = first_seen_file.add(self._file, before, new)
            _loaded_files[self._file] = now
            if self._fingerprint == _fingerprint_file(self._file, before):
                self._fingerprint = _fingerprint_file(self._file, now)
                store.set_setting(_SETTING, self._fingerprint)
        self._saved |= self._added
        self._added.clear()
        self._places.clear()
        self.outdated.clear()


FILE_TIMES: Final = FirstSeen({})
"""Dates that are those of the files; it keeps nothing."""


def load_first_seen(config: Config) -> FirstSeen:
    """Return the dates that a configuration names.

    Raises:
        OSError: the file can't be read.
        RefeedError: git has no history of a seeds folder.
    """
    if not config.first_seen:
        return FILE_TIMES
    if config.first_seen == GIT:
        return _load_history(config)
    file = Path(config.first_seen)
    loaded = _load_file(file)
    problems = loaded.list_problems(file)
    return FirstSeen(loaded.dates, _fingerprint_file(file, loaded), file, problems)


def _load_file(file: Path) -> FirstSeenFile:
    loaded = _loaded_files[file] = first_seen_file.load(file, _loaded_files.get(file))
    return loaded


def _load_history(config: Config) -> FirstSeen:
    dates: dict[bytes, int] = {}
    heads = []
    for folder in filter(Path.is_dir, config.seeds):
        head = git_history.find_head(folder)
        if folder not in _loaded_histories or _loaded_histories[folder][0] != head:
            _loaded_histories[folder] = head, git_history.read_history(folder)
        heads.append(head)
        for content, instant in _loaded_histories[folder][1].items():
            dates[content] = min(instant, dates.get(content, instant))
    return FirstSeen(dates, "\n".join([GIT, *heads]))


def _fingerprint_file(file: Path, loaded: FirstSeenFile) -> str:
    return f"{str(file)!a}\n{loaded.digest.hex()}"
