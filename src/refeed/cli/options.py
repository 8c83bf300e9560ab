"""The options that commands share, and the configuration that they lead to."""

from __future__ import annotations

import gc
import os
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from refeed.config import Config

PATH: Final = click.Path(path_type=Path)
CONFIG = click.option(
    "-c",
    "--config",
    "config_file",
    type=PATH,
    metavar="FILE",
    help="The configuration. Default: ./refeed.toml, if there is one.",
)
SEEDS = click.option(
    "--seeds",
    multiple=True,
    type=PATH,
    metavar="DIR",
    help="A folder of snapshots; can be repeated.",
)
STATE = click.option(
    "--state",
    type=PATH,
    metavar="DIR",
    help="The folder of the index, which is a cache.",
)
OUTPUT = click.option("--output", type=PATH, metavar="DIR", help="The folder to publish in.")
JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes read and clean. Default: all usable cores.",
)
FIRST_SEEN = click.option(
    "--first-seen",
    metavar="FILE",
    default="",
    help="Keep the dates of snapshots that have none in FILE; git takes them from its history.",
)
LISTEN = click.option(
    "--listen",
    metavar="ADDRESS",
    help="Where to serve: HOST, PORT, HOST:PORT, [IPV6]:PORT or unix:PATH.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_STATED_BY = {
    "seeds": SEEDS,
    "output": OUTPUT,
    "state": STATE,
    "first_seen": FIRST_SEEN,
    "listen": LISTEN,
}
_SECONDS = 60
"""In which another process has to load a configuration."""


def configured(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that state its configuration, and this as its first argument.

    Args:
        names: of the options besides ``--config``. Folders that an argument of the command names
            count as seeds.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(config_file: Path | None, folders: Sequence[Path] = (), **values: Any) -> None:  # noqa: ANN401 - of any option
            stated = {name: values.pop(name) for name in names}
            if folders:
                stated["seeds"] = (*folders, *stated["seeds"])
            command(load_config(config_file, **stated), **values)

        for name in reversed(names):
            run = _STATED_BY[name](run)
        return CONFIG(run)

    return decorate


def load_config(  # noqa: PLR0913 - one for each option
    config_file: Path | None,
    seeds: Sequence[Path] = (),
    output: Path | None = None,
    state: Path | None = None,
    listen: str | None = None,
    *,
    first_seen: str = "",
    no_server: bool = False,
    verbose: bool = False,
    apart: bool = False,
) -> Config:
    """Load the configuration that options, environment and file state.

    The command's context has it as `obj`, for errors that name its keys. With `apart`, another
    process loads it, so that this one never holds pydantic.

    Raises:
        ConfigError: it has mistakes.
    """
    from refeed.config import load

    read = partial(
        load,
        config_file,
        environment=dict(os.environ),
        working_directory=Path.cwd(),
        seeds=tuple(seeds),
        output=output,
        state=state,
        first_seen=first_seen,
        listen=listen,
        no_server=no_server,
        verbose=verbose,
    )
    config = _call_apart(read) if apart else _call(read)
    click.get_current_context().find_root().obj = config
    return config


def _call(read: Callable[[], Config]) -> Config:
    gc.disable()  # Pydantic makes many objects, and hardly one of them is garbage.
    try:
        return read()
    finally:
        gc.enable()


def _call_apart(read: Callable[[], Config]) -> Config:
    from threading import active_count

    from refeed.workers.guarded_process import GuardedProcess, JobError

    # A process that has threads must not be forked.
    process = GuardedProcess("fork" if active_count() == 1 else "spawn")
    try:
        config: Config = process.run(_call, [read], _SECONDS)
    except JobError:
        return _call(read)
    finally:
        process.end()
    return config
