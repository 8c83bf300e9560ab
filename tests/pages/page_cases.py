"""Reads the case files of this folder: what a page is made of, and what XPath finds in it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html

from refeed.commands.preview import PreviewedArticle
from refeed.model import Entry, Feed
from refeed.render.index_search import filter_feeds
from refeed.render.page_templates import describe_language
from refeed.render.page_templates import render as render_page
from refeed.render.pages import FeedSummary, render_article, render_index_page
from refeed.render.publishable import make_publishable
from rendering import render

ALL_FORMATS = ("rss", "atom", "json", "html")


def entry(**parts: Any) -> Entry:  # noqa: ANN401 - as TOML has them
    """An entry of which only some parts matter."""
    values: dict[str, Any] = {
        "id": "urn:uuid:00000000-0000-5000-8000-000000000001",
        "url": "https://example.org/story",
        "title": "A story",
        "html": "<p>Text.</p>",
        "summary": "Text.",
        "image": "",
        "published": 1718775422000,
        "authors": (),
        "tags": (),
    } | parts
    for name in ("authors", "tags"):
        values[name] = tuple(values[name])
    return Entry(updated=values.pop("updated", values["published"]), **values)


def feed(**parts: Any) -> Feed:  # noqa: ANN401 - as TOML has them
    """A feed of which only some parts matter."""
    values: dict[str, Any] = {
        "name": "all",
        "title": "Everything",
        "base_url": "https://feeds.example.net/news/",
        "language": "",
        "entries": (),
    } | parts
    return Feed(**values)


def preview(entries: list[dict[str, Any]], name: str = "a.md", timezone: str = "UTC") -> bytes:
    """The page of `refeed preview`, which shows articles whole."""
    shown = [make_publishable(entry(**parts)) for parts in entries]
    articles = [
        PreviewedArticle(each, render_article(each, "", timezone), "", [], [], 0) for each in shown
    ]
    return render_page(
        "preview.html",
        name=name,
        folder="",
        articles=articles,
        problems=[],
        more=0,
        timezone=timezone,
        **describe_language(""),
    )


def root_of(page: bytes) -> html.HtmlElement:
    return html.fromstring(page, parser=html.HTMLParser(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    name: str
    content: dict[str, Any]

    def page(self) -> bytes:
        formats = tuple(self.content.get("formats", ALL_FORMATS))
        if "feed" in self.content:
            parts = dict(self.content["feed"])
            entries = tuple(entry(**each) for each in parts.pop("entries", ()))
            return render("html", feed(**parts, entries=entries), formats)
        if "preview" in self.content:
            return preview(**self.content["preview"])
        parts = dict(self.content["index"])
        feeds = [FeedSummary(**each) for each in parts.get("feeds", ())]
        feeds += [
            FeedSummary(f"source/{host}", f"{host} – {parts['title']}", 1)
            for host in parts.get("sources", "").split()
        ]
        page = render_index_page(
            parts.get("title", "Archive"),
            parts.get("base_url", "https://feeds.example.net/news/"),
            parts.get("language", ""),
            feeds,
            formats,
        )
        return (
            filter_feeds(page.decode(), self.content["query"]).encode()
            if "query" in self.content
            else page
        )


def cases() -> list[Case]:
    folder = Path(__file__).parent / "cases"
    return [
        Case(path.stem, tomllib.loads(path.read_text("utf-8")))
        for path in sorted(folder.glob("*.toml"))
    ]
