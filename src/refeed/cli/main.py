"""The entry point: commands, exit codes, and errors as text."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import signal
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from refeed import __version__
from refeed.cli.boilerplate import boilerplate_command
from refeed.cli.check import check
from refeed.cli.completion import completion
from refeed.cli.explain import explain_command
from refeed.cli.fetch import fetch_command
from refeed.cli.health import health
from refeed.cli.init import init
from refeed.cli.preview import preview_command
from refeed.cli.rebuild import rebuild_command
from refeed.cli.run import run
from refeed.cli.serve import serve
from refeed.cli.status import status_command
from refeed.errors import ConfigError, FolderError, RefeedError
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, WRONG_USE = 1, 2
INTERRUPTED = 128 + signal.SIGINT


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run a command; exit as shells expect it after an interrupt."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nrefeed: interrupted; what is published is whole", err=True)
            sys.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            from refeed.config import format_os_error

            _print_error(format_os_error(error, ctx.obj))
            sys.exit(FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="refeed")
def commands() -> None:
    """Make clean, valid RSS, Atom and JSON feeds of folders of article snapshots.

    \b
    Example, which serves at http://127.0.0.1:8080/ until Ctrl-C:
      refeed run --seeds ~/clippings --output ~/feeds
    """  # noqa: D301 - click's mark of lines to keep


for _command in (
    init,
    rebuild_command,
    run,
    fetch_command,
    serve,
    check,
    preview_command,
    explain_command,
    boilerplate_command,
    status_command,
    health,
    completion,
):
    commands.add_command(_command)


def _print_error(what: str, *more: str) -> None:
    click.echo(f"refeed: {escape_unprintable(what)}", err=True)
    for line in more:
        click.echo(f"  {escape_unprintable(line)}", err=True)


def _use_utf8_for_names() -> None:
    """Start again in Python's UTF-8 mode, if the locale has another encoding for file names.

    Ids and feeds depend on paths, which have to be the same from cron, a terminal and a service.
    Texts are printed as the locale has them.
    """
    if sys.getfilesystemencoding() == "utf-8":
        return
    os.environ.setdefault("PYTHONIOENCODING", sys.stdout.encoding)
    os.execv(sys.executable, (sys.executable, "-X", "utf8", *sys.orig_argv[1:]))  # noqa: S606 - no shell is wanted


def main(arguments: Sequence[str] | None = None) -> Any:  # noqa: ANN401 - as click has it
    """Run a command and exit: 0 for success, 1 for failure, 2 for wrong use or configuration.

    Interrupted by the keyboard it is 130.
    """
    if arguments is None:
        _use_utf8_for_names()
    # At the exit there is nothing worth collecting, and without plugins none are looked for: two
    # times that are a sixth of a short command's.
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        commands.main(args=arguments, prog_name="refeed", standalone_mode=True)
    except ConfigError as error:
        _print_error("the configuration is wrong:", *error.mistakes)
        sys.exit(WRONG_USE)
    except RefeedError as error:
        _print_error(str(error), *filter(None, [error.hint]))
        sys.exit(WRONG_USE if isinstance(error, FolderError) else FAILED)
