"""Seeds, output and state that are in one another by a link or a mount, not by their names."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, put, tree
from daemons import Daemon, Place, snapshot, until
from refeed.commands.rebuild import rebuild
from refeed.errors import FolderError
from refeed.seeds.overlaps import check_apart, find_overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.config import Config

PAGES = "the feeds' pages would be read as snapshots"


@contextmanager
def mounted(folder: Path, point: Path) -> Iterator[None]:
    """Mount a folder at another place, too."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    for each in (folder, point):
        each.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["mount", "--bind", folder, point], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", point], check=True)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("seeds", "www/feeds", "state"), "output, {0}/www/feeds, is inside seeds, {0}/seeds, "),
        (("seeds", "www", "state"), "output, {0}/www, is the same folder as seeds, {0}/seeds, "),
        (("seeds", "www/not/yet", "state"), "output, {0}/www/not/yet, is inside seeds, "),
        (("seeds", "feeds", "www/state"), "state, {0}/www/state, is inside seeds, {0}/seeds, "),
        (("www/deep", "seeds", "state"), "output, {0}/seeds, holds seeds, {0}/www/deep, "),
        (("other", "www", "seeds/state"), "state, {0}/seeds/state, is inside output, {0}/www, "),
    ],
)
@pytest.mark.parametrize("way", ["link", "mount"])
def test_another_name_hides_nothing(
    tmp_path: Path, names: tuple[str, str, str], message: str, way: str
) -> None:
    for name in ("seeds/deep", "other"):
        put(tmp_path / name / "a.md", Article())
    seeds, output, state = (tmp_path / name for name in names)
    config = replace(config_in(tmp_path), seeds=(seeds,), output=output, state=state)
    if way == "link":
        (tmp_path / "www").symlink_to("seeds")
        _is_refused(config, message.format(tmp_path))
    else:
        with mounted(tmp_path / "seeds", tmp_path / "www"):
            _is_refused(config, message.format(tmp_path))


def _is_refused(config: Config, message: str) -> None:
    before = tree(config.seeds[0])
    with pytest.raises(FolderError, match=message):
        check_apart(config)
    for dry_run in (False, True):
        with pytest.raises(FolderError, match=message):
            rebuild(config, jobs=1, dry_run=dry_run)
    assert tree(config.seeds[0]) == before


def test_a_folder_in_the_seeds_that_is_mounted_elsewhere_too(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    with mounted(tmp_path / "seeds/a folder\\", config.output):
        assert PAGES in find_overlaps(config)[0]


def test_seeds_that_show_a_part_of_the_output(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    with mounted(config.output, tmp_path / "seeds/www"):
        assert "output, " in find_overlaps(config)[0]


def test_folders_beside_each_other_are_apart(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "seeds/loop").symlink_to("../seeds")
    (tmp_path / "feeds").symlink_to("feeds")
    (tmp_path / "state").symlink_to("nowhere")
    check_apart(config)


def test_check_says_so(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.refeed("check").stdout.startswith("configuration OK")
    place.output.symlink_to("seeds")
    done = place.refeed("check")
    assert done.returncode == 2
    assert done.stdout.startswith("configuration wrong")
    assert PAGES in done.stderr


def test_the_daemon_does_not_start(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.output.symlink_to("seeds")
    done = place.refeed("run", "--no-server")
    assert done.returncode == 2
    assert PAGES in done.stderr
    assert list(place.watched.iterdir()) == []


@pytest.mark.parametrize("swapped", ["seeds", "feeds"])
def test_a_swap_later_is_noticed_before_a_page_is_read(tmp_path: Path, swapped: str) -> None:
    place = Place(tmp_path)
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(place.numbers, "the first article")
        (tmp_path / swapped).rename(tmp_path / "kept")
        (tmp_path / swapped).symlink_to("feeds" if swapped == "seeds" else "seeds")
        put(tmp_path / "seeds/2.md", snapshot(2).encode())
        until(lambda: daemon.log("sync failed"), "it is refused")
        (line,) = daemon.log("sync failed")
        assert PAGES in line["reason"]
        (tmp_path / swapped).unlink()
        (tmp_path / "kept").rename(tmp_path / swapped)
        place.drop("3.md", snapshot(3))
        until(lambda: 3 in place.numbers(), "it goes on")
        assert place.numbers() <= {1, 2, 3}
        daemon.stop()


def test_a_reload_keeps_the_folders_that_are_apart(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "www").symlink_to("seeds")
    with Daemon(place) as daemon:
        file = tmp_path / "refeed.toml"
        file.write_text(file.read_text().replace('"feeds"', '"www/feeds"'))
        daemon.signal(signal.SIGHUP)
        until(lambda: daemon.log("configuration rejected; keeping the old one"), "it is rejected")
        (line,) = daemon.log("configuration rejected; keeping the old one")
        assert PAGES in line["mistakes"][0]
        daemon.stop()
    assert list(place.watched.iterdir()) == []
