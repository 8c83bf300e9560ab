"""Converts plain text, as mails and some feeds have it, to HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_URL = re.compile(
    r"<(https?://[^\s<>\"]{3,4000})>|\b(https?://[^\s<>\"\u3000-\u303f\uff00-\uffef]{3,4000})"
)
_AFTER_URL = ".,:;!?'*_"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_DEEPEST_QUOTE = 8
_RULE = re.compile(r"\s*(?:[-=_*~#+•·—–][ \t]?){5,}\s*")
_UNDERLINE = re.compile(r"\s*(?:={4,}|-{4,}|~{4,}|\*{4,})\s*")
_LONGEST_HEADING = 100
_ITEM = re.compile(r"\s{0,6}(?:[-*+•·–—]|\(?\d{1,3}[.)]|\[\d{1,3}\])\s+\S")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S")
_NARROWEST = 45
"""Characters: shorter lines were not broken by a program that fills them."""

_WIDEST = 100
_LONGEST = 10_000_000
"""Characters of a text; a longer one is no text that somebody wrote, and is shown as it is."""


def to_html(text: str) -> str:
    """Return HTML that shows a text: paragraphs, quotations, links, tables as they are set.

    Lines that a program has filled are joined; others stay lines.

    Args:
        text: with line feeds.
    """
    if len(text) > _LONGEST:
        return f"<pre>{escape(text, quote=False)}</pre>"
    return "\n".join(_show_quoted(text.expandtabs(8).split("\n"), 0))


def join_flowed(text: str, *, delete_space: bool = False) -> str:
    """Join the lines of text that is `format=flowed` (RFC 3676, section 4).

    Args:
        text: with line feeds.
        delete_space: whether the space that marks a soft line break is none of the text.
    """
    joined: list[str] = []
    flowing = False
    last_depth = -1
    for line in text.split("\n"):
        quote = _QUOTE.match(line) if line.startswith(">") else None
        depth = line.count(">", 0, quote.end()) if quote else 0
        content = line[quote.end() :] if quote else line.removeprefix(" ")
        is_signature = content == "-- "
        if flowing and depth == last_depth and not is_signature:
            joined.append(content)
        else:
            joined += ["\n", "> " * depth, content] if joined else ["> " * depth, content]
        flowing = content.endswith(" ") and not is_signature
        last_depth = depth
        if flowing and delete_space:
            joined[-1] = content[:-1]
    return "".join(joined)


def _show_quoted(lines: Sequence[str], depth: int) -> Iterator[str]:
    """Yield the blocks of lines, those that begin with `>` as quotations."""
    start = 0
    while start < len(lines):
        is_quote = lines[start].startswith(">") and depth < _DEEPEST_QUOTE
        end = start
        while end < len(lines) and (
            lines[end].startswith(">") == is_quote or depth >= _DEEPEST_QUOTE
        ):
            end += 1
        part = lines[start:end]
        if is_quote:
            inner = [line[1:].removeprefix(" ") for line in part]
            yield "<blockquote>"
            yield from _show_quoted(inner, depth + 1)
            yield "</blockquote>"
        else:
            yield from _show_paragraphs(part)
        start = end


def _show_paragraphs(lines: Sequence[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            if _RULE.fullmatch(line) and not (paragraph and _UNDERLINE.fullmatch(line)):
                yield from _show_paragraph(paragraph)
                paragraph = []
                yield "<hr>"
            else:
                paragraph.append(line.rstrip())
        elif paragraph:
            yield from _show_paragraph(paragraph)
            paragraph = []


def _show_paragraph(lines: list[str]) -> Iterator[str]:
    """Yield one paragraph, or a heading and what stands below its line."""
    has_line = len(lines) > 1 and _UNDERLINE.fullmatch(lines[1])
    if has_line and len(lines[0].strip()) <= _LONGEST_HEADING:
        yield f"<h2>{_link(lines[0].strip())}</h2>"
        lines = lines[2:]
    lines = [line for line in lines if not _RULE.fullmatch(line)]
    if not lines:
        return
    if _is_table(lines):
        yield f"<pre>{_link(chr(10).join(lines))}</pre>"
        return
    yield f"<p>{''.join(_join_filled(lines))}</p>"


def _is_table(lines: list[str]) -> bool:
    """Tell whether several lines have columns, or all are indented as code is."""
    if len(lines) < 2:  # noqa: PLR2004 - one line is no table
        return False
    columns = sum(1 for line in lines if _COLUMNS.search(line))
    indented = sum(1 for line in lines if line.startswith("    "))
    return columns > len(lines) // 2 or (indented == len(lines) and not _ITEM.match(lines[0]))


def _join_filled(lines: list[str]) -> Iterator[str]:
    width = min(max(map(len, lines)), _WIDEST)
    for number, line in enumerate(lines):
        yield _link(line.strip())
        if number + 1 == len(lines):
            return
        following = lines[number + 1].strip()
        first = following.partition(" ")[0]
        is_filled = width >= _NARROWEST and len(line) + 1 + len(first) > width
        yield " " if is_filled and not _ITEM.match(lines[number + 1]) else "<br>\n"


def _link(text: str) -> str:
    """Return text as HTML, with its web addresses as links."""
    parts: list[str] = []
    last = 0
    for match in _URL.finditer(text):
        url = match[1] or _trim(match[2])
        end = match.end() if match[1] else match.start() + len(url)
        parts.append(escape(text[last : match.start()], quote=False))
        parts.append(f'<a href="{escape(url)}">{escape(url, quote=False)}</a>')
        last = end
    parts.append(escape(text[last:], quote=False))
    return "".join(parts)


def _trim(url: str) -> str:
    """Leave out what ends the sentence, and a bracket that was opened before the address."""
    while url:
        last = url[-1]
        opening = _BRACKETS.get(last)
        if last not in _AFTER_URL and not (opening and url.count(opening) < url.count(last)):
            break
        url = url[:-1]
    return url
