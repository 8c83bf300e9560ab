r"""Removes characters from HTML that no feed can carry, before anything else is done with it.

Characters that XML 1.0 (section 2.2) forbids must go first. Dropped after cleaning, they would make
a new text of what was cleaned: `java\x01script:` is harmless HTML and a script address without
its control character.
"""

from __future__ import annotations

import re
import sys

from refeed.text.xml_chars import drop_forbidden

_CONTROLS = re.compile("[\x7f-\x84\x86-\x9f]")
"""Allowed by XML, discouraged by it, shown by nothing."""

_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_OTHER_CONTROLS = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")

_FORM_FEED = 0x0C
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LONG = 4096
_LONG_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9-]*)([^<>]{{{_LONG},}})>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ATTRIBUTE_NAME = re.compile(r"[^\s/=]+")
_MOST_ATTRIBUTES = 512
_MOST_ROUNDS = 8


def clean_characters(html: str) -> str:
    """Return the HTML without characters that XML forbids, written out or as a reference.

    Tags with hundreds of attributes lose them: parsers take quadratic time over those.
    """
    if "\f" in html:  # white space to HTML
        html = html.replace("\f", " ")
    cleaned = html if _is_plain(html) else _CONTROLS.sub("", drop_forbidden(html))
    if "&#" in cleaned:
        cleaned = _drop_forbidden_references(cleaned)
    if _has_long_stretch(cleaned):
        cleaned = _LONG_TAG.sub(_drop_attributes, cleaned)
    return cleaned


def _is_plain(html: str) -> bool:
    """Tell whether there is nothing to take out; in UTF-8 a sixth of what the patterns take."""
    try:
        data = html.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return (
        not any(map(data.__contains__, _ASCII_CONTROLS))
        and (b"\xc2" not in data or _OTHER_CONTROLS.search(data) is None)
        and "\ufffe" not in html
        and "\uffff" not in html
    )


def _has_long_stretch(html: str) -> bool:
    """Tell whether there is as much between two `<` as in a tag with too many attributes."""
    start = 0
    while start + _LONG < len(html):
        start = html.rfind("<", start + 1, start + _LONG + 1)
        if start < 0:
            return True
    return False


def _drop_forbidden_references(html: str) -> str:
    """Taking one out may join a new one of what stood around it, so until there is none."""
    for _ in range(_MOST_ROUNDS):
        cleaned = _REFERENCE.sub(_replace_reference, html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return html.replace("&#", "&amp;#")


def _replace_reference(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip("0")[:8]
    code = int(digits or "0", 16 if hexadecimal else 10)
    if code == _FORM_FEED:
        return " "
    if code > sys.maxunicode:
        return ""
    # HTML reads 0x80 to 0x9F as windows-1252, so these references stand for letters.
    return reference.group() if drop_forbidden(chr(code)) else ""


def _drop_attributes(tag: re.Match[str]) -> str:
    name, attributes = tag.groups()
    count = len(_ATTRIBUTE_NAME.findall(_QUOTED.sub("=", attributes)))
    return tag.group() if count <= _MOST_ATTRIBUTES else f"<{name}>"
