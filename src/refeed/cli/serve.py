"""`refeed serve`."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import configured
from refeed.cli.output import hide_secret, print_error
from refeed.errors import FolderError
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config import Config

_FEEDS_SHOWN = 40
_CHECK_SECONDS = 1.0


@click.command(short_help="Serve the output folder over HTTP.")
@configured("output", "listen")
def serve(config: Config) -> None:
    """Serve the output folder over HTTP, without updating it.

    \b
    Example:
      refeed serve --output ~/feeds --listen 8081

    Sockets from systemd are used instead of an address. Ctrl-C or SIGTERM stops it.
    """  # noqa: D301 - click's mark of lines to keep
    from refeed import server

    if wrong := server.check_published(config.output):
        raise FolderError(f"{wrong}: {config.output}", hint="Make it with `refeed rebuild`.")
    stops = (signal.SIGINT, signal.SIGTERM)
    # Before there are threads, which take this over.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    sockets = server.inherit_sockets(os.environ, os.getpid())
    with server.HttpServer(
        config.output,
        config.server.listen,
        sockets=sockets,
        **server.find_site_options(config),
    ) as running:
        for address in running.addresses:
            click.echo(
                f"Serving {escape_unprintable(str(config.output))} at {escape_unprintable(address)}"
            )
        _warn_of_base_url(config, running.addresses, inherited=bool(sockets))
        for number, (name, entries) in enumerate(server.count_entries(config.output)):
            if number >= _FEEDS_SHOWN:
                click.echo("  … and more; the index has them all")
                break
            click.echo(f"  {entries:6,}  {name}/")
        sys.stdout.flush()
        while signal.sigtimedwait(stops, _CHECK_SECONDS) is None:
            running.check()


def _warn_of_base_url(config: Config, addresses: Sequence[str], *, inherited: bool) -> None:
    from refeed.config import find_base_url_problem, is_loopback
    from refeed.server import read_base_url

    published, problem = read_base_url(config.output), ""
    if published == config.base_url:
        problem = find_base_url_problem(config, addresses, inherited=inherited)
    elif is_loopback(published) and published not in addresses:
        problem = (
            f"the feeds name {hide_secret(config, published)} as their address, "
            f"not {hide_secret(config, config.base_url)}; "
            "set server.listen or base_url in refeed.toml and rebuild"
        )
    if problem:
        print_error(f"refeed: {problem}")
