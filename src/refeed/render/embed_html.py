"""Embeds an entry's HTML in a page.

The HTML has been sanitised, so each `<` that isn't escaped begins a tag, or is in the value of an
attribute. What is inserted has no quotes and no brackets, so it can't end a value or begin a tag.
"""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)(h[1-6]|img)(?=[ >])")
_WITHOUT_ALT: Final = re.compile(r'<img(?! (?:[a-z]+="[^"]*" )*alt=)(?=[ >])')
_PICTURE_LINK: Final = re.compile(
    r'(<a(?: [a-z]+="[^"]*")*>\s*<img)(?=(?: (?!alt=)[a-z]+="[^"]*")*(?: alt="")?'
    r'(?: (?!alt=)[a-z]+="[^"]*")*>\s*</a>)'
)
_EMPTY_ALT: Final = re.compile(r'(<img alt="Picture"(?: (?!alt=)[a-z]+="[^"]*")*) alt=""')
_LOWEST: Final = 6


def embed(html: str, title: int = 2) -> str:
    """Fit an entry's HTML into a page below the heading of the entry.

    Its headings begin below that, and none is more than one level below the one before it.
    Images are loaded lazily; one without a description gets an empty one, so that screen readers
    don't read out its file name; if it is all of a link, it is called a picture, since a link needs
    a name.

    Args:
        html: as the sanitiser has left it.
        title: the level of the entry's heading.
    """
    if _TAG.search(html) is None:
        return html
    html = _EMPTY_ALT.sub(r"\1", _PICTURE_LINK.sub(r'\1 alt="Picture"', html))
    above: list[str] = []  # the headings above this place

    def fit(tag: re.Match[str]) -> str:
        end, name = tag.groups()
        if name == "img":
            return "<img loading=lazy"
        while above and not end and above[-1] >= name:
            above.pop()
        if not end:
            above.append(name)
        return f"<{end}h{min(title + len(above), _LOWEST)}"

    return _TAG.sub(fit, _WITHOUT_ALT.sub("<img alt", html))
