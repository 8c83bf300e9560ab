"""Splits the byline, author and time, off the head of a body.

Two forms are known: `<address>AUTHOR</address><time datetime="2024-06-19 01:04:05">…</time>`, and
the older `<div><i>AUTHOR<br>2020-08-05 17:13:25</i></div>`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from refeed.reading.author_names import split_authors
from refeed.reading.dates.text import is_date

_ELEMENTS = re.compile(
    r"""<address\b[^>]{0,200}>
    (?P<author>(?:(?!</address>).){0,500}+
    (?:</address>\s*<address\b[^>]{0,200}>(?:(?!</address>).){0,500}+){0,9})
    </address>\s*(?:<time\b(?P<time>[^>]{0,300})>
    (?P<text>[^<]{0,100})</time>)?
    |<time\b(?P<time_first>[^>]{0,300})>(?P<text_first>[^<]{0,100})</time>\s*
    (?:<address\b[^>]{0,200}>(?P<author_after>.{0,500}?)</address>)?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LINE = re.compile(
    r"<div>\s*<i>(?:([^<]{0,500})<br\s*/?>)?\s*([^<]{4,64}?)\s*</i>\s*</div>", re.IGNORECASE
)
_DATETIME = re.compile(r"""\bdatetime\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_TIME = re.compile(r"<time\b([^<>]{0,300})>([^<]{0,100})", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NO_NAME = re.compile(
    r"\d|@|\b(?:contact|e-?mail|phone|tel|street|road|avenue|lane)\b", re.IGNORECASE
)
_WORDS_OF_A_NAME = 5
_OPENING = ("<address", "<time", "<div><i", "<div>\n<i")
_SEARCHED = 100_000


class Byline(NamedTuple):
    """The byline of a body.

    Attributes:
        author: as written, with its markup; may name several people, or "".
        time: as written, or "".
        html: the body after it; the whole body where there is no byline.
        origin: which form it had, "" where there is none.
    """

    author: str
    time: str
    html: str
    origin: str


NO_BYLINE = Byline("", "", "", "")


def split_byline(html: str) -> Byline:
    """Split the byline off the head of a body.

    A byline needs a time that looks like one, or has to be an `<address>` with nothing but names.
    So a postal address or a line in italics stays in the article.
    """
    if html.startswith(_OPENING):
        return _split_elements(html) or _split_line(html) or Byline("", "", html, "")
    return Byline("", "", html, "")


def find_time(html: str) -> str:
    """Return the first date of a `<time>` that can be read, or ""."""
    for element in _TIME.finditer(html, 0, _SEARCHED):
        time = _read_datetime(element[1]) or element[2].strip()
        if time and is_date(time):
            return time
    return ""


def _split_elements(html: str) -> Byline | None:
    match = _ELEMENTS.match(html)
    if not match:
        return None
    author = match["author"] or match["author_after"] or ""
    time = _read_datetime(match["time"] or match["time_first"] or "")
    time = time or (match["text"] or match["text_first"] or "").strip()
    if not (is_date(time) or _YEAR.search(time)) and not _is_byline(match):
        return None
    origin = "address element" if split_authors(author) else "time element"
    return Byline(author, time, html[match.end() :].lstrip(), origin)


def _is_byline(match: re.Match[str]) -> bool:
    """Tell whether an `<address>` with no time behind it holds names, not a place or a contact."""
    if match["time"] is not None or match["author"] is None:
        return False
    text = _TAG.sub(" ", match["author"])
    names = split_authors(match["author"])
    return (
        bool(names)
        and not _NO_NAME.search(text)
        and all(len(name.split()) <= _WORDS_OF_A_NAME for name in names)
    )


def _split_line(html: str) -> Byline | None:
    match = _LINE.match(html)
    if not match or not is_date(match[2]):
        return None
    return Byline(match[1] or "", match[2], html[match.end() :].lstrip(), "byline")


def _read_datetime(attributes: str) -> str:
    match = _DATETIME.search(attributes)
    return (match[1] or match[2] or match[3] or "").strip() if match else ""
