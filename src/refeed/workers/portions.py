"""Lists cut where they get long: what processes send each other has to fit into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LONG: Final = 4_000_000
"""Characters. Articles are a thousandth of it, so that hardly any list is cut for its length."""

_Thing = TypeVar("_Thing")


def take_some(things: Iterable[_Thing], measure: Callable[[_Thing], int]) -> list[_Thing]:
    """Return things up to the one that makes them long: at least one, if there is one.

    Args:
        things: taken one by one; none is taken and left out.
        measure: tells how many characters a thing holds.
    """
    taken, held = [], 0
    for thing in things:
        taken.append(thing)
        held += measure(thing)
        if held > LONG:
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
