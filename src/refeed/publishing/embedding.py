"""An entry's HTML as a part of a page that has headings, images and landmarks besides.

What comes has passed the sanitiser, so each `<` that isn't escaped begins a tag, or stands in the
value of an attribute. What is put in has no quotes and no brackets: not even there could it begin
anything.
"""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)(h[1-6]|img|main)(?=[ >])")
_HEADING: Final = re.compile(r"<(h[1-6])[ >]")
_WITHOUT_ALT: Final = re.compile(r'<img(?! (?:[a-z]+="[^"]*" )*alt=)(?=[ >])')
_TOP: Final = 3
_LOWEST: Final = 6


def embedded(html: str) -> str:
    """Fit an entry's HTML into a page below the heading of the entry.

    Its headings begin at the third level and leave none out. Images are fetched when they come into
    view; one without a description is taken for decoration, or else its file's name would be read
    out. A `main` of its own becomes a `div`, since a page has one.

    Args:
        html: as the sanitiser has left it.
    """
    if _TAG.search(html) is None:
        return html
    levels = {tag: place for place, tag in enumerate(sorted(set(_HEADING.findall(html))), _TOP)}

    def fitted(tag: re.Match[str]) -> str:
        end, name = tag.groups()
        if name == "img":
            return f"<{end}img loading=lazy"
        return f"<{end}div" if name == "main" else f"<{end}h{min(levels.get(name, _TOP), _LOWEST)}"

    return _TAG.sub(fitted, _WITHOUT_ALT.sub("<img alt", html))
