"""Shows what web components show: their shadow trees, which browsers save as templates."""

from __future__ import annotations

import re

# `shadowmode` is Blink's in MHTML, `shadowrootmode` is of the HTML standard.
_TEMPLATE = re.compile(r"<(/?)template\b([^<>]{0,2000})>", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadow(?:root)?mode\b", re.IGNORECASE)


def open_shadow_roots(html: str) -> str:
    """Make elements of the templates that are shadow trees; other templates stay.

    Args:
        html: a page.
    """
    if not _SHADOW.search(html):
        return html
    parts: list[str] = []
    is_shadow: list[bool] = []
    at = 0
    for tag in _TEMPLATE.finditer(html):
        if not tag[1]:
            is_shadow.append(_SHADOW.search(tag[2]) is not None)
            opened = is_shadow[-1]
        else:
            opened = bool(is_shadow) and is_shadow.pop()
        if opened:
            parts += html[at : tag.start()], f"<{tag[1]}div>"
            at = tag.end()
    return "".join((*parts, html[at:]))
