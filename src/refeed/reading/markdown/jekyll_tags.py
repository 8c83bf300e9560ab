"""Tags of Jekyll: one text in `tags` or `categories` is words between spaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.front_matter_yaml import read_scalar

if TYPE_CHECKING:
    from refeed.reading.claims import Claim
    from refeed.reading.front_matter_values import Values

_KEYS = ("tags", "categories")
_DATED = re.compile(r"(?:\A|/)\d{4}-\d{2}-\d{2}-[^/]+\Z")
# Hexo's folder; its tags are whole.
_POSTS = re.compile(r"(?:\A|(?<!source)/)_posts/")


def split_jekyll_tags(tags: tuple[Claim, ...], values: Values, path: str) -> tuple[Claim, ...]:
    """Return the tags of a post, those of Jekyll divided at spaces.

    Args:
        tags: as read, divided at commas.
        values: of the front matter.
        path: of the file: Jekyll's posts have a date in their names.
    """
    if not _DATED.search(path) or not ("layout" in values or _POSTS.search(path)):
        return tags
    texts = {
        text
        for key in _KEYS
        if isinstance(value := values.get(key), str)
        and value[:1] not in ("[", "{")
        and " " in (text := read_scalar(value))
    }
    return tuple(
        (word, origin)
        for text, origin in tags
        for word in (text.split() if text in texts else [text])
    )
