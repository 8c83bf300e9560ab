"""Takes away the shortcodes of WordPress's plugins.

A site shows in their place what its plugins make of them, which nobody else can. What they enclose
is text of the post.
"""

from __future__ import annotations

import re

_SHORTCODE = re.compile(
    r"(?<!\[)\[(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<fields>(?:[\s/][^\[\]]*)?)\](?![\](])"
)
_FIELDS = re.compile(r"(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))+\s*/?\s*")
_CODE = re.compile(r"(</?(?:pre|code|script|style|textarea)\b[^<>]*>)", re.IGNORECASE)


def drop_shortcodes(text: str) -> str:
    """Return a text without its shortcodes: what has attributes, or an end of its own.

    Other text in brackets stays, and so does code.
    """
    parts = _CODE.split(text)
    texts = [at for at in range(0, len(parts), 2) if not at or parts[at - 1].startswith("</")]
    found = [match for at in texts for match in _SHORTCODE.finditer(parts[at])]
    names = [{match["name"] for match in found if bool(match["end"]) == end} for end in (0, 1)]
    closed = names[0] & names[1]

    def drop(match: re.Match[str]) -> str:
        is_one = match["name"] in closed or _FIELDS.fullmatch(match["fields"])
        return "" if is_one else match[0]

    for at in texts:
        parts[at] = _SHORTCODE.sub(drop, parts[at])
    return "".join(parts)
