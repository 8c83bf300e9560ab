"""Emphasis in Chinese, Japanese and Korean, which has no spaces around words.

CommonMark leaves `**「名前」**です` alone, since punctuation stands inside of the marks and a
letter outside, where a space would be in other scripts. Here a letter of these scripts counts as a
space does, as the amendment to CommonMark of markdown-cjk-friendly has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

_OPEN_BRACKETS = 200
_WIDE = (
    (0x1100, 0x11FF),
    (0x2E80, 0x303E),
    (0x3040, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),
    (0x16FE0, 0x18DFF),
    (0x1AFF0, 0x1B2FF),
    (0x20000, 0x3FFFD),
)


class CjkInline(ParserInline):
    """The parser of text in paragraphs, with its state replaced."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a text into tokens."""
        state = _State(src, md, env, tokens)
        opened = src.count("[")
        if opened > _OPEN_BRACKETS and opened - src.count("]") > _OPEN_BRACKETS:
            # The library looks for the end of each, which takes long.
            state.push("text", "", 0).content = src
            return state.tokens
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, FBT001 - the library's names
        """Tell whether a run of marks may open and close emphasis, and how long it is."""
        src, marker, end = self.src, self.src[start], start
        while end < self.posMax and src[end] == marker:
            end += 1
        last = src[start - 1] if start > 0 else " "
        following = src[end] if end < self.posMax else " "
        last_wide, next_wide = _is_wide(last), _is_wide(following)
        last_point = _is_punctuation(last) and not last_wide
        next_point = _is_punctuation(following) and not next_wide
        last_space, next_space = isWhiteSpace(ord(last)), isWhiteSpace(ord(following))
        left = not next_space and (not next_point or last_space or last_point or last_wide)
        right = not last_space and (not last_point or next_space or next_point or next_wide)
        opens = left and (canSplitWord or not right or _is_punctuation(last))
        closes = right and (canSplitWord or not left or _is_punctuation(following))
        return Scanned(opens, closes, end - start)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_wide(character: str) -> bool:
    code = ord(character)
    return code >= _WIDE[0][0] and any(first <= code <= last for first, last in _WIDE)
