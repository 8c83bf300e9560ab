"""Finding and reading snapshots, and writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, modified, put, synced, tree
from refeed import files
from refeed.errors import FolderError
from refeed.files import OutputFolder, is_snapshot_name, read, scan

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path) -> set[str]:
    return {file.path for file in scan(folder)}


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
        ("a.rss", False),
    ],
)
def test_which_names_are_looked_at(tmp_path: Path, name: str, *, is_one: bool) -> None:
    assert is_snapshot_name(name) is is_one
    put(tmp_path / name, b"x")
    assert found(tmp_path) == ({name} if is_one else set())


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
    listing = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refusing)
    problems: list[tuple[str, OSError]] = []
    assert {file.path for file in scan(tmp_path, problem=problems)} == {"a.md"}
    assert [path for path, _ in problems] == ["closed"]
    with pytest.raises(FolderError):
        set(scan(tmp_path / "closed"))


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


# Writing


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path / "out")
    assert output.write("a/b.xml", b"1") is True
    output.settle()
    before = modified(tmp_path)
    assert output.write("a/b.xml", b"1") is False
    assert modified(tmp_path) == before
    assert output.write("a/b.xml", b"2") is True
    output.settle()
    assert tree(tmp_path / "out") == {"a/b.xml": b"2"}


def _publish(output: OutputFolder, path: str, data: bytes) -> None:
    output.write(path, data)
    output.settle()


@pytest.mark.parametrize("failing", ["fsync", "replace", "write"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OutputFolder(tmp_path)
    output.write("a.xml", b"old")
    output.settle()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "write":
        # The real thing: a device that is always full.
        monkeypatch.setattr(files, "_beside", lambda _: tmp_path.__class__("/dev/full"))
        monkeypatch.setattr(tmp_path.__class__, "unlink", lambda *_, **__: None)
    else:
        monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space left"):
        _publish(output, "a.xml", b"new")
    monkeypatch.undo()
    assert tree(tmp_path) == {"a.xml": b"old"}
    assert output.write("a.xml", b"new")


def test_a_dry_run_only_compares(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path)
    output.register(["a/b.xml"])
    _publish(output, "a/b.xml", b"1")
    before = modified(tmp_path)
    dry = OutputFolder(tmp_path, dry_run=True)
    dry.register(["c.xml"])
    assert dry.write("a/b.xml", b"2") is True
    assert dry.write("a/b.xml", b"1") is False
    dry.remove(["a/b.xml"])
    dry.sweep()
    assert modified(tmp_path) == before


def test_only_what_is_registered_is_removed(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path)
    output.register(["a/b/c.xml", "d.xml"])
    for name in ("a/b/c.xml", "d.xml"):
        _publish(output, name, b"1")
    foreign = put(tmp_path / "a/foreign.xml", b"1")
    again = OutputFolder(tmp_path)
    assert again.published() == {"a/b/c.xml", "d.xml"}
    again.remove(["a/b/c.xml", "a/foreign.xml", "never.xml"])
    assert foreign.exists()
    assert not (tmp_path / "a/b").exists()
    assert OutputFolder(tmp_path).published() == {"d.xml"}


def test_a_manifest_names_nothing_outside(tmp_path: Path) -> None:
    lines = ["ok/rss.xml", "/etc/passwd", "../x", "a/../../x", "", "a//b", "./a", "\0"]
    put(tmp_path / ".refeed-files", "\n".join(lines).encode() + b"\n\xff\xfe\n")
    published = OutputFolder(tmp_path).published()
    assert {name for name in published if "\ufffd" not in name} == {"ok/rss.xml"}
