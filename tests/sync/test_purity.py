"""Feeds depend on the snapshots and the configuration, and on nothing else."""

from __future__ import annotations

import json
import locale
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, environment, modified, native, put, run, tree
from refeed.render.formats import is_article_page

if TYPE_CHECKING:
    from pathlib import Path

ENOUGH_FOR_TWO_PROCESSES = 450
CONFIG = """
base_url = "https://feeds.example.org/"
limit = 20
[[rules]]
source = "zoneless.example.org"
timezone = "Asia/Shanghai"
[[feeds]]
name = "seven"
match = { text = "number 7\\\\d*" }
"""
SPY = """
import os, sys
seeds, log = sys.argv[1], os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def note(event, arguments):
    if event != "open" or arguments[2] & os.O_DIRECTORY:
        return
    if isinstance(arguments[0], str) and arguments[0].startswith(seeds + "/"):
        os.write(log, f"{arguments[0]}\\n".encode())  # in this process, and in those it forks
sys.addaudithook(note)
from refeed.cli.main import main
try:
    main(sys.argv[3:])
except SystemExit as end:
    assert not end.code, end.code
"""


def archive_in(folder: Path, seed: int) -> Path:
    """The same articles, written in an order of the seed's, at times of the seed's."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    files = {f"{n % 7}/{n}.md": native(_article(n)) for n in range(ENOUGH_FOR_TWO_PROCESSES)}
    files["名 字/é \n x.md"] = native(Article("https://news.example.org/名", "名字", "<p>名</p>"))
    files["zoneless.md"] = native(
        Article(
            "https://zoneless.example.org/",
            html='<time datetime="2024-04-02 10:00:00">x</time><p>x</p>',
            instant=None,
        )
    )
    undated = "undated.html"
    files[undated] = native(Article("https://news.example.org/undated", instant=None))
    files["bad.md"] = b"no address"
    names = list(files)
    chance.shuffle(names)
    for name in names:
        file = put(folder / "seeds" / name, files[name])
        time = 1_720_000_000 if name == undated else chance.randrange(10**9, 17 * 10**8)
        os.utime(file, (time, time))
    (folder / "refeed.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def _article(number: int) -> Article:
    """Every third is of an address that another has too; instants are often the same."""
    return Article(
        url=f"https://{number // 3 % 5}.example.org/{number // 3}",
        title=f"Title {number}",
        html=f"<p>This is number {number}.</p>",
        instant=SPRING + number % 10 * DAY,
        author="Ada, Ben",
    )


def _locales() -> list[str]:
    there = []
    before = locale.setlocale(locale.LC_ALL)
    for name in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        there.append(name)
    locale.setlocale(locale.LC_ALL, before)
    return there


def test_time_zone_locale_order_times_and_processes_do_not_matter(tmp_path: Path) -> None:
    zones = ("Pacific/Kiritimati", "America/St_Johns", "UTC", "Asia/Kathmandu")
    published = []
    for seed, place in enumerate(_locales()):
        folder = archive_in(tmp_path / f"place {seed}", seed)
        variables = {"TZ": zones[seed], "LC_ALL": place, "PYTHONHASHSEED": str(seed)}
        done = run("rebuild", "--jobs", str(1 + seed % 2), folder=folder, **variables)
        assert done.returncode == 0, done.stderr
        published.append(tree(folder / "feeds"))
    assert len(published) >= 2
    assert all(found == published[0] for found in published)
    assert len(json.loads(published[0]["all/feed.json"])["items"]) == 20
    assert json.loads(published[0]["seven/feed.json"])["items"]
    zoneless = json.loads(published[0]["source/zoneless.example.org/feed.json"])["items"]
    assert zoneless[0]["date_published"] == "2024-04-02T02:00:00Z"


def test_with_nothing_changed_nothing_is_read_and_nothing_written(tmp_path: Path) -> None:
    folder = archive_in(tmp_path, 1)
    config = ("rebuild", "--jobs", "1", "-c", str(folder / "refeed.toml"))
    opened = []
    written = []
    for number in range(3):
        log = tmp_path / f"{number}.log"
        subprocess.run(
            [sys.executable, "-c", SPY, str(folder / "seeds"), str(log), *config],
            check=True,
            cwd=folder,
            env=environment(),
            capture_output=True,
        )
        opened.append(len(log.read_text(encoding="utf-8", errors="replace").splitlines()))
        written.append(modified(folder / "feeds"))
    assert opened[0] > ENOUGH_FOR_TWO_PROCESSES
    assert opened[1:] == [0, 0]
    assert written[0] == written[1] == written[2]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_only_what_changed_is_read(tmp_path: Path, jobs: str) -> None:
    folder = archive_in(tmp_path, 2)
    run("rebuild", folder=folder)
    before = modified(folder / "feeds")
    put(folder / "seeds" / "0" / "0.md", Article("https://0.example.org/0", "New", instant=SPRING))
    done = run("rebuild", "--jobs", jobs, folder=folder)
    assert " 1 of them read" in done.stdout
    after = modified(folder / "feeds")
    changed = {name for name in after if after[name] != before.get(name)}
    pages = {name for name in changed if is_article_page(name)}
    # Its own and those beside it in its source.
    assert len(pages) <= 3
    folders = {name.rpartition("/")[0] for name in changed - pages}
    assert folders <= {"", "all", "source/0.example.org"}
