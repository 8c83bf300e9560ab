"""Hosts as the DNS has them (RFC 5890, UTS 46): international names in Punycode."""

from __future__ import annotations

import unicodedata

_JOINERS = frozenset("-_\u200c\u200d\ufe0f")


def encode_host(host: str) -> str:
    """Encode a host for the DNS.

    Args:
        host: lower-case, without port.

    Returns:
        The host in ASCII; "" where it can't be one, or is a lone word that isn't ASCII.
    """
    if host.isascii():
        return host
    import idna  # noqa: PLC0415 - only for hosts that aren't ASCII, and slow to import

    if "." not in host and "。" not in host:
        return ""
    try:
        return idna.encode(host, uts46=True).decode().lower()
    except UnicodeError:  # emoji and the like, which registries sell all the same
        labels = unicodedata.normalize("NFKC", host).lower().split(".")
        return ".".join(map(_encode_label, labels))


def _encode_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(
        c.isalnum() or c in _JOINERS or unicodedata.category(c) in {"Mn", "Mc", "So"} for c in label
    ):
        return ""
    return f"xn--{label.encode('punycode').decode()}".lower()
