"""What readers subscribe to: a small archive that refeed publishes and serves."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from archives import DAY, SPRING, Article, config_in, put, synced, with_front_matter
from refeed.server import HttpServer, Metrics

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Für 读者 <&>"
FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
HOUR = DAY // 24
IMAGE = "https://images.example.org/lead.jpg"


@dataclass(frozen=True)
class Story:
    """What is true of an article, and so what a subscriber should come to see.

    Attributes:
        html: cleaned.
        published: in milliseconds since 1970, as `updated` is.
    """

    url: str
    title: str
    html: str
    published: int
    updated: int
    authors: tuple[str, ...]
    tags: tuple[str, ...] = ()


LETTERS = Story(
    "https://news.example.org/gr%C3%BC%C3%9Fe",
    "Grüße <&> 给读者的信 — 5 < 6",
    f'<p><img src="{IMAGE}" alt="A lead" width="640" height="400"></p>'
    "<p>Schöne Grüße, 读者: 1 &lt; 2 &amp; 3.</p>",
    SPRING,
    SPRING,
    ("Zoë Müller", "李明"),
    ("Zürich", "经济 <&>"),
)
FERRY = Story(
    "https://news.example.org/ferry",
    "The ferry",
    "<p>It sails at noon.</p>",
    SPRING + DAY,
    SPRING + DAY,
    ("Ada Lee",),
)
CORRECTED = replace(FERRY, html="<p>It sails at dusk.</p>", updated=SPRING + 2 * DAY)
SHANGHAI = Story(  # its snapshot has a time without a zone, 09:30; the configuration has the zone
    "https://cn.example.com/river",
    "河上",
    "<p>渡船。</p>",
    SPRING + 3 * DAY + HOUR + HOUR // 2,
    SPRING + 3 * DAY + HOUR + HOUR // 2,
    ("王芳",),
)
PROMOTED = Story(
    "https://blog.example.com/bread",
    "Bread",
    "<p>Flour and water.</p><p>Join our club!</p>",
    SPRING + 4 * DAY,
    SPRING + 4 * DAY,
    ("Tom Oak",),
)
UNPROMOTED = replace(PROMOTED, html="<p>Flour and water.</p>")
ADDED = Story(
    "https://news.example.org/harbour",
    "The harbour",
    "<p>It is full.</p>",
    SPRING + 5 * DAY,
    SPRING + 5 * DAY,
    ("Ada Lee",),
)
FIRST = (PROMOTED, SHANGHAI, FERRY, LETTERS)
LATER = (ADDED, UNPROMOTED, SHANGHAI, CORRECTED, LETTERS)


class Publisher:
    """An archive in a folder, published and served at a port of its own.

    Attributes:
        url: of the output folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rules: list[dict[str, object]] = [
            {"source": "cn.example.com", "timezone": "Asia/Shanghai"}
        ]
        self._metrics = _Recorder()
        self._exit = ExitStack()
        listening = self._exit.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        self._base_url = self.url
        self._server = HttpServer(folder / "feeds", metrics=self._metrics, sockets=[listening])

    def __enter__(self) -> Self:
        for story in FIRST:
            self.put(story)
        self.publish()
        self._exit.enter_context(self._server)
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def put(self, story: Story) -> None:
        """Write a snapshot as an archiver does that has just seen the article."""
        instant = None if story is SHANGHAI else story.updated
        snapshot = Article(
            story.url,
            story.title,
            story.html,
            instant,
            author=", ".join(story.authors),
            tag=", ".join(f'"{tag}"' for tag in story.tags),
        )
        data = with_front_matter(snapshot)
        if story is SHANGHAI:
            data = data.replace(b"2024-01-01 00:00:00", b"2024-04-04 09:30:00")
        put(self._folder / f"seeds/{story.updated}.md", data)

    def publish(self) -> None:
        """Bring the feeds in line, as `refeed rebuild` does."""
        report = synced(
            config_in(
                self._folder,
                base_url=self._base_url,
                title=TITLE,
                limit=0,
                rules=self._rules,
                feeds=[{"name": "letters", "title": f"{TITLE}?!", "match": {"tag": "Zürich"}}],
            )
        )
        assert not report.rejected
        assert not report.publication.failures

    def go_on(self) -> None:
        """Add an article, correct another, and have a rule take the end off a third."""
        self.put(ADDED)
        self.put(CORRECTED)
        self._rules.append({"source": "blog.example.com", "drop_text": ["^join our club"]})
        self.publish()

    def move(self) -> None:
        """State another address of the same folder."""
        self._base_url = self.url.replace("127.0.0.1", "localhost")
        self.publish()

    def feed(self, form: str) -> str:
        """Return the address of the feed of everything."""
        return f"{self.url}all/{FILES[form]}"

    def answers(self) -> list[int]:
        """Return the statuses of the requests since the last call."""
        return self._metrics.taken()


class _Recorder(Metrics):
    def __init__(self) -> None:
        super().__init__()
        self._statuses: list[int] = []

    def count_request(self, feed: str, status: int) -> None:
        self._statuses.append(status)
        super().count_request(feed, status)

    def taken(self) -> list[int]:
        taken, self._statuses = self._statuses, []
        return taken
