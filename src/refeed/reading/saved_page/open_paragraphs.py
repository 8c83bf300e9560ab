"""Closes paragraphs where browsers do, and libxml2 does not.

Their end tags may be left out, as SingleFile and other minifiers do. libxml2 knows the blocks of
HTML 4 that end a paragraph, and takes those of HTML 5 for a part of it.
"""

from __future__ import annotations

import re

from refeed.text.blocks import BLOCKS

_ENDING = (
    "article|aside|details|dialog|figcaption|figure|footer|header|hgroup|main|nav|search|section"
    "|summary"
)
_OTHER = "|".join(
    sorted(BLOCKS | set("applet button html marquee object script style template textarea".split()))
)
_OPEN = re.compile(
    rf"<p(?=[\s/>])[^<>]*+>[^<]*+(?:<(?!/?(?:{_ENDING}|{_OTHER})\b)[^<]*+)*+(?=<(?:{_ENDING})\b)",
    re.IGNORECASE | re.ASCII,
)


def close_paragraphs(html: str) -> str:
    """Return the HTML with end tags of the paragraphs that a block of HTML 5 ends.

    HTML standard, 13.2.6.4.7: the start tag of such a block closes a `p` element.
    """
    return _OPEN.sub(r"\g<0></p>", html)
