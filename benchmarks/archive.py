"""An archived feed of many snapshots: what it takes, and whether who follows it gets everything.

Usage, from the repository's top: python -m benchmarks.archive [--number 64000] [--samples DIR]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import folder, measuring

from refeed.config import Listen
from refeed.server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = Path(__file__).parents[1]
_MEGA = 1_000_000
_REFEED = [sys.executable, "-m", "refeed"]
_PORT = 18_931
_ADDRESS = f"http://127.0.0.1:{_PORT}/"


def main() -> None:
    """Make the folder, publish it with an archive, follow that over HTTP, add a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=64_000, help="how many snapshots")
    parser.add_argument("--samples", type=Path, default=_TOP / "../shared/corpus")
    parser.add_argument("--work", type=Path, help="where the folder is made; a temporary one")
    options = parser.parse_args()
    samples = options.samples.resolve()
    with tempfile.TemporaryDirectory(prefix="refeed-bench-", dir=options.work) as work:
        place = Path(work)
        folder.fill(place / "seeds", options.number, samples)
        config = place / "refeed.toml"
        config.write_text(
            'seeds = "seeds"\noutput = "feeds"\nstate = "state"\narchive = "all"\n'
            f'base_url = "{_ADDRESS}"\n',
            encoding="utf-8",
        )
        rebuild = [*_REFEED, "rebuild", "-c", str(config)]
        _tell("from nothing", measuring.run(rebuild))
        _tell("nothing changed", measuring.run(rebuild))
        _sizes(place / "feeds")
        _follow(place)
        made_of = folder.templates(samples)
        for path, text in folder.snapshots(1, made_of, first=options.number, seed=3):
            file = place / "seeds" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        _tell("one file added", measuring.run(rebuild))


def _tell(work: str, cost: measuring.Cost) -> None:
    memory = cost.memory / _MEGA
    print(f"{work}: {cost.seconds:.2f} s, processor {cost.cpu:.2f} s, {memory:.0f} MB", flush=True)


def _sizes(feeds: Path) -> None:
    for end in ("rss.xml", "atom.xml", "feed.json"):
        sizes = [file.stat().st_size for file in (feeds / "all/archive").glob(f"*.{end}")]
        print(
            f"{len(sizes)} archive documents *.{end}: {sum(sizes) / _MEGA:.0f} MB, "
            f"median {median(sizes) / _MEGA:.2f} MB, largest {max(sizes) / _MEGA:.2f} MB"
        )


def _follow(place: Path) -> None:
    command = [*_REFEED, "status", "--json", "-c", str(place / "refeed.toml")]
    status = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    wanted = json.loads(status)["figures"]["entries"]
    start = time.perf_counter()
    with HttpServer(place / "feeds", Listen("127.0.0.1", _PORT)):
        first, *archive = _documents(f"{_ADDRESS}all/feed.json")
    seconds = time.perf_counter() - start
    counts = Counter(entry for document in archive for entry in document)
    found = counts.keys() | first
    print(
        f"Followed over HTTP in {seconds:.1f} s: {len(found):,} of {wanted:,} entries in "
        f"{1 + len(archive)} documents; {len(first)} in the one to subscribe to, of which "
        f"{len(counts.keys() & first)} are in the archive too; "
        f"{sum(count > 1 for count in counts.values())} twice in the archive."
    )


def _documents(url: str) -> Iterator[set[str]]:
    while url:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - of our own server
            document = json.load(answer)
        yield {item["id"] for item in document["items"]}
        url = document.get("next_url", "")


if __name__ == "__main__":
    main()
