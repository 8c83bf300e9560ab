"""kill -9 at any moment: no published file is ever torn, and the next rebuild makes up for it."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING

from archives import (
    DAY,
    SPRING,
    Article,
    command,
    config_in,
    environment,
    from_nothing,
    put,
    run,
    tree,
)
from carrying import data_address
from validity import faults

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"rss.xml": "rss", "atom.xml": "atom", "feed.json": "json", "feeds.opml": "opml"}
PICTURES = ("boat.png", "boat.jpg", "boat.gif", "boat.webp", "boat.avif", "harbour.jpg")
SHOWN = re.compile(rb"media/[0-9a-f]{32}\.\w+")
KILLS = 20
# For each number that it is told, a process rebuilds and dies at that audit event: files opened and
# renamed, folders made and listed, SQLite connected. 0 is for life; told is how it ended.
DOOMED = """
import os, sys
from refeed.commands import rebuild
from refeed.config import load
from refeed.render import pages, rss_atom, jsonfeed
from pathlib import Path
config = load(None, environment={}, working_directory=Path.cwd())
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        left, itself = int(line), os.getpid()
        def count(event, arguments):
            global left
            # A process that it starts and that dies twice has its file rejected, as it should be.
            left -= os.getpid() == itself
            if left == 0:
                os.kill(os.getpid(), 9)
        sys.addaudithook(count)
        rebuild.rebuild(config, jobs=1)
        events = int(line) - left
        print("done", events, flush=True)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9:
        print("killed", flush=True)
"""


class Doomed:
    """Rebuilds in processes that die."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", DOOMED],
            cwd=folder,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rebuild(self, events: int) -> str:
        """Rebuild until that event; return how it ended."""
        self._process.stdin.write(f"{events}\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        return self._process.stdout.readline().strip()  # type: ignore[union-attr]

    def close(self) -> None:
        self._process.communicate()


def torn(output: Path) -> list[str]:
    found = []
    # The manifest names files before they are there, and drafts may be left.
    published = {
        name: data
        for name, data in tree(output).items()
        if not name.rpartition("/")[2].startswith(".")
    }
    for name, data in published.items():
        base = name.rpartition("/")[2]
        shown = {picture.decode() for picture in SHOWN.findall(data)}
        found += [f"{name}: {picture} isn't there" for picture in shown - published.keys()]
        if name.startswith("media/"):
            if blake2b(data, digest_size=16).hexdigest() != base.partition(".")[0]:
                found.append(f"{name}: is not whole")
        elif base in FORMATS:
            found += [f"{name}: {fault}" for fault in faults(FORMATS[base], data)]
        elif base == "index.html" and not data.rstrip().endswith(b"</html>"):
            found.append(f"{name}: has no end")
    return found


def _edit(folder: Path, chance: random.Random) -> None:
    for _ in range(3):
        number = chance.randrange(12)
        words = f"<p>{chance.random()}</p>" * chance.randrange(1, 200)
        words += f'<img src="{data_address(chance.choice(PICTURES))}">'
        article = Article(
            f"https://{number % 4}.example.org/{number}",
            f"Title {number}",
            words,
            SPRING + number * DAY,
        )
        put(folder / "seeds" / f"{number}.md", article)
    (folder / "seeds" / f"{chance.randrange(12)}.md").unlink(missing_ok=True)


def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - nothing secret
    config = config_in(tmp_path)
    (tmp_path / "refeed.toml").write_text('seeds = "seeds"\nstate = "state"\nlimit = 3\n')
    _edit(tmp_path, chance)
    with closing(Doomed(tmp_path)) as doomed:
        events = int(doomed.rebuild(0).removeprefix("done "))
        ends = []
        for _ in range(KILLS):
            _edit(tmp_path, chance)
            ends.append(doomed.rebuild(chance.randrange(1, events)))
            assert torn(config.output) == []
    assert ends.count("killed") > KILLS // 2
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_killed_while_two_processes_read(tmp_path: Path) -> None:
    for number in range(600):
        put(
            tmp_path / f"seeds/{number}.md",
            Article(f"https://example.org/{number}", html="<p>x</p>" * 500),
        )
    process = subprocess.Popen(
        command("rebuild", "--jobs", "2"), cwd=tmp_path, env=environment(), start_new_session=True
    )
    time.sleep(0.2)
    while process.poll() is None and len(_processes(process.pid)) < 3:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was done before it had begun"
    end = time.monotonic() + 20
    while left := _processes(process.pid):
        assert time.monotonic() < end, f"{left} live on"
        time.sleep(0.02)
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert torn(tmp_path / "feeds") == []


def _processes(session: int) -> list[str]:
    """The processes of a session that are not dead yet."""
    listed = subprocess.run(
        ["ps", "-o", "stat=,pid=", "-s", str(session)], capture_output=True, text=True, check=False
    )
    return [line for line in listed.stdout.splitlines() if not line.lstrip().startswith("Z")]
