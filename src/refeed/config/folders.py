"""The folders of a config: made absolute, and none where it harms another."""

from __future__ import annotations

from itertools import combinations
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from refeed.config.mistakes import refuse, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Folder(NamedTuple):
    """A folder and what sets it.

    Attributes:
        origin: for people: a dotted key, a variable or an option.
        path: absolute, without `..`.
        place: which of a list it is, from 0, or None.
    """

    origin: str
    path: Path
    place: int | None = None

    @property
    def label(self) -> str:
        """What sets it, for people."""
        return self.origin if self.place is None else f"{self.origin}[{self.place}]"


def absolute(written: str, base: Path, environment: Mapping[str, str]) -> Path:
    """Return a path as a whole: ``~`` as the home, a relative one below `base`.

    Raises:
        CheckError: there is no home.
    """
    if written == "~" or written.startswith("~/"):
        home = environment.get("HOME", "")
        if not home.startswith("/"):
            refuse(written, "can't be expanded: HOME isn't set")
        return Path(normpath(f"{home}/{written[1:]}"))
    return Path(normpath(base / written))


def clashes(seeds: tuple[Folder, ...], output: Folder | None, state: Folder | None) -> list[str]:
    """Return a line for every two folders that can't be where they are.

    Args:
        seeds: the folders of snapshots.
        output: the folder of feeds, or None where that is a mistake already.
        state: the folder of the state, or None likewise.
    """
    lines = [*_among_seeds(seeds)]
    for folder, reason in (
        (output, "the feeds' pages would be read as snapshots"),
        (state, "refeed would write into the folder that it watches"),
    ):
        if folder:
            lines += (_line(folder, seed, reason) for seed in seeds if _overlap(folder, seed))
    if output and state and _overlap(output, state):
        lines.append(
            _line(state, output, "the state would be published, or the feeds lost with it")
        )
    return lines


def _among_seeds(seeds: tuple[Folder, ...]) -> Iterator[str]:
    for one, other in combinations(seeds, 2):
        if _overlap(one, other):
            yield _line(other, one, "each file would be read twice")


def _overlap(one: Folder, other: Folder) -> bool:
    return one.path.is_relative_to(other.path) or other.path.is_relative_to(one.path)


def _line(one: Folder, other: Folder, reason: str) -> str:
    if one.path == other.path:
        relation = "is the same folder as"
    elif one.path.is_relative_to(other.path):
        relation = "is inside"
    else:
        relation = "holds"
    place = f"{other.label}, {shown(str(other.path))}"
    return f"{one.label}: {shown(str(one.path))} {relation} {place}: {reason}"
