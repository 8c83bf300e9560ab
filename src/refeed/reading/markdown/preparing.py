"""Prepares the lines of a body before it is parsed as Markdown; lines of code stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.markdown.block_links import mend_block_links
from refeed.reading.markdown.containers import Lines, open_containers
from refeed.reading.markdown.line_ends import find_line_ends
from refeed.reading.markdown.lines import mark_code

if TYPE_CHECKING:
    from refeed.reading.markdown.template_tags import TagReducer

# Attributes of a block of kramdown and of markdown-it-attrs; the place for a table of contents.
_ATTRIBUTES = re.compile(r"[ \t>]*\{(?::|[.#][A-Za-z])[^{}\n]*\}[ \t]*")
_OPTIONS = re.compile(r"[ \t]*\{::[^{}\n]*\}[ \t]*|[ \t]*\{:/[^{}\n]*\}[ \t]*")
_CONTENTS = re.compile(r" {0,3}(?:[*+-]|\d+\.)[ \t]+\S.*")
_OF_CONTENTS = re.compile(r"\s*\{:\s*toc\b[^{}\n]*\}\s*", re.IGNORECASE)
_CONTENTS_MARK = re.compile(r" {0,3}(?:\[\[?_?toc_?\]\]?|\$\{toc\}|@\[toc\])[ \t]*", re.IGNORECASE)
_DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]{1,500}\]:.*\{[{%]")
# `**01  ` above `**`.
_OPENED = re.compile(r"([ \t>]*\*\*[^\s*][^*]{0,300}?)[ \t\\]+")
_CLOSED = re.compile(r"([ \t>]*)\*\*([^*]*)")
# An attribute of JSX in an element of MDX.
_JSX = re.compile(r"[ \t]+[A-Za-z][\w-]{0,40}=\{\{?[^{}<>]{0,300}\}\}?(?=[^<>]{0,300}>)")
_ELEMENT = re.compile(
    r"<(/?)(div|section|article|details|center|table|thead|tbody|tr|td|th|figure|ul|ol|li|dl|p"
    r"|blockquote|picture|video|audio|iframe|nav|aside|header|footer|main)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_INDENTED_TAG = re.compile(r"(?: {4,}| {0,3}\t[ \t]*)(</?[a-zA-Z!].*)")
_WITH_MARKDOWN = re.compile(
    r"(\s*<\w+\b[^<>]*?)\s+markdown\s*=\s*[\"']?(?:1|block|span|true)[\"']?([^<>]*>)(.*)",
    re.IGNORECASE,
)
# MDX has Markdown in it.
_SUMMARY = re.compile(r"(<summary>\s*)\*\*([^*<>\n]+)\*\*(\s*</summary>)")


def prepare(body: str, reducer: TagReducer | None) -> str:
    """Return a body that the parser understands as its author meant it.

    Args:
        body: in Markdown.
        reducer: of template tags, if the body is a post's.
    """
    lines = body.split("\n")
    lines, code = open_containers(Lines(lines, list(mark_code(lines))))
    lines = _close_emphasis(mend_block_links(lines, code), code)
    ends = find_line_ends(lines, code)
    prepared: list[str] = []
    depth = 0
    for number, (line, is_code) in enumerate(zip(lines, code, strict=True)):
        if is_code:
            prepared.append(line)
            continue
        text = line
        if "<" in line:
            text = _SUMMARY.sub(r"\1<strong>\2</strong>\3", line)
            if depth and (indented := _INDENTED_TAG.fullmatch(line)):
                text = indented[1]
            depth = _count_open(line, depth)
            if with_markdown := _WITH_MARKDOWN.fullmatch(text):
                prepared += [with_markdown[1] + with_markdown[2], ""]
                text = with_markdown[3]
        if _CONTENTS_MARK.fullmatch(text):
            continue
        if reducer:
            text = _JSX.sub("", text) if "={" in text and "<" in text else text
            kept = _prepare_post_line(text, prepared, reducer)
            if kept is None:
                continue
            text = kept
        prepared.append(text + ends.get(number, ""))
    return "\n".join(prepared)


def _close_emphasis(lines: list[str], code: list[bool]) -> list[str]:
    """Put the end of strong emphasis behind its text, where clippers wrote it on the next line."""
    mended = list(lines)
    for number in range(1, len(lines)):
        above, line = mended[number - 1], mended[number]
        if "**" not in line or code[number] or code[number - 1]:
            continue
        opened, closed = _OPENED.fullmatch(above), _CLOSED.fullmatch(line)
        if opened and closed:
            mended[number - 1] = f"{opened[1]}**  "
            mended[number] = closed[1] + closed[2]
    return mended


def _count_open(line: str, depth: int) -> int:
    """Return how many elements are open after a line; HTML within one may be indented."""
    for end, _ in _ELEMENT.findall(line):
        depth = max(0, depth - 1) if end else depth + 1
    return depth


def _prepare_post_line(line: str, before: list[str], reducer: TagReducer) -> str | None:
    """Return a line of a post without kramdown's marks, or None if nothing is left."""
    if "{" in line:
        if _OF_CONTENTS.fullmatch(line):
            if before and _CONTENTS.fullmatch(before[-1]):
                before.pop()
            return None
        if _ATTRIBUTES.fullmatch(line) or _OPTIONS.fullmatch(line):
            return None
    # An address with a space in it is none.
    return reducer.reduce(line) if _DEFINITION.match(line) else line
