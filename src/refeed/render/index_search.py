"""Finding feeds on the index page: the page as it was published, less the feeds that don't fit.

Nothing is rendered anew. The template marks what is a feed and which words it is found by, and
puts the marks where no text can: in texts `<` and `"` are escaped. So a page is cut at its marks.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from refeed.text.xml_chars import legible

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETER: Final = "q"
"""The parameter of an address that says what is looked for."""

_GROUP: Final = re.compile(r'<section class="group".*?</section>\n', re.DOTALL)
_FEED: Final = re.compile(r'<li data-words="([^"]*)".*?</li>\n', re.DOTALL)
_LETTERS: Final = re.compile(r'<nav class="letters".*?</nav>\n', re.DOTALL)
_COUNT: Final = re.compile(r'(<p id="count"[^>]*>)(.*?)(</p>)', re.DOTALL)
_FIELD: Final = f'name="{PARAMETER}" value="'


def words_of(name: str, title: str) -> str:
    """The words that a feed is found by, as the index page has them."""
    name = name.removeprefix("source/")
    return title if name in title else f"{name} {title}"


def found(page: str, query: str) -> str:
    """Leave on the index page the feeds in whose name or title all words of a query are.

    A word may be part of a longer one. Case, accents and the width of characters don't count.

    Args:
        page: as `pages.index_page` made it. Another page, or one that has no field to search with,
            comes back as it is.
        query: what was typed in, of any length. If it is blank, the page comes back as it is.

    Returns:
        The page with the query in its field and the number of feeds that fit.
    """
    query = " ".join(legible(query).split())
    words = set(_plain(query).split())
    if not words or _FIELD not in page:
        return page
    number = 0

    def fitting(feed: re.Match[str]) -> str:
        nonlocal number
        name = _plain(unescape(feed[1]))
        if not all(word in name for word in words):
            return ""
        number += 1
        return feed[0].replace("<details>", "<details open>")

    page = _GROUP.sub(lambda group: _with_feeds(group[0], fitting), _LETTERS.sub("", page))
    wanted = escape(query)
    page = page.replace(_FIELD, _FIELD + wanted, 1)
    return _COUNT.sub(lambda count: f"{count[1]}{_told(number, count[2], wanted)}{count[3]}", page)


def _with_feeds(group: str, fitting: Callable[[re.Match[str]], str]) -> str:
    group = _FEED.sub(fitting, group)
    return group if _FEED.search(group) else ""


def _told(number: int, total: str, wanted: str) -> str:
    number_of = f"{number:,} of {total}" if number else f"None of {total}"
    return f'{number_of} found by “<bdi>{wanted}</bdi>”. <a href="index.html">Show all</a>'


def _plain(text: str) -> str:
    """Spell a text without what doesn't count: case, accents, the width of characters."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))
