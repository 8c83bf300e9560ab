"""Reads published files: how many entries they have, and their base_url."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, Final

from refeed.render import opml
from refeed.render.formats import ATOM, JSON, RSS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Text that looks like these is escaped in the feeds.
_COUNTERS: Final[dict[str, Callable[[bytes], int]]] = {
    RSS.file: lambda data: data.count(b"<item>"),
    ATOM.file: lambda data: data.count(b"<entry>"),
    JSON.file: lambda data: len(json.loads(data)["items"]),
}
_FEED_OF_ALL: Final = re.compile(r' xmlUrl="([^"]*)all/[^"/]+"')


def read_base_url(folder: Path) -> str:
    """Return the base_url that was published in an output folder, or "" if it can't be told."""
    try:
        outlines = (folder / opml.FILE).read_text("utf-8")
    except (OSError, ValueError):
        return ""
    found = _FEED_OF_ALL.search(outlines)
    return unescape(found[1]) if found else ""


def count_entries(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the name of each feed in an output folder, by name, and its number of entries.

    A feed that is published as a page only isn't counted. Files that vanish meanwhile are skipped.
    """
    files = {
        file.parent: file
        for name in reversed(_COUNTERS)
        for file in folder.rglob(name)
        if file.parent != folder and not file.relative_to(folder).as_posix().startswith(".")
    }
    for parent, file in sorted(files.items()):
        with suppress(OSError, ValueError, KeyError):
            yield parent.relative_to(folder).as_posix(), _COUNTERS[file.name](file.read_bytes())
