from __future__ import annotations

import errno
import json
import logging
import os
from typing import TYPE_CHECKING

import pytest

from refeed.log.logger import LibraryHandler, LogLevel, make_logger, shorten
from refeed.log.text_line import format_line

if TYPE_CHECKING:
    from pathlib import Path


def logged(file: Path, mode: str, *, journal: bool = False) -> list[str]:
    with file.open("w", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        stated = f"{status.st_dev}:{status.st_ino if journal else 0}"
        log = make_logger(mode, stream, {"JOURNAL_STREAM": stated})
        log.debug("is not for everybody")
        log.info("synced", path="a\udce9\n\x1b[31m中.md", feeds=["é", "\udcff"], duration=0.1)
        log.warning("rejected", reason="why")
        log.error("sync failed")
    return file.read_text(encoding="utf-8").splitlines()


def test_json_is_an_object_a_line(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in logged(tmp_path / "log", "json")]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[0]["message"] == "synced"
    assert lines[0]["path"] == r"a\xe9\n\x1b[31m中.md"
    assert lines[0]["feeds"] == ["é", r"\xff"]
    assert lines[0]["time"].endswith("Z")
    assert list(lines[0]) == ["message", "level", "path", "feeds", "duration", "time"]


def test_text_is_a_line_for_each_event_too(tmp_path: Path) -> None:
    lines = [line.partition("  ")[2] for line in logged(tmp_path / "log", "auto")]
    assert lines == [
        r"synced  path: a\xe9\n\x1b[31m中.md  feeds: é, \xff  duration: 0.1 s",
        "WARNING: rejected  reason: why",
        "ERROR: sync failed",
    ]


def test_text_leaves_out_what_is_empty_and_shows_an_exception_below() -> None:
    event = {"time": "now", "level": "critical", "event": "ended", "a_b": [], "c": 0, "d": ""}
    assert format_line(event, colours=False) == "now  CRITICAL: ended  c: 0"
    assert format_line(event | {"exception": "A\n B"}, colours=False).endswith("c: 0\nA\n B")
    assert format_line(event, colours=True).startswith(
        "\x1b[2mnow\x1b[0m  \x1b[31mCRITICAL: \x1b[0m"
    )


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False), ({}, True)],
)
def test_colours_are_for_terminals_that_have_them(
    environment: dict[str, str], *, coloured: bool
) -> None:
    ours, terminal = os.openpty()
    with os.fdopen(terminal, "w", encoding="utf-8") as stream, os.fdopen(ours, "rb") as screen:
        make_logger("auto", stream, environment).info("synced")
        assert (b"\x1b[" in screen.read1()) == coloured


def test_of_many_names_the_first_are_listed() -> None:
    assert shorten(["a", "b", "c", "d", "e"]) == ["a", "b", "c", "d", "e"]
    assert shorten(["a", "b", "c", "d", "e", "f", "g"]) == ["a", "b", "c", "d", "e", "2 more"]


@pytest.mark.parametrize("mode", ["auto", "json", "text"])
def test_the_journal_is_told_the_priority(tmp_path: Path, mode: str) -> None:
    lines = logged(tmp_path / "log", mode, journal=True)
    assert [line[:3] for line in lines] == ["<6>", "<4>", "<3>"]
    if mode == "text":
        assert lines[1] == "<4>WARNING: rejected  reason: why"
    else:
        assert lines[1].startswith('<4>{"message": "rejected", "level": "warning", "reason": "why"')


def test_a_log_that_nobody_reads_any_more_hinders_nothing() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        log = make_logger("text", stream, {})
        os.close(read)
        log.info("synced")
        log.info("synced")


def test_a_pipe_that_nobody_reads_loses_lines_and_stops_nothing() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream, os.fdopen(read, "rb") as pipe:
        log = make_logger("json", stream, {})
        for number in range(3_000):
            log.info("synced", number=number, text="é" * 200)
        os.set_blocking(read, False)
        unread = bytearray()
        while piece := pipe.read(65_536):
            unread += piece
        log.info("synced", number=3_000)
        while piece := pipe.read(65_536):
            unread += piece
    lines = [json.loads(line) for line in unread.splitlines()]
    assert lines[0]["number"] == 0
    assert lines[-1]["number"] == 3_000
    assert lines[-1]["log_lines_dropped"] == 3_001 - len(lines)


@pytest.mark.parametrize("level", ["debug", "info"])
def test_a_level_holds_until_it_is_changed(tmp_path: Path, level: str) -> None:
    file = tmp_path / "log"
    with file.open("w", encoding="utf-8") as stream:
        least = LogLevel("error")
        log = make_logger("json", stream, {}, least)
        log.warning("not logged")
        least.level = level
        log.debug("decided")
        log.info("done")
    told = [json.loads(line)["message"] for line in file.read_text("utf-8").splitlines()]
    assert told == ["decided", "done"][level == "info" :]


def test_what_libraries_log_is_handed_on(tmp_path: Path) -> None:
    file = tmp_path / "log"
    with file.open("w", encoding="utf-8") as stream:
        handler = LibraryHandler(make_logger("json", stream, {}))
        other = logging.getLogger("some.library")
        other.addHandler(handler)
        other.info("no")
        other.warning("%s went wrong", "it")
        other.error("a callback failed", exc_info=ValueError("why"))
        other.removeHandler(handler)
    told, failed = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (told["message"], told["logger"], told["level"]) == (
        "it went wrong",
        "some.library",
        "warning",
    )
    assert "exception" not in told
    assert failed["exception"] == "ValueError: why"


def test_a_library_does_not_fail_by_what_it_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise OSError(errno.EMFILE, "Too many open files")

    with (tmp_path / "log").open("w", encoding="utf-8") as stream:
        handler = LibraryHandler(make_logger("json", stream, {}))
        handler.handle(logging.makeLogRecord({"msg": Unprintable(), "levelno": logging.ERROR}))
    assert "Too many open files" in capsys.readouterr().err
