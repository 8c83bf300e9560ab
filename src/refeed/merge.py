"""Merges the snapshots of one article: which one is published, with which dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Version:
    """What merging has to know of a snapshot.

    Attributes:
        snapshot: its number, for the caller; merging does not depend on it.
        instant: milliseconds since 1970, UTC.
        text_length: of its visible text.
        text_digest: of its visible text.
        seed: which seeds folder holds its file, in the order of the configuration.
        path: of its file, relative to the seeds folder.
        record: which article of the file it is.
    """

    snapshot: int
    instant: int
    text_length: int
    text_digest: bytes
    seed: int
    path: str
    record: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge.

    Attributes:
        winner: the snapshot that is published.
        published: the earliest instant of all.
        updated: the earliest instant at which the visible text was the winner's.
    """

    winner: Version
    published: int
    updated: int


def merge(versions: Sequence[Version]) -> Merged:
    """Merge the snapshots of one article, at least one, in any order.

    The newest wins; on a tie the longer text, then the first path. One without text never beats one
    with text. A change that leaves the visible text as it was is no update.
    """
    winner = min(versions, key=_rank)
    same_text = [v.instant for v in versions if v.text_digest == winner.text_digest]
    return Merged(winner, min(v.instant for v in versions), min(same_text))


def _rank(version: Version) -> tuple[bool, int, int, int, str, int]:
    return (
        version.text_length == 0,
        -version.instant,
        -version.text_length,
        version.seed,
        version.path,
        version.record,
    )
