"""`make run`, as somebody meets it who has just got refeed: on a terminal, ended with Ctrl-C."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from daemons import snapshot, until
from serving import ask

if TYPE_CHECKING:
    from pathlib import Path

ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
CTRL_C = b"\x03"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_the_example_is_served_until_ctrl_c(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("feeds", ".refeed")
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples", ignore=ignored)
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    program = tmp_path / "refeed"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m refeed "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["make", "-o", ".venv/.installed", "run", f"BIN={tmp_path}", f"PORT={port}"]
    log = tmp_path / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-c", ON_A_TERMINAL, *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=written,
        ) as process,
    ):
        assert process.stdin is not None
        try:
            feed = f"http://127.0.0.1:{port}/all/atom.xml"
            until(lambda: feed in log.read_text("utf-8"), "the address to subscribe to")
            (tmp_path / "examples" / "seeds" / "new.md").write_text(snapshot(7), encoding="utf-8")
            until(lambda: b"Title 7<" in ask(feed, "/all/atom.xml").body, "the new entry")
            process.stdin.write(CTRL_C)
            process.stdin.flush()
            assert process.wait(10) == 0
        finally:
            process.kill()
    assert "Traceback" not in log.read_text("utf-8")
    assert "Error" not in log.read_text("utf-8")
