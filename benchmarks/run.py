"""refeed and Hugo on the same folders, in turn: a table of what each takes, and the ratios.

Usage, from the repository's top: python -m benchmarks.run [--sizes 1000,10000,64000] […]
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import folder, hugo, measuring

if TYPE_CHECKING:
    from benchmarks.measuring import Cost

_TOP = Path(__file__).parents[1]
_MEGA = 1_000_000
_REFEED = [sys.executable, "-m", "refeed"]


@dataclass(frozen=True, slots=True)
class Bench:
    """One size, in a place of its own."""

    place: Path
    number: int
    samples: Path
    against_hugo: bool

    def run(self) -> None:
        """Measure everything and print it."""
        folder.fill(self.place / "seeds", self.number, self.samples)
        size = measuring.size_of(self.place / "seeds")
        print(f"\n## {self.number:,} snapshots, {size / _MEGA:.0f} MB\n")
        print(
            "| work | refeed | processor | memory | Hugo | processor | memory"
            " | time | processor | memory |"
        )
        print("| --- |" + " --: |" * 9)
        newest = self._hugo(50)
        _row("from nothing, newest 50", self._refeed("fifty", limit=50), newest)
        _row("nothing changed", self._refeed("fifty", limit=50, times=5), newest)
        self._add_one()
        again = self._hugo(50, again=True)
        _row("one file added", self._refeed("fifty", limit=50), again)
        everything = self._hugo(0)
        _row("from nothing, all in one feed", self._refeed("whole", limit=0), everything)
        state = measuring.size_of(self.place / "fifty" / "state")
        print(f"\nState on disk: {state / _MEGA:.1f} MB, {state / size:.3f} of the snapshots.")
        self._one_path()

    def _refeed(self, name: str, *, limit: int, times: int = 1) -> Cost:
        """Rebuild with the seeds' feeds, or with one RSS feed of everything."""
        config = self.place / f"{name}.toml"
        only = "" if limit else 'formats = ["rss"]\nby_source = false\n'
        config.write_text(
            f'seeds = ["seeds"]\noutput = "{name}/feeds"\nstate = "{name}/state"\n'
            f"limit = {limit}\nmax_feed_kb = 0\n{only}",
            encoding="utf-8",
        )
        return measuring.median([*_REFEED, "rebuild", "-c", config], times)

    def _hugo(self, limit: int, *, again: bool = False) -> Cost | None:
        if not self.against_hugo:
            return None
        place = self.place / f"hugo-{limit}"
        if again:
            shutil.rmtree(place)
        return measuring.run(hugo.site(place, self.place / "seeds", limit))

    def _add_one(self) -> None:
        made_of = folder.templates(self.samples)
        for path, text in folder.snapshots(1, made_of, first=self.number, seed=3):
            file = self.place / "seeds" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")

    def _one_path(self) -> None:
        places = [self.place / "seeds", self.place / "fifty/feeds", self.place / "fifty/state"]
        command = [
            sys.executable,
            "-m",
            "benchmarks.one_path",
            *map(str, places),
            "100",
            str(self.samples),
        ]
        found = json.loads(
            subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=_TOP).stdout
        )
        print(
            f"One file added in a running process: p50 {found['p50']:.1f} ms, "
            f"p99 {found['p99']:.1f} ms, of which the processor's {found['cpu']:.1f} ms; "
            f"resident {found['resident'] / _MEGA:.0f} MB."
        )


def _row(work: str, ours: Cost, theirs: Cost | None) -> None:
    left = f"| {work} | {ours.seconds:.2f} s | {ours.cpu:.2f} s | {ours.memory / _MEGA:.0f} MB"
    if theirs is None:
        print(f"{left} | – | – | – | – | – | – |", flush=True)
        return
    print(
        f"{left} | {theirs.seconds:.2f} s | {theirs.cpu:.2f} s | {theirs.memory / _MEGA:.0f} MB"
        f" | {ours.seconds / theirs.seconds:.3f} | {ours.cpu / theirs.cpu:.3f}"
        f" | {ours.memory / theirs.memory:.3f} |",
        flush=True,
    )


def _start_up(place: Path) -> None:
    print("\n## Start-up\n")
    config = place / "check.toml"
    (place / "seeds").mkdir(exist_ok=True)
    config.write_text('seeds = ["seeds"]\n', encoding="utf-8")
    for command in (["--help"], ["check", "-c", str(config)]):
        cost = measuring.median([*_REFEED, *command], 9)
        print(f"refeed {command[0]}: {cost.seconds * 1000:.0f} ms")


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,64000", help="how many snapshots, each")
    parser.add_argument("--samples", type=Path, default=_TOP / "../shared/corpus")
    parser.add_argument("--work", type=Path, help="where the folders are made; a temporary one")
    parser.add_argument("--no-hugo", action="store_true", help="measure refeed alone")
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {measuring.cores()} cores")
    with tempfile.TemporaryDirectory(prefix="refeed-bench-", dir=options.work) as work:
        _start_up(Path(work))
        for number in map(int, options.sizes.split(",")):
            place = Path(work) / str(number)
            against = hugo.available() and not options.no_hugo
            Bench(place, number, options.samples.resolve(), against).run()
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
