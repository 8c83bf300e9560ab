"""The picture store keeps whole files, and notices what became of them."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from refeed.errors import FolderError
from refeed.web_pictures.catalogue import (
    Attempt,
    Catalogue,
    StoredPicture,
    prepare_catalogue,
)
from refeed.web_pictures.store import CATALOGUE_FILE
from refeed.web_pictures.unshown import UnshownPictures
from stored_pictures import add_picture, open_store, png

if TYPE_CHECKING:
    from pathlib import Path


URL = "https://a.example/photo.jpg"
OTHER = "https://b.example/photo.jpg"
LARGE = "https://a.example/photo-300x200.jpg"


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("??/*"))


def test_a_picture_is_found_by_its_address(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        picture = add_picture(store, URL)
        assert store.find([URL, OTHER]) == {URL: picture}
        assert store.read(picture.name) == png(1)
    assert files(tmp_path) == [picture.name]


def test_one_picture_of_two_addresses_is_one_file(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        assert add_picture(store, URL) == add_picture(store, OTHER)
        assert set(store.find([URL, OTHER])) == {URL, OTHER}
    assert len(files(tmp_path)) == 1


def test_a_size_of_a_picture_stands_in_for_it(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        small = add_picture(store, LARGE, number=1)
        assert store.find([URL]) == {URL: small}
        own = add_picture(store, URL, number=2, width=20)
        assert store.find([URL, LARGE]) == {URL: own, LARGE: small}


def test_a_folder_may_be_moved(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "here")) as store:
        picture, identity = add_picture(store, URL), store.catalogue.get_identity()
    (tmp_path / "here").rename(tmp_path / "there")
    with closing(open_store(tmp_path / "there")) as store:
        assert store.read(store.find([URL])[URL].name) == png(1)
        assert (store.find([URL])[URL], store.catalogue.get_identity()) == (picture, identity)


def test_an_error_of_a_full_disk_names_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with closing(open_store(tmp_path)) as store:
        monkeypatch.setattr("refeed.whole_file.os.fsync", find_no_room)
        with pytest.raises(OSError, match="No space") as failure:
            add_picture(store, URL)
    assert str(failure.value.filename).startswith(str(tmp_path))
    assert files(tmp_path) == []


@pytest.mark.parametrize("harm", ["delete", "cut"])
def test_a_look_at_the_files_finds_what_is_gone(tmp_path: Path, harm: str) -> None:
    with closing(open_store(tmp_path)) as store:
        picture = add_picture(store, URL)
        file = tmp_path / picture.name[:2] / picture.name
        serial = store.catalogue.get_serial()
        if harm == "delete":
            file.unlink()
        else:
            file.write_bytes(png(1)[:-1])
        store.check_files()
        assert store.find([URL]) == {}
        assert store.catalogue.get_serial() > serial
        assert store.catalogue.list_changed_likenesses(serial) == [store.likeness_of(URL)]


def test_a_file_that_is_back_is_found(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        picture = add_picture(store, URL)
        file = tmp_path / picture.name[:2] / picture.name
        away = file.rename(tmp_path / "away")
        store.check_files()
        away.rename(file)
        store.check_files()
        assert store.find([URL]) == {URL: picture}


def test_a_damaged_file_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        picture = add_picture(store, URL)
        file = tmp_path / picture.name[:2] / picture.name
        file.write_bytes(bytes(picture.size))
        store.check_files()
        assert store.find([URL]) == {URL: picture}
        assert store.read(picture.name) is None
        assert store.find([URL]) == {}
        assert files(tmp_path) == []
        add_picture(store, OTHER)
        assert store.find([URL, OTHER]) == {URL: picture, OTHER: picture}


def test_a_failure_is_kept_until_the_picture_comes(tmp_path: Path) -> None:
    attempt = Attempt(2, "it answered 404", 7, '"x"', "yesterday")
    with closing(open_store(tmp_path)) as store:
        store.add_failure(URL, attempt)
        assert store.catalogue.get_attempts([URL, OTHER]) == {URL: attempt}
        serial = store.catalogue.get_serial()
        add_picture(store, URL)
        assert store.catalogue.get_attempts([URL]) == {}
        assert store.catalogue.get_serial() > serial


def test_two_cannot_fetch_at_once(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as one, closing(open_store(tmp_path)) as other:
        with one.lock(), pytest.raises(FolderError, match="another process"), other.lock():
            pass
        with other.lock():
            pass


def test_what_a_killed_process_left_is_deleted(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        picture = add_picture(store, URL)
        draft = tmp_path / picture.name[:2] / f".{picture.name}.0123456789abcdef.new"
        draft.write_bytes(b"half")
        with store.lock():
            assert not draft.exists()
        assert files(tmp_path) == [picture.name]


def test_a_catalogue_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE_FILE).write_bytes(
        b"not a database, but long enough to be read as one" * 9
    )
    with pytest.raises(FolderError, match=CATALOGUE_FILE):
        open_store(tmp_path)


def test_a_catalogue_that_is_damaged_later_is_no_damage_of_the_index(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        for number in range(200):
            store.add_failure(f"{URL}?id={number}", Attempt(1, "it answered 404" * 20, 7))
    file = tmp_path / CATALOGUE_FILE
    data = bytearray(file.read_bytes())
    data[8_192:] = bytes(len(data) - 8_192)
    file.write_bytes(data)
    with closing(open_store(tmp_path)) as store, pytest.raises(FolderError, match="be used"):
        store.catalogue.get_attempts([f"{URL}?id={number}" for number in range(200)])


def test_likenesses_follow_their_rules(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        add_picture(store, LARGE)
        assert store.find([URL])
        store.catalogue.update_likenesses("2", lambda _: 1)
        assert not store.find([URL])
        store.catalogue.update_likenesses("3", store.likeness_of)
        assert store.find([URL])


def test_what_is_done_with_a_picture_does_not_grow_with_the_store(tmp_path: Path) -> None:
    steps: list[int] = []
    for number in (10, 1_000):
        database = sqlite3.connect(tmp_path / f"{number}.sqlite3", isolation_level=None)
        with closing(Catalogue(database, tmp_path)) as catalogue:
            prepare_catalogue(database)
            pictures = [StoredPicture(f"{each:032x}.png", 100, 10, 10) for each in range(number)]
            for picture in pictures:
                catalogue.put_picture(f"https://a.example/{picture.name}", 1, picture, "", "")
            done: list[int] = []
            database.set_progress_handler(partial(done.append, 1), 10)
            catalogue.put_picture("https://b.example/", 1, pictures[0], "", "")
            catalogue.mark_missing([pictures[0].name])
            catalogue.mark_there([pictures[0].name])
            UnshownPictures(catalogue).forget(pictures[0].name)
            steps.append(len(done))
    assert steps[1] < 2 * steps[0]
