"""The options that commands share, and the configuration that they lead to."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config import Config

CONFIG = click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration. Default: ./refeed.toml, if there is one.",
)
SEEDS = click.option(
    "--seeds",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of snapshots; can be repeated.",
)
STATE = click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the index, which is a cache.",
)
OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to publish in."
)
JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes read and clean. Default: all usable cores.",
)
LISTEN = click.option(
    "--listen",
    metavar="ADDRESS",
    help="Where to serve: HOST, PORT, HOST:PORT, [IPV6]:PORT or unix:PATH.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def load_config(  # noqa: PLR0913 - one for each option
    config_file: Path | None,
    seeds: Sequence[Path] = (),
    output: Path | None = None,
    state: Path | None = None,
    listen: str | None = None,
    *,
    no_server: bool = False,
    verbose: bool = False,
) -> Config:
    """Load the configuration that options, environment and file state.

    The command's context has it as `obj`, for errors that name its keys.

    Raises:
        ConfigError: it has mistakes.
    """
    gc.disable()  # Pydantic makes many objects, and hardly one of them is garbage.
    try:
        from refeed.config import load

        config = load(
            config_file,
            environment=os.environ,
            working_directory=Path.cwd(),
            seeds=tuple(seeds),
            output=output,
            state=state,
            listen=listen,
            no_server=no_server,
            verbose=verbose,
        )
    finally:
        gc.enable()
    click.get_current_context().find_root().obj = config
    return config
