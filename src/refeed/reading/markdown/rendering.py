"""Makes HTML of Markdown, by markdown-it-py with rules of our own."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from refeed.reading.markdown.autolinks import add_autolinks
from refeed.reading.markdown.block_rules import DEEPEST, TooDeepError, add_block_rules
from refeed.reading.markdown.cjk import CjkInline
from refeed.reading.markdown.core_rules import add_core_rules
from refeed.reading.markdown.inline_rules import add_inline_rules
from refeed.reading.markdown.preparing import prepare
from refeed.reading.markdown.template_tags import TagReducer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

LONGEST = 1_000_000
"""Characters. A longer body is published as plain text, in paragraphs."""

_MARKS_LOOKED_AT = 40
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def render(body: str, known: Mapping[str, str] | None) -> str:
    """Return the HTML of a body in Markdown.

    No word of it is lost: what nests too deep or is too long to be parsed is shown as it is.

    Args:
        body: HTML inside is left alone; what is published is sanitised later.
        known: of a post, the values of front matter by normalized keys, which template tags may
            show. None for a note, whose braces are text.
    """
    if len(body) > LONGEST:
        return _show_source(body)
    reducer = None if known is None else TagReducer(known)
    env: dict[str, Any] = {"is_post": known is not None, "reducer": reducer}
    try:
        html: str = _parser().render(prepare(body, reducer), env)
    except (TooDeepError, RecursionError):
        return _show_source(body)
    return html.strip()


class _Parser(MarkdownIt):
    """A parser to which each address is a link's: the sanitiser leaves out what is harmful."""

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - the library's name
        """Return True: what is no link would be shown with its brackets and its address."""
        return True


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    md = _Parser("commonmark", {"html": True, "maxNesting": DEEPEST + 5})
    inline = CjkInline()
    md.inline = inline
    md.use(footnote_plugin).use(deflist_plugin)
    md.enable(["table", "strikethrough"])
    add_autolinks(md)
    add_block_rules(md)
    add_inline_rules(md)
    add_core_rules(md)
    md.add_render_rule("formula_block", _render_formula)
    md.add_render_rule("footnote_ref", _render_footnote_mark)
    md.add_render_rule("footnote_anchor", _render_nothing)
    return md


def _render_formula(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:  # noqa: ANN401 - the library's call
    return f"<div><code>{escape(tokens[index].content, quote=False)}</code></div>\n"


def _render_footnote_mark(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:  # noqa: ANN401
    """Write the number alone: a link would lead to the article's page, which has no such place."""
    number = tokens[index].meta["id"] + 1
    return f"<sup>{number}</sup>" if _is_bracketed(tokens, index) else f"<sup>[{number}]</sup>"


def _is_bracketed(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a text's own brackets are around a mark and the marks beside it."""
    for token in reversed(tokens[max(0, index - _MARKS_LOOKED_AT) : index]):
        if token.type == "footnote_ref":
            continue
        if token.content.endswith("["):
            return True
        if token.content.strip(" ,;–-"):
            return False
    return False


def _render_nothing(*_: Any) -> str:  # noqa: ANN401
    return ""


def _show_source(body: str) -> str:
    parts = _PARAGRAPHS.split(body)
    return "\n".join(
        f"<p>{escape(part.strip(), quote=False)}</p>" for part in parts if part.strip()
    )
