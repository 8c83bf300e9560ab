"""The commands: the one place that prints and exits."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refeed import __version__
from refeed.errors import ConfigError, FolderError, RefeedError, told
from refeed.text.printable import shown

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from refeed.config import Config
    from refeed.progress import Observer

_CONFIG = click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration; ./refeed.toml if it is there, else the defaults.",
)
_SEEDS = click.option(
    "--seeds",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of snapshots; may be given more than once.",
)
_STATE = click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the index, a cache.",
)
_OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to publish in."
)
_JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes read and clean; all usable cores by default.",
)
_LISTEN = click.option(
    "--listen",
    metavar="ADDRESS",
    help="Where, instead of the configuration's: HOST:PORT, [IPV6]:PORT or unix:PATH.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")

OK, FAILED, WRONG_USE = 0, 1, 2
_FEEDS_SHOWN = 40
INTERRUPTED = 128 + signal.SIGINT


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run a command; end as shells expect it of one that was interrupted."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nrefeed: interrupted; what is published is whole", err=True)
            sys.exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="refeed")
def commands() -> None:
    """Keep clean, valid RSS, Atom and JSON feeds of folders of article snapshots."""


@commands.command()
@_CONFIG
@_SEEDS
@_OUTPUT
@_STATE
@_JOBS
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help="A Dask cluster that reads and cleans instead; it needs `refeed[dask]`.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if any snapshot was rejected.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and write nothing.")
def rebuild(  # noqa: PLR0913, PLR0917 - the command's options
    config_file: Path | None,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    jobs: int | None,
    executor: str | None,
    *,
    strict: bool,
    dry_run: bool,
) -> None:
    """Bring the feeds in line with the snapshots, once."""
    from refeed.cli.report import Terminal  # noqa: PLC0415 - slow to import
    from refeed.commands import rebuild  # noqa: PLC0415 - slow to import

    config = _loaded(config_file, seeds, output, state)
    with _executor(executor) as (cluster, cores), Terminal() as terminal:
        outcome = rebuild.rebuild(
            config,
            jobs=jobs or cores,
            executor=cluster,
            dry_run=dry_run,
            observer=_interruptible(terminal.progress),
        )
        terminal.summary(config, outcome, dry_run=dry_run)
        if outcome.owed:
            terminal.hub(rebuild.tell_hub(config, outcome.owed))
    if outcome.report.publication.failures or (strict and outcome.report.rejected):
        sys.exit(FAILED)


def _interruptible(observer: Observer) -> Observer:
    """Have an observer stop the work if SIGINT was lost: modules in C drop what is raised in them.

    Raises:
        KeyboardInterrupt: when it is told of progress after a SIGINT.
    """
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    def observed(stage: str, done: int, total: int | None) -> None:
        if interrupted:
            raise KeyboardInterrupt
        observer(stage, done, total)

    signal.signal(signal.SIGINT, interrupt)
    return observed


@commands.command(short_help="Keep the feeds in line for as long as it runs.")
@_CONFIG
@_SEEDS
@_OUTPUT
@_STATE
@_JOBS
@_LISTEN
@click.option("--no-server", is_flag=True, help="Serve nothing; only keep the feeds in line.")
@click.option(
    "--log",
    "mode",
    type=click.Choice(["auto", "text", "json"]),
    default="auto",
    show_default=True,
    help="How to log: JSON under systemd, text elsewhere, or as stated.",
)
def run(  # noqa: PLR0913, PLR0917 - the command's options
    config_file: Path | None,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    jobs: int | None,
    listen: str | None,
    mode: str,
    *,
    no_server: bool,
) -> None:
    """Watch the folders of snapshots and keep the feeds in line, until a signal says to stop.

    The feeds are served over HTTP meanwhile; sockets that systemd hands over are used instead of
    the address. SIGTERM or SIGINT stops it, and so does closing its terminal; SIGHUP without that
    has it read the configuration again, SIGUSR1 has it look at everything now.
    """
    from refeed.daemon import loop  # noqa: PLC0415 - slow to import
    from refeed.daemon.systemd import Notifier  # noqa: PLC0415 - only this command needs it
    from refeed.log.logger import logger  # noqa: PLC0415 - slow to import
    from refeed.workers.pool import usable_cores  # noqa: PLC0415 - slow to import

    notifier = Notifier.from_environment(os.environ, os.getpid())
    log = logger(mode, sys.stderr, os.environ)
    # Processes that this one starts are not the service.
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        os.environ.pop(name, None)

    def load() -> Config:
        return _loaded(config_file, seeds, output, state, listen, no_server=no_server)

    loop.run(load, jobs or usable_cores(), log, notifier, _handed_over())


@commands.command(short_help="Serve the output folder.")
@_CONFIG
@_OUTPUT
@_LISTEN
def serve(config_file: Path | None, output: Path | None, listen: str | None) -> None:
    """Serve the output folder over HTTP, and do nothing else, until a signal says to stop.

    Sockets that systemd hands over are used instead of the address.
    """
    from refeed import server  # noqa: PLC0415 - slow to import
    from refeed.render.websub_topics import link_header  # noqa: PLC0415 - only servers need it

    config = _loaded(config_file, output=output, listen=listen)
    if wrong := server.readable(config.output):
        raise FolderError(f"{wrong}: {config.output}", hint="Make it with `refeed rebuild`.")
    stops = (signal.SIGINT, signal.SIGTERM)
    # Before there are threads, which take this over.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    sockets = _handed_over()
    with server.Server(
        config.output,
        config.server.listen,
        secret_path=config.server.secret_path,
        link=partial(link_header, config.websub.hub, config.base_url),
        sockets=sockets,
    ) as running:
        for address in running.addresses:
            click.echo(f"Serving {shown(str(config.output))} at {shown(address)}")
        for number, (name, entries) in enumerate(server.feeds_in(config.output)):
            if number >= _FEEDS_SHOWN:
                click.echo("  … and more; the index has them all")
                break
            click.echo(f"  {entries:6,}  {name}/")
        sys.stdout.flush()
        signal.sigwait(stops)


@commands.command(short_help="Check the configuration.")
@_CONFIG
def check(config_file: Path | None) -> None:
    """Check the configuration and tell every mistake at once."""
    from refeed.config import find  # noqa: PLC0415 - only some commands need it

    file = find(config_file, environment=os.environ, working_directory=Path.cwd())
    config = _loaded(config_file)
    what = shown(str(file)) if file else "No configuration file: the defaults"
    click.echo(f"{what} {'is' if file else 'are'} right.")
    for folder in config.seeds:
        there = "" if folder.is_dir() else "   (not there)"
        click.echo(f"  seeds     {shown(str(folder))}{there}")
    for name, value in (
        ("output", config.output),
        ("state", config.state),
        ("base_url", config.base_url),
        ("hub", config.websub.hub),
    ):
        if value:
            click.echo(f"  {name:8}  {shown(str(value))}")


@commands.command(short_help="Tell what became of a snapshot, and why.")
@click.argument("file_or_url")
@_CONFIG
@_SEEDS
@_STATE
@_JSON
def explain(
    file_or_url: str,
    config_file: Path | None,
    seeds: tuple[Path, ...],
    state: Path | None,
    *,
    as_json: bool,
) -> None:
    """Tell what was read from a snapshot, what it was merged with, and what cleaning did to it.

    FILE_OR_URL is a snapshot file, by its path from here or from its folder of seeds, or the
    address of an article in any spelling. Nothing is written.
    """
    from refeed.cli.report import explained, to_json  # noqa: PLC0415 - slow to import
    from refeed.commands import explain  # noqa: PLC0415 - slow to import

    config = _loaded(config_file, seeds, state=state)
    found = explain.explain(config, file_or_url, Path.cwd())
    click.echo(to_json(found) if as_json else explained(found))


@commands.command(short_help="Tell what is in the feeds, and what was rejected.")
@_CONFIG
@_STATE
@_JSON
def status(config_file: Path | None, state: Path | None, *, as_json: bool) -> None:
    """Tell what is in the feeds, what was rejected and why, and when all was last in line."""
    from refeed.cli.report import state_of_things, to_json  # noqa: PLC0415 - slow to import
    from refeed.commands import rebuild  # noqa: PLC0415 - slow to import

    found = rebuild.status(_loaded(config_file, state=state))
    click.echo(to_json(found) if as_json else state_of_things(found))


def _loaded(  # noqa: PLR0913 - one for each option
    config_file: Path | None,
    seeds: Sequence[Path] = (),
    output: Path | None = None,
    state: Path | None = None,
    listen: str | None = None,
    *,
    no_server: bool = False,
) -> Config:
    from refeed.config import load  # noqa: PLC0415 - `refeed --help` needs none

    return load(
        config_file,
        environment=os.environ,
        working_directory=Path.cwd(),
        seeds=tuple(seeds),
        output=output,
        state=state,
        listen=listen,
        no_server=no_server,
    )


def _executor(address: str | None) -> AbstractContextManager[tuple[Executor | None, int | None]]:
    if address is None:
        return nullcontext((None, None))
    from refeed.workers import dask  # noqa: PLC0415 - slow to import

    if not dask.is_address(address):
        raise click.BadParameter(
            f"{address!r} is not like dask://127.0.0.1:8786", param_hint="--executor"
        )
    return dask.connect(address)


def _handed_over() -> list[socket.socket]:
    """Return the sockets that systemd has opened; processes that this one starts get none."""
    from refeed.server import inherited  # noqa: PLC0415 - slow to import

    sockets = inherited(os.environ, os.getpid())
    for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    return sockets


def _complain(what: str, *more: str) -> None:
    click.echo(f"refeed: {shown(what)}", err=True)
    for line in more:
        click.echo(f"  {shown(line)}", err=True)


def main(arguments: Sequence[str] | None = None) -> Any:  # noqa: ANN401 - as click has it
    """Run a command and exit: 0 for success, 1 for failure, 2 for wrong use or configuration.

    Interrupted by the keyboard it is 130.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        commands.main(args=arguments, prog_name="refeed", standalone_mode=True)
    except ConfigError as error:
        _complain("the configuration is wrong:", *error.mistakes)
        sys.exit(WRONG_USE)
    except RefeedError as error:
        _complain(str(error), *filter(None, [error.hint]))
        sys.exit(WRONG_USE if isinstance(error, FolderError) else FAILED)
    except OSError as error:
        _complain(told(error))
        sys.exit(FAILED)
