"""refeed's server and nginx on the same folder, in turn: requests a second, delays, memory.

Needs wrk and nginx. Everything stays on this machine and ends within a minute or two. The processor
time of a request is steadier than requests a second where other programs run beside.

Usage: python benchmarks/server.py [--output DIR] [--seconds N] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import measuring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLIENTS = 50
_IDLE = 1_000
_KILO = 1_000
_TARGETS = ("/all/rss.xml", "/index.html")
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}
_NGINX = """
worker_processes 1; daemon off; pid {place}/pid; error_log {place}/errors;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path {place}; proxy_temp_path {place}; etag on; sendfile on;
    fastcgi_temp_path {place}; uwsgi_temp_path {place}; scgi_temp_path {place};
    types {{ application/rss+xml xml; text/html html; }}
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of wrk measured.

    Attributes:
        rate: requests a second.
        p99: milliseconds in which 99 of 100 were answered.
        cpu: microseconds of the server's processor time for each.
    """

    rate: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Subject:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def url(self, target: str) -> str:
        """Return the address of a target."""
        return f"http://127.0.0.1:{self.port}{target}"

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(100):
            try:
                with urllib.request.urlopen(self.url("/"), timeout=2):  # noqa: S310 - loopback
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not answer")

    def load(self, target: str, seconds: int, headers: Sequence[str]) -> Figures:
        """Ask for one target all the time."""
        before = _cpu(self.process.pid)
        lines = [part for header in headers for part in ("-H", header)]
        printed = subprocess.run(
            ["wrk", "-t1", f"-c{_CLIENTS}", f"-d{seconds}", "--latency", *lines, self.url(target)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        requests = int(_found(r"(\d+) requests in", printed)[1])
        rate = float(_found(r"Requests/sec:\s*(\S+)", printed)[1])
        p99 = _found(r"99%\s+([\d.]+)(us|ms|s)", printed)
        cpu = (_cpu(self.process.pid) - before) / requests * 1e6
        return Figures(rate, float(p99[1]) * _UNITS[p99[2]], cpu)

    def tag(self, target: str) -> str:
        """Return the ETag of a target."""
        with urllib.request.urlopen(self.url(target), timeout=5) as answer:  # noqa: S310 - loopback
            return str(answer.headers["ETag"])

    def idle(self) -> tuple[int, int]:
        """Return the bytes it holds before and with a thousand idle connections."""
        before = _memory(self.process.pid)
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n\r\n"
        clients = []
        for _ in range(_IDLE):
            client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            client.sendall(request)
            client.recv(4096)
            clients.append(client)
        held = _memory(self.process.pid)
        for client in clients:
            client.close()
        return before, held


def main() -> None:
    """Measure and print a table for each kind of request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="a folder that refeed has published")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not shutil.which("wrk") or not shutil.which("nginx"):
        raise SystemExit("wrk and nginx are needed: apt-get install wrk nginx-light")
    _allow_connections()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        folder = (options.output or _published(place)).resolve()
        subjects = [_nginx(place, folder), _refeed(folder)]
        try:
            for subject in subjects:
                subject.wait()
            _compare(subjects, folder, options.seconds, options.rounds)
        finally:
            for subject in subjects:
                subject.process.terminate()
                subject.process.wait(10)


def _compare(subjects: Sequence[Subject], folder: Path, seconds: int, rounds: int) -> None:
    nginx, refeed = subjects
    print(f"{measuring.cores()} cores, {_CLIENTS} clients, {rounds} rounds of {seconds} s\n")
    print("| answer | server | requests/s | of nginx | p99 ms | processor µs | of nginx |")
    print("| --- | --- | --: | --: | --: | --: | --: |")
    for target in _TARGETS:
        size = (folder / target.lstrip("/")).stat().st_size
        for status in (304, 200):
            runs: dict[str, list[Figures]] = {"nginx": [], "refeed": []}
            for _ in range(rounds):
                for each in (nginx, refeed):
                    headers = [f"If-None-Match: {each.tag(target)}"] if status == 304 else []  # noqa: PLR2004 - as the list above
                    runs[each.name].append(each.load(target, seconds, headers))
            base = _middle(runs["nginx"])
            for name, figures in runs.items():
                it = _middle(figures)
                print(
                    f"| {status} {target}, {size / _KILO:.0f} kB | {name} | {it.rate:,.0f} "
                    f"| {it.rate / base.rate:.2f} | {it.p99:.1f} | {it.cpu:.1f} "
                    f"| {it.cpu / base.cpu:.1f} |"
                )
    print(f"\nMemory, and with {_IDLE:,} idle connections:")
    for each in subjects:
        before, held = each.idle()
        a_connection = (held - before) / _IDLE / _KILO
        print(
            f"  {each.name}: {before / 1e6:.1f} MB, {held / 1e6:.1f} MB: "
            f"{a_connection:.1f} kB a connection"
        )


def _middle(runs: Sequence[Figures]) -> Figures:
    return Figures(
        statistics.median(run.rate for run in runs),
        statistics.median(run.p99 for run in runs),
        statistics.median(run.cpu for run in runs),
    )


def _nginx(place: Path, folder: Path) -> Subject:
    port = _free_port()
    config = place / "nginx.conf"
    config.write_text(_NGINX.format(place=place, folder=folder, port=port), encoding="utf-8")
    command = ["nginx", "-c", str(config)]
    return Subject("nginx", port, subprocess.Popen(command, stderr=subprocess.DEVNULL))


def _refeed(folder: Path) -> Subject:
    port = _free_port()
    command = [sys.executable, "-m", "refeed", "serve", "--output", str(folder)]
    command += ["--listen", f"127.0.0.1:{port}"]
    return Subject("refeed", port, subprocess.Popen(command, stdout=subprocess.DEVNULL))


def _published(place: Path) -> Path:
    """Return a folder with one feed of half a megabyte, and an index."""
    folder = place / "feeds"
    (folder / "all").mkdir(parents=True)
    (folder / "all" / "rss.xml").write_bytes(b"<item>a line of a feed</item>\n" * 17_000)
    (folder / "index.html").write_bytes(b"<p>a line of a page</p>\n" * 800)
    (folder / ".refeed-files").write_bytes(b"all/rss.xml\nindex.html\n")
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _allow_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _IDLE * 3
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"wrk printed something else:\n{text}")
    return found


def _processes(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from _processes(int(child))


def _cpu(process: int) -> float:
    """Return the seconds of processor time of a process and those it started."""
    ticks = 0
    for each in _processes(process):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> int:
    return sum(
        int(line.split()[1]) * 1024
        for each in _processes(process)
        for line in Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
        if line.startswith("Pss:")
    )


if __name__ == "__main__":
    main()
