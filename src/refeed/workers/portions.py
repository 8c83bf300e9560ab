"""Lists cut where they get long: what processes send each other has to fit into memory.

And work is handed back after some seconds, long before a job's time limit: what a job is given may
be worth more than that, such as two hundred saved pages on a busy machine.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LONG: Final = 4_000_000
"""Characters. Articles are a thousandth of it, so that hardly any list is cut for its length."""

SECONDS: Final = 4.0
"""After which results are handed back, by the clock that the time limit goes by."""

_Thing = TypeVar("_Thing")


def take_some(
    things: Iterable[_Thing],
    measure: Callable[[_Thing], int],
    clock: Callable[[], float] = monotonic,
) -> list[_Thing]:
    """Return things up to the one that makes them long, or takes long: at least one, if there is.

    Args:
        things: taken one by one, which may be work; none is taken and left out.
        measure: tells how many characters a thing holds.
        clock: tells seconds.
    """
    taken, held, end = [], 0, clock() + SECONDS
    for thing in things:
        taken.append(thing)
        held += measure(thing)
        if held > LONG or clock() > end:
            break
    return taken


def cut(
    things: Iterable[_Thing], size: int, measure: Callable[[_Thing], int]
) -> Iterator[list[_Thing]]:
    """Yield lists of so many things, or of fewer that are long."""
    portion: list[_Thing] = []
    held = 0
    for thing in things:
        portion.append(thing)
        held += measure(thing)
        if len(portion) == size or held > LONG:
            yield portion
            portion, held = [], 0
    if portion:
        yield portion
