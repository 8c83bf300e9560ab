"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from refeed.render import icons
from refeed.render.dates import format_rfc3339
from refeed.render.document_frame import Frame
from refeed.render.feed_urls import file_url, page_url, to_uri
from refeed.render.formats import JSON
from refeed.render.publishable import feed_title, list_authors

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.publishable import Publishable

VERSION = "https://jsonfeed.org/version/1.1"

# Characters are not escaped: that is half the size in most languages.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def render_json_item(entry: Publishable) -> str:
    """Render an item on one line; the same entry gives the same text in every feed."""
    item: dict[str, object] = {"id": entry.id}
    if entry.url:
        item["url"] = entry.url
    item["title"] = entry.title
    item["content_html"] = entry.html
    if entry.summary:
        item["summary"] = entry.summary
    if entry.image:
        item["image"] = entry.image
    item["date_published"] = format_rfc3339(entry.published)
    item["date_modified"] = format_rfc3339(entry.updated)
    item["authors"] = [{"name": name} for name in list_authors(entry)]
    if entry.tags:
        item["tags"] = entry.tags
    if entry.page and entry.page != entry.url:
        item["_refeed"] = {"page": entry.page}
    return _encode(item)


def build_json_frame(feed: Feed) -> Frame:
    """Render a document without items.

    Args:
        feed: its entries are not used.
    """
    head: dict[str, object] = {
        "version": VERSION,
        "title": feed_title(feed),
        "home_page_url": page_url(feed),
        "feed_url": file_url(feed, JSON.file),
    }
    head["icon"] = f"{feed.base_url}{icons.PNG}"
    head["favicon"] = f"{feed.base_url}{icons.PNG}"
    if feed.previous:
        head["next_url"] = file_url(feed, JSON.file_name(feed.previous))
    if feed.language:
        head["language"] = feed.language
    hubs = [to_uri(link.href) for link in feed.links if link.rel == "hub"]
    if hubs:
        head["hubs"] = [{"type": "WebSub", "url": url} for url in hubs]
    return Frame(f'{_encode(head)[:-1]},"items":[\n', between=",\n", after_each="", tail="\n]}\n")
