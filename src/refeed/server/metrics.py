"""Metrics for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from refeed import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_client.metrics_core import Metric

_SECONDS: Final = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
_REQUEST_SECONDS: Final = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1)
_NOT_MODIFIED: Final = 304
_OK: Final = 200


class _LazyCollector(Collector):
    """A metric that is computed when it is exported."""

    def __init__(self, compute: Callable[[], Metric]) -> None:
        self._compute = compute

    def collect(self) -> list[Metric]:
        return [self._compute()]


class Metrics:
    """The figures of one process; each method may be called from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        build = Info("refeed_build", "The version of refeed.", registry=self._registry)
        build.info({"version": __version__})
        # Each metric exists from the start, so that its absence is a fault.
        self._snapshots = self._build_gauge("refeed_snapshots", "Snapshots in the index.")
        self._entries = self._build_gauge("refeed_entries", "Entries that the snapshots make.")
        self._rejected = self._build_gauge("refeed_rejected", "Snapshot files that can't be read.")
        self._success = self._build_gauge(
            "refeed_last_success_timestamp_seconds", "When a sync last succeeded, since 1970."
        )
        self._syncs = Counter(
            "refeed_syncs", "Syncs by their outcome.", ["outcome"], registry=self._registry
        )
        self._durations = Histogram(
            "refeed_sync_duration_seconds",
            "How long syncs took.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._sizes: Mapping[str, int] = {}
        self._registry.register(_LazyCollector(self._collect_feed_sizes))
        self._requests = Counter(
            "refeed_http_requests", "Requests.", ["feed", "status"], registry=self._registry
        )
        self._request_durations = Histogram(
            "refeed_http_request_duration_seconds",
            "How long it took to find the answer to a request, without sending it.",
            buckets=_REQUEST_SECONDS,
            registry=self._registry,
        )
        self._share = self._build_gauge(
            "refeed_http_not_modified_ratio",
            "Of the requests answered with 200 or 304, the share of 304, since the start.",
        )
        self._share.set_function(self._share_not_modified)
        self._pending_pings = self._build_gauge(
            "refeed_hub_documents_owed", "Changed feed documents that the hub is yet to be told of."
        )
        self._pinged = Counter(
            "refeed_hub_documents",
            "Changed feed documents by what became of telling the hub.",
            ["outcome"],
            registry=self._registry,
        )
        self._rounds = Counter(
            "refeed_hub_rounds",
            "Rounds of telling the hub by their outcome; one that failed is tried again.",
            ["outcome"],
            registry=self._registry,
        )
        self._pictures_there = self._build_gauge(
            "refeed_pictures_there", "Pictures of entries that are in the picture store."
        )
        self._pictures_missing = self._build_gauge(
            "refeed_pictures_missing", "Pictures of entries that the picture store lacks."
        )
        for outcome in ("succeeded", "failed"):
            self._syncs.labels(outcome)
            self._rounds.labels(outcome)
        for outcome in ("taken", "refused", "given_up"):
            self._pinged.labels(outcome)
        self._answered = {_OK: 0, _NOT_MODIFIED: 0}
        self._counters: dict[tuple[str, int], Counter] = {}

    def set_archive(self, *, snapshots: int, entries: int, rejected: int) -> None:
        """Set the counts of the index."""
        self._snapshots.set(snapshots)
        self._entries.set(entries)
        self._rejected.set(rejected)

    def record_sync(self, seconds: float, at: float, *, succeeded: bool) -> None:
        """Record a sync.

        Args:
            seconds: how long it took.
            at: when it ended, seconds since 1970.
            succeeded: whether every feed that had to be written was.
        """
        self._durations.observe(seconds)
        self._syncs.labels("succeeded" if succeeded else "failed").inc()
        if succeeded:
            self._success.set(at)

    def set_pending_pings(self, documents: int) -> None:
        """Set the length of the hub queue."""
        self._pending_pings.set(documents)

    def record_pings(self, *, taken: int, refused: int, given_up: int, succeeded: bool) -> None:
        """Record a ping round.

        Args:
            taken: how many pings the hub accepted.
            refused: how many it refused.
            given_up: how many were given up after many tries.
            succeeded: whether the hub answered all of them.
        """
        for outcome, documents in (("taken", taken), ("refused", refused), ("given_up", given_up)):
            self._pinged.labels(outcome).inc(documents)
        self._rounds.labels("succeeded" if succeeded else "failed").inc()

    def set_pictures(self, *, there: int, missing: int) -> None:
        """Set the counts of the picture store, as the last fetch has left it."""
        self._pictures_there.set(there)
        self._pictures_missing.set(missing)

    def set_feed_sizes(self, sizes: Mapping[str, int]) -> None:
        """Set which feeds there are, and the bytes of each one's files."""
        self._sizes = dict(sizes)

    def count_request(self, feed: str, status: int) -> None:
        """Count a request.

        Args:
            feed: the feed's name; "" for what is of no feed, and for what isn't there.
            status: of HTTP.
        """
        number = int(status)  # a member of an enumeration is hashed by a call
        counter = self._counters.get((feed, number))
        if counter is None:
            counter = self._counters[feed, number] = self._requests.labels(feed, str(number))
        counter.inc()
        if number in self._answered:
            self._answered[number] += 1

    def observe_request(self, seconds: float) -> None:
        """Record how long it took to find the answer to a request."""
        self._request_durations.observe(seconds)

    def export(self) -> tuple[bytes, str]:
        """Return all figures as text, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _collect_feed_sizes(self) -> Metric:
        """Return the sizes of feeds; there may be thousands."""
        family = GaugeMetricFamily(
            "refeed_feed_size_bytes",
            "What a feed's files take, all formats together.",
            labels=["feed"],
        )
        for name, size in self._sizes.items():
            family.add_metric([name], size)
        return family

    def _build_gauge(self, name: str, about: str) -> Gauge:
        return Gauge(name, about, registry=self._registry)

    def _share_not_modified(self) -> float:
        total = sum(self._answered.values())
        return self._answered[_NOT_MODIFIED] / total if total else 0.0
