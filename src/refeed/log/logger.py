"""The daemon's log: human-readable lines on a terminal, JSON for machines and the journal."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

from refeed.log.output import LineWriter
from refeed.log.text_line import format_line
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

MAX_NAMES: Final = 5
"""How many names a line lists; a line does not grow with the archive."""

_PRIORITIES: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


class LogLevel:
    """The least level that is logged; it may change while the daemon runs.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """

    def __init__(self, level: str = "info") -> None:
        self.level = level

    def __call__(self, _: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Drop an event of a lower level, as a processor of structlog."""
        if _PRIORITIES[method] > _PRIORITIES[self.level]:
            raise structlog.DropEvent
        return event


def make_logger(
    mode: str,
    stream: TextIO,
    environment: Mapping[str, str],
    level: LogLevel | None = None,
) -> FilteringBoundLogger:
    """Return a logger.

    Args:
        mode: ``auto``, ``text`` or ``json``; ``auto`` is JSON where the stream is systemd's
            journal, else text.
        stream: a file, a terminal, a pipe or a socket.
        environment: ``JOURNAL_STREAM`` says which stream is the journal's, see systemd.exec(5);
            each line to it begins with its priority, see sd-daemon(3). ``NO_COLOR`` and
            ``TERM`` count too.
        level: what is logged; from ``info`` on by default.
    """
    journal = _is_journal(stream, environment)
    writer = LineWriter(stream)
    processors: list[Processor] = [
        level or LogLevel(),
        writer.add_dropped,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")
        if mode == "json" or journal
        else structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False, key="time"),
        structlog.processors.format_exc_info,
        _escape_event,
    ]
    if mode == "json" or (mode == "auto" and journal):
        processors += [
            _put_message_first,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        colours = stream.isatty() and not plain
        processors.append(_make_renderer(colours=colours, with_time=not journal))
    if journal:
        processors.append(_add_priority)
    log: FilteringBoundLogger = structlog.wrap_logger(
        writer,
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=True,
    )
    return log


def shorten(names: tuple[str, ...] | list[str]) -> list[str]:
    """Return the first few names, and how many more there are."""
    more = len(names) - MAX_NAMES
    return [*names[:MAX_NAMES], *([f"{more:,} more"] if more > 0 else [])]


class LibraryHandler(logging.Handler):
    """Passes warnings and errors of libraries on to the daemon's log."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record."""
        level = "error" if record.levelno >= logging.ERROR else "warning"
        trace = {"exc_info": record.exc_info} if record.exc_info else {}
        try:
            getattr(self._log, level)(record.getMessage(), logger=record.name, **trace)
        except Exception:  # noqa: BLE001 - the library that logs must not fail by it
            self.handleError(record)


def _is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    stated = environment.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return stated == f"{status.st_dev}:{status.st_ino}"


def _escape_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Escape control characters and what is no character: names of files may hold both."""
    escaped = {name: _escape(value) for name, value in event.items()}
    if trace := event.get("exception"):
        escaped["exception"] = "\n".join(str(_escape(line)) for line in trace.split("\n"))
    return escaped


def _escape(value: object) -> object:
    match value:
        case str():
            return escape_unprintable(value)
        case list() | tuple():
            return [_escape(member) for member in value]
    return value


def _put_message_first(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Order an event for those who see its beginning, as `systemctl status` shows lines."""
    message, level, time = event.pop("event"), event.pop("level"), event.pop("time")
    return {"message": message, "level": level, **event, "time": time}


def _make_renderer(*, colours: bool, with_time: bool) -> Processor:
    def render(_: WrappedLogger, __: str, event: EventDict) -> str:
        return format_line(event, colours=colours, with_time=with_time)

    return render


def _add_priority(_: WrappedLogger, method: str, line: Any) -> str:  # noqa: ANN401 - the renderer's
    return f"<{_PRIORITIES.get(method, 6)}>{line}"
