"""The server in the daemon: where it listens, what it serves, what it tells."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from refeed.config import BASE_URL
from refeed.daemon.health import Health
from refeed.errors import RefeedError
from refeed.render import FORMATS
from refeed.render.websub_topics import link_header
from refeed.server import ListenError, Metrics, Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config, Listen
    from refeed.daemon.syncer import Keeper
    from refeed.locks import Presence
    from refeed.sync.pipeline import Report
    from refeed.websub.rounds import Round

_PREFERRED: Final = ("atom", "rss", "json")
_HIDDEN: Final = "…"
_MORE: Final = "For once, --listen names another and --no-server serves nothing."


class Serving:
    """The server of a daemon, if it is to have one; it listens from the beginning.

    Args:
        config: what to serve, and where.
        log: where to.
        presence: what others are told the addresses by.
        sockets: from systemd; used in place of the address.

    Raises:
        ListenError: it can't listen there.
    """

    def __init__(
        self,
        config: Config,
        log: FilteringBoundLogger,
        presence: Presence,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self.health = Health(config.output)
        self._log = log
        self._presence = presence
        self._sockets = sockets
        self._metrics = Metrics()
        self._server: Server | None = None
        self._config = config
        self.apply(config)
        if sockets and self._server is None:
            log.warning("systemd's sockets are not used", because="server.enabled is false")

    def apply(self, config: Config) -> None:
        """Serve as a configuration says, the output folder once something is published there.

        Raises:
            ListenError: it can't listen there. All stays as it was.
        """
        wanted = config.server
        if not wanted.enabled:
            self._stop()
        elif self._server is None:
            self._server = self._started(config)
        elif self._sockets or wanted.listen == self._config.server.listen:
            self._serve(self._server, config)
        else:
            self._move(self._server, config)
        self._config, before = config, self._config
        if config.server != before.server:
            self.announce()

    def synced(self, report: Report | None, keeper: Keeper) -> None:
        """Take note of a sync.

        Args:
            report: what was done; None if it failed.
            keeper: whose sync it was.
        """
        self.health.problem = keeper.problem
        failed = report is None or bool(report.publication.failures)
        self._metrics.synced(keeper.seconds, time.time_ns() / 1e9, succeeded=not failed)
        if report is None:
            return
        self._metrics.archive(
            snapshots=report.snapshots, entries=report.entries, rejected=len(report.rejected)
        )
        self._metrics.feeds(keeper.sizes)
        self._metrics.owed(len(keeper.owed))
        self.health.has_published = True
        if self.health.output != self._config.output:
            self.health.output = self._config.output
            if self._server is not None:
                self._serve(self._server, self._config)

    def told(self, done: Round, owed_no_more: Mapping[str, int], owed: Mapping[str, int]) -> None:
        """Take note of a round of telling the hub.

        Args:
            done: what became of it.
            owed_no_more: the documents that the hub is not to be told of again.
            owed: those that it is yet to be told of.
        """
        self._metrics.told(
            taken=done.taken,
            refused=len(done.paid) - done.taken,
            given_up=len(owed_no_more) - len(done.paid),
            succeeded=not done.problem,
        )
        self._metrics.owed(len(owed))

    def addresses(self) -> list[str]:
        """Return the addresses that it serves at, for people, without the secret."""
        return [self._shown(each) for each in self._server.addresses] if self._server else []

    def announce(self) -> None:
        """Say where the feeds are to be had."""
        config, addresses = self._config, self.addresses()
        self._presence.serves(addresses)
        if not addresses:
            return
        is_stated = config.base_url != BASE_URL or BASE_URL in addresses
        base = self._shown(config.base_url) if is_stated else addresses[0]
        written = [each for each in _PREFERRED if each in config.formats]
        feed = {"subscribe": f"{base}all/{FORMATS[written[0]].file}"} if written else {}
        also = {"also": addresses[1:]} if len(addresses) > 1 else {}
        self._log.info("serving", index=addresses[0], **feed, **also)
        if not is_stated:
            self._log.warning(
                "feeds name another address than they are served at; state base_url",
                base_url=config.base_url,
            )

    def close(self) -> None:
        """Serve no longer."""
        self._stop()

    def _stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        self._server = None

    def _started(self, config: Config) -> Server:
        server = Server(
            self.health.output,
            config.server.listen,
            secret_path=config.server.secret_path,
            link=_link(config),
            health=self.health.wrong,
            metrics=self._metrics,
            # It closes what it gets; these are needed again if it is switched off and on.
            sockets=[each.dup() for each in self._sockets],
        )
        try:
            server.start()
        except ListenError as error:
            raise ListenError(str(error), hint=f"{error.hint} {_MORE}".strip()) from error
        return server

    def _serve(self, server: Server, config: Config) -> None:
        secret_path = config.server.secret_path
        server.serve(self.health.output, secret_path=secret_path, link=_link(config))

    def _move(self, old: Server, config: Config) -> None:
        """Have another server at another address before the old one is given up."""
        try:
            new = self._started(config)
        except ListenError:
            if not _may_overlap(config.server.listen, self._config.server.listen):
                raise
            new = self._exchanged(config)
        else:
            old.stop()
        self._server = new

    def _exchanged(self, config: Config) -> Server:
        """Give up the old server first: 0.0.0.0 is not free while its own 127.0.0.1 is in use."""
        self._stop()
        try:
            return self._started(config)
        except ListenError:
            with suppress(RefeedError):
                self._server = self._started(self._config)
            raise

    def _shown(self, address: str) -> str:
        secret = self._config.server.secret_path
        return address.replace(secret, _HIDDEN) if secret else address


def _link(config: Config) -> Callable[[str], str]:
    return partial(link_header, config.websub.hub, config.base_url)


def _may_overlap(one: Listen, other: Listen) -> bool:
    return not one.path and not other.path and one.port == other.port
