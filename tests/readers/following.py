"""What every reader goes through, and what it must have then. Each reader is a `Client`."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Protocol

from readers.publisher import ADDED, FIRST, LATER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from readers.publisher import Publisher, Story

_TAG = re.compile(r"<(\w+)([^<>]*?) ?/?>")
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')


@dataclass(frozen=True)
class Seen:
    """An entry as a reader has it.

    Attributes:
        published: in seconds since 1970.
        updated: likewise; None where the reader keeps no such date.
        authors: as the reader writes them.
        html: the content, perhaps with what the reader sets around it.
    """

    id: str
    url: str
    title: str
    published: float
    updated: float | None
    authors: str
    html: str


class Client(Protocol):
    """A feed reader with one subscription.

    Attributes:
        warm_up: how many times it asks before it begins to say what it has.
        shows_corrections: whether an entry that it has is replaced by a corrected one.
    """

    warm_up: int
    shows_corrections: bool

    def subscribe(self, url: str) -> None:
        """Subscribe, and ask for nothing yet."""

    def poll(self) -> None:
        """Ask for news now."""

    def entries(self) -> Sequence[Seen]:
        """Return all entries that it has, however often."""

    def unread(self) -> Sequence[str]:
        """Return the addresses of the entries that it calls new."""

    def read_all(self) -> None:
        """Call no entry new any more."""


def follow(client: Client, publisher: Publisher, form: str) -> None:
    """Subscribe, and see the right entries, each of them once, at each turn of events."""
    client.subscribe(publisher.feed(form))
    publisher.answers()
    client.poll()
    assert publisher.answers() == [200]
    the_same(client.entries(), FIRST)
    assert sorted(client.unread()) == urls(FIRST)
    client.read_all()

    for _ in range(client.warm_up):
        client.poll()
    unchanged(client, publisher)

    before = {seen.url: seen for seen in client.entries()}
    publisher.go_on()
    client.poll()
    assert publisher.answers() == [200]
    the_same(client.entries(), LATER if client.shows_corrections else (ADDED, *FIRST))
    assert client.unread() == [ADDED.url]
    ids = {seen.url: seen.id for seen in client.entries()}
    assert ids == {ADDED.url: ids[ADDED.url], **{url: seen.id for url, seen in before.items()}}
    client.read_all()
    unchanged(client, publisher)

    publisher.move()
    client.poll()
    assert publisher.answers() == [200]
    assert client.unread() == []
    assert sorted(seen.url for seen in client.entries()) == urls(LATER)


def unchanged(client: Client, publisher: Publisher) -> None:
    """Ask when nothing has changed."""
    publisher.answers()
    before = client.entries()
    client.poll()
    assert publisher.answers() == [304]
    assert client.entries() == before
    assert client.unread() == []


def the_same(entries: Sequence[Seen], stories: Iterable[Story]) -> None:
    """Compare what a reader has with what is true."""
    truth = {story.url: story for story in stories}
    assert sorted(seen.url for seen in entries) == sorted(truth)
    for seen in entries:
        story = truth[seen.url]
        assert unescape(seen.title) == story.title
        assert seen.published == story.published // 1000
        if seen.updated is not None:
            assert seen.updated == story.updated // 1000
        # Some readers show one of several authors only.
        assert seen.authors
        assert set(seen.authors.split(", ")) <= set(story.authors)
        assert plain(story.html) in plain(seen.html)


def plain(html: str) -> str:
    """Return HTML without what readers' sanitisers change: the order of attributes, slashes."""
    return _TAG.sub(_in_order, html)


def _in_order(tag: re.Match[str]) -> str:
    return f"<{' '.join([tag[1], *sorted(_ATTRIBUTE.findall(tag[2]))])}>"


def urls(stories: Iterable[Story]) -> list[str]:
    """Return the addresses, sorted."""
    return sorted(story.url for story in stories)


@dataclass(frozen=True)
class Home:
    """A home folder in which commands of readers are run, so that they find no other settings."""

    folder: Path

    def run(self, *command: str) -> str:
        """Run a command to its end; return what it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _environment(self) -> dict[str, str]:
        own = {"HOME": str(self.folder), "LANG": "C.UTF-8", "NO_PROXY": "*", "no_proxy": "*"}
        return {"PATH": os.environ["PATH"], **own}
