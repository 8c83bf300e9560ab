"""Pictures of the store that no entry shows, and since when; what shows pictures of it at all."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.web_pictures.catalogue import Catalogue

_READERS: Final = "readers"
_IDENTITY_FILE: Final = "picture-reader"


class UnshownCounts(NamedTuple):
    """How many pictures no entry shows, and how many bytes they have."""

    pictures: int
    bytes: int


class UnshownPictures:
    """The pictures that no entry shows, as a store's catalogue has them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def mark(self, likenesses: Iterable[int], now: int) -> None:
        """Note which pictures are shown, and which are not from now on.

        A picture is shown if any of its addresses is like one that entries show: it may be shown in
        the place of another.

        Args:
            likenesses: of the addresses that entries show.
            now: seconds since 1970.
        """
        listed = json.dumps(sorted(set(likenesses)))
        with self._catalogue.transaction():
            self._catalogue.execute(
                "DELETE FROM unshown WHERE name NOT IN (SELECT name FROM picture) OR name IN ("
                "SELECT a.picture FROM json_each(?) n CROSS JOIN address a ON a.likeness = n.value"
                ")",
                (listed,),
            )
            self._catalogue.execute(
                "INSERT OR IGNORE INTO unshown SELECT name, ? FROM picture WHERE name NOT IN ("
                "SELECT a.picture FROM json_each(?) n CROSS JOIN address a ON a.likeness = n.value"
                ")",
                (now, listed),
            )

    def clear(self) -> None:
        """Take all pictures for shown."""
        self._catalogue.execute("DELETE FROM unshown")

    def count(self, until: int | None = None) -> UnshownCounts:
        """Count the pictures that are not shown since an instant, or since any."""
        rows = self._catalogue.execute(
            "SELECT count(*), coalesce(sum(p.size), 0) FROM unshown u JOIN picture p USING (name)"
            " WHERE u.since <= coalesce(?, u.since)",
            (until,),
        )
        return UnshownCounts(*rows[0])

    def list_since(self, until: int) -> list[str]:
        """Return the names of the pictures that are not shown since an instant, or longer."""
        rows = self._catalogue.execute(
            "SELECT name FROM unshown WHERE since <= ? ORDER BY name", (until,)
        )
        return [name for (name,) in rows]

    def forget(self, name: str) -> None:
        """Forget a picture whose file is deleted; what leads to it may be asked for again."""
        with self._catalogue.transaction():
            self._catalogue.ask_again(name)
            self._catalogue.execute(
                "UPDATE address SET picture = '' WHERE picture = ? AND picture != ''", (name,)
            )
            self._catalogue.execute("DELETE FROM picture WHERE name = ?", (name,))
            self._catalogue.execute("DELETE FROM unshown WHERE name = ?", (name,))


def note_reader(store: Path, state: Path) -> str:
    """Note in a picture store that the entries of a state folder show pictures of it.

    Two containers may call their state folders the same, and a device has another number after a
    restart: so a file in the state folder has a name for it that no other has.

    Returns:
        The name.

    Raises:
        OSError: a folder can't be written.
    """
    name = _read(state / _IDENTITY_FILE)
    if not name.isalnum() or _is_copied(store, state, name):
        name = secrets.token_hex(16)
        state.mkdir(parents=True, exist_ok=True)
        write_whole(state / _IDENTITY_FILE, name.encode())
    note, place = store / _READERS / name, str(state)
    if _read(note) != place:
        note.parent.mkdir(exist_ok=True)
        write_whole(note, place.encode("utf-8", "surrogateescape"))
    return name


def _is_copied(store: Path, state: Path, name: str) -> bool:
    """Tell whether the state folder from which this one was copied has its name still."""
    place = _read(store / _READERS / name)
    return place not in ("", str(state)) and _read(Path(place) / _IDENTITY_FILE) == name


def list_other_readers(store: Path, reader: str) -> dict[Path, str]:
    """Return the notes of other state folders, each with the path that it had there."""
    with suppress(FileNotFoundError):
        notes = sorted((store / _READERS).iterdir())
        return {note: _read(note) for note in notes if note.name.isalnum() and note.name != reader}
    return {}


def _read(file: Path) -> str:
    with suppress(OSError):
        return file.read_bytes().decode("utf-8", "surrogateescape")
    return ""
