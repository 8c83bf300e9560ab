"""The server in the daemon: where it listens, and which folder it serves."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from refeed.config import find_base_url_problem
from refeed.daemon.health import Health
from refeed.errors import RefeedError
from refeed.render import FORMATS
from refeed.server import HttpServer, ListenError, Metrics, find_site_options

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config, Listen
    from refeed.daemon.sync_result import SyncResult
    from refeed.locks import DaemonLock
    from refeed.websub.rounds import PingRound

_PREFERRED: Final = ("atom", "rss", "json")
_HIDDEN: Final = "…"
_HINT: Final = "For once, --listen names another and --no-server serves nothing."


class DaemonServer:
    """The server of a daemon, if it has one; it listens from the beginning.

    Args:
        config: what to serve, and where.
        log: the daemon's.
        lock: shows the addresses to other commands.
        sockets: from systemd; used instead of the address.

    Raises:
        ListenError: it can't listen there.
    """

    def __init__(
        self,
        config: Config,
        log: FilteringBoundLogger,
        lock: DaemonLock,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self.health = Health(config.output)
        self._log = log
        self._lock = lock
        self._sockets = sockets
        self._metrics = Metrics()
        self._server: HttpServer | None = None
        self._config = config
        self._has_announced_feed = True
        self.apply(config)
        if sockets and self._server is None:
            log.warning("systemd's sockets are not used", reason="server.enabled is false")

    def apply(self, config: Config) -> None:
        """Serve as a configuration says; another output folder once something is published there.

        Raises:
            ListenError: it can't listen there. All stays as it was.
        """
        wanted = config.server
        if not wanted.enabled:
            self.close()
        elif self._server is None:
            self._server = self._start(config)
        elif self._sockets or wanted.listen == self._config.server.listen:
            self._server.serve(self.health.output, **find_site_options(config))
        else:
            self._move(self._server, config)
        self._config, before = config, self._config
        if config.server != before.server:
            self.announce()

    def note_sync(self, result: SyncResult) -> None:
        """Update health and metrics after a sync."""
        report = result.report
        self.health.problem = result.problem
        failed = report is None or bool(report.publication.failures)
        self._metrics.record_sync(result.seconds, time.time(), succeeded=not failed)
        if report is None:
            return
        self._metrics.set_archive(
            snapshots=report.snapshots, entries=report.entries, rejected=len(report.rejected)
        )
        self._metrics.set_feed_sizes(result.feed_sizes)
        self._metrics.set_pending_pings(len(result.hub_queue))
        self.health.has_published = True
        if self.health.output != self._config.output:
            self.health.output = self._config.output
            if self._server is not None:
                self._server.serve(self.health.output, **find_site_options(self._config))
        if not self._has_announced_feed:
            self.announce()

    def check(self) -> None:
        """Check that requests are answered.

        Raises:
            Exception: whatever ended the server.
        """
        if self._server is not None:
            self._server.check()

    def note_pictures(self, there: int, missing: int) -> None:
        """Update the metrics after a fetch of pictures.

        Args:
            there: how many are in the picture store.
            missing: how many it lacks.
        """
        self._metrics.set_pictures(there=there, missing=missing)

    def note_ping_round(
        self, done: PingRound, acknowledged: Mapping[str, int], pending: Mapping[str, int]
    ) -> None:
        """Update the metrics after a ping round.

        Args:
            done: the round.
            acknowledged: the documents that were taken off the hub queue.
            pending: those that are left in it.
        """
        self._metrics.record_pings(
            taken=done.accepted,
            refused=len(done.acknowledged) - done.accepted,
            given_up=len(acknowledged) - len(done.acknowledged),
            succeeded=not done.problem,
        )
        self._metrics.set_pending_pings(len(pending))

    @property
    def addresses(self) -> list[str]:
        """The addresses that it serves at, human-readable, without the secret."""
        return (
            [self._hide_secret(address) for address in self._server.addresses]
            if self._server
            else []
        )

    def announce(self) -> None:
        """Log where the feeds are served, and which to subscribe to once one is published."""
        config, addresses = self._config, self.addresses
        self._lock.set_addresses(addresses)
        if self._server is None:
            return
        base = self._hide_secret(config.base_url)
        problem = find_base_url_problem(
            config, self._server.addresses, inherited=bool(self._sockets)
        )
        reached = addresses[0] if problem else base
        written = [FORMATS[each].file for each in _PREFERRED if each in config.formats]
        self._has_announced_feed = self.health.is_published()
        feed = {}
        if written and reached.startswith("http") and self._has_announced_feed:
            feed = {"subscribe": f"{reached}all/{written[0]}"}
        also = {"also": addresses[1:]} if len(addresses) > 1 else {}
        self._log.info("serving", index=addresses[0], **feed, **also)
        if problem:
            self._log.warning(problem, base_url=base)

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.stop()
        self._server = None

    def _start(self, config: Config) -> HttpServer:
        server = HttpServer(
            self.health.output,
            config.server.listen,
            health=self.health.find_problem,
            metrics=self._metrics,
            # The server closes its sockets; these are needed again if it is switched off and on.
            sockets=[each.dup() for each in self._sockets],
            **find_site_options(config),
        )
        try:
            server.start()
        except ListenError as error:
            raise ListenError(str(error), hint=f"{error.hint} {_HINT}".strip()) from error
        return server

    def _move(self, old: HttpServer, config: Config) -> None:
        """Start a server at another address before the old one is stopped."""
        try:
            new = self._start(config)
        except ListenError:
            if not _may_overlap(config.server.listen, self._config.server.listen):
                raise
            new = self._replace(config)
        else:
            old.stop()
        self._server = new

    def _replace(self, config: Config) -> HttpServer:
        """Stop the old server first: 0.0.0.0 is not free while its own 127.0.0.1 is in use."""
        self.close()
        try:
            return self._start(config)
        except ListenError:
            with suppress(RefeedError):
                self._server = self._start(self._config)
            raise

    def _hide_secret(self, address: str) -> str:
        secret = self._config.server.secret_path
        return address.replace(secret, _HIDDEN) if secret else address


def _may_overlap(one: Listen, other: Listen) -> bool:
    return not one.path and not other.path and one.port == other.port
