"""Tells what Medium's export has beside published posts: drafts, lists, the owner's profile."""

from __future__ import annotations

import re

_LENGTH = 4_000
_FOOTER = re.compile(
    r"<footer>(?P<facts>.*)<p>Exported from <a href=\"[^\"]*\">Medium</a> on [^<]*</p>\s*</footer>",
    re.DOTALL,
)


def find_withheld(html: str) -> str:
    """Return why a page of the export is no article; "" for a published post and other pages.

    Args:
        html: the page. Only a published post names the day in its footer, and only posts have
            their text in `e-content`.
    """
    footer = _FOOTER.search(html[-_LENGTH:])
    if not footer:
        return ""
    if 'class="e-content"' not in html:
        return "a list or a profile of Medium's export"
    return "" if 'class="dt-published"' in footer["facts"] else "a draft"
