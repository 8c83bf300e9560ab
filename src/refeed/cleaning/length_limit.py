"""What is longer than a feed can hold is published as its beginning, with a link to the rest."""

from __future__ import annotations

from html import escape

from refeed.text.visible_text import shorten, visible_lines, without_cut_tag

MOST_CHARACTERS = 20_000_000
"""Of an article's cleaned HTML; as many as a snapshot file may have bytes by default.

References take five times the place of what they stand for, and each format holds the article once.
"""

_SHOWN = 20_000
_READ = 200_000
"""Characters of HTML that are read for those that are shown."""


TOO_LONG = "This article is too long for a feed."


def shorten_article(html: str, url: str) -> str:
    """Return the text at an article's beginning in paragraphs, and a link to the article.

    Args:
        html: the article, as `serialize` writes it.
        url: its address, "" if it has none.
    """
    paragraphs, left = [], _SHOWN
    for line in visible_lines(without_cut_tag(html[:_READ])):
        if left <= 0:
            break
        paragraphs.append(shorten(line, left))
        left -= len(line)
    shown = "".join(f"<p>{escape(line, quote=False)}</p>" for line in paragraphs)
    if not url:
        return f"{shown}<p>This article is too long for a feed.</p>"
    link = f'<a href="{escape(url)}">{escape(url, quote=False)}</a>'
    return f"{shown}<p>{TOO_LONG} All of it is at {link}</p>"
