"""A log event as a human-readable line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOURS: Final = {"warning": "33", "error": "31", "critical": "31"}
"""Levels that are named in the line, each in its colour (ECMA-48, SGR)."""

_BOLD: Final = "1"
_FAINT: Final = "2"
_SECONDS: Final = ("duration", "rescan", "settle")
_NO_DETAILS: Final = ("time", "level", "event", "exception")


def format_line(event: Mapping[str, object], *, colours: bool, with_time: bool = True) -> str:
    """Return the line: time, level, event, then the details.

    Args:
        event: ``time``, ``level`` and ``event``; ``exception``, if there is one, goes below. All
            else is details; empty ones are left out.
        colours: whether to use the terminal's.
        with_time: whether to begin with the time; the journal has one of its own.
    """

    def paint(text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if colours and colour else text

    level = str(event["level"])
    colour = _COLOURS.get(level, "")
    what = paint(f"{level.upper()}: " if colour else "", colour)
    what += paint(str(event["event"]), _BOLD)
    details = [
        f"{paint(name.replace('_', ' ') + ':', _FAINT)} {text}{' s' * (name in _SECONDS)}"
        for name, text in ((name, _format_value(value)) for name, value in event.items())
        if text and name not in _NO_DETAILS
    ]
    time = [paint(str(event["time"]), _FAINT)] if with_time else []
    line = "  ".join([*time, what, *details])
    trace = event.get("exception")
    return f"{line}\n{trace}" if trace else line


def _format_value(value: object) -> str:
    match value:
        case list() | tuple():
            return ", ".join(map(_format_value, value))
        case None:
            return ""
    return str(value)
