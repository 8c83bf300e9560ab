"""Which archive documents may not be as they should be: those around what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.partition import Room, part_at, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.archive.partition import Part
    from refeed.archive.periods import Position
    from refeed.store import Store

ROOM: Final = Room(entries=100, weight=2_000_000)
"""How much a document holds. Escapes at most double the weight in JSON, and what an entry has
besides its text is little, so that a document stays below 5,000,000 bytes."""


class Stale(NamedTuple):
    """What has to be looked at of an archive.

    Attributes:
        parts: documents that may not be published as they should be.
        gone: the names of published documents that are to be no more.
    """

    parts: list[Part]
    gone: set[str]


def whole(store: Store, feed: str) -> Stale:
    """Return all of an archive."""
    found = list(parts(store.shelf(feed), ROOM))
    before = {row.part.name for row in store.archives_from(feed, None)}
    return Stale(found, before - {part.name for part in found})


def around(store: Store, feed: str, touched: Sequence[Position]) -> Stale:
    """Return what entries that came, went or changed may have changed of an archive.

    Those are the documents that such an entry is in now, and was in before: where one was split, or
    several were put together, all of them. Besides, of their neighbours the older one may have got
    another name, and the newer one another document before it.
    """
    shelf = store.shelf(feed)
    found: dict[str, Part] = {}
    before: set[str] = set()
    seen = set()
    for position in touched:
        periods = [part_at(position, shelf, ROOM).period]
        if was := store.archive_at(feed, position):
            periods.append(was.part.period)
        if tuple(periods) in seen:
            continue
        seen.add(tuple(periods))
        first = min((period.first for period in periods), key=_age)
        last = max((period.last for period in periods), key=_age)
        newer = shelf.oldest(last)
        for part in parts(shelf, ROOM, newer.newer() if newer else None):
            found[part.name] = part
            if part.period.last.is_older(first):
                break
        for row in store.archives_from(feed, last):
            before.add(row.part.name)
            if row.part.period.last.is_older(first):
                break
    stale = [part for part in found.values() if _is_stale(store, feed, part, touched)]
    return Stale(stale, before - found.keys())


def _is_stale(store: Store, feed: str, part: Part, touched: Iterable[Position]) -> bool:
    was = store.archive(feed, part.name)
    return (
        was is None
        or was.part != part
        or not was.fingerprint
        or any(position in part.period for position in touched)
    )


def _age(position: Position) -> tuple[int, int]:
    return position.published, -position.number
