"""Splits a byline into the names of authors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.reading.single_line import to_single_line
from refeed.reading.wiki_links import unwrap_links
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

# A byline without any of these is one name.
_COMPOUND = re.compile(
    r"[,;:|&@＆،؛和与與及；：、，｜<\[/•]|\b(?:by|par|and|al|und|et|y|e|и|та|og|och|ve|null|undefined)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:written|posted|published|words)\s+)?by[\s:]+"
    r"|(?:article\s+)?(?:rédigé|écrit|publié)\s+par\s+|(?:作者|撰文|文|記者|记者)\s*[:：/／]\s*"
    r"|(?:author|autor|auteur|autore|автор|yazar)s?\s*:\s*|(?:null|undefined)\s+",
    re.IGNORECASE,
)
_AND = r"(?:and|[&＆]|und(?! zu )|et|y|e|и|та|og|och|ve|和|与|與|及)"
_AND_MORE = re.compile(
    r"[\s,&]*(?:&|,|\band\b)\s*(?:more|others)$|,?\s+et al\.?$|,\s+(?:on behalf of|for the)\s.*$",
    re.IGNORECASE,
)
# A byline of a clipper has the day of publication, too.
_DAY_BEHIND = re.compile(
    r"[\s,·|–—-]+(?:on\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d]{3,9}\.?\s+(?:19|20)\d\d"
    r"|[^\W\d]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d\S*)$"
)
_ALWAYS = re.compile(r"\s*[;؛；、，|｜•]\s*|\s+/\s+")
# Where one inline element ends and the next begins: two names, or two parts of one.
_SEAM = "\ue000"
_MAYBE = re.compile(
    rf"\s*[,،]\s*(?:and\s+|&\s*)?|\s*{_SEAM}\s*(?:{_AND}\s+)?|\s+{_AND}\s+", re.IGNORECASE
)
_COMMA = re.compile(rf"\s*[,،{_SEAM}]\s*")
_LONE_AND = re.compile(_AND, re.IGNORECASE)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

_BLOCK_TAG = re.compile(
    r"</?(?:address|article|blockquote|br|dd|div|dl|dt|footer|h[1-6]|header|hr|li|ol|p|section|table"
    r"|td|th|tr|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_LINK_SEAM = re.compile(rf"</a\s*>\s*(?:,|{_AND}|,\s*{_AND})?\s*(?=<a\s)", re.IGNORECASE)
_INLINE_SEAM = re.compile(r"</[a-zA-Z][\w-]*\s*>\s*(?=<[a-zA-Z])")
_TAG = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?>|<!--.*?-->")
# A mailbox's address in both forms (RFC 5322, section 3.4; RSS), one alone, a web address.
_ADDRESS = re.compile(
    r"<[^<>\s@]*@[^<>\s]*>|[^\s<>()@,;]+@[^\s<>()@,;]+(?=\s*\()"
    r"|[(\[]?(?:mailto:)?[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+[)\]]?|[<(\[]?https?://[^\s<>()\[\]]+[>)\]]?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"]+)"')
_BRACKETED = re.compile(r"\(([^()]+)\)")
_COMPANY = re.compile(
    r"\b(?:ltd|limited|llc|llp|inc|corp|co|company|gmbh|ag|kg|s\.?a|sarl|spa|bv|nv|plc|sons|brothers"
    r"|bros|partners|associates)\.?$",
    re.IGNORECASE,
)
_ORGANIZATION = re.compile(
    r"\b(?:department|ministry|office|university|institute|committee|council|commission|agency"
    r"|association|society|federation|cent(?:er|re)|desk|team|staff|bureau|foundation)\b",
    re.IGNORECASE,
)
# What programs write where there is no name.
NOBODY = frozenset(
    ("", "null", "undefined", "none", "nan", "unknown", "n/a", "-", "[object object]", "(none)")
)
_NO_NAME = re.compile(
    r"(?:ph\.?\s?d|m\.?d|m\.?b\.?a|m\.?sc|b\.?sc|esq)\.?"
    r"|(?:published|posted|updated|publié|mis à jour|veröffentlicht|aktualisiert|publicado"
    r"|pubblicato)\b.*\d.*",
    re.IGNORECASE,
)
_LONGEST = 100
_LONGEST_BYLINE = 1000
_LONGEST_MARKUP = 4000


# The same few bylines stand in thousands of files.
@lru_cache(maxsize=1024)
def split_authors(text: str) -> tuple[str, ...]:
    """Return the names in a byline, in its order, without repeats.

    A comma, `&` or `and` sets names apart only if every part looks like a whole name: of two words
    or more, or in a script without word spaces. So `Smith, John` and `Simon & Schuster` stay whole.
    Two elements of HTML are two names by the same rule, two blocks and two links always.
    Addresses of mail and pages are left out.
    """
    line = to_single_line(text[:_LONGEST_MARKUP])
    line = _DAY_BEHIND.sub("", line) if line[-1:].isdecimal() else line
    if _is_nobody(line):
        return ()
    if not _COMPOUND.search(line):
        return (shorten(line, _LONGEST),)
    line = _drop_markup(line)[:_LONGEST_BYLINE].strip(" ;")
    label = _LABEL.match(line)
    if label:
        line = line[label.end() :]
    bare = _ADDRESS.sub(";", line)
    has_address = bare != line
    found: dict[str, None] = {}
    for part in _ALWAYS.split(_AND_MORE.sub("", bare)):
        for name in _split_part(part, has_address=has_address):
            if not _is_nobody(name):
                found[shorten(name, _LONGEST)] = None
    return tuple(found)


def _is_nobody(text: str) -> bool:
    """Tell whether a text is no name: nothing, a degree, or when the article was published."""
    return text.lower() in NOBODY or _NO_NAME.fullmatch(text.strip("[] ")) is not None


def _drop_markup(line: str) -> str:
    """Replace tags and wiki links by separators of names."""
    line = unwrap_links(line, ";")
    if "<" not in line:
        return line
    line = _INLINE_SEAM.sub(_SEAM, _LINK_SEAM.sub(";", _BLOCK_TAG.sub(";", line)))
    return _TAG.sub("", line)


def _split_part(part: str, *, has_address: bool) -> Iterator[str]:
    part = part.strip(f" ,{_SEAM}")
    if has_address:
        part = part.strip(" -–—:<>")
        bracketed = _BRACKETED.fullmatch(part)
        part = bracketed[1] if bracketed else part
        quoted = _QUOTED.fullmatch(part)
        if quoted:
            yield quoted[1]
            return
    if _LONE_AND.fullmatch(part):
        return
    pieces = [piece for piece in _MAYBE.split(part) if piece]
    if not _are_names(pieces) or (_names_organization(part) and len(pieces) > 1):
        pieces = [piece for piece in _COMMA.split(part) if piece]
        if not _are_names(pieces):
            pieces = [part.replace(_SEAM, " ")]
    yield from (piece.strip() for piece in pieces)


def _are_names(pieces: list[str]) -> bool:
    return all(map(_is_whole_name, pieces)) or len(set(pieces)) == 1


def _is_whole_name(text: str) -> bool:
    return " " in text or _HAN.search(text) is not None


def _names_organization(part: str) -> bool:
    return _COMPANY.search(part) is not None or _ORGANIZATION.search(part) is not None
