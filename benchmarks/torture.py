"""A running daemon, writers that are hard on it, and a reader that looks at every version.

Usage: python torture.py HARNESS [--parallel] [--count N] [--kills N]

HARNESS is a folder with `torture.py`, which writes snapshots in hard ways and says what a feed must
hold of them, and `truth_check.py`, which compares. Afterwards the feed must agree with that truth,
no version of a feed that the reader saw may have been missing, empty, unparsable or with half an
article, and the published bytes must be a rebuild's. To be run as a user who is not root.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote
from xml.etree import ElementTree as ET

END = "-end<"


class Reader(Thread):
    """Reads the feeds again and again, and notes what no reader should see."""

    def __init__(self, output: Path) -> None:
        super().__init__(daemon=True)
        self.output = output
        self.faults: list[str] = []
        self.versions = 0
        self.done = False
        self._seen: dict[Path, tuple[int, int]] = {}

    def run(self) -> None:
        """Read until it is told that it is done."""
        while not self.done:
            for feed in ("all", "source/torture.example"):
                for name in ("feed.json", "rss.xml", "atom.xml"):
                    self._read(self.output / feed / name)
            time.sleep(0.005)

    def _read(self, file: Path) -> None:
        try:
            with file.open("rb") as opened:
                status = os.fstat(opened.fileno())
                stamp = (status.st_ino, status.st_mtime_ns)
                if self._seen.get(file) == stamp:
                    return
                data = opened.read()
        except FileNotFoundError:
            if file in self._seen and "source" not in file.parts:
                self.faults.append(f"{file} is gone")
            return
        self._seen[file] = stamp
        self.versions += 1
        try:
            if file.suffix == ".json":
                self._look_at(json.loads(data)["items"])
            else:
                ET.fromstring(data)  # noqa: S314 - our own feed
        except (ValueError, KeyError, ET.ParseError) as error:
            self.faults.append(f"{file}: {error}")

    def _look_at(self, items: list[dict[str, str]]) -> None:
        """Note articles of a writer that lack the mark at their end."""
        for item in items:
            kind = item["url"].split("/")[3]
            # In the others a file without an end is one of the things that are written on purpose.
            if kind in {"slow", "inplace", "rename", "burst"} and END not in item["content_html"]:
                self.faults.append(f"half of {item['url']}")


class Scene:
    """A daemon over folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seeds = folder / "seeds"
        self.seeds.mkdir()
        self._environment = {**os.environ, "REFEED_LIMIT": "0", "REFEED_WATCH_RESCAN": "60"}
        self.daemon = self._started()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "refeed", *arguments, "--seeds", "seeds"]

    def _started(self) -> subprocess.Popen[bytes]:
        command = self._command(
            "run",
            "--verbose",
            "--state",
            "state",
            "--output",
            "feeds",
            "--log",
            "json",
            "--no-server",
        )
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=self._environment, stderr=log)

    def killed(self) -> None:
        """Kill the daemon and start another."""
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = self._started()

    def written(self, writers: list[str], most_kills: int) -> int:
        """Let writers write, and kill the daemon meanwhile; return how often that was."""
        writing = subprocess.Popen(writers, cwd=self.folder)
        chance, kills = random.Random(1), 0
        while writing.poll() is None:
            time.sleep(chance.uniform(0.05, 1.0))
            if kills < most_kills:
                self.killed()
                kills += 1
        return kills

    def left(self) -> tuple[float, int]:
        """Have everything looked at, and the daemon leave; return how long that took, and how."""
        seen = self._looks()
        self.daemon.send_signal(signal.SIGUSR1)
        while self._looks() == seen:
            time.sleep(0.1)
        start = time.monotonic()
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait() or time.monotonic() - start, self.daemon.returncode

    def is_as_rebuilt(self) -> bool:
        """Tell whether a rebuild from nothing publishes the same bytes."""
        anew = self._command("rebuild", "--state", "state-anew", "--output", "feeds-anew")
        subprocess.run(anew, cwd=self.folder, env=self._environment, check=True)
        return _tree(self.folder / "feeds") == _tree(self.folder / "feeds-anew")

    def syncs(self) -> int:
        """Return how often the daemon has synced."""
        return (self.folder / "log").read_text("utf-8").count('"message": "synced"')

    def _looks(self) -> int:
        return (self.folder / "log").read_text("utf-8").count('"looked_at": "everything"')


def main() -> int:
    """Run it; return 0 if all is as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("harness", type=Path)
    parser.add_argument("--parallel", action="store_true")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=0, help="how often to kill the daemon")
    parser.add_argument("--writer", default="all")
    options = parser.parse_args()
    scene = Scene(Path(tempfile.mkdtemp(prefix="refeed-torture-")))
    truth = scene.folder / "truth.json"
    reader = Reader(scene.folder / "feeds")
    reader.start()
    writers = [sys.executable, str(options.harness / "torture.py"), str(scene.seeds)]
    writers += ["--writer", options.writer, "--truth", str(truth), "--count", str(options.count)]
    kills = scene.written(writers + ["--parallel"] * options.parallel, options.kills)
    _allow_escapes(truth)
    check = [sys.executable, str(options.harness / "truth_check.py"), str(truth)]
    check += [str(scene.folder / "feeds/all/feed.json"), "--wait", "90", "--settle", "3"]
    agrees = subprocess.run(check, check=False, cwd=options.harness).returncode == 0
    seconds, status = scene.left()
    reader.done = True
    reader.join()
    same = scene.is_as_rebuilt()
    print(
        f"{'agrees' if agrees else 'DISAGREES'} with the truth; "
        f"{'the same bytes as' if same else 'NOT THE BYTES OF'} a rebuild; "
        f"{reader.versions} versions read, {len(reader.faults)} faults; "
        f"{scene.syncs()} syncs, {kills} kills; left in {seconds:.2f} s with {status}; "
        f"{scene.folder}"
    )
    for fault in sorted(set(reader.faults))[:10]:
        print(f"  {fault}")
    return 0 if agrees and same and not reader.faults and status == 0 else 1


def _allow_escapes(truth: Path) -> None:
    """Allow an address that may be in the feed to be there in the form that a URI has."""
    facts = json.loads(truth.read_text("utf-8"))
    facts["either"] |= {quote(u, safe=":/?&=#%;()"): w for u, w in facts["either"].items()}
    truth.write_text(json.dumps(facts), encoding="utf-8")


def _tree(folder: Path) -> dict[str, bytes]:
    found = {}
    for file in sorted(folder.rglob("*")):
        with suppress(OSError):
            if file.is_file() and not file.name.startswith("."):
                found[str(file.relative_to(folder))] = file.read_bytes()
    return found


if __name__ == "__main__":
    sys.exit(main())
