"""Escapes text for a terminal or a log: paths and articles are not to be trusted."""

from __future__ import annotations

import re

# C0, C1, line and paragraph separators, marks of direction; a surrogate is no character.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)

_LATIN = 0xFF
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escape_unprintable(text: str) -> str:
    """Escape what can't be printed on one line.

    Those are control characters, line separators, marks of direction, and lone surrogates.
    """
    return _CONTROL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if "\udc80" <= character <= "\udcff":
        # A byte that is not UTF-8, as Python has it in the names of files (PEP 383).
        return f"\\x{ord(character) - 0xDC00:02x}"
    # Not by a codec, which Python would load at a time when no file can be opened.
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04x}" if code > _LATIN else f"\\x{code:02x}")
