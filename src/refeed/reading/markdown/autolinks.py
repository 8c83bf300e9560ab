"""Makes links of bare addresses, as GitHub's Markdown does (GFM 6.9), of http and https alone.

The library's own way takes time by the square of a text's length, and takes `README.md` for a host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?\Z", re.IGNORECASE)
_LONGEST_SCHEME = 8
# Marks of Markdown end an address, and so does punctuation of scripts that set no space before it.
_REST = re.compile(
    r"""://(?=[^\W_]|\[)(?:(?!\*\*|~~|==|\]\()[^\s<>"`{}|\\^\[\]“”‘’「」『』（）【】《》，。；：！？、…]){1,4000}"""
)
_TRAILING = ".,;:!?*_~'"


def add_autolinks(md: MarkdownIt) -> None:
    """Add the rule to a parser."""
    md.inline.ruler.after("text", "autolinks", _parse_address)


def _parse_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's call
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.src, max(0, state.pos - _LONGEST_SCHEME), state.pos)
    rest = _REST.match(state.src, state.pos, state.posMax) if scheme else None
    if not scheme or not rest or not state.pending.endswith(scheme[0]):
        return False
    address = _trim(scheme[0] + rest[0])
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending.removesuffix(scheme[0])
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": href}
        token.markup = "linkify"
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme[0])
    return True


def _trim(address: str) -> str:
    """Leave out what ends the sentence: punctuation, a bracket that was opened before."""
    while True:
        shorter = address.rstrip(_TRAILING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
