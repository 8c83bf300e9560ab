"""Converts the text of a field to one line."""

from __future__ import annotations

import html
import re

# White space, control characters, and what XML 1.0 forbids (Char, production [2]). Runs of these
# become one space; a lone ideographic space stays: Chinese titles set their two halves apart by it.
_LOOSE = r"\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_UNTIDY = re.compile(rf"[{_LOOSE}]{{2,}}|(?![ \u3000])[{_LOOSE}]")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NUMERIC = re.compile(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});")
# Zero-width space, byte order mark, word joiner, soft hyphen and white space, at the ends only.
_PADDING = " \u3000\u200b\ufeff\u2060\u00ad"


def to_single_line(text: str) -> str:
    """Return the text on one line, without padding and without what XML forbids.

    Character references are read, since feeds often deliver titles and names escaped; numeric ones
    also where the escape was itself escaped.
    """
    if "&" in text:
        text = _REFERENCE.sub(_read, text)
        text = _NUMERIC.sub(_read, text)
    if not text.isprintable() or "  " in text:
        text = _UNTIDY.sub(_to_space, text)
    return text.strip(_PADDING)


def _read(reference: re.Match[str]) -> str:
    return html.unescape(reference[0])


def _to_space(run: re.Match[str]) -> str:
    if "\u3000" in run[0]:
        return "\u3000"
    return " " if any(map(str.isspace, run[0])) else ""
