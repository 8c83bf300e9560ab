"""Blocks that CommonMark does not know: code of template tags, formulas, comments of notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.markdown.inline_rules import is_tex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

DEEPEST = 40
"""How far quotations and lists may be nested; deeper ones are published as plain text."""

_CODE = re.compile(
    r"\{%-?\s*(highlight|codeblock|code)\b([^%\n]*)-?%\}|\{\{[<%]\s*(highlight|code)\b([^\n]*?)[>%]\}\}"
)
_LANGUAGE = re.compile(r"\s*(?:lang:|\"|')?([A-Za-z][\w+#-]*)(?![\w]*=)")
_TAG = re.compile(r"\{%|\{\{[<%]")
_CLOSINGS = {"{%": "%}", "{{<": ">}}", "{{%": "%}}"}
_LONGEST_TAG = 50
_COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
_NOTE_COMMENT_END = re.compile(r"%%\s*$")
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}")


_FORMULA_ENDS = {mark: re.compile(re.escape(mark) + r"\s*$") for mark in ("$$", "\\]", "\\\\]")}


class TooDeepError(Exception):
    """Quotations and lists are nested too deep."""


def add_block_rules(md: MarkdownIt) -> None:
    """Add the rules to a parser."""
    ends_paragraphs: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    ruler = md.block.ruler
    ruler.before("table", "limit", _limit_depth)
    ruler.after("limit", "template_code", _parse_template_code, ends_paragraphs)
    ruler.after("template_code", "formula", _parse_formula, ends_paragraphs)
    ruler.after("formula", "note_comment", _parse_note_comment, ends_paragraphs)


def _limit_depth(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001 - the library's call
    """Refuse what the library would leave out without a word."""
    if state.level > DEEPEST:
        raise TooDeepError
    return False


def _read_line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _parse_template_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Parse `{% highlight %}` and its like as code."""
    text = _read_line(state, start)
    if (
        not text.startswith(("{%", "{{"))
        or not state.env.get("is_post")
        or state.is_code_block(start)
    ):
        return False
    if _COMMENT.match(text):
        return _skip_to(state, start, end, _COMMENT_END, silent=silent)
    opening = _CODE.match(text)
    if not opening:
        return _parse_long_tag(state, start, end, silent=silent)
    name = opening[1] or opening[3]
    closing = re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}|\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}")
    same = closing.search(text, opening.end())
    if same:
        content, last = text[opening.end() : same.start()].strip() + "\n", start
    else:
        last = _find_line(state, start + 1, end, closing)
        if last < 0:
            return False
        content = text[opening.end() :].strip()
        content = f"{content}\n" if content else ""
        content += state.getLines(start + 1, last, state.blkIndent, keepLastLF=True)
        tail = closing.split(_read_line(state, last), maxsplit=1)
        content += f"{tail[0]}\n" if tail[0].strip() else ""
    if silent:
        return True
    language = _LANGUAGE.match(opening[2] or opening[4] or "")
    token = state.push("fence", "code", 0)
    token.info = language[1] if language else ""
    token.content = content.strip("\n") + "\n"
    token.markup = "```"
    token.map = [start, last + 1]
    state.line = last + 1
    return True


def _parse_long_tag(state: StateBlock, start: int, end: int, *, silent: bool) -> bool:
    """Parse a tag that spans lines as a paragraph: a line of it may begin with `>}}`."""
    text = _read_line(state, start)
    opening = _TAG.match(text)
    closing = _CLOSINGS[opening[0]] if opening else ""
    if not closing or closing in text:
        return False
    last = _find_line(state, start + 1, min(end, start + _LONGEST_TAG), re.compile(closing))
    if last < 0:
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        token = state.push("inline", "", 0)
        token.content = state.getLines(start, last + 1, state.blkIndent, keepLastLF=False).strip()
        token.children = []
        token.map = [start, last + 1]
        state.push("paragraph_close", "p", -1)
        state.line = last + 1
    return True


def _parse_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    r"""Parse `$$ … $$` and `\[ … \]` that stand on lines of their own."""
    text = _read_line(state, start)
    if not text.startswith(("$$", "\\[", "\\\\[")) or state.is_code_block(start):
        return False
    mark = "$$" if text[0] == "$" else text[: text.index("[")] + "]"
    closing = _FORMULA_ENDS[mark]
    opened = len(mark)
    inner = text[opened:].strip()
    if inner.endswith(mark) and len(inner) > len(mark):
        content, last = inner[: -len(mark)], start
    elif mark in inner or (mark != "$$" and inner):
        return False
    else:
        last = _find_line(state, start + 1, end, closing)
        if last < 0 or not state.getLines(start + 1, last, 0, keepLastLF=True).strip() + inner:
            return False
        tail = _read_line(state, last).rstrip()[: -len(mark)]
        lines = state.getLines(start + 1, last, state.blkIndent, keepLastLF=True)
        content = f"{inner}\n{lines}{tail}"
    if mark in content or (mark != "$$" and not is_tex(content)):
        return False
    if not silent:
        token = state.push("formula_block", "code", 0)
        token.content = content.strip()
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _parse_note_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Skip `%%` … `%%` on lines of their own."""
    text = _read_line(state, start)
    if not text.startswith("%%") or state.env.get("is_post") or "%%" in text[2:]:
        return False
    return _skip_to(state, start, end, _NOTE_COMMENT_END, silent=silent)


def _skip_to(
    state: StateBlock, start: int, end: int, closing: re.Pattern[str], *, silent: bool
) -> bool:
    last = (
        start
        if closing.search(_read_line(state, start), 2)
        else _find_line(state, start + 1, end, closing)
    )
    if last < 0:
        return False
    if not silent:
        state.line = last + 1
    return True


def _find_line(state: StateBlock, start: int, end: int, closing: re.Pattern[str]) -> int:
    """Return the first line that has a closing mark, or -1; none is sought twice."""
    missing = state.env.setdefault("missing", {})
    if missing.get(closing.pattern, end + 1) <= start:
        return -1
    for line in range(start, end):
        if closing.search(_read_line(state, line)):
            return line
    missing[closing.pattern] = min(start, missing.get(closing.pattern, start))
    return -1
