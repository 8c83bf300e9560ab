"""Telling of syncs in the log: what changed, what was rejected; each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.log.logger import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.errors import FeedError
    from refeed.store import FileRow
    from refeed.sync.pipeline import Report

_MOST_LINES: Final = 10


class Teller:
    """Writes to a log, and remembers what it has said.

    Args:
        log: where to.
    """

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._rejected: dict[tuple[int, str], FileRow] = {}
        self._feeds: dict[tuple[str, str], str] = {}

    def rejected(self) -> list[FileRow]:
        """Return the files that are rejected at present."""
        return list(self._rejected.values())

    def knows(self, rejected: Iterable[FileRow]) -> None:
        """Take these files for known: they were told of when they were rejected."""
        self._rejected = {(row.seed, row.path): row for row in rejected}

    def unpublished(self) -> str:
        """Return which feeds could not be published in the last sync, and why, or ""."""
        found = [f"{feed}: {reason}" for (feed, _), reason in self._feeds.items()]
        return f"not published: {'; '.join(listed(found))}" if found else ""

    def synced(
        self,
        report: Report,
        paths: Sequence[Path] | None,
        seconds: float,
        about: Mapping[str, str],
    ) -> None:
        """Tell of a sync, if it did anything.

        Args:
            report: what was done.
            paths: what it was asked to look at; None for everything.
            seconds: how long it took.
            about: what the log is to name besides.
        """
        publication = report.publication
        if paths is None or report.read or publication.changed or publication.removed:
            self._log.info(
                "synced",
                **about,
                looked_at="everything" if paths is None else len(paths),
                read=report.read,
                entries=report.entries,
                feeds_changed=len(publication.changed),
                feeds=listed(publication.changed),
                duration=round(seconds, 3),
            )
        if publication.removed:
            names = listed(publication.removed)
            self._log.info("removed", files=len(publication.removed), names=names)
        self._tell_rejected(report.rejected)
        self._tell_failures(publication.failures)

    def _tell_rejected(self, rows: Sequence[FileRow]) -> None:
        found = {(row.seed, row.path): row for row in rows}
        known = {place: row.problem for place, row in self._rejected.items()}
        new = [row for place, row in found.items() if known.get(place) != row.problem]
        mended = self._rejected.keys() - found.keys()
        for row in new[:_MOST_LINES]:
            self._log.warning("rejected", path=row.path, reason=row.problem)
        if len(new) > _MOST_LINES:
            more = len(new) - _MOST_LINES
            self._log.warning("more were rejected", files=more, all_of_them="refeed status")
        if mended:
            names = listed([path for _, path in sorted(mended)])
            self._log.info("no longer rejected", files=len(mended), names=names)
        self._rejected = found

    def _tell_failures(self, failures: Iterable[FeedError]) -> None:
        failed = {(error.feed, error.format): str(error) for error in failures}
        for (feed, each), reason in failed.items():
            if self._feeds.get((feed, each)) != reason:
                self._log.error("feed not published", feed=feed, format=each, reason=reason)
        # A feed that failed stays to be published, so that a sync without it means that it worked.
        for feed, each in self._feeds.keys() - failed.keys():
            self._log.info("feed published again", feed=feed, format=each)
        self._feeds = failed
