"""A running daemon that serves its feeds, as readers and those who watch over it see it."""

from __future__ import annotations

import shutil
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from daemons import Daemon, Place, snapshot, until
from serving import ask, connect, drain, figures, read_answer

if TYPE_CHECKING:
    from pathlib import Path

    from serving import Answer

ANYWHERE = '[server]\nlisten = "127.0.0.1:0"\n'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path, f"limit = 0\n{ANYWHERE}")
    place.drop("1.md", snapshot(1))
    return place


def served_at(daemon: Daemon) -> str:
    """Return the address of the index that it has told last."""
    until(lambda: daemon.log("serving"), "an address")
    index: str = daemon.log("serving")[-1]["index"]
    return index


def health(address: str) -> tuple[int, str]:
    answer = ask(address, "/healthz")
    return answer.status, answer.body.decode().strip()


def test_a_reader_that_polls_sees_what_is_new_and_nothing_else(place: Place) -> None:
    with Daemon(place, serves=True) as daemon:
        index = served_at(daemon)
        assert daemon.log("serving")[-1]["subscribe"] == f"{index}all/atom.xml"
        until(lambda: b"Title 1<" in ask(index, "/all/atom.xml").body, "what is there already")
        first = ask(index, "/all/atom.xml")
        assert first.status == 200

        def poll(tag: str) -> Answer:
            return ask(index, "/all/atom.xml", f"If-None-Match: {tag}")

        tag = first.headers["etag"]
        assert poll(tag).status == 304
        place.drop("2.md", snapshot(2))
        until(lambda: poll(tag).status == 200, "another answer to a poll")
        until(lambda: b"Title 2<" in poll("none").body, "the new entry in it")
        assert poll(poll("none").headers["etag"]).status == 304

        until(lambda: figures(index)["refeed_entries",] == 2, "it is counted")
        counted = figures(index)
        assert counted["refeed_snapshots",] == 2
        assert counted["refeed_syncs_total", "failed"] == 0
        assert counted["refeed_last_success_timestamp_seconds",] > 1_700_000_000
        on_disk = sum(file.stat().st_size for file in (place.output / "all").iterdir())
        assert counted["refeed_feed_size_bytes", "all"] == on_disk
        assert f"serving    {index}" in place.refeed("status").stdout

        with connect(index) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert read_answer(idle).status == 200
            assert daemon.stop() < 3
            assert drain(idle) == b""


def test_it_is_well_again_when_the_folders_are(place: Place) -> None:
    with Daemon(place, serves=True) as daemon:
        index = served_at(daemon)
        assert health(index) == (200, "ok")
        folder = place.output / "all"
        good = folder.rename(place.folder / "all-aside")
        folder.write_text("a file where a folder has to be", encoding="utf-8")
        place.drop("2.md", snapshot(2))
        until(lambda: health(index)[0] == 503, "it fails")
        assert health(index)[1].startswith("the last sync failed: ")
        folder.unlink()
        good.rename(folder)
        until(lambda: health(index) == (200, "ok"), "it is well")

        place.watched.rename(place.folder / "unmounted")
        until(lambda: health(index)[0] == 503, "it fails without seeds")
        assert (
            health(index)[1]
            == f"seeds folders unavailable: {place.watched} (No such file or directory)"
        )
        assert b"Title 2<" in ask(index, "/all/atom.xml").body
        (place.folder / "unmounted").rename(place.watched)
        until(lambda: health(index) == (200, "ok"), "it is well")
        assert figures(index)["refeed_syncs_total", "failed"] >= 1


def test_without_seeds_and_feeds_it_says_so_last_and_names_no_feed(place: Place) -> None:
    place.watched.rename(place.folder / "elsewhere")
    waiting = f"waiting for {place.watched}: nothing is published yet"
    with Daemon(place, serves=True) as daemon:
        index = served_at(daemon)
        until(lambda: daemon.log(waiting), "the reason")
        assert daemon.log()[-1]["message"] == waiting
        assert "subscribe" not in daemon.log("serving")[-1]
        assert not daemon.log("ready")
        (place.folder / "elsewhere").rename(place.watched)
        until(lambda: len(daemon.log("serving")) == 2, "a feed to subscribe to")
        assert daemon.log("serving")[-1]["subscribe"] == f"{index}all/atom.xml"
        assert ask(index, "/all/atom.xml").status == 200
        until(lambda: daemon.log("ready"), "it is ready")


def test_feeds_of_an_earlier_time_are_named_whatever_is_missing(place: Place) -> None:
    place.refeed("rebuild", "--jobs", "1")
    place.watched.rename(place.folder / "elsewhere")
    with Daemon(place, serves=True) as daemon:
        served_at(daemon)
        until(lambda: daemon.log("feeds are not up to date"), "the reason")
        assert "subscribe" in daemon.log("serving")[-1]


@pytest.mark.parametrize("emptied", [False, True])
def test_an_output_folder_that_is_deleted_is_published_again(
    place: Place, *, emptied: bool
) -> None:
    with Daemon(place, serves=True) as daemon:
        index = served_at(daemon)
        until(lambda: health(index) == (200, "ok"), "it is well")
        before = place.published()
        shutil.rmtree(place.output)
        if emptied:
            place.output.mkdir()
        until(lambda: place.published() == before, "all of it again", seconds=5)
        until(lambda: ask(index, "/all/atom.xml").status == 200, "it is served")
        assert len(daemon.log("output folder is gone; publishing again")) == 1


def test_a_reload_moves_it_unless_it_can_not_listen_there(place: Place, tmp_path: Path) -> None:
    with Daemon(place, serves=True) as daemon, socket.create_server(("127.0.0.1", 0)) as other:
        index = served_at(daemon)
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        place.configure(f'title = "Refused"\n[server]\nlisten = "{taken}"\n')
        seen = len(daemon.messages())
        daemon.signal(signal.SIGHUP)
        daemon.await_message("READY", "1", after=seen)
        (refused,) = daemon.log("configuration rejected; keeping the old one")
        assert refused["mistakes"] == [f"can't listen on {taken}: Address already in use"]
        assert b"Refused" not in ask(index, "/all/atom.xml").body

        path = tmp_path / "http.sock"
        place.configure(f'title = "Moved"\n[server]\nlisten = "unix:{path}"\n')
        daemon.signal(signal.SIGHUP)
        until(path.exists, "the socket")
        until(lambda: b"Moved" in ask(f"unix:{path}", "/all/atom.xml").body, "the feed")
        with pytest.raises(ConnectionRefusedError):
            connect(index)
        daemon.stop()
        assert not path.exists()


def test_who_has_something_else_there_is_told_what_to_do(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        done = place.refeed("run", "--listen", taken)
        assert done.returncode == 1
        assert f"can't listen on {taken}: Address already in use" in done.stderr
        assert "--listen" in done.stderr
        assert "--no-server" in done.stderr
        with Daemon(place, "--listen", taken) as daemon:
            assert not daemon.log("serving")


def test_it_takes_the_socket_that_systemd_hands_over(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with Daemon(place, serves=True, handed_over=listening) as daemon:
            assert served_at(daemon) == address
            place.configure('title = "Anew"\n[server]\nlisten = "127.0.0.1:1"\n')
            daemon.signal(signal.SIGHUP)
            until(lambda: b"Anew" in ask(address, "/all/atom.xml").body, "it stays there")
