"""Logs syncs: what changed and what was rejected, each problem once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.log.logger import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.errors import FeedError
    from refeed.store import FileRow
    from refeed.sync.pipeline import Report

_MAX_LINES: Final = 10


class SyncLog:
    """Writes to a log, and remembers which problems it has logged.

    Args:
        log: the daemon's.
    """

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._is_new = True
        self._rejected: dict[tuple[int, str], FileRow] = {}
        self._no_article: Mapping[str, int] = {}
        self._failed_feeds: dict[tuple[str, str], str] = {}
        self._date_problems: tuple[str, ...] = ()

    @property
    def rejected(self) -> list[FileRow]:
        """The files that are rejected at present."""
        return list(self._rejected.values())

    def set_rejected(self, rejected: Iterable[FileRow]) -> None:
        """Note these rejected files as logged; the first time, log a summary of them."""
        known = {(row.seed, row.path): row for row in rejected}
        if self._is_new and known:
            names = shorten([row.path for row in known.values()])
            self._log.warning("still rejected", files=len(known), names=names, why="refeed status")
        self._is_new = False
        self._rejected = known

    def format_failed_feeds(self) -> str:
        """Return which feeds the last sync could not publish, and why, or ""."""
        failed = [f"{feed}: {reason}" for (feed, _), reason in self._failed_feeds.items()]
        return f"not published: {'; '.join(shorten(failed))}" if failed else ""

    def log_sync(
        self,
        report: Report,
        paths: Sequence[Path] | None,
        seconds: float,
        details: Mapping[str, str],
    ) -> None:
        """Log a sync, at debug if it changed nothing.

        Args:
            report: what was done.
            paths: what it was asked to look at; None for everything.
            seconds: how long it took.
            details: more values for the line.
        """
        publication = report.publication
        looked_at = "everything" if paths is None else len(paths)
        if report.read or publication.changed_folders or publication.removed:
            self._log.info(
                "synced",
                read=report.read,
                feeds_changed=len(publication.changed),
                feeds=shorten(publication.changed),
                pages_changed=publication.pages,
                entries=report.entries,
                **details,
                looked_at=looked_at,
                duration=round(seconds, 3),
            )
        else:
            self._log.debug(
                "sync found no change",
                **details,
                looked_at=looked_at,
                entries=report.entries,
                duration=round(seconds, 3),
            )
        for name, reason in publication.reasons.items():
            self._log.debug("feed rewritten", feed=name, reason=reason)
        self._log_left_out(publication.left_out)
        if publication.removed:
            names = shorten(publication.removed)
            self._log.info("removed", files=len(publication.removed), names=names)
        if report.no_article != self._no_article:
            kinds = [f"{number:,} {kind}" for kind, number in report.no_article.items()]
            self._log.debug("files hold no article", kinds=shorten(kinds))
            self._no_article = report.no_article
        self._log_rejected(report.rejected)
        self._log_failed_feeds(publication.failures)
        for line in report.date_problems[:_MAX_LINES]:
            if line not in self._date_problems:
                self._log.warning("date of first sight skipped", reason=line)
        self._date_problems = report.date_problems

    def _log_left_out(self, left_out: Mapping[str, int]) -> None:
        for name, entries in [*left_out.items()][:_MAX_LINES]:
            said = (
                "feed is full, its oldest entries are left out"
                if entries
                else "feed has room for all its entries again"
            )
            self._log.info(said, feed=name, left_out=entries)
        if len(left_out) > _MAX_LINES:
            more = len(left_out) - _MAX_LINES
            self._log.info("more feeds are full", feeds=more, all_of_them="refeed status")

    def _log_rejected(self, rows: Sequence[FileRow]) -> None:
        rejected = {(row.seed, row.path): row for row in rows}
        known = {place: row.problem for place, row in self._rejected.items()}
        new = [row for place, row in rejected.items() if known.get(place) != row.problem]
        repaired = self._rejected.keys() - rejected.keys()
        for row in new[:_MAX_LINES]:
            self._log.warning("rejected", path=row.path, reason=row.problem)
        if len(new) > _MAX_LINES:
            more = len(new) - _MAX_LINES
            self._log.warning("more were rejected", files=more, all_of_them="refeed status")
        if repaired:
            names = shorten([path for _, path in sorted(repaired)])
            self._log.info("no longer rejected", files=len(repaired), names=names)
        self._rejected = rejected

    def _log_failed_feeds(self, failures: Iterable[FeedError]) -> None:
        failed = {(error.feed, error.format): str(error) for error in failures}
        for (feed, file), reason in failed.items():
            if self._failed_feeds.get((feed, file)) != reason:
                self._log.error("feed not published", feed=feed, format=file, reason=reason)
        # A failed feed is tried in each sync; one that is not among the failures was published.
        for feed, file in self._failed_feeds.keys() - failed.keys():
            self._log.info("feed published again", feed=feed, format=file)
        self._failed_feeds = failed
