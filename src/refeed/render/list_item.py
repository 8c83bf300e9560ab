"""The item of an entry in the lists that people page through: title, beginning, picture, origin.

An item is the same in every list. Only the way from the list to the output folder differs: a
character that no page can hold keeps its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.model import MEDIA_FOLDER
from refeed.pictures.addresses import find_name, place_address
from refeed.render.formats import name_article_page
from refeed.render.page_templates import render_fragment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.model import Feed
    from refeed.render.publishable import Publishable

TEMPLATES: Final = ("list.html", "list_item.html", "page.html")
"""What lists are made of; their style is a file of its own."""

_UP: Final = "\0"
_IMAGE: Final = re.compile(r'<img\b(?:[^>"]|"[^"]*")*?\ssrc="https?://[^"]*"(?:[^>"]|"[^"]*")*>')
_SHOWN: Final = re.compile(rf'src="{_UP}({MEDIA_FOLDER}/[^"]*)"')
_SIZE: Final = re.compile(r'\s(width|height)="([1-9][0-9]{0,4})"')
_SMALLEST: Final = 48
"""Of a picture that is shown: smaller ones are icons."""


class ListItem(NamedTuple):
    """The item of an entry.

    Attributes:
        published: the instant of the entry.
        html: of `render_list_item`, or of `place_items`.
    """

    published: int
    html: str


class _Picture(NamedTuple):
    """A picture, and its size in CSS pixels where it is known, else None."""

    address: str
    width: int | None
    height: int | None


def render_list_item(entry: Publishable, language: str, timezone: str) -> str:
    """Render an entry as lists show it.

    Args:
        entry: cleaned, and made publishable.
        language: of the feed, a BCP 47 tag, or "" where it isn't known.
        timezone: of its dates, an IANA name.
    """
    return render_fragment(
        "list_item.html",
        entry=entry,
        page=f"{_UP}{name_article_page(entry.id)}" if entry.page else "",
        picture=_find_picture(entry),
        language=language,
        timezone=timezone,
    )


def place_items(items: Iterable[ListItem], feed: Feed) -> list[ListItem]:
    """Return items with the links that lead from a list of a feed."""
    up = lead_up(feed)
    return [ListItem(item.published, item.html.replace(_UP, up)) for item in items]


def list_media(html: str) -> list[str]:
    """Return the names of the pictures of refeed's own that an item shows."""
    return [name for file in _SHOWN.findall(html) if (name := find_name(file))]


def lead_up(feed: Feed) -> str:
    """Return the relative address of the output folder from a feed's page or list."""
    return "../" * (feed.name.count("/") + (2 if feed.page else 1))


def _find_picture(entry: Publishable) -> _Picture | None:
    """Return the lead image of an entry, unless it is an icon."""
    if not entry.image:
        return None
    tag = _IMAGE.search(entry.html)
    sizes = {name: int(size) for name, size in _SIZE.findall(tag[0])} if tag else {}
    if any(size < _SMALLEST for size in sizes.values()):
        return None
    return _Picture(place_address(entry.image, _UP), sizes.get("width"), sizes.get("height"))
