"""A published folder to serve, and a client that sends what it is told and nothing else."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from refeed.config import Listen

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.server import HttpServer

RSS = b"<rss>" + b"<item>one</item>" * 40 + b"</rss>\n"
ANYWHERE = Listen("127.0.0.1", 0)
LONG_AGO = 1_700_000_000


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: 0 if nothing came.
        headers: by name in lower case.
        body: as it came.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def publish(folder: Path) -> None:
    """Fill a folder with files like refeed's, all a while old."""
    files = {
        "index.html": b"<!DOCTYPE html><title>feeds</title>",
        "feeds.opml": b"<opml/>",
        "all/index.html": b"<!DOCTYPE html><title>all</title>",
        "all/rss.xml": RSS,
        "all/atom.xml": b"<feed><entry/></feed>",
        "all/feed.json": b'{"items": [1, 2]}',
        "all/notes.txt": b"not refeed's",
        "all/.rss.xml.new": b"half a feed",
        "source/example.org:8080/index.html": b"<!DOCTYPE html><title>port</title>",
        "经济/rss.xml": b"<rss/>",
        "bare/rss.xml": b"<rss/>",
        ".hidden/rss.xml": b"<rss/>",
    }
    hidden = {path for path in files if "/." in f"/{path}"}
    register(folder, *(files.keys() - hidden - {"all/notes.txt"}))
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (LONG_AGO, LONG_AGO))


def register(folder: Path, *paths: str) -> None:
    """Note files as refeed's, as it does before it writes them."""
    manifest = folder / ".refeed-files"
    listed = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    folder.mkdir(parents=True, exist_ok=True)
    replace(manifest, (listed + "".join(f"{path}\n" for path in paths)).encode())


def replace(file: Path, data: bytes) -> None:
    """Put a file in place as refeed does: written beside, and renamed."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(data)
    beside.replace(file)


def connect(server: HttpServer | str) -> socket.socket:
    """Open a connection to the first address of a server, or to one that is written likewise."""
    address = server if isinstance(server, str) else server.addresses[0]
    if address.startswith("unix:"):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(address.removeprefix("unix:"))
        return client
    host, _, port = address.split("/")[2].rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=10)


def exchange(server: HttpServer | str, sent: bytes) -> bytes:
    """Send bytes, and return all that comes until the server ends the connection."""
    with connect(server) as client:
        client.sendall(sent)
        return drain(client)


def drain(client: socket.socket) -> bytes:
    """Return all that comes until the end."""
    received = []
    while block := client.recv(65_536):
        received.append(block)
    return b"".join(received)


def ask(server: HttpServer | str, target: str, *headers: str, method: str = "GET") -> Answer:
    """Ask for a target, spelt just so, on a connection of its own."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    sent = "".join(f"{line}\r\n" for line in lines) + "\r\n"
    return parsed(exchange(server, sent.encode("latin-1")))


def figures(server: HttpServer | str, target: str = "/metrics") -> dict[tuple[str, ...], float]:
    """Return the value of each sample by its name and the values of its labels."""
    answer = ask(server, target)
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def parsed(received: bytes) -> Answer:
    """Return one answer that a connection ended with."""
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return Answer(0, {}, b"")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in pairs}
    return Answer(int(first.split()[1]), headers, body)


def read_answer(client: socket.socket) -> Answer:
    """Read one answer that has a length or no body, and leave the connection open."""
    received = b""
    while b"\r\n\r\n" not in received:
        block = client.recv(65_536)
        if not block:
            return parsed(received)
        received += block
    head, _, body = received.partition(b"\r\n\r\n")
    answer = parsed(head + b"\r\n\r\n")
    length = int(answer.headers.get("content-length", "0")) if answer.status != 304 else 0
    while len(body) < length:
        block = client.recv(65_536)
        if not block:
            break
        body += block
    return Answer(answer.status, answer.headers, body)


def wait_for(path: Path, seconds: float = 10) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} has not come"
        time.sleep(0.02)
