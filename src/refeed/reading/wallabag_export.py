"""Reads wallabag's JSON export, and says what other JSON files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading.claims import Record
from refeed.reading.feeds.media import Medium, add_media
from refeed.reading.json_text import get_text, list_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.claims import Claim

_Table: TypeAlias = dict[str, Any]

_NO_CONTENT = "wallabag: unable to retrieve contents"
"""What the body of an entry says (in a few forms) that wallabag could not fetch."""

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
    ({"_id", "excerpt", "link"}, "a list of links from Raindrop: it holds no articles"),
    ({"xmlUrl"}, "a list of feeds, not an article"),
    ({"typeCode"}, "a list of bookmarks, not an article"),
)
_JSON = "JSON data, not an article"


def read_export(value: object) -> list[Record | SnapshotError]:
    """Return the entries of an export.

    Args:
        value: of the whole file.

    Raises:
        NotAnArticleError: it is of another kind; says which.
    """
    entries = _list_entries(value)
    if not entries:
        raise NotAnArticleError(_describe(value))
    return [_read_entry(entry) for entry in entries]


def _list_entries(value: object) -> list[_Table]:
    """Return the entries of a list, of the one entry, or of a page of wallabag's API."""
    if isinstance(value, dict):
        embedded = value.get("_embedded")
        value = list_tables(embedded, "items") if isinstance(embedded, dict) else [value]
    tables = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [one for one in tables if "url" in one and "content" in one]


def _describe(value: object) -> str:
    """Return which kind of data this is."""
    tables = [value] if isinstance(value, dict) else value
    first = tables[0] if isinstance(tables, list) and tables else None
    if isinstance(first, dict):
        for keys, kind in _KINDS:
            if keys <= first.keys():
                return kind
        if isinstance(first.get("list"), (dict, list)) and "status" in first:
            return "a list of links from Pocket: it holds no articles"
    return _JSON


def _read_entry(entry: _Table) -> Record | SnapshotError:
    url = get_text(entry, "url")
    if not url:
        return SnapshotError("an entry without an address")
    html = get_text(entry, "content")
    if _NO_CONTENT in html[:1000]:
        html = ""
    picture = get_text(entry, "preview_picture")
    media = [Medium(picture, "image")] if picture else []
    urls = (get_text(entry, "given_url"), get_text(entry, "origin_url"))
    return Record(
        html=add_media(html, media),
        urls=((url, "url"), *((text, "given url") for text in urls if text)),
        titles=tuple((text, "title") for text in (get_text(entry, "title"),) if text),
        strong_dates=tuple(_find_dates(entry, "published_at")),
        late_dates=tuple(_find_dates(entry, "created_at", "updated_at")),
        authors=((tuple(_list_texts(entry, "published_by")), "published_by"),),
        tags=tuple((tag, "tags") for tag in _list_tags(entry)),
        language=get_text(entry, "language").replace("_", "-"),
    )


def _find_dates(entry: _Table, *names: str) -> Iterator[Claim]:
    for name in names:
        value = entry.get(name)
        # Some versions write PHP's date objects.
        text = get_text(value, "date") if isinstance(value, dict) else get_text(entry, name)
        if text:
            yield text, name


def _list_texts(entry: _Table, name: str) -> list[str]:
    value = entry.get(name)
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and text.strip()]


def _list_tags(entry: _Table) -> list[str]:
    """Return the labels, which are texts in some versions and objects in others."""
    labels = [get_text(one, "label") for one in list_tables(entry, "tags")]
    return [label for label in (*_list_texts(entry, "tags"), *labels) if label]
