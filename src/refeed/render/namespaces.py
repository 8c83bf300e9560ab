"""The XML namespaces of RSS and Atom documents."""

from __future__ import annotations

from typing import Final, TypeAlias

Prefixes: TypeAlias = dict[str | None, str]

ATOM: Final = "http://www.w3.org/2005/Atom"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DC: Final = "http://purl.org/dc/elements/1.1/"
MEDIA: Final = "http://search.yahoo.com/mrss/"
HISTORY: Final = "http://purl.org/syndication/history/1.0"

IN_RSS: Final[Prefixes] = {"dc": DC, "media": MEDIA, "atom": ATOM, "content": CONTENT}
IN_ATOM: Final[Prefixes] = {"media": MEDIA}
"""Besides ATOM, which is the default namespace there."""
