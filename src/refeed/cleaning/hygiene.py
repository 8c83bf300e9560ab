r"""Hygiene: what no feed can carry leaves the text before anything looks at it.

Characters that XML 1.0 (section 2.2) forbids must go first. Dropped after cleaning, they would make
a new text of what was cleaned: `java\x01script:` is harmless HTML and a script address without
its control character.
"""

from __future__ import annotations

import re
import sys

from refeed.text import drop_forbidden

_CONTROLS = re.compile("[\x7f-\x84\x86-\x9f]")
"""Allowed by XML, discouraged by it, shown by nothing."""

_CONTROL_CHARACTERS = tuple(map(chr, (*range(0x7F, 0x85), *range(0x86, 0xA0))))

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)([^<>]{4096,})>")
_MOST_ATTRIBUTES = 256
_MOST_ROUNDS = 8


def hygienic(html: str) -> str:
    """Return the HTML without characters that XML forbids, written out or as a reference.

    Tags with hundreds of attributes lose them: parsers take quadratic time over those.
    """
    cleaned = drop_forbidden(html)
    # Looking for 33 characters one by one takes a fifth of what the pattern takes.
    if any(map(cleaned.__contains__, _CONTROL_CHARACTERS)):
        cleaned = _CONTROLS.sub("", cleaned)
    if "&#" in cleaned:
        cleaned = _without_forbidden_references(cleaned)
    return _LONG_TAG.sub(_without_attributes, cleaned)


def _without_forbidden_references(html: str) -> str:
    """Taking one out may join a new one of what stood around it, so until there is none."""
    for _ in range(_MOST_ROUNDS):
        cleaned = _REFERENCE.sub(_allowed, html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return html.replace("&#", "&amp;#")


def _allowed(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip("0")[:8]
    code = int(digits or "0", 16 if hexadecimal else 10)
    if code > sys.maxunicode:
        return ""
    # HTML reads 0x80 to 0x9F as windows-1252, so these references stand for letters.
    return reference.group() if drop_forbidden(chr(code)) else ""


def _without_attributes(tag: re.Match[str]) -> str:
    name, attributes = tag.groups()
    return tag.group() if attributes.count("=") <= _MOST_ATTRIBUTES else f"<{name}>"
