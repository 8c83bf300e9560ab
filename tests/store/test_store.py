"""The index: what is put into it comes out of it, whatever names files have."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from refeed.store import Content, FileRow, SnapshotRow, Store, entry_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ODD = (
    "a.md",
    "\udcff/a.md",
    "名/字.md",
    "bad \udcff\udcfe.md",
    "line\nbreak.md",
    "a'; DROP TABLE file; --.md",
)
KEY = "https://example.org/1"


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty index."""
    with closing(Store.open_copy()) as store:
        yield store


def row(path: str, seed: int = 0, problem: str = "") -> FileRow:
    return FileRow(seed, path, 1, 2, b"digest", problem)


def put(store: Store, file: FileRow, *snapshots: SnapshotRow) -> set[int]:
    """Put a file, and return the entries that this concerns."""
    store.clear_affected()
    store.put_files([(file, snapshots)])
    return set(store.affected_entries())


def drop(store: Store, path: str) -> set[int]:
    """Drop a file, and return the entries that this concerns."""
    store.clear_affected()
    store.drop_file(0, path)
    return set(store.affected_entries())


def assign(store: Store, *members: tuple[int, int, list[str]]) -> None:
    """Put entries into feeds, and out of those that they were in."""
    store.clear_affected()
    store.mark_affected(entry for entry, _, _ in members)
    with store.reassign():
        store.put_members(members)


def snapshot(key: str = KEY, instant: int = 0, record: int = 0) -> SnapshotRow:
    return SnapshotRow(record, key, instant, key, "Title", ("Ada", "Ben"), ())


@pytest.mark.parametrize("path", ODD)
def test_a_file_of_any_name(store: Store, path: str) -> None:
    touched = put(store, row(path, problem="why"), snapshot())
    assert touched == {entry_number(KEY)}
    assert store.file(0, path) == row(path, problem="why")
    assert store.problems() == [row(path, problem="why")]
    folder, _, name = path.rpartition("/")
    assert store.folders(0) == {folder: b""}
    assert store.file_stats(0, folder) == {name: (1, 2)}
    ((version, digest, seen),) = store.versions([entry_number(KEY)])[entry_number(KEY)]
    assert (version.path, digest, seen) == (path, b"digest", False)
    assert store.file_paths(0, path) == [path]
    assert drop(store, path) == {entry_number(KEY)}
    assert drop(store, path) == set()
    assert store.file_stats(0, folder) == {}
    store.drop_empty_folders([(0, folder)])
    assert store.folders(0) == {}


def test_what_is_below_a_folder(store: Store) -> None:
    inside = ["f/a.md", "f/g/b.md", "f/\udcff.md", "f/名.md"]
    outside = ["f.md", "f0/c.md", "f-/d.md", "F/e.md", "e/f/g.md", "f"]
    for path in inside + outside:
        put(store, row(path))
        put(store, row(path, seed=1))
    assert sorted(store.file_paths(0, "f")) == sorted([*inside, "f"])


def test_a_file_that_is_put_again_replaces_what_was_known(store: Store) -> None:
    other = "https://example.org/2"
    put(store, row("a.md"), snapshot(), snapshot(other, record=1))
    touched = put(store, row("a.md"), snapshot(other))
    assert touched == {entry_number(KEY), entry_number(other)}
    found = store.versions([entry_number(KEY), entry_number(other)])
    assert found[entry_number(KEY)] == []
    assert len(found[entry_number(other)]) == 1


def test_figures_follow_what_comes_and_goes(store: Store) -> None:
    put(store, row("a.md"), snapshot(), snapshot(KEY + "2", record=1))
    put(store, row("b.md", problem="why"), snapshot(KEY + "3"))
    put(store, row("closed/", problem="the folder can't be listed"))
    put(store, row("a.md"), snapshot())
    figures = store.counts()
    assert (figures["files"], figures["snapshots"], figures["rejected"]) == (2, 2, 2)
    drop(store, "b.md")
    drop(store, "b.md")
    figures = store.counts()
    assert (figures["files"], figures["snapshots"], figures["rejected"]) == (1, 1, 1)
    store.clear()
    assert not any(store.counts().values())


def test_members_and_what_they_make_dirty(store: Store) -> None:
    assign(store, (1, 10, ["a", "b"]))
    assign(store, (2, 20, ["b"]))
    assert store.feed_counts() == {"a": 1, "b": 2}
    for name in ("a", "b"):
        store.put_published(name, b"x")
    assign(store, (2, 20, ["b"]))
    assert set(store.dirty_feeds()) == {"b"}
    assign(store, (1, 11, ["b"]))
    assert set(store.dirty_feeds()) == {"a", "b"}
    assert store.feed_counts() == {"a": 0, "b": 2}
    assert store.feeds_with(1) == ["b"]
    assert [store.place_in_feed("b", entry) for entry in (2, 1)] == [1, 2]
    assign(store, (3, 11, ["b"]))
    assert [store.place_in_feed("b", entry) for entry in (2, 1, 3)] == [1, 2, 3]
    assert list(store.members("b")) == [2, 1, 3]


def test_entries_come_newest_first_and_by_number(store: Store) -> None:
    keys = [f"https://example.org/{number}" for number in range(4)]
    for number, key in enumerate(keys):
        put(store, row(f"{number}.md"), snapshot(key, number // 2))
        entry = entry_number(key)
        ((version, _, _),) = store.versions([entry])[entry]
        store.put_entries([(entry, version.snapshot, number // 2, number // 2)])
        assign(store, (entry, number // 2, ["all", f"half/{number // 2}"]))
    shown = [(found.published, found.entry) for found in store.entries_of("all", 0)]
    assert shown == sorted(shown, key=lambda pair: (-pair[0], pair[1]))
    assert len(shown) == 4
    assert len(store.entries_of("all", 3)) == 3
    newest = store.newest_entries()
    assert newest == {name: store.entries_of(name, 1)[0] for name in ("all", "half/0", "half/1")}
    assert newest["all"] == newest["half/1"] != newest["half/0"]
    assert (newest["all"].authors, newest["all"].tags) == (("Ada", "Ben"), ())


def indexes(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT ifnull(sql, '') FROM sqlite_master WHERE type = 'index'")
        return sorted(sql for (sql,) in rows)


@pytest.mark.parametrize("ends", ["well", "in an error"])
def test_tables_filled_from_nothing_have_their_indexes_afterwards(
    tmp_path: Path, ends: str
) -> None:
    file = tmp_path / "index"
    with closing(Store.open(file)) as store:
        before = indexes(file)
        with suppress(LookupError), store.bulk_load("file", "snapshot", "member") as new:
            assert new
            store.put_files([(row("a.md"), [snapshot()])], new=True)
            if ends == "in an error":
                raise LookupError
        if ends == "in an error":
            store.rollback()
        else:
            store.commit()
            assert indexes(file) == before
            with store.bulk_load("file", "snapshot") as new:
                assert not new
                assert store.file(0, "a.md") == row("a.md")
    assert indexes(file) == before


def test_what_was_not_committed_is_undone(store: Store) -> None:
    assign(store, (1, 10, ["a"]))
    store.commit()
    assign(store, (1, 10, ["b"]))
    store.rollback()
    assert store.feed_counts() == {"a": 1}
    assign(store, (2, 10, ["b"]))
    assert store.feed_counts() == {"a": 1, "b": 1}


def test_what_is_not_committed_is_lost_with_the_process(tmp_path: Path) -> None:
    file = tmp_path / "index"
    with closing(Store.open(file)) as store:
        store.set_setting("kept", "yes")
        store.commit()
        store.set_setting("lost", "yes")
    with closing(Store.open(file)) as store:
        assert (store.get_setting("kept"), store.get_setting("lost")) == ("yes", "")


@pytest.mark.parametrize("name", ["index", "100% of #1?.sqlite3", "名\udcff"])
def test_a_copy_in_memory_leaves_no_trace(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    with closing(Store.open(file)) as store:
        store.set_setting("kept", "yes")
        store.commit()
    before = sorted(tmp_path.iterdir())
    with closing(Store.open_copy(file)) as copy:
        assert copy.get_setting("kept") == "yes"
        copy.set_setting("kept", "no")
        copy.commit()
    assert sorted(tmp_path.iterdir()) == before
    with closing(Store.open(file)) as store:
        assert store.get_setting("kept") == "yes"


def test_a_copy_of_an_index_that_is_in_use(tmp_path: Path) -> None:
    file = tmp_path / "index"
    with closing(Store.open(file)) as store:
        store.set_setting("kept", "yes")
        store.commit()
        with closing(Store.open_copy(file)) as copy:
            assert copy.get_setting("kept") == "yes"


@pytest.mark.parametrize("data", [b"", b"garbage" * 1000, None])
def test_an_index_that_can_not_be_used(tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "index"
    with closing(Store.open(file)) as store:
        store.set_setting("kept", "yes")
        store.commit()
    if data is None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        file.write_bytes(data)
    with closing(Store.open_copy(file)) as copy:
        assert copy.get_setting("kept") == ""
    with closing(Store.open(file)) as store:
        assert store.get_setting("kept") == ""
        store.put_content(1, b"x", Content("<p>", "", ""))
        assert store.contents([1, 2]) == {1: (b"x", Content("<p>", "", ""))}


LOOK = "PRAGMA quick_check(1)"


@pytest.mark.parametrize(
    ("since", "looked"),
    [
        (lambda file: None, False),  # noqa: ARG005 - nothing happens
        (lambda file: os.utime(file, ns=(1, 1)), True),
        (lambda file: os.truncate(file, file.stat().st_size + 4096), True),
        (lambda file: shutil.move(shutil.copy2(file, file.with_name("copy")), file), True),
        (lambda file: file.with_name("index-wal").touch(), True),
        (lambda file: file.with_name("index-closed").unlink(), True),
        (lambda file: file.with_name("index-closed").write_bytes(b"\xff"), True),
    ],
    ids=["nothing", "time", "size", "another file", "a log", "no note", "a note of garbage"],
)
def test_an_index_is_looked_through_unless_it_is_as_it_was_left(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    since: Callable[[Path], object],
    *,
    looked: bool,
) -> None:
    file = tmp_path / "index"
    Store.open(file).close()
    since(file)
    assert (LOOK in statements(file, monkeypatch)) == looked
    assert LOOK not in statements(file, monkeypatch)


def test_an_index_that_was_not_closed_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "index"
    Store.open(file).close()
    with closing(Store.open(file)):
        assert LOOK in statements(file, monkeypatch)
    assert LOOK not in statements(file, monkeypatch)


def statements(file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Open an index and close it; return what SQLite was asked."""
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: Any) -> sqlite3.Connection:  # noqa: ANN401 - sqlite3.connect has many
        connection: sqlite3.Connection = connect(*arguments)
        connection.set_trace_callback(asked.append)
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        Store.open(file).close()
    return asked


def test_the_number_of_an_entry_is_pinned() -> None:
    """The order of entries of one instant hangs on it, and so the bytes of feeds."""
    assert entry_number(KEY) == 1580584337051248377
