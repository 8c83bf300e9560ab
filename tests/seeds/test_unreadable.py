"""What was read once, is there and can't be read now stays as it was."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archives import Article, config_in, put, synced, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.config import Config

ERRORS = (errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Entry:
    """A directory entry whose status can't be read."""

    def __init__(self, entry: os.DirEntry[str], error: int) -> None:
        self._entry = entry
        self._error = error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        return getattr(self._entry, name)

    def stat(self) -> os.stat_result:
        raise OSError(self._error, os.strerror(self._error))


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, call: str, error: int) -> Iterator[None]:
    """Have a call fail for the folder `in` and what is in it."""
    real_open, real_scandir = os.open, os.scandir

    def fail_to_open(path: Any, flags: int, *rest: Any) -> int:  # noqa: ANN401 - as os.open has it
        is_folder = bool(flags & os.O_DIRECTORY)
        name = os.fspath(path)
        if (call == "list" and is_folder and name.endswith("/in")) or (
            call == "open" and not is_folder and "/in/" in name
        ):
            raise OSError(error, os.strerror(error), name)
        return real_open(path, flags, *rest)

    @contextmanager
    def list_without_status(folder: int) -> Iterator[Iterator[Any]]:
        with real_scandir(folder) as items:
            is_in = Path(f"/proc/self/fd/{folder}").readlink().name == "in"
            yield (Entry(item, error) if is_in else item for item in items)

    with monkeypatch.context() as patches:
        patches.setattr(os, "open", fail_to_open)
        if call == "stat":
            patches.setattr(
                os,
                "scandir",
                lambda folder: (
                    list_without_status(folder) if isinstance(folder, int) else real_scandir(folder)
                ),
            )
        yield


def archive(tmp_path: Path) -> Config:
    config = config_in(tmp_path)
    for name in ("in/a.md", "in/b.md", "c.md"):
        put(config.seeds[0] / name, Article(url=f"https://a.example/{name}"))
    return config


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["open", "stat", "list"])
def test_what_can_not_be_read_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    config = archive(tmp_path)
    assert synced(config).entries == 3
    published = tree(config.output)
    for name in ("in/a.md", "in/b.md"):
        os.utime(config.seeds[0] / name, (1, 1))
    with failing(monkeypatch, call, error):
        for _ in range(2):
            report = synced(config)
            assert report.entries == 3
            assert report.rejected
            assert all(row.unreadable for row in report.rejected)
            assert os.strerror(error) in report.rejected[0].problem
            assert tree(config.output) == published
    (config.seeds[0] / "in/b.md").unlink()
    report = synced(config)
    assert (report.entries, report.rejected) == (2, ())


@pytest.mark.parametrize("call", ["open", "stat", "list"])
def test_what_was_never_read_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    config = archive(tmp_path)
    with failing(monkeypatch, call, errno.EIO):
        report = synced(config)
        assert report.entries == 1
        assert {row.path for row in report.rejected} in ({"in/"}, {"in/a.md", "in/b.md"})
    assert synced(config).entries == 3


def test_a_path_that_can_not_be_looked_at_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = archive(tmp_path)
    synced(config)
    published = tree(config.output)
    real = type(tmp_path).stat

    def fail(self: Path, **options: Any) -> os.stat_result:  # noqa: ANN401 - as Path.stat has it
        if self.name in {"in", "a.md"}:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, **options)

    with monkeypatch.context() as patches:
        patches.setattr(type(tmp_path), "stat", fail)
        for name in ("in", "in/a.md"):
            report = synced(config, paths=[config.seeds[0] / name])
            assert report.entries == 3
            assert report.rejected
    assert tree(config.output) == published
    assert synced(config).rejected == ()
