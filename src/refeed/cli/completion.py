"""`refeed completion`."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(short_help="Print the completions of a shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
def completion(shell: str) -> None:
    """Print a script that completes refeed's commands and options in a shell.

    \b
    Examples:
      refeed completion bash > ~/.local/share/bash-completion/completions/refeed
      refeed completion zsh > "${fpath[1]}/_refeed"
      refeed completion fish > ~/.config/fish/completions/refeed.fish
    """  # noqa: D301 - click's mark of lines to keep
    group = click.get_current_context().find_root().command
    click.echo(_SHELLS[shell](group, {}, "refeed", "_REFEED_COMPLETE").source())
