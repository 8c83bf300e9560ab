"""Which of the titles a file gives is the article's, and what stands in for a missing one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.oneline import one_line
from refeed.text.visible_text import shortened, visible_text

if TYPE_CHECKING:
    from refeed.reading.record import Claim

LONGEST = 500
"""Characters; a longer title is cut."""

_FIRST_WORDS = 80
_HEADING = re.compile(r"<(h[1-3])\b[^<>]*>(.{0,1000}?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_SEARCHED = 20_000
_SITE_AFTER = re.compile(r"\s*(?:[-–—|_·•:：»]|::)\s|\s*[|_]")
_DATE_BEFORE = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}-?")
_ELLIPSIS = re.compile(r"\s*(?:\.{3,}|…+)$")


def title(claims: tuple[Claim, ...], html: str, path: str) -> Claim:
    """Return the title, and by which rule it was found.

    The most trusted one, unless the next goes on where it breaks off. Without any: the body's first
    heading, its first words, or the file's name without its date, which may be "".
    """
    given = [(line, origin) for text, origin in claims if (line := one_line(text[: LONGEST * 8]))]
    if not given:
        return _stand_in(html, path)
    best = given[0]
    if len(given) > 1 and given[1][0] != best[0] and _goes_on(best[0], given[1][0]):
        best = given[1]
    return (shortened(best[0], LONGEST), best[1]) if len(best[0]) > LONGEST else best


def _goes_on(short: str, long: str) -> bool:
    """Tell whether `long` is `short` uncut. A site's name added to the title is no reason."""
    stem = _ELLIPSIS.sub("", short)
    if not stem or not long.startswith(stem):
        return False
    rest = long[len(stem) :]
    return len(_ELLIPSIS.sub("", rest)) > 0 and not _SITE_AFTER.match(rest)


def _stand_in(html: str, path: str) -> Claim:
    start = html[:_SEARCHED]
    heading = _HEADING.search(start)
    if heading:
        line = one_line(visible_text(heading[2]))
        if line:
            return shortened(line, LONGEST), "first heading"
    words = one_line(visible_text(start))
    if words:
        return shortened(words, _FIRST_WORDS), "first words"
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return shortened(one_line(_DATE_BEFORE.sub("", stem, count=1)), LONGEST), "file name"
