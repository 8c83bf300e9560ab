"""When contents first appeared in the history of the git repository that a seeds folder is in."""

from __future__ import annotations

import os
import re
import subprocess
from hashlib import sha1
from typing import TYPE_CHECKING, Final

from refeed.errors import RefeedError, reason_of
from refeed.reading.dates.text import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GIT: Final = "git"
"""What `first_seen` is for dates of the history."""

_CHANGE: Final = re.compile(rb":+\d{6} 1\d{5} [0-9a-f]+ ([0-9a-f]{40}) ")
_LOG: Final = (
    "log",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    # A content that only a merge brings in is found, too, and no branch is passed over.
    "-m",
    "--full-history",
    "--diff-filter=d",
    "--format=%ct",
    "--end-of-options",
    "HEAD",
    "--",
    ".",
)


def identify_blob(data: bytes) -> bytes:
    """Return the name that git gives to a file's bytes, 20 bytes long."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).digest()


def find_head(folder: Path) -> str:
    """Return the commit that the folder's repository is at.

    Raises:
        RefeedError: the folder is in no repository, or in one without a whole history.
    """
    shallow, form, head = _run(
        folder, "rev-parse", "--is-shallow-repository", "--show-object-format", "HEAD"
    ).split()
    if shallow == b"true":
        raise RefeedError(
            f"the repository of {folder} has only a part of its history",
            hint="`git fetch --unshallow` gets the rest; in CI, have the checkout fetch all of it.",
        )
    if form != b"sha1":
        raise RefeedError(
            f"the repository of {folder} names contents by {form.decode()}, which is not supported",
            hint="Name a file with first_seen.",
        )
    return head.decode()


def read_history(folder: Path) -> dict[bytes, int]:
    """Return, by git's name of a content, the earliest commit time at which it was in the folder.

    Raises:
        RefeedError: git fails.
    """
    found: dict[bytes, int] = {}
    with subprocess.Popen(  # noqa: S603 - without a shell
        [*_command(folder), *_LOG],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        for content, instant in _parse_log(process.stdout or ()):
            found[content] = min(instant, found.get(content, instant))
    if process.returncode:
        raise RefeedError(f"git can't list the history of {folder}", hint="`git fsck` may say why.")
    return found


def _parse_log(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    instant = 0
    for line in lines:
        if line.startswith(b":"):
            change = _CHANGE.match(line)
            if change:
                yield bytes.fromhex(change[1].decode()), instant
        elif line.strip():
            instant = min(max(int(line) * 1_000, 0), LATEST - 1)


def _run(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - without a shell
            [*_command(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=_environment(),
        )
    except OSError as error:
        raise RefeedError(
            f"git can't be run: {reason_of(error)}", hint='first_seen = "git" needs it.'
        ) from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise RefeedError(
            f"git has no history of {folder}: {told[0] if told else done.returncode}",
            hint='first_seen = "git" needs seeds folders in repositories that have commits.',
        )
    return done.stdout


def _command(folder: Path) -> list[str]:
    return ["git", "-C", os.fspath(folder)]


def _environment() -> dict[str, str]:
    """Return this process's variables without those by which a hook names its own repository."""
    own = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}
    return {name: value for name, value in os.environ.items() if name not in own}
