"""newsboat, a reader for terminals, run as its users do in scripts."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from readers.following import Seen, follow

if TYPE_CHECKING:
    from readers.following import Home
    from readers.publisher import Publisher

pytestmark = pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is not installed")


class Newsboat:
    warm_up = 1  # it begins to keep the ETag with the second answer
    shows_corrections = True

    def __init__(self, home: Home) -> None:
        self._home = home
        (home.folder / "config").write_text("use-proxy no\n")

    def subscribe(self, url: str) -> None:
        (self._home.folder / "urls").write_text(f"{url}\n")

    def poll(self) -> None:
        self.run("-x", "reload")

    def entries(self) -> list[Seen]:
        return [
            Seen(guid, url, title, date, None, author, html)
            for guid, url, title, date, author, html, _ in self._cached()
        ]

    def unread(self) -> list[str]:
        unread = [url for _, url, *_, is_unread in self._cached() if is_unread]
        assert f"{len(unread)} unread articles" in self.run("-x", "print-unread")
        return unread

    def read_all(self) -> None:
        guids = "".join(f"{guid}\n" for guid, *_ in self._cached())
        (self._home.folder / "read").write_text(guids)
        self.run("-I", "read")

    def run(self, *arguments: str) -> str:
        own = ["-u", "urls", "-C", "config", "-c", "cache.db"]
        return self._home.run("newsboat", *own, *arguments)

    def _cached(self) -> list[Any]:
        with closing(sqlite3.connect(self._home.folder / "cache.db")) as cache:
            return cache.execute(
                "SELECT guid, url, title, pubDate, author, content, unread"
                " FROM rss_item WHERE deleted = 0"
            ).fetchall()


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_newsboat(home: Home, publisher: Publisher, form: str) -> None:
    follow(Newsboat(home), publisher, form)
