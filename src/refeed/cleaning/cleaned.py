"""What cleaning hands back of an article that its source learns from."""

from __future__ import annotations

from typing import NamedTuple

_SPACES = " \n\t\r\xa0"


class Cleaned(NamedTuple):
    """A cleaned article.

    Attributes:
        html: cleaned.
        features: what its source learns from.
        text_read: characters of its text without white space, before boilerplate was removed.
        text_left: the same of what is left.
    """

    html: str
    features: bytes = b""
    text_read: int = 0
    text_left: int = 0


def count_text(text: str) -> int:
    """Return how many characters the text of an article has, white space not counted."""
    return len(text) - sum(map(text.count, _SPACES))
