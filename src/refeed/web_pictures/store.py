"""The picture store: pictures by the addresses that they came from, in a folder of its own."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from refeed.errors import FolderError
from refeed.urls.likeness import likeness_number
from refeed.web_pictures.catalogue import Catalogue
from refeed.web_pictures.files import PictureFiles
from refeed.web_pictures.unshown import UnshownPictures, list_other_readers, note_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refeed.urls.likeness import LikenessRules
    from refeed.web_pictures.catalogue import Attempt, LikePicture, StoredPicture
    from refeed.web_pictures.unshown import UnshownCounts

CATALOGUE_FILE: Final = "pictures.sqlite3"
_LOCK_FILE: Final = "fetch.lock"


class PictureStore:
    """The store of a folder, open. The folder may be moved while it isn't.

    Attributes:
        catalogue: what is known of addresses.
        unshown: the pictures that no entry shows.
    """

    def __init__(self, folder: Path, rules: LikenessRules, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.unshown = UnshownPictures(catalogue)
        self._folder = folder
        self._rules = rules
        self._files = PictureFiles(folder)

    @classmethod
    def open(cls, folder: Path, rules: LikenessRules, rules_name: str) -> PictureStore:
        """Open a store; create it if it isn't there.

        Args:
            folder: the store's.
            rules: by which addresses are alike.
            rules_name: changes with the rules.

        Raises:
            FolderError: its catalogue can't be used.
            OSError: the folder can't be written.
        """
        catalogue = Catalogue.open(folder / CATALOGUE_FILE)
        catalogue.update_likenesses(rules_name, lambda url: likeness_number(url, rules))
        return cls(folder, rules, catalogue)

    @staticmethod
    def exists(folder: Path) -> bool:
        """Tell whether a store is in a folder."""
        return (folder / CATALOGUE_FILE).is_file()

    def close(self) -> None:
        """Close it."""
        self.catalogue.close()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from fetching into the store; delete what those left that were killed.

        Raises:
            FolderError: another process is fetching.
        """
        with (self._folder / _LOCK_FILE).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise FolderError(
                    f"another process is fetching into the picture store {self._folder}",
                    hint="Wait until it is done.",
                ) from error
            self._files.delete_drafts()
            yield

    def note_reader(self, state: Path) -> dict[Path, str]:
        """Note that entries of a state folder show pictures; return the notes of other folders.

        Raises:
            OSError: a folder can't be written.
        """
        return list_other_readers(self._folder, note_reader(self._folder, state))

    def likeness_of(self, url: str) -> int:
        """Return the number that all addresses of the same picture share."""
        return likeness_number(url, self._rules)

    def add(
        self, url: str, picture: StoredPicture, data: bytes, etag: str, last_modified: str
    ) -> None:
        """Store the picture that an address led to.

        Args:
            url: the address.
            picture: what `data` is.
            data: the bytes.
            etag: of the answer, or "" (RFC 9110, section 8.8.3).
            last_modified: of the answer, or "".

        Raises:
            OSError: no room, no permission.
        """
        if self._files.read(picture.name) is None:
            self._files.write(picture.name, data)
        self.catalogue.put_picture(url, self.likeness_of(url), picture, etag, last_modified)

    def add_failure(self, url: str, attempt: Attempt) -> None:
        """Store that an address led to no picture."""
        self.catalogue.put_failure(url, self.likeness_of(url), attempt)

    def find(self, urls: Sequence[str]) -> dict[str, StoredPicture]:
        """Return the pictures to show for addresses; those that have none are left out."""
        likenesses = {url: self.likeness_of(url) for url in urls}
        alike = self.catalogue.list_like(likenesses.values())
        found = {}
        for url, likeness in likenesses.items():
            if picture := choose_picture(url, alike.get(likeness, ())):
                found[url] = picture
        return found

    def check_files(self) -> None:
        """Note which files are gone, have another size, or are back."""
        catalogue = self.catalogue
        there = catalogue.list_pictures(there=True)
        catalogue.mark_missing(
            [each.name for each in there if not self._files.is_there(each.name, each.size)]
        )
        missing = catalogue.list_pictures(there=False)
        catalogue.mark_there(
            [each.name for each in missing if self._files.read(each.name) is not None]
        )

    def read(self, name: str) -> bytes | None:
        """Return a picture; None if it is not there, or damaged, which is noted."""
        if not self.catalogue.has_picture(name):
            return None
        data = self._files.read(name)
        if data is None:
            self._files.delete(name)
            self.catalogue.mark_missing([name])
        return data

    def prune(self, until: int) -> UnshownCounts:
        """Delete the pictures that no entry shows since an instant, or longer; return them."""
        counts = self.unshown.count(until)
        for name in self.unshown.list_since(until):
            self._files.delete(name)
            self.unshown.forget(name)
        return counts


def choose_picture(url: str, alike: Iterable[LikePicture]) -> StoredPicture | None:
    """Return the picture to show for an address: its own, or else the largest that is alike."""
    best = max(alike, key=lambda each: _rank(url, each), default=None)
    return best.picture if best else None


def _rank(url: str, like: LikePicture) -> tuple[bool, bool, int, int, str]:
    picture = like.picture
    return (
        like.url == url,
        _without_scheme(like.url) == _without_scheme(url),
        picture.width * picture.height,
        picture.size,
        picture.name,
    )


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]
