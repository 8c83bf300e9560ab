"""Decodes URLs that are encoded inside other URLs. Each decoder removes one layer."""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
# What may not stand raw in a URL, and what would be invisible or turn the text around in it.
_UNSAFE = re.compile(
    '[\x00-\x20"<>\\\\`\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060-\u206f\u3000\ud800-\udfff\ufeff]'
)
_ENCODED_HEAD = re.compile(r"(?:[a-z]+:)?(?://)?[^/?#&]*%(?:25)*(?:3a|2f)", re.IGNORECASE)
_STILL_ENCODED = re.compile(r"https?(?:%3a|:/?%2f)", re.IGNORECASE)
_MOST_LAYERS = 4


def percent_decode(value: str) -> str:
    """Percent-decode once.

    Bytes that aren't UTF-8 stay encoded, and so does what a URL can't hold raw.
    """
    return escape(_ESCAPES.sub(_decode_run, value))


def escape(url: str) -> str:
    """Percent-encode the characters that no URL may hold raw, and nothing else."""
    return _UNSAFE.sub(_encode_character, url)


def is_encoded(value: str) -> bool:
    """Tell whether the colon or the first slash of a URL or ``host/path`` is percent-encoded."""
    return _ENCODED_HEAD.match(value) is not None


def decode_parameter(value: str) -> str:
    """Read a URL that is a parameter's value or the rest of a path: decode it if it is encoded.

    The escapes of a raw URL are its own. Some encoders leave `:/?` as they are, as Google Docs
    does: ``https://host/watch?v%3Dx``.
    """
    if is_encoded(value) or _has_an_encoded_query(value):
        value = percent_decode(value)
    for _ in range(_MOST_LAYERS):  # `https%3A%2F%2F` can't begin a URL, so it was encoded once more
        if not _STILL_ENCODED.match(value):
            break
        value = percent_decode(value)
    return value


def _has_an_encoded_query(value: str) -> bool:
    lower = value.lower()
    return "=" not in value and "%3d" in lower and ("?" in value or "%3f" in lower)


def _decode_run(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return match[0]


def _encode_character(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogatepass"))


def _decode_hex(value: str) -> str:
    return bytes.fromhex(value).decode()


def _decode_base64(value: str) -> str:
    """Decode base64 of either alphabet, without padding, in pieces between slashes (imgproxy)."""
    pieces = value.rstrip("=").replace("/", "").replace("+", "-")
    return urlsafe_b64decode(pieces + "=" * (-len(pieces) % 4)).decode()


def _decode_base64_json(value: str) -> str:
    """Decode base64 of a JSON object; exactly one of its values is a URL."""
    try:
        members = json.loads(_decode_base64(value))
    except RecursionError as error:
        raise ValueError(value) from error
    values = members.values() if isinstance(members, dict) else ()
    (url,) = (text for text in values if isinstance(text, str) and text.startswith("http"))
    return url


_NEWS = re.compile(
    rb'\x08\x13"(?:[\x00-\x7f]|[\x80-\xff][\x01-\x7f])(https?://[!-~]+)(?:\xd2\x01|$)'
)


def _decode_google_news(value: str) -> str:
    """Decode base64 of a protocol buffer: the URL, and perhaps its AMP form."""
    match = _NEWS.match(urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    if match is None:
        raise ValueError(value)
    return match[1].decode()


def _decode_bing(value: str) -> str:
    """Decode ``a1`` and base64url; the two characters are the form's version."""
    if not value.startswith("a1"):
        raise ValueError(value)
    return _decode_base64(value[2:])


def _decode_proofpoint_2(value: str) -> str:
    """Decode Proofpoint URL Defense v2: `-XX` stands for `%XX` and `_` for `/`."""
    return percent_decode(value.replace("-", "%").replace("_", "/"))


_TOKEN = re.compile(r"\*(?:\*([\w-]))?", re.ASCII)
_RUNS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _decode_proofpoint_3(value: str) -> str:
    """Decode Proofpoint URL Defense v3: `URL__;CHARACTERS`.

    Each `*` of the URL is the next of the characters, `**X` the next two (A), three (B), and so on.
    """
    url, _, encoded = value.rpartition("__;")
    characters = _decode_base64(encoded)
    at = 0

    def expand(match: re.Match[str]) -> str:
        nonlocal at
        begin, at = at, at + (_RUNS.index(match[1]) + 2 if match[1] else 1)
        if at > len(characters):
            raise ValueError(value)
        return characters[begin:at]

    return _TOKEN.sub(expand, url)


DECODERS: Final[Mapping[str, Callable[[str], str]]] = {
    "parameter": decode_parameter,
    "hex": _decode_hex,
    "base64": _decode_base64,
    "base64-json": _decode_base64_json,
    "google-news": _decode_google_news,
    "bing": _decode_bing,
    "proofpoint-2": _decode_proofpoint_2,
    "proofpoint-3": _decode_proofpoint_3,
}
"""By the names that the rule tables use. They raise one of `FAILURES` on what they can't read."""

FAILURES = (ValueError, binascii.Error)
