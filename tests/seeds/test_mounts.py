"""A disk of snapshots that is not mounted: the folder is there, and there is nothing in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, put, tree
from daemons import Daemon, Place, until
from refeed.commands.rebuild import rebuild
from refeed.commands.status import status
from refeed.errors import FolderError
from refeed.progress import Monitor, show_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER_DISK = Path("/dev/shm")  # noqa: S108 - a file system of its own is what is needed


class Disk:
    """A disk that can be mounted at a folder: a link to another file system does for that."""

    def __init__(self, at: Path, root: Path) -> None:
        self._at = at
        self.root = root
        put(root / "a.md", Article())

    def mount(self) -> None:
        self._at.rmdir()
        self._at.symlink_to(self.root)

    def unmount(self) -> None:
        self._at.unlink()
        self._at.mkdir()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    root = Path(mkdtemp(dir=OTHER_DISK))
    (tmp_path / "seeds").mkdir()
    disk = Disk(tmp_path / "seeds", root)
    disk.mount()
    yield disk
    shutil.rmtree(root)


def test_a_disk_that_is_not_mounted_is_an_error(tmp_path: Path, disk: Disk) -> None:
    config = config_in(tmp_path)
    rebuild(config, jobs=1)
    published = tree(config.output)
    disk.unmount()
    (tmp_path / "seeds" / ".not-mounted").touch()
    for _ in range(2):
        with pytest.raises(FolderError, match="not on the disk"):
            rebuild(config, jobs=1)
    assert tree(config.output) == published
    (tmp_path / "seeds" / ".not-mounted").unlink()
    disk.mount()
    assert rebuild(config, jobs=1).report.read == 0
    (disk.root / "a.md").unlink()
    rebuild(config, jobs=1)
    assert status(config)["figures"]["entries"] == 0


def test_a_disk_that_goes_away_while_it_is_listed_is_an_error(tmp_path: Path, disk: Disk) -> None:
    config = config_in(tmp_path)
    for day in range(3):
        url = f"https://news.example.org/{day}"
        put(disk.root / f"day {day}" / "b.md", Article(url))
    rebuild(config, jobs=1)
    published = tree(config.output)
    shutil.rmtree(disk.root / "day 1")
    beats = []

    def unmount_once() -> None:
        beats.append(1)
        if len(beats) == 1:
            disk.unmount()

    with pytest.raises(FolderError, match="not on the disk"):
        rebuild(config, jobs=1, monitor=Monitor(show_nothing, unmount_once))
    assert tree(config.output) == published
    disk.mount()
    assert rebuild(config, jobs=1).report.entries == 3


def test_a_stray_file_in_the_mount_point_is_no_archive(tmp_path: Path, disk: Disk) -> None:
    config = config_in(tmp_path)
    rebuild(config, jobs=1)
    published = tree(config.output)
    disk.unmount()
    put(tmp_path / "seeds" / "b.md", Article(url="https://news.example.org/moon"))
    with pytest.raises(FolderError, match="not on the disk"):
        rebuild(config, jobs=1)
    assert tree(config.output) == published


def test_a_disk_that_was_copied_is_taken_as_it_is(tmp_path: Path, disk: Disk) -> None:
    config = config_in(tmp_path)
    rebuild(config, jobs=1)
    disk.unmount()
    shutil.copy2(disk.root / "a.md", tmp_path / "seeds" / "a.md")
    assert rebuild(config, jobs=1).report.entries == 1
    (tmp_path / "seeds" / "a.md").unlink()
    assert rebuild(config, jobs=1).report.entries == 0, "it is on the device that is known"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_disk_below_the_seeds_that_is_not_mounted(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    point = tmp_path / "seeds" / "disk"
    point.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "none", point], check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        put(point / "in" / "a.md", Article())
        put(tmp_path / "seeds" / "b.md", Article(url="https://news.example.org/b"))
        assert rebuild(config, jobs=1).report.entries == 2
        published = tree(config.output)
    finally:
        subprocess.run(["umount", point], check=True)
    put(point / "stray.md", Article(url="https://news.example.org/stray"))
    for _ in range(2):
        (row,) = rebuild(config, jobs=1).report.rejected
        assert (row.path, row.unreadable) == ("disk/", True)
        assert tree(config.output) == published
    put(point / "in" / "a.md", Article())
    report = rebuild(config, jobs=1).report
    assert (report.rejected, report.entries) == ((), 3)


def test_the_daemon_waits_until_it_is_mounted_again(tmp_path: Path, disk: Disk) -> None:
    place = Place(tmp_path)
    with Daemon(place) as daemon:
        until(lambda: any(line["entries"] for line in daemon.log("synced")), "the article")
        published = place.published()
        disk.unmount()
        until(lambda: daemon.log("seeds folder unavailable; its feeds stay as they are"), "told")
        daemon.stop()
    with Daemon(place) as daemon:
        assert daemon.log("seeds folder unavailable; its feeds stay as they are")
        assert place.published() == published
        disk.mount()
        until(lambda: daemon.log("seeds folder available"), "it is seen to be back")
        daemon.stop()
    assert place.published() == published
