"""Pictures in `data:` addresses (RFC 2397)."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEME: Final = "data:"

_HEAD: Final = re.compile(
    r"data:(?:image/[\w.+-]+|(?:application|binary)/octet-stream)?((?:\s*;[^,;]{0,100})*),",
    re.IGNORECASE,
)
_IN_TEXT: Final = re.compile(r"data:image/[\w.+-]{1,30};base64,[A-Za-z0-9+/=]+")
_BASE64: Final = re.compile(r";\s*base64\s*\Z", re.IGNORECASE)


def decode_address(address: str) -> bytes:
    """Return the bytes in a `data:` address that may be a picture's, or b""."""
    head = _HEAD.match(address)
    if head is None:
        return b""
    text = address[head.end() :]
    if not _BASE64.search(head[1] or ""):
        return unquote_to_bytes(text)
    if "%" in text:
        text = unquote_to_bytes(text).decode("latin-1")
    letters = text.encode("ascii", "ignore").translate(None, b" \t\r\n\f=")
    whole = len(letters) - (len(letters) % 4 == 1)
    try:
        return binascii.a2b_base64(letters[:whole] + b"=" * (-whole % 4))
    except binascii.Error:
        return b""


def list_in_text(text: str) -> Iterator[bytes]:
    """Yield the bytes of the addresses in Base64 that stand somewhere in a text."""
    for found in _IN_TEXT.finditer(text):
        yield decode_address(found[0])
