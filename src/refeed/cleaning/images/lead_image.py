"""The lead image: the first of the cleaned article, for those who show one beside the title."""

from __future__ import annotations

import re
from html import unescape

_IMAGE = re.compile(r'<img\b(?:[^>"]|"[^"]*")*?\ssrc="(https?://[^"]+)"')


def lead_image(html: str) -> str:
    """Return the address of the first image of cleaned HTML, or ""."""
    match = _IMAGE.search(html)
    return unescape(match.group(1)) if match else ""


def list_images(html: str) -> list[str]:
    """Return the addresses of the images of cleaned HTML, in order."""
    return [unescape(address) for address in _IMAGE.findall(html)]
