"""`refeed serve`."""

from __future__ import annotations

import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from refeed.cli.options import CONFIG, LISTEN, OUTPUT, load_config
from refeed.cli.sockets import take_sockets
from refeed.errors import FolderError
from refeed.text.printable import shown

if TYPE_CHECKING:
    from pathlib import Path

_FEEDS_SHOWN = 40


@click.command(short_help="Serve the output folder.")
@CONFIG
@OUTPUT
@LISTEN
def serve(config_file: Path | None, output: Path | None, listen: str | None) -> None:
    """Serve the output folder over HTTP, and do nothing else, until a signal says to stop.

    Sockets that systemd hands over are used instead of the address.
    """
    from urllib.parse import urlsplit

    from refeed import server
    from refeed.render.websub_topics import link_header

    config = load_config(config_file, output=output, listen=listen)
    if wrong := server.check_published(config.output):
        raise FolderError(f"{wrong}: {config.output}", hint="Make it with `refeed rebuild`.")
    stops = (signal.SIGINT, signal.SIGTERM)
    # Before there are threads, which take this over.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    sockets = take_sockets()
    with server.Server(
        config.output,
        config.server.listen,
        secret_path=config.server.secret_path,
        allowed_hosts=[urlsplit(config.base_url).hostname or ""],
        link=partial(link_header, config.websub.hub, config.base_url),
        sockets=sockets,
    ) as running:
        for address in running.addresses:
            click.echo(f"Serving {shown(str(config.output))} at {shown(address)}")
        for number, (name, entries) in enumerate(server.count_entries(config.output)):
            if number >= _FEEDS_SHOWN:
                click.echo("  … and more; the index has them all")
                break
            click.echo(f"  {entries:6,}  {name}/")
        sys.stdout.flush()
        signal.sigwait(stops)
