"""Exchanges with hostile clients, byte for byte: what they send, what they get, how it ends.

A case has `send`, a list of texts or `[text, times]`; `half_close` if the client says that it sends
no more; `late` if the answer comes when the time for a head is over, and not before; `received`,
with LF for CRLF and without the date. Texts are Latin-1.
"""

from __future__ import annotations

import re
import socket
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from refeed.server import HttpServer, connection
from serving import ANYWHERE, RSS, ask, connect, drain

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES = sorted((Path(__file__).parent / "cases" / "hostile").glob("*.toml"))
HEAD_SECONDS = 0.4


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_hostile_exchange(case: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tomllib.loads(case.read_text(encoding="utf-8"))
    if wanted.get("late"):
        monkeypatch.setattr(connection, "HEAD_SECONDS", HEAD_SECONDS)
    with HttpServer(output, ANYWHERE) as server, connect(server) as client:
        begin = time.monotonic()
        client.sendall(build_bytes(wanted["send"]))
        if wanted.get("half_close"):
            client.shutdown(socket.SHUT_WR)
        client.settimeout(5)
        # A connection that is reset, or stays open, raises an error here.
        received = drain(client)
        assert format_received(received) == wanted["received"]
        assert not wanted.get("late") or time.monotonic() - begin >= HEAD_SECONDS
        assert ask(server, "/all/rss.xml").body == RSS


def build_bytes(parts: Sequence[str | tuple[str, int]]) -> bytes:
    pairs = ((part, 1) if isinstance(part, str) else part for part in parts)
    return "".join(text * times for text, times in pairs).encode("latin-1")


def format_received(received: bytes) -> str:
    text = received.decode("latin-1").replace("\r\n", "\n")
    return re.sub(r"^Date: .*\n", "", text, flags=re.MULTILINE)
