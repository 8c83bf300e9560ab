"""Searches the index page: removes the feeds that don't match from the published page.

The template marks each feed and the words that it is found by. Texts can't contain these marks,
since `<` and `"` are escaped in them. So no page is rendered again.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from refeed.model import SOURCE_PREFIX
from refeed.text.xml_chars import make_legible

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETER: Final = "q"
"""The query parameter that has the words to search for."""

_GROUP: Final = re.compile(r'<section class="group".*?</section>\n', re.DOTALL)
_FEED: Final = re.compile(r'<li data-words="([^"]*)".*?</li>\n', re.DOTALL)
_LETTERS: Final = re.compile(r'<nav class="letters".*?</nav>\n', re.DOTALL)
_COUNT: Final = re.compile(r'(<p id="count"[^>]*>)(.*?)(</p>)', re.DOTALL)
_FIELD: Final = f'name="{PARAMETER}" value="'


def list_words(name: str, title: str) -> str:
    """Return the words that a feed is found by, as the index page has them."""
    name = name.removeprefix(SOURCE_PREFIX)
    return title if name in title else f"{name} {title}"


def filter_feeds(page: str, query: str) -> str:
    """Remove the feeds from the index page whose name and title lack a word of a query.

    A word may be part of a longer one. Case, accents and the width of characters are ignored.

    Args:
        page: of `pages.index_page`. A page without a search field is returned as it is.
        query: of any length. If it is blank, the page is returned as it is.

    Returns:
        The page with the query in its field and the number of matching feeds.
    """
    query = " ".join(make_legible(query).split())
    words = set(_fold(query).split())
    if not words or _FIELD not in page:
        return page
    number = 0

    def keep(feed: re.Match[str]) -> str:
        nonlocal number
        name = _fold(unescape(feed[1]))
        if not all(word in name for word in words):
            return ""
        number += 1
        return feed[0].replace("<details>", "<details open>")

    page = _GROUP.sub(lambda group: _filter_group(group[0], keep), _LETTERS.sub("", page))
    wanted = escape(query)
    page = page.replace(_FIELD, _FIELD + wanted, 1)
    return _COUNT.sub(
        lambda count: f"{count[1]}{_format_result(number, count[2], wanted)}{count[3]}", page
    )


def _filter_group(group: str, keep: Callable[[re.Match[str]], str]) -> str:
    group = _FEED.sub(keep, group)
    return group if _FEED.search(group) else ""


def _format_result(number: int, total: str, wanted: str) -> str:
    number_of = f"{number:,} of {total}" if number else f"None of {total}"
    return f'{number_of} found by “<bdi>{wanted}</bdi>”. <a href="index.html">Show all</a>'


def _fold(text: str) -> str:
    """Remove differences of case, accents and the width of characters."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))
