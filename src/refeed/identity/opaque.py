"""The identity of an article without an address: opaque, and in the form of one.

`mid://HOST/ID` is of a mail's Message-Id, after the `mid:` of RFC 2392, with the host of its
sender; `path://NAME/PATH` of a file. It is never published as a link.
"""

from __future__ import annotations

import re
from typing import Final, Literal

_OPAQUE: Final = re.compile(
    r"(?:mid|path)://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[0-9]+)?"
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+"
)
_NOT_IN_HOST: Final = re.compile(r"[^a-z0-9._-]+")
_LONGEST_HOST: Final = 200


def is_opaque(identity: str) -> bool:
    """Tell whether an identity, or a key, is of an article without an address."""
    return identity.startswith(("mid://", "path://")) and _OPAQUE.fullmatch(identity) is not None


def build_opaque(scheme: Literal["mid", "path"], name: str, text: str) -> str:
    """Build the identity of an article without an address.

    Args:
        scheme: what the text is.
        name: a host, or what stands for one: the article's source.
        text: what tells the article from others of that source, not empty; bytes of file names
            that are not UTF-8 are surrogate-escaped (PEP 383).
    """
    from urllib.parse import quote

    labels = _NOT_IN_HOST.sub("-", name.lower()[:_LONGEST_HOST]).split(".")
    host = ".".join(filter(None, (label.strip("-_") for label in labels))) or "files"
    return f"{scheme}://{host}/{quote(text.encode('utf-8', 'surrogateescape'))}"
