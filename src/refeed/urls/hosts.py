"""Hosts as the DNS has them: international names in Punycode (UTS 46, RFC 3492)."""

from __future__ import annotations

import re
import unicodedata

_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_MARKS_AND_PICTURES = frozenset({"Mn", "Mc", "So"})
_JOINERS = frozenset("-_\u200c\u200d")


def encode_host(host: str) -> str:
    """Encode a host for the DNS, as browsers do.

    Args:
        host: lower-case, without port.

    Returns:
        The host in ASCII; "" where it can't be one, or is a lone word that isn't ASCII.
    """
    if not host.isascii():
        host = _to_ascii(host)
    return host if _ASCII_HOST.fullmatch(host) else ""


def decode_host(host: str) -> str:
    """Decode Punycode; a host that can't be decoded stays as it is."""
    if "xn--" not in host:
        return host
    import idna

    try:
        return idna.decode(host)
    except UnicodeError:
        return host


def _to_ascii(host: str) -> str:
    import idna

    if "." not in host and "。" not in host:
        return ""
    try:
        return idna.encode(host, uts46=True).decode().lower()
    except UnicodeError:  # emoji and the like, which some registries allow
        pass
    try:
        labels = idna.uts46_remap(host, std3_rules=False).split(".")
    except UnicodeError:
        return ""
    return ".".join(map(_encode_label, labels))


def _encode_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(
        c.isalnum() or c in _JOINERS or unicodedata.category(c) in _MARKS_AND_PICTURES
        for c in label
    ):
        return ""
    return f"xn--{label.encode('punycode').decode()}".lower()
