"""Finding and reading snapshots."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, put, synced, tree
from refeed.reading.readers import READERS
from refeed.seeds.changes import find_changes
from refeed.seeds.files import Listing, UnlistableFolder, path_in, read, walk
from refeed.seeds.names import is_snapshot_name
from refeed.store import FileRow, Store
from refeed.watch.file_stat import list_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from refeed.config import Config


def found(folder: Path) -> set[str]:
    walked = (each for each in walk(folder) if isinstance(each, Listing))
    return {path_in(listing.folder, file.name) for listing in walked for file in listing.files}


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.md", True),
        ("A.MD", True),
        ("a.tar.html", True),
        ("名.txt", True),
        ("\udcff.md", True),
        ("a\nb.md", True),
        (".a.md", False),
        (".md", False),
        ("#a.md#", False),
        ("a.md~", False),
        ("a.md.swp", False),
        ("md", False),
        ("a.jpeg", False),
        ("mbox", True),
        ("Inbox", True),
        ("Newsletters", False),
        ("a.mkd", True),
        ("a.qmd", True),
        ("index.html?p=3", True),
        ("index.php?p=3.html", True),
        ("what?", False),
        ("1700000000.M1P2.host:2,S", False),
    ],
)
def test_which_names_are_looked_at(tmp_path: Path, name: str, *, is_one: bool) -> None:
    assert is_snapshot_name(name) is is_one
    put(tmp_path / name, b"x")
    assert found(tmp_path) == ({name} if is_one else set())


def test_mails_of_a_maildir_are_looked_at(tmp_path: Path) -> None:
    message = "1700000000.M1P2.host:2,S"
    for folder in ("cur", "new", "tmp", "other"):
        put(tmp_path / "Mail" / folder / message, b"x")
    put(tmp_path / "Mail/cur/dovecot-uidlist", b"x")
    assert found(tmp_path) == {f"Mail/cur/{message}", f"Mail/new/{message}"}
    assert found(tmp_path / "Mail/cur") == {message}


def test_mailboxes_of_thunderbird_are_looked_at(tmp_path: Path) -> None:
    for name in (
        "Letters",
        "Letters.msf",
        "Inbox.sbd/Harbour",
        "Inbox.sbd/Harbour.msf",
        "filterlog.html",
    ):
        put(tmp_path / "Mail/Local Folders" / name, b"x")
    put(tmp_path / "Mail/Letters", b"x")
    below = "Mail/Local Folders"
    assert found(tmp_path) == {
        f"{below}/Letters",
        f"{below}/Inbox.sbd/Harbour",
        f"{below}/filterlog.html",
    }


def test_suffixes_of_readers_are_looked_at() -> None:
    for reader in READERS:
        for suffix in reader.suffixes:
            assert is_snapshot_name(f"A{suffix.upper()}")
            assert suffix == suffix.lower()
            assert suffix.startswith(".")


def test_hidden_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / ".git/a.md", b"x")
    put(tmp_path / "b/.c/a.md", b"x")
    put(tmp_path / "b/d/a.md", b"x")
    assert found(tmp_path) == {"b/d/a.md"}


def test_a_folder_named_like_a_snapshot_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path / "a.md/b.md", b"x")
    assert found(tmp_path) == {"a.md/b.md"}


def test_links(tmp_path: Path) -> None:
    seeds, elsewhere = tmp_path / "seeds", tmp_path / "elsewhere"
    put(elsewhere / "a.md", b"x")
    seeds.mkdir()
    (seeds / "file.md").symlink_to(elsewhere / "a.md")
    (seeds / "folder").symlink_to(elsewhere)
    (seeds / "folder.md").symlink_to(elsewhere)
    (seeds / "up").symlink_to(tmp_path)
    (seeds / "loop.md").symlink_to("loop.md")
    (seeds / "broken.md").symlink_to("nowhere.md")
    assert found(seeds) == {"file.md"}
    assert list(walk(seeds, "folder")) == []
    assert list(walk(seeds, "up/elsewhere")) == []


def test_what_appears_behind_a_link_is_not_looked_at(tmp_path: Path) -> None:
    put(tmp_path / "real/a.md", b"x")
    put(tmp_path / "elsewhere/b.md", b"x")
    seeds = tmp_path / "seeds"
    seeds.symlink_to("real")
    (seeds / "elsewhere").symlink_to(tmp_path / "elsewhere")
    assert list(list_files(str(seeds / "elsewhere"), [seeds])) == []
    assert [path for path, _ in list_files(str(seeds), [seeds])] == [str(seeds / "a.md")]


@pytest.mark.parametrize("hint", ["folder", "folder/a.md", "up/elsewhere/a.md", "file.md", "."])
def test_a_hint_through_a_link_finds_what_a_scan_does(tmp_path: Path, hint: str) -> None:
    config = config_in(tmp_path)
    article = put(tmp_path / "elsewhere/a.md", Article())
    seeds = tmp_path / "seeds"
    synced(config)
    (seeds / "folder").symlink_to(article.parent)
    (seeds / "up").symlink_to(tmp_path)
    if hint in {"file.md", "."}:
        (seeds / "file.md").symlink_to(article)
    synced(config, [seeds / hint])
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_seeds_folder_that_is_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real/a.md", b"x")
    (tmp_path / "seeds").symlink_to("real")
    assert found(tmp_path / "seeds") == {"a.md"}


def test_a_folder_that_can_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.md", b"x")
    put(tmp_path / "closed/b.md", b"x")
    opened = os.open

    def refusing(path: Path, flags: int) -> int:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refusing)
    listing, refused = walk(tmp_path)
    assert isinstance(listing, Listing)
    assert listing.folder == ""
    assert refused == UnlistableFolder("closed", "Permission denied")
    with pytest.raises(PermissionError):
        list(walk(tmp_path / "closed"))


@pytest.mark.parametrize("kind", ["fifo", "socket", "folder"])
def test_what_is_no_file_is_neither_found_nor_waited_for(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "x.md"
    with socket.socket(socket.AF_UNIX) as listening:
        match kind:
            case "fifo":
                os.mkfifo(place)
            case "socket":
                listening.bind("x.md")
            case _:
                place.mkdir()
        assert found(tmp_path) == set()
        with pytest.raises(OSError, match=r"."):
            read(place, 1000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", Article()).chmod(0)
    (row,) = synced(config).rejected
    assert row.problem == "can't be read: Permission denied"


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    file = put(tmp_path / "a.md", b"12345")
    assert read(file, 5)[0] == b"12345"
    data, status = read(file, 4)
    assert (data, status.st_size) == (b"", 5)


def differences(config: Config, store: Store, paths: list[Path] | None = None) -> set[str]:
    """Return what differs from the index: paths, with a sign for unread and deleted ones."""
    found: set[str] = set()
    for changes in find_changes(config, store, paths):
        found |= {f"+{path}" for _, path in changes.unread}
        found |= {f"-{path}" for _, path in changes.deleted}
    return found


CHANGES: dict[str, tuple[Callable[[Path, Store], object], set[str]]] = {
    "nothing": (lambda _, __: None, set()),
    "an edit": (
        lambda seeds, _: put(seeds / "in/a.md", Article(title="Other")),
        {"+in/a.md"},
    ),
    "one more": (
        lambda seeds, _: put(seeds / "in/c.md", Article()),
        {"+in/c.md"},
    ),
    "one less": (lambda seeds, _: (seeds / "in/a.md").unlink(), {"-in/a.md"}),
    "doubt": (
        lambda _, store: store.expect_change(0, "in/a.md"),
        {"+in/a.md"},
    ),
    "a row that no file is behind": (
        lambda _, store: store.put_files([(FileRow(0, "in/d.md", 1, 1, b""), ())]),
        {"-in/d.md"},
    ),
    "a folder that is gone": (
        lambda seeds, _: (seeds / "in").rename(seeds.parent / "elsewhere"),
        {"-in/a.md", "-in/b.md"},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_folder_that_is_known_at_a_glance_is_so_until_it_changes(
    tmp_path: Path, change: str
) -> None:
    config = config_in(tmp_path)
    for name in ("in/a.md", "in/b.md", "out/a.md"):
        put(config.seeds[0] / name, Article(url=f"https://a.example/{name}"))
    synced(config)
    synced(config)
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        assert all(store.folders(0).values())
        make, expected = CHANGES[change]
        make(config.seeds[0], store)
        assert differences(config, store) == expected


@pytest.mark.parametrize("was", ["a file", "a folder"])
def test_what_is_given_may_have_been_something_else(tmp_path: Path, was: str) -> None:
    config = config_in(tmp_path)
    place = config.seeds[0] / "x.md"
    inside = place / "a.md"
    put(place if was == "a file" else inside, Article())
    synced(config)
    if was == "a file":
        place.unlink()
        put(inside, Article())
        expected = {"-x.md", "+x.md/a.md"}
    else:
        shutil.rmtree(place)
        put(place, Article())
        expected = {"-x.md/a.md", "+x.md"}
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        assert differences(config, store, [place, place]) == expected


def test_a_folder_whose_name_is_no_text_is_known(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / os.fsdecode(b"\xff") / "a.md", Article())
    assert [synced(config).read for _ in range(2)] == [1, 0]
    shutil.rmtree(config.seeds[0] / os.fsdecode(b"\xff"))
    assert synced(config).files == 0
