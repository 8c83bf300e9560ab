"""An event of the log in a line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOUD: Final = {"warning": "33", "error": "31", "critical": "31"}
"""Levels that are named in the line, each in its colour (ECMA-48, SGR)."""

_BOLD: Final = "1"
_FAINT: Final = "2"
_SECONDS: Final = ("duration", "rescan", "settle")
_NO_DETAILS: Final = ("time", "level", "event", "exception")


def line(event: Mapping[str, object], *, colours: bool) -> str:
    """Return the line: when, how bad it is, what, then what is known besides.

    Args:
        event: ``time``, ``level`` and ``event``; ``exception``, if there is one, goes below. All
            else is details, of which those that are empty are left out.
        colours: whether to use the terminal's.
    """

    def painted(text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if colours and colour else text

    level = str(event["level"])
    colour = _LOUD.get(level, "")
    what = painted(f"{level.upper()}: " if colour else "", colour)
    what += painted(str(event["event"]), _BOLD)
    details = [
        f"{painted(name.replace('_', ' ') + ':', _FAINT)} {text}{' s' * (name in _SECONDS)}"
        for name, text in ((name, _plain(value)) for name, value in event.items())
        if text and name not in _NO_DETAILS
    ]
    told = "  ".join([painted(str(event["time"]), _FAINT), what, *details])
    trace = event.get("exception")
    return f"{told}\n{trace}" if trace else told


def _plain(value: object) -> str:
    match value:
        case list() | tuple():
            return ", ".join(map(_plain, value))
        case None:
            return ""
    return str(value)
