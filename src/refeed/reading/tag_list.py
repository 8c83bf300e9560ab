"""Labels that stand in one text."""

from __future__ import annotations

import re
from html import unescape

_SEPARATOR = re.compile(r"\s*[,،，、;؛；\n]\s*")


def split_tags(text: str) -> list[str]:
    """Cut a text at what sets labels apart in any language; the end of a reference is none."""
    return _SEPARATOR.split(unescape(text) if "&" in text else text)
