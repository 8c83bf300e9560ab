"""Completes a feed that was cut off, so that a parser sees what is there of its last item."""

from __future__ import annotations

import re

_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_COMMENT, _COMMENT_END = "<!--", "-->"
_TAG = re.compile(r"<!\[CDATA\[|<!--|<(/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>")
_DEEPEST = 256


def close_cut_feed(text: str) -> str:
    """Return the text of a feed with the end tags that its last item lacks.

    Args:
        text: of a feed whose root has no end tag.
    """
    position = max((item.start() for item in _ITEM.finditer(text)), default=-1)
    if position < 0:
        return text
    opened: list[str] = []
    while tag := _TAG.search(text, position):
        end = _find_end(text, tag)
        if end < 0:
            is_cdata = tag[0] == _CDATA
            text = text + _CDATA_END if is_cdata else text[: tag.start()]
            break
        position = end
        _follow(opened, tag)
    else:
        cut = text.rfind("<", position)
        text = text[:cut] if cut >= 0 else text
    return text + "".join(f"</{name}>" for name in reversed(opened))


def _find_end(text: str, tag: re.Match[str]) -> int:
    """Return where a tag, comment or CDATA section ends, or -1 if it was cut off."""
    if tag[2]:
        return tag.end()
    mark = _CDATA_END if tag[0] == _CDATA else _COMMENT_END
    found = text.find(mark, tag.end())
    return found + len(mark) if found >= 0 else -1


def _follow(opened: list[str], tag: re.Match[str]) -> None:
    """Note which elements are open after a tag."""
    if tag[1]:
        if opened and opened[-1] == tag[2]:
            opened.pop()
    elif tag[2] and not tag[3].endswith("/") and len(opened) < _DEEPEST:
        opened.append(tag[2])
