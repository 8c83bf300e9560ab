"""An entry's HTML as a part of a page that has headings and images besides.

What comes has passed the sanitiser, so each `<` that isn't escaped begins a tag, or stands in the
value of an attribute. What is put in has no quotes and no brackets: not even there could it begin
anything.
"""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)(h[1-6]|img)(?=[ >])")
_WITHOUT_ALT: Final = re.compile(r'<img(?! (?:[a-z]+="[^"]*" )*alt=)(?=[ >])')
_TITLE: Final = 2
_LOWEST: Final = 6


def embedded(html: str) -> str:
    """Fit an entry's HTML into a page below the heading of the entry.

    Its headings begin at the third level and none is more than one level below the one before it.
    Images are fetched when they come into view; one without a description is taken for decoration,
    or else its file's name would be read out.

    Args:
        html: as the sanitiser has left it.
    """
    if _TAG.search(html) is None:
        return html
    above: list[str] = []  # the headings that the text at this place is below

    def fitted(tag: re.Match[str]) -> str:
        end, name = tag.groups()
        if name == "img":
            return "<img loading=lazy"
        while above and not end and above[-1] >= name:
            above.pop()
        if not end:
            above.append(name)
        return f"<{end}h{min(_TITLE + len(above), _LOWEST)}"

    return _TAG.sub(fitted, _WITHOUT_ALT.sub("<img alt", html))
