"""Finds the author that a page names in its scripts only, as for frameworks and counters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refeed.reading.saved_page.tree import Element

_AUTHOR = re.compile(
    r"""\b(?:page|article|post|content)?_?(?:author|byline|writer|posted_?by)s?(?:_?name)?["']?
    \s*[:=]\s*(["'])([^"'\\<>{}\[\]\n]{3,80})\1""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile("author|byline|writer|posted_?by|Author|postedBy|AUTHOR")
_MOST_LETTERS = 2_000_000


def find_script_authors(root: Element) -> list[str]:
    """Return the author that a page's scripts name, or none if they name several.

    A name has two words or more: a single one may be a key.
    """
    left = _MOST_LETTERS
    found: set[str] = set()
    for script in root.iter("script"):
        text = script.text or ""
        if len(text) > left or not _WORD.search(text) or "ld+json" in (script.get("type") or ""):
            continue
        left -= len(text)
        found.update(match[2].strip() for match in _AUTHOR.finditer(text))
    names = [name for name in found if " " in name]
    return names if len(names) == 1 else []
