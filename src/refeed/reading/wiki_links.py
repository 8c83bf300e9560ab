"""Unwraps the links of notes: `[[Jane Roe]]`, `[[people/jane|Jane Roe]]`, `[Jane Roe](URL)`."""

from __future__ import annotations

import re

EMBED = "embed:"
"""Stands before what a note embeds (`![[picture.png]]`): a file of its vault, never of the web."""

_LINK = re.compile(r"\[\[([^\[\]]+)\]\]|\[([^\[\]]+)\]\([^()\s]*\)")


def unwrap_links(text: str, around: str = "") -> str:
    """Replace each link by its text.

    Args:
        text: any text.
        around: what to put before and behind each.
    """
    if "[" not in text:
        return text
    return _LINK.sub(lambda link: f"{around}{link[2] or _find_label(link[1])}{around}", text)


def _find_label(inner: str) -> str:
    target, bar, alias = inner.rpartition("|")
    if bar and target:
        return alias.strip()
    page = inner.strip("| ").partition("#")[0]
    return page.rpartition("/")[2] or page
