"""People's names out of a byline."""

from __future__ import annotations

import re
from functools import lru_cache

from refeed.reading.oneline import one_line
from refeed.text.visible_text import shortened

# A byline without any of these is one name; most are.
_COMPOUND = re.compile(r"[,;:|&@；：、，｜]|\b(?:by|and|al|null|undefined)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"by\s+|(?:作者|撰文|文|記者|记者)\s*[:：]\s*|(?:null|undefined)\s+", re.IGNORECASE
)
_MAILBOX = re.compile(r"\S+@\S+\s+\((.+)\)")
_AND_MORE = re.compile(r"[\s,&]*(?:&|,|\band\b)\s*(?:more|others)$|,?\s+et al\.?$", re.IGNORECASE)
_ALWAYS = re.compile(r"\s*[;；、，|｜]\s*")
_MAYBE = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+", re.IGNORECASE)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# What programs write where there is no name.
_NOBODY = frozenset(("", "null", "undefined", "none", "nan", "unknown", "n/a", "-"))
_LONGEST = 100
_LONGEST_BYLINE = 1000


# The same few bylines stand in thousands of files.
@lru_cache(maxsize=1024)
def names(text: str) -> tuple[str, ...]:
    """Return the names in a byline, in its order, without repeats.

    A comma, `&` or `and` sets names apart only if every part looks like a whole name: of two words
    or more, or in a script without word spaces. So `Smith, John` and `Simon & Schuster` stay whole.
    """
    line = one_line(text[:_LONGEST_BYLINE])
    if not _COMPOUND.search(line):
        return (shortened(line, _LONGEST),) if line.lower() not in _NOBODY else ()
    label = _LABEL.match(line)
    if label:
        line = line[label.end() :]
    mailbox = _MAILBOX.fullmatch(line)
    if mailbox:
        line = mailbox[1]
    line = _AND_MORE.sub("", line)
    found: dict[str, None] = {}
    for part in _ALWAYS.split(line):
        pieces = [piece for piece in _MAYBE.split(part) if piece]
        if len(pieces) > 1 and not all(map(_whole_name, pieces)) and len(set(pieces)) > 1:
            pieces = [part]
        for piece in pieces:
            if piece.strip().lower() not in _NOBODY:
                found[shortened(piece.strip(), _LONGEST)] = None
    return tuple(found)


def _whole_name(text: str) -> bool:
    return " " in text or _HAN.search(text) is not None
