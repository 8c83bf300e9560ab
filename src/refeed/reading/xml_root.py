"""Finds the root element of an XML document."""

from __future__ import annotations

import re

# What may stand before the root (XML 1.0, productions 22 and 28); no alternative is tried twice.
_ROOT = re.compile(
    r"(?>\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE\s+(?!netscape)[^>\[]*(?:\[[^\]]*\]\s*)?>)*+"
    r"<(!DOCTYPE\s+netscape-bookmark|[\w.:-]+)",
    re.DOTALL | re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")


def find_root(head: bytes) -> str:
    """Return the name of the first element in lower case, with its prefix; "" if there is none.

    Of a file of bookmarks, which has no root, the beginning of its document type.

    Args:
        head: the beginning of a file, in any encoding.
    """
    if b"<" not in head[:4]:
        return ""
    text = head.replace(b"\0", b"").decode("latin-1").lstrip("\xff\xfe")
    root = _ROOT.match(text)
    return _SPACE.sub(" ", root[1].lower()) if root else ""
