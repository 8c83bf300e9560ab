"""Characters that can't be published."""

from __future__ import annotations

import re

# The complement of Char, production [2] of XML 1.0 (fifth edition). Lone surrogates are among it,
# and they can't be written as UTF-8 either.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = re.compile("[\x7f-\x9f]")
_ASCII_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
_LONG = 200

LOST = "\u25a1"
"""Replaces a lost character; validators warn of U+FFFD."""


def drop_forbidden(text: str) -> str:
    """Take out the characters that no XML 1.0 document may hold, in any notation.

    For text, and for HTML before it is sanitised; after that, use `replace_forbidden`.

    Args:
        text: any string.

    Returns:
        The same string object where there is nothing to take out.
    """
    return _FORBIDDEN.sub("", text) if _is_suspect(text) else text


def replace_forbidden(text: str) -> str:
    """Put `LOST` in the place of each character that no XML 1.0 document may hold, and of U+FFFD.

    For HTML that has been sanitised: without a control character that made it harmless, an address
    may become a ``javascript:`` address.

    Args:
        text: any string.

    Returns:
        The same string object where there is nothing to replace.
    """
    if _is_suspect(text):
        text = _FORBIDDEN.sub(LOST, text)
    return text.replace("\ufffd", LOST)


def make_legible(text: str) -> str:
    """Take out what no XML 1.0 document may hold and the control characters that none should.

    For one line of plain text, as titles and names are. U+FFFD becomes `LOST`.
    """
    if not text.isprintable():
        text = _CONTROLS.sub("", drop_forbidden(text))
    return text.replace("\ufffd", LOST)


def _is_suspect(text: str) -> bool:
    if len(text) < _LONG:
        return _FORBIDDEN.search(text) is not None
    # This is faster than the pattern.
    try:
        data = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return True
    return (
        len(data.translate(None, _ASCII_CONTROLS)) < len(data)
        or "\ufffe" in text
        or "\uffff" in text
    )
