"""`on_publish`: what the operator has run after a change of feeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archives import Article, put, run
from daemons import Daemon, Place, snapshot, until

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rebuild_runs_it_in_the_output_folder_for_the_feeds_that_changed(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.md", Article("https://news.example.org/a"))
    put(tmp_path / "refeed.toml", b'on_publish = "pwd > ../ran; cat >> ../ran; ls >> ../ran"\n')
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert (tmp_path / "ran").read_text(encoding="utf-8").splitlines() == [
        str(tmp_path / "feeds"),
        "all",
        "source/news.example.org",
        "article",
        "all",
        "article",
        "favicon.ico",
        "feeds.opml",
        "icon.png",
        "icon.svg",
        "index.html",
        "refeed.css",
        "source",
    ]
    (tmp_path / "ran").unlink()
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert not (tmp_path / "ran").exists(), "nothing changed"


def test_a_failure_fails_the_rebuild_and_is_told(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.md", Article("https://news.example.org/a"))
    put(tmp_path / "refeed.toml", b'on_publish = "echo no such remote >&2; exit 3"\n')
    done = run("rebuild", folder=tmp_path)
    assert done.returncode == 1
    assert "on_publish failed: exit code 3: no such remote" in done.stderr


def test_what_takes_too_long_is_killed_with_what_it_started(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.md", Article("https://news.example.org/a"))
    put(
        tmp_path / "refeed.toml",
        b'on_publish = "sleep 1000 & sleep 1000"\non_publish_timeout = 1\n',
    )
    done = run("rebuild", folder=tmp_path)
    assert (done.returncode, "on_publish failed: killed after 1 s" in done.stderr) == (1, True)


def test_a_daemon_runs_it_once_at_a_time_and_again_for_what_changed_meanwhile(
    tmp_path: Path,
) -> None:
    command = (
        "mkdir ../busy && cat >> ../ran && until test -e ../go; do sleep 0.01; done;"
        " echo . >> ../ran; rmdir ../busy"
    )
    place = Place(tmp_path, f"on_publish = {json.dumps(command)}\n")
    ran = tmp_path / "ran"
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(ran.exists, "a first run")
        place.drop("2.md", snapshot(2, host="other.example"))
        until(lambda: len(daemon.log("synced")) == 2, "a second sync")
        place.drop("3.md", snapshot(3, host="third.example"))
        until(lambda: len(daemon.log("synced")) == 3, "a third sync")
        assert "." not in ran.read_text(encoding="utf-8").split()
        (tmp_path / "go").touch()
        until(lambda: len(daemon.log("ran on_publish")) == 2, "one more run")
    assert ran.read_text(encoding="utf-8").splitlines() == [
        *("all", "article", "source/news.example", "."),
        *("all", "article", "source/other.example", "source/third.example", "."),
    ]
    assert daemon.log("on_publish failed") == []


def test_feeds_of_a_run_that_failed_are_told_again_with_the_next_change(tmp_path: Path) -> None:
    place = Place(tmp_path, 'on_publish = "cat >> ../ran; test -e ../reachable"\n')
    ran = tmp_path / "ran"
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: daemon.log("on_publish failed"), "a run that fails")
        (tmp_path / "reachable").touch()
        place.drop("2.md", snapshot(2, host="other.example"))
        until(lambda: daemon.log("ran on_publish"), "a run that works")
        place.drop("3.md", snapshot(3, host="third.example"))
        until(lambda: len(daemon.log("ran on_publish")) == 2, "one more")
    assert ran.read_text(encoding="utf-8").splitlines() == [
        *("all", "article", "source/news.example"),
        *("all", "article", "source/news.example", "source/other.example"),
        *("all", "article", "source/third.example"),
    ]
