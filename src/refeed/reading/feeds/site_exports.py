"""Knows the exports of WordPress (WXR) and Blogger: feeds of all that a site has.

Only what the site itself shows as a post or page is an article.
"""

from __future__ import annotations

import re
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from refeed.errors import NotAnArticleError
from refeed.reading.address_parts import split_address
from refeed.reading.feeds.wordpress_text import show_post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.errors import SnapshotError

_Table: TypeAlias = dict[str, Any]

_PARTS = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request"
    r"|feedback|wp_.*"
)
_KIND = re.compile(r"http://schemas\.google\.com/blogger/2008/kind#(\w+)")
_SHOWN = ("", "post", "page")
_AUTHOR = re.compile(r"<wp:author>(.{0,5000}?)</wp:author>", re.DOTALL)
# The number of a post, and behind it that of its picture.
_LEAD = re.compile(
    r"<wp:post_id>\s*(?:<!\[CDATA\[)?(?P<post>\d+)|_thumbnail_id(?:\]\]>)?\s*</wp:meta_key>\s*"
    r"<wp:meta_value>\s*(?:<!\[CDATA\[)?(?P<picture>\d+)"
)
_SIZE = re.compile(r"(?:-\d+x\d+|-scaled)?\.\w+$")
_STATES = {
    "future": "a scheduled post",
    "scheduled": "a scheduled post",
    "private": "a private post",
    "trash": "a post in the trash",
    "soft_trashed": "a post in the trash",
}
_LOGIN = re.compile(r"<wp:author_login>\s*(?:<!\[CDATA\[)?([^<>\]]+)")
_NAME = re.compile(r"<wp:author_display_name>\s*(?:<!\[CDATA\[)?([^<>\]]+)")


class SiteExport(NamedTuple):
    """What an export says besides its posts.

    Attributes:
        names: of authors, by those of their accounts.
        pictures: addresses of pictures, by number.
        parents: the numbers of the pictures that belong to a post, by that post's.
        leads: the numbers of the pictures that stand above a post, by that post's.
    """

    names: Mapping[str, str] = MappingProxyType({})
    pictures: Mapping[str, str] = MappingProxyType({})
    parents: Mapping[str, Sequence[str]] = MappingProxyType({})
    leads: Mapping[str, str] = MappingProxyType({})


def find_withheld(entry: _Table) -> SnapshotError | None:
    """Return why an entry of a feed is not to be published, or None.

    Args:
        entry: as feedparser gives it.
    """
    state = (entry.get("wp_status") or entry.get("blogger_status") or "publish").lower()
    kind = (entry.get("wp_post_type") or entry.get("blogger_type") or _find_kind(entry)).lower()
    if _PARTS.fullmatch(kind) or ("wp_post_type" not in entry and kind not in _SHOWN):
        return NotAnArticleError("comments, pictures, menus and settings of a site's export")
    # RFC 5023, section 13.1.1.
    if entry.get("app_draft") == "yes" or state not in ("publish", "live"):
        return NotAnArticleError(_STATES.get(state, "a draft"))
    if entry.get("wp_post_password"):
        return NotAnArticleError("a post protected by a password")
    return None


def read_export(text: str, entries: Sequence[_Table]) -> SiteExport:
    """Return what an export of WordPress says besides its posts; of another feed, nothing.

    Args:
        text: of the whole export.
        entries: as feedparser gives them.
    """
    names: dict[str, str] = {}
    for author in _AUTHOR.findall(text):
        login, name = _LOGIN.search(author), _NAME.search(author)
        if login and name:
            names[login[1].strip()] = name[1].strip()
    pictures: dict[str, str] = {}
    parents: dict[str, list[str]] = {}
    for entry in entries:
        if entry.get("wp_post_type") == "attachment":
            number = entry.get("wp_post_id", "")
            pictures[number] = entry.get("wp_attachment_url", "")
            parents.setdefault(entry.get("wp_post_parent", ""), []).append(number)
    return SiteExport(names, pictures, parents, _find_leads(text))


def _find_leads(text: str) -> dict[str, str]:
    leads: dict[str, str] = {}
    post = ""
    for found in _LEAD.finditer(text):
        if found["post"]:
            post = found["post"]
        else:
            leads[post] = found["picture"]
    return leads


def show_text(entry: _Table, html: str, export: SiteExport) -> str:
    """Return the text of an entry, which WordPress's export has as its author typed it."""
    if "wp_post_type" not in entry:
        return html
    number = entry.get("wp_post_id", "")
    html = show_post(html, export.pictures, export.parents.get(number, ()))
    return _add_lead(html, export.pictures.get(export.leads.get(number, ""), ""))


def _add_lead(html: str, url: str) -> str:
    """Put a picture above a text that doesn't show it in some size."""
    path = _SIZE.sub("", split_address(url).path)
    is_shown = re.search(rf"{re.escape(path)}(?:-\d+x\d+|-scaled)?\.", html) is not None
    return f'<figure><img src="{escape(url)}"></figure>\n{html}' if path and not is_shown else html


def _find_kind(entry: _Table) -> str:
    """Return what an entry of Blogger's older export is, or ""."""
    terms = (str(tag.get("term")) for tag in entry.get("tags", ()) if isinstance(tag, dict))
    return next((kind[1] for term in terms if (kind := _KIND.fullmatch(term))), "")
