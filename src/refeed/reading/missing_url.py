"""Describes why a file has no address of an article."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from refeed.reading.front_matter import URL_KEYS, find_relative_url

if TYPE_CHECKING:
    from refeed.reading.front_matter import FrontMatter
    from refeed.reading.front_matter_values import Values

NOT_AN_ARTICLE = ", not an article"
"""The end of a reason by which nothing is wrong with a file."""

_SEARCHED = 4000
_ROBOTS = re.compile(r"(?:#[^\n]*\n\s*)*user-agent\s*:", re.IGNORECASE)
_HINT = "[[folders]] in refeed.toml can state it"
_ROOT = re.compile(r"<([A-Za-z][\w:.-]*)")
_MAIL_FIELD = re.compile(
    r"^(?:mime-version|message-id|received|return-path)\s*:", re.IGNORECASE | re.MULTILINE
)
_ROOTS = {
    "rss": "a feed, not an article",
    "feed": "a feed, not an article",
    "rdf:rdf": "a feed, not an article",
    "opml": "an OPML list of feeds, not an article",
    "urlset": "a sitemap, not an article",
    "sitemapindex": "a sitemap, not an article",
    "svg": "an SVG picture, not an article",
}


def describe_missing_url(text: str, matter: FrontMatter, *, is_page: bool) -> str:
    """Return why a file without an address is rejected: what it is instead.

    Args:
        text: the file's text.
        matter: its front matter.
        is_page: whether it was read as a whole page.
    """
    if matter.fault:
        return f"no URL: {matter.fault}"
    if matter.values:
        return _describe_front_matter(matter.values)
    kind = recognize(text)
    if kind:
        return kind
    head = _take_head(text)
    if head.startswith("+++\n"):
        return "no URL: front matter in TOML is not closed"
    if is_page:
        return f"no URL: the page has no canonical link, og:url or saved-from comment; {_HINT}"
    return f"no URL: no header link, front matter or page metadata names one; {_HINT}"


def _describe_front_matter(values: Values) -> str:
    relative = find_relative_url(values)
    if relative:
        return f"no URL: front matter's {relative[0]} is not absolute: {relative[1]}; {_HINT}"
    return f"no URL: front matter has no {', '.join(URL_KEYS)}; {_HINT}"


def recognize(text: str) -> str:
    """Return the kind of a file that is no article; "" if it is unknown."""
    head = _take_head(text)
    lower = head.lower()
    if _ROBOTS.match(head):
        return f"a robots.txt{NOT_AN_ARTICLE}"
    if lower.startswith("<!doctype netscape-bookmark"):
        return "a list of bookmarks, not an article"
    if lower.startswith("<"):
        root = _ROOT.search(lower)
        return _ROOTS.get(root[1], "") if root else ""
    if lower.startswith(("{", "[")):
        return _recognize_json(text, lower)
    if _MAIL_FIELD.search(head.partition("\n\n")[0]):
        return "parts of a mail or a web archive, whose name should end in .eml or .mhtml"
    return ""


def _take_head(text: str) -> str:
    return text[:_SEARCHED].lstrip("\ufeff \t\n")


def _recognize_json(text: str, head: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return ""
    is_feed = "jsonfeed.org/version" in head.replace("\\/", "/")
    return "a feed, not an article" if is_feed else "JSON data, not an article"
