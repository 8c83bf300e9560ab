"""What the daemon says: lines for people on a terminal, JSON for machines and the journal."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

from refeed.log.text_line import line
from refeed.text.printable import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

MOST_NAMES: Final = 5
"""How many names a line lists; a line does not grow with the archive."""

_GONE: Final = (errno.EIO, errno.EPIPE)
_PRIORITIES: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def logger(mode: str, stream: TextIO, environment: Mapping[str, str]) -> FilteringBoundLogger:
    """Return a logger.

    Args:
        mode: ``auto``, ``text`` or ``json``; ``auto`` is JSON where the stream is systemd's
            journal, else text.
        stream: where to.
        environment: ``JOURNAL_STREAM`` says which stream is the journal's, see systemd.exec(5);
            each line to it begins with its priority, see sd-daemon(3). ``NO_COLOR`` and
            ``TERM`` count too.
    """
    journal = _is_journal(stream, environment)
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")
        if mode == "json" or journal
        else structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False, key="time"),
        structlog.processors.format_exc_info,
        _printable,
    ]
    if mode == "json" or (mode == "auto" and journal):
        processors += [
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        processors.append(_text(colours=stream.isatty() and not plain))
    if journal:
        processors.append(_with_priority)
    made: FilteringBoundLogger = structlog.wrap_logger(
        _Printer(stream),
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    return made


class _Printer(structlog.PrintLogger):
    """Prints lines. A full disk, or nobody there to read, is no reason for a daemon to end."""

    def msg(self, message: str) -> None:
        try:
            super().msg(message)
        except OSError as error:
            if error.errno in _GONE:
                # A terminal that hung up, a pipe that nobody reads. What is buffered has to go
                # somewhere, or Python ends with an error.
                with Path(os.devnull).open("wb") as nothing:
                    os.dup2(nothing.fileno(), self._file.fileno())

    debug = info = warning = error = critical = msg


def listed(names: tuple[str, ...] | list[str]) -> list[str]:
    """Return the first few names, and how many more there are."""
    more = len(names) - MOST_NAMES
    return [*names[:MOST_NAMES], *([f"{more:,} more"] if more > 0 else [])]


class Forwarding(logging.Handler):
    """Hands what libraries log, from warnings on, to a logger of ours."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record."""
        level = "error" if record.levelno >= logging.ERROR else "warning"
        trace = {"exc_info": record.exc_info} if record.exc_info else {}
        getattr(self._log, level)(record.getMessage(), logger=record.name, **trace)


def _is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    stated = environment.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return stated == f"{status.st_dev}:{status.st_ino}"


def _printable(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Escape what is no character, and what would move a cursor: names of files may hold both."""
    escaped = {name: _escaped(value) for name, value in event.items()}
    if trace := event.get("exception"):
        escaped["exception"] = "\n".join(str(_escaped(each)) for each in trace.split("\n"))
    return escaped


def _escaped(value: object) -> object:
    match value:
        case str():
            return shown(value)
        case list() | tuple():
            return [_escaped(member) for member in value]
    return value


def _text(*, colours: bool) -> Processor:
    def render(_: WrappedLogger, __: str, event: EventDict) -> str:
        return line(event, colours=colours)

    return render


def _with_priority(_: WrappedLogger, method: str, line: Any) -> str:  # noqa: ANN401 - the renderer's
    return f"<{_PRIORITIES.get(method, 6)}>{line}"
