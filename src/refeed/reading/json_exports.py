"""Knows what programs export as JSON: lists of links, and tables that belong together."""

from __future__ import annotations

from typing import Any, TypeAlias

from refeed.reading.json_text import get_text, list_tables

_Table: TypeAlias = dict[str, Any]

# By keys that the first object of a file has, and the kinds of such files.
_KINDS = (
    (
        {"slug", "savedAt"},
        "a list of articles from Omnivore: their texts are in the files beside it",
    ),
    ({"slug", "readingProgress"}, "a list of articles from Omnivore: their texts are beside it"),
    ({"href", "extended"}, "a list of links from Pinboard: it holds no articles"),
    ({"given_url", "resolved_url"}, "a list of links from Pocket: it holds no articles"),
    ({"given_url", "item_id"}, "a list of links from Pocket: it holds no articles"),
    ({"bookmark_id"}, "a list of links from Instapaper: it holds no articles"),
    ({"_id", "excerpt", "link", "cover"}, "a list of links from Raindrop: it holds no articles"),
    ({"xmlUrl"}, "a list of feeds, not an article"),
    ({"typeCode"}, "a list of bookmarks, not an article"),
)

# What Ghost writes in the place of its site's address.
_GHOST_SITE = "__GHOST_URL__"


def name_list_of_links(value: object) -> str:
    """Return which program's list of links a value is, or ""."""
    tables = [value] if isinstance(value, dict) else value
    first = tables[0] if isinstance(tables, list) and tables else None
    if not isinstance(first, dict):
        return ""
    for keys, kind in _KINDS:
        if keys <= first.keys():
            return kind
    if isinstance(first.get("list"), (dict, list)) and "status" in first:
        return "a list of links from Pocket: it holds no articles"
    return ""


def join_tables(value: object) -> object:
    """Return the posts of Ghost's export with their tags and authors; any other value as it is."""
    if not isinstance(value, dict):
        return value
    data = next((one.get("data") for one in list_tables(value, "db")), value.get("data"))
    if not isinstance(data, dict) or not {"posts", "posts_tags"} <= data.keys():
        return value
    tags, authors = _join(data, "tag", "tags"), _join(data, "author", "users")
    return [
        {
            **post,
            "html": get_text(post, "html").replace(_GHOST_SITE, ""),
            "tags": tags.get(post.get("id"), []),
            "authors": authors.get(post.get("id"), []),
        }
        for post in list_tables(data, "posts")
    ]


def _join(data: _Table, kind: str, table: str) -> dict[object, list[str]]:
    """Return the names of what belongs to a post, by the post's number, in their order."""
    names = {one.get("id"): get_text(one, "name") for one in list_tables(data, table)}
    found: dict[object, list[str]] = {}
    pairs = list_tables(data, f"posts_{kind}s")
    for pair in sorted(pairs, key=lambda pair: str(pair.get("sort_order", "")).zfill(6)):
        name = names.get(pair.get(f"{kind}_id"), "")
        # Ghost's internal tags begin so.
        if name and not name.startswith("#"):
            found.setdefault(pair.get("post_id"), []).append(name)
    return found
