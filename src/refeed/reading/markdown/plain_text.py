"""Makes plain text of a line of Markdown: of a title."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]*\")?\)")
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])"
)
_NOTE_LINK = re.compile(r"!?\[\[([^\[\]\n]{1,500})\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,50}\]")
_CODE = re.compile(r"(`+)(?!`)\s?([^`\n]+?)\s?(?<!`)\1(?!`)")
_STRONG = re.compile(r"(?<![*\w])(\*{1,3})(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*])\1(?![*\w])")
_WIDE_STRONG = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*])\*\*")
_UNDERLINED = re.compile(r"(?<![_\w])(_{1,2})(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_])\1(?![_\w])")
_PAIRS = re.compile(r"(~~|==)(?=\S)([^~=\n]{1,500}?)(?<=\S)\1")
_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}\n]{0,300}\}\s*$")
_BLOCK_ID = re.compile(r"\s\^[A-Za-z0-9-]{1,40}$")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
_MARKS = "[*_`~=<\\{^"


def to_plain_text(line: str) -> str:
    """Return a line without the marks of Markdown: emphasis, links, code, HTML, attributes."""
    if not any(map(line.__contains__, _MARKS)):
        return line.strip()
    line = _BLOCK_ID.sub("", _ATTRIBUTES.sub("", line))
    line = _IMAGE.sub(r"\1", line)
    line = _NOTE_LINK.sub(lambda link: name_note(link[1]), line)
    line = _FOOTNOTE.sub("", _LINK.sub(r"\1", line))
    line = _CODE.sub(r"\2", line)
    line = _PAIRS.sub(r"\2", _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", line)))
    line = _WIDE_STRONG.sub(r"\1", line)
    return _ESCAPED.sub(r"\1", _TAG.sub("", line)).strip()


def name_note(inner: str) -> str:
    """Return what a link of a note shows: the alias of ``[[note|alias]]``, else the note's name."""
    target, bar, alias = inner.replace("\\|", "|").partition("|")
    if bar and alias.strip():
        return alias.strip()
    page, _, heading = target.strip().partition("#")
    name = page.rpartition("/")[2] or page
    heading = heading.lstrip("^#")
    return f"{name} > {heading}" if name and heading else name or heading


def normalize_title(text: str) -> str:
    """Return the letters and digits of a title, to tell whether a heading repeats it."""
    return "".join(filter(str.isalnum, text.casefold()))
