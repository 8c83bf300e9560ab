"""Small archives of snapshots in real folders, and what refeed makes of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from forked_commands import READ_AT_START, run_in_fork
from refeed.config import parse
from refeed.publish.output_folder import OutputFolder
from refeed.publish.output_lock import LOCK_FILE
from refeed.store import Store
from refeed.sync.pipeline import sync
from refeed.workers.pool import Workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from refeed.config import Config
    from refeed.sync.pipeline import Report

REPOSITORY = Path(__file__).resolve().parent.parent
DAY = 86_400_000
SPRING = 1_711_929_600_000  # 2024-04-01T00:00:00Z


@dataclass(frozen=True, slots=True)
class Article:
    """What a snapshot says. An `instant` of None leaves the file's own time as its date."""

    url: str = "https://news.example.org/sun"
    title: str = "Sun"
    html: str = "<p>It shines.</p>"
    instant: int | None = SPRING
    author: str = ""
    tag: str = ""


def native(*articles: Article) -> bytes:
    """Write articles as rss-to-file archivers do, one after the other."""
    return "\n\n".join(map(_record, articles)).encode()


def _record(article: Article) -> str:
    epoch = "" if article.instant is None else f"<!--{article.instant}-->\n"
    time = '<time datetime="2024-01-01 00:00:00">1 January</time>'
    author = f"<address>{article.author}</address>{time}" if article.author else ""
    return f"{epoch}[{article.title}]({article.url})\n------\n\n{author}{article.html}"


def with_front_matter(article: Article) -> bytes:
    """Write an article as a site generator has it."""
    tags = f"tags: [ {article.tag} ]\n" if article.tag else ""
    return f'---\ntitle: "{article.title}"\n{tags}---\n\n'.encode() + native(article)


def put(file: Path, data: bytes | Article) -> Path:
    """Write a snapshot file, its folder too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(native(data) if isinstance(data, Article) else data)
    return file


def config_in(folder: Path, **keys: object) -> Config:
    """Make a configuration with seeds, output and state in a folder, and make the seeds."""
    table = {"seeds": ["seeds"], "output": "feeds", "state": "state", "limit": 3, **keys}
    config = parse(table, base=folder)
    for seeds in config.seeds:
        seeds.mkdir(parents=True, exist_ok=True)
    return config


def synced(config: Config, paths: Iterable[Path] | None = None) -> Report:
    """Sync in this process."""
    store = Store.open(config.state / "index.sqlite3")
    with closing(store), Workers(config, 1) as workers:
        return sync(config, store, OutputFolder(config.output), workers, paths=paths)


def from_nothing(config: Config, folder: Path) -> dict[str, bytes]:
    """Return what a rebuild from an empty state in an empty folder publishes."""
    fresh = replace(config, output=folder / "feeds", state=folder / "state")
    with closing(Store.open_copy()) as store, Workers(fresh, 1) as workers:
        sync(fresh, store, OutputFolder(fresh.output), workers)
    return tree(fresh.output)


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder, hidden ones too, but the lock of an output folder."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != LOCK_FILE
    }


def chain(published: Mapping[str, bytes], file: str) -> dict[str, set[str]]:
    """Follow a JSON feed to its archive documents; return the ids of the entries in each."""
    found: dict[str, set[str]] = {}
    base = PurePosixPath(file).parent
    while file:
        document = json.loads(published[file])
        found[file] = {item["id"] for item in document["items"]}
        following = document.get("next_url", "")
        file = str(base / "archive" / PurePosixPath(following).name) if following else ""
    return found


def modified(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and modification time of all files in a folder."""
    return {
        str(file.relative_to(folder)): (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != LOCK_FILE
    }


def command(*arguments: str | Path) -> list[str]:
    """Return the command line that runs refeed."""
    return [sys.executable, "-m", "refeed", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Return an environment in which refeed is found and no variable configures it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REFEED_")}
    return {**kept, "PYTHONPATH": str(REPOSITORY / "src"), **changes}


def is_measured() -> bool:
    """Tell whether processes that tests start measure coverage."""
    return any(name.startswith("COV") for name in os.environ)


def without_coverage(variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a process is not measured: that imports, and writes a file."""
    return {name: value for name, value in variables.items() if not name.startswith("COV")}


def run(*arguments: str | Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run refeed in a folder to its end.

    It is a fork of a process that has imported refeed, unless coverage is measured or a variable
    is set here that Python reads when it starts.
    """
    around = environment(**variables)
    if not any(name.startswith(READ_AT_START) for name in variables) and not is_measured():
        return run_in_fork([str(each) for each in arguments], folder, around)
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=120,
        check=False,
    )
