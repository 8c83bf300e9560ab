"""Learns from the articles around those that feeds show what recurs in their sources.

Verdicts are counted for whole periods. Those of an entry are in the index until an article comes,
goes or changes on which its period depends; then the period is stale, and counted again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.windows import find_window, find_windows
from refeed.config import has_all_pages, is_archived
from refeed.learning.verdicts import find_verdicts, select_verdicts
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refeed.archive.windows import Window
    from refeed.learning.verdicts import Verdict
    from refeed.publish.context import PublishContext
    from refeed.store.learning_tables import SourceEntry
    from refeed.workers.learning_jobs import LearnedArticle, LearningTask

_VERSION: Final = 1
_SETTING: Final = "learning"
_WINDOWS: Final = 100
"""So many are learned at a time."""

_MOST_KEPT: Final = 2_000
"""Entries whose numbers are kept; of more all contents are taken to be needed."""


class SourceWindow(NamedTuple):
    """A window of a source, by the source's number."""

    source: int
    window: Window


def learn(context: PublishContext) -> set[Path]:
    """Bring the verdicts on all entries that dirty feeds show up to date.

    Feeds that show an entry whose verdicts changed become dirty.

    Returns:
        Snapshot files that have changed since they were indexed.
    """
    learner = Learner(context)
    learner.forget_outdated()
    if not context.config.cleaning.learn:
        return set()
    learner.count_stale_periods()
    # By now feeds are dirty in which others' verdicts changed.
    learner.decide(context.store.dirty_feeds())
    return learner.outdated


class Learner:
    """Learns periods, and collects the snapshot files that have changed since they were indexed."""

    def __init__(self, context: PublishContext) -> None:
        self._context = context
        self._store = context.store
        self._most = context.minimums.period_articles
        self.outdated: set[Path] = set()

    def forget_outdated(self) -> None:
        """Delete all verdicts by other minimums."""
        minimums = repr((_VERSION, self._context.minimums))
        if self._store.get_setting(_SETTING) != minimums:
            self._store.forget_verdicts()
            self._store.set_setting(_SETTING, minimums)

    def count_stale_periods(self) -> None:
        """Count the periods again that a change of an article made stale."""
        found = {
            (source, window.period): SourceWindow(source, window)
            for source, period in self._store.take_stale_periods()
            for window in find_windows(period, self._store.source_entries(source), self._most)
        }
        self._learn(found.values(), ())

    def decide(self, feeds: Iterable[str]) -> None:
        """Learn the periods of the entries that feeds show, where they have no verdicts."""
        config, store = self._context.config, self._store
        entries: set[SourceEntry] = set()
        for name in feeds:
            has_archive, has_lists = is_archived(config, name), has_all_pages(config)
            is_new = (has_archive and not store.archives.fingerprint(name)) or (
                has_lists and not store.lists.fingerprint(name)
            )
            if not config.limit or is_new:
                # There may be too many to keep the numbers of all, and all are shown.
                self._learn(self._find_windows(store.find_undecided(name, 0)), None)
                continue
            entries.update(store.find_undecided(name, config.limit))
            if has_archive or has_lists:
                entries.update(store.find_undecided_changes(name))
        if has_all_pages(config):
            if store.count_unchecked_pages() > _MOST_KEPT:
                self._learn(self._find_windows(store.find_undecided_pages()), None)
            else:
                entries.update(store.find_undecided_pages())
        shown = {entry.position.number for entry in entries}
        self._learn(self._find_windows(sorted(entries)), shown)

    def _find_windows(self, entries: Iterable[SourceEntry]) -> list[SourceWindow]:
        """Return the windows of the periods that entries are in."""
        found: dict[tuple[int, object], SourceWindow] = {}
        last: dict[int, Window] = {}
        for source, host, position in entries:
            if source in last and position in last[source].period:
                continue
            if self._context.book.learns(host):
                index = self._store.source_entries(source)
                last[source] = window = find_window(position, index, self._most)
                found[source, window.period] = SourceWindow(source, window)
        return list(found.values())

    def find_verdicts_on(self, entry: int) -> dict[int, Verdict]:
        """Return the verdicts of an entry's period, which is learned if it isn't yet."""
        position = self._store.find_source_entry(entry)
        windows = self._find_windows([position] if position else ())
        self._learn(windows, ())
        return self.find_verdicts(windows[0]) if windows else {}

    def find_verdicts(self, found: SourceWindow) -> dict[int, Verdict]:
        """Return the verdicts of a period, by the keys of features."""
        known = [
            article.features
            for part in found.window.parts
            for article in self._store.features_within(found.source, part)
            if article.features is not None
        ]
        return find_verdicts(known, self._context.minimums)

    def _learn(
        self, windows: Iterable[SourceWindow], shown: Sequence[int] | set[int] | None
    ) -> None:
        """Extract features, count them and store the verdicts.

        Args:
            windows: of the periods.
            shown: the entries whose contents will be needed next; None for all.
        """
        for some in split_batches(windows, _WINDOWS):
            self._extract(some, shown)
            for each in some:
                self._decide(each)

    def _extract(
        self, windows: Iterable[SourceWindow], shown: Sequence[int] | set[int] | None
    ) -> None:
        """Extract the features of all articles in windows that have none yet."""
        store = self._store
        missing = dict.fromkeys(
            article.entry
            for source, window in windows
            for part in window.parts
            for article in store.features_within(source, part)
            if article.features is None
        )
        if not missing:
            return
        from refeed.workers.learning_jobs import extract_features

        done = 0
        for numbers in split_batches(missing):
            tasks = list(self._build_tasks(numbers, shown))
            for task, learned in self._context.workers.map(
                extract_features,
                tasks,
                fallback=self._reject,
                files=lambda task: ((task.row.seed, task.row.path),),
            ):
                self._put(task, learned)
            done += len(numbers)
            self._context.monitor.update("learning", done, len(missing))

    def _build_tasks(
        self, numbers: Sequence[int], shown: Sequence[int] | set[int] | None
    ) -> Iterator[LearningTask]:
        from refeed.workers.learning_jobs import LearningTask

        cached = self._store.content_fingerprints(numbers)
        for row in self._store.entries(numbers):
            is_shown = shown is None or row.entry in shown
            fingerprint = self._context.content_fingerprint(row) if is_shown else b""
            yield LearningTask(row, is_shown and cached.get(row.entry) != fingerprint)

    def _put(self, task: LearningTask, learned: LearnedArticle | None) -> None:
        row = task.row
        if learned is None:
            self.outdated.add(self._context.config.seeds[row.seed] / row.path)
            return
        self._store.put_features(row.entry, learned.features)
        if learned.content is not None:
            self._context.put_content(row, learned.content)

    def _reject(self, task: LearningTask, reason: str) -> LearnedArticle | None:
        self._context.reject(task.row, reason)
        return None

    def _decide(self, found: SourceWindow) -> None:
        """Store which verdicts of a period concern each of its articles."""
        store = self._store
        verdicts = self.find_verdicts(found)
        decided, different = [], []
        is_complete = True
        for article in store.features_within(found.source, found.window.period):
            if article.features is None:
                is_complete = False
                continue
            now = select_verdicts(article.features, verdicts)
            if now != article.verdicts:
                decided.append(article._replace(verdicts=now))
                if now != (article.verdicts or b""):
                    different.append(article.entry)
        store.put_verdicts(decided)
        if different:
            store.mark_shown_differently(different)
        store.put_period(found.source, found.window, is_stale=not is_complete)
