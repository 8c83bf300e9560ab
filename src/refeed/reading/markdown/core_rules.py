"""What is done to all blocks of a document, before and after the text in them is parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.markdown.code_spans import split_code_spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_CALLOUT = re.compile(r"\[!([\w -]{1,40})(?:\|[^\[\]\n]{0,100})?\][+-]?[ \t]*([^\n]*)(?:\n|$)")
_TASK = re.compile(r"\[([ xX/-])\][ \t]+")
_HEADING_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}\n]{0,300}\}\s*$")
_SPAN_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,300}\}")
_HTML_CODE = re.compile(r"<(pre|code|script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_SIZE = re.compile(r"\s*\|[ ]?(\d{2,5})(?:x(\d{2,5}))?[ ]?$")
_FIGURE = re.compile(r"\s*<(figure|iframe|blockquote|cite)\b.*</\1>(?:<br>)?\s*", re.DOTALL)
_PELICAN = re.compile(
    r"(?:\{|%7B|\|)(filename|static|attach|photo|thumb|tag|category|author|index)(?:\}|%7D|\|)"
)
_OF_SOURCE = re.compile(r"\.(?:md|markdown|rst|ipynb|html)(?:#.*)?$", re.IGNORECASE)
_PELICAN_ATTRIBUTE = re.compile(
    r"\b(src|href)\s*=\s*([\"'])[{|](?:static|attach|filename|photo)[}|]([^\"']*)\2", re.IGNORECASE
)


def add_core_rules(md: MarkdownIt) -> None:
    """Add the rules to a parser."""
    md.core.ruler.after("block", "template_tags", _reduce_tags)
    md.core.ruler.after("template_tags", "callouts", _show_callouts)
    md.core.ruler.before("footnote_tail", "footnotes_without_mark", _keep_footnotes)
    md.core.ruler.push("own_links", _mend_links)


def _reduce_tags(state: StateCore) -> None:
    """Reduce template tags in text and HTML, and drop the paragraphs that were nothing else."""
    if reducer := state.env.get("reducer"):
        for token in state.tokens:
            if token.type == "html_block":
                token.content = _reduce_html(token.content, reducer.reduce)
            elif token.type == "inline":
                reduced = _drop_attributes(reducer.reduce(token.content))
                token.content = reduced if reduced == token.content else reduced.strip()
    for number, token in enumerate(state.tokens):
        if token.type == "inline" and state.tokens[number - 1].type == "heading_open":
            token.content = _HEADING_ATTRIBUTES.sub("", token.content)
    _hide_paragraphs(state.tokens)


def _reduce_html(html: str, reduce: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for code in _HTML_CODE.finditer(html):
        parts += (reduce(html[at : code.start()]), code[0])
        at = code.end()
    html = "".join([*parts, reduce(html[at:])])
    return _PELICAN_ATTRIBUTE.sub(r"\1=\2\3\2", html)


def _drop_attributes(text: str) -> str:
    if "{:" not in text:
        return text
    return "".join(
        part if is_code else _SPAN_ATTRIBUTES.sub("", part)
        for part, is_code in split_code_spans(text)
    )


def _hide_paragraphs(tokens: list[Token]) -> None:
    """Write no `<p>` around nothing and around figures."""
    for number in range(1, len(tokens) - 1):
        token = tokens[number]
        if token.type != "inline" or tokens[number - 1].type != "paragraph_open":
            continue
        if not token.content or _FIGURE.fullmatch(token.content):
            tokens[number - 1].hidden = tokens[number + 1].hidden = True


def _show_callouts(state: StateCore) -> None:
    """Show the title of a callout (`> [!note] Title`) in bold, and boxes of tasks as signs."""
    tokens = state.tokens
    for number, token in enumerate(tokens):
        if token.type != "inline" or number < 2:  # noqa: PLR2004 - two tokens open a block
            continue
        around = tokens[number - 2].type
        if around == "blockquote_open" and (callout := _CALLOUT.match(token.content)):
            title = callout[2].strip() or callout[1].strip().capitalize()
            rest = token.content[callout.end() :]
            line = f"**{title}**" if "*" not in title else title
            token.content = f"{line}<br>\n{rest}" if rest else line
        elif around == "list_item_open" and (task := _TASK.match(token.content)):
            sign = "☐ " if task[1] == " " else "☑ "
            token.content = sign + token.content[task.end() :]


def _keep_footnotes(state: StateCore) -> None:
    """Keep footnotes that no mark leads to: the library leaves them out."""
    notes = state.env.get("footnotes")
    if not notes:
        return
    listed = notes["list"]
    for label, number in notes["refs"].items():
        if number < 0:
            notes["refs"][label] = len(listed)
            listed[len(listed)] = {"label": label[1:], "count": 0}


def _mend_links(state: StateCore) -> None:
    """Take out links and pictures whose address nobody knows; the text of a link stays."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _mend(token.children)


def _mend(children: list[Token]) -> list[Token]:
    kept: list[Token] = []
    dropped: list[bool] = []
    for child in children:
        if child.type == "link_open":
            href = _find_address(str(child.attrs.get("href", "")))
            child.attrs["href"] = href
            dropped.append(not href)
            if not href:
                continue
        elif child.type == "link_close" and dropped and dropped.pop():
            continue
        elif child.type == "image":
            source = _find_address(str(child.attrs.get("src", "")))
            child.attrs["src"] = source
            if source:
                _set_size(child)
            else:
                child.type, child.children = "text", None
        kept.append(child)
    return kept


def _set_size(picture: Token) -> None:
    """Take the size off an alternative text (`![A chart|400x300](chart.png)`), as notes have it."""
    last = picture.children[-1] if picture.children else None
    if last and last.type == "text" and (size := _SIZE.search(last.content)):
        last.content = last.content[: size.start()]
        picture.attrs["width"] = size[1]
        if size[2]:
            picture.attrs["height"] = size[2]


def _find_address(address: str) -> str:
    """Return an address; Pelican's `{static}/path` without its mark, `{filename}…` is not known."""
    mark = _PELICAN.match(address)
    if not mark:
        return address
    rest = address[mark.end() :]
    is_file = mark[1] in ("static", "attach", "photo") or (
        mark[1] == "filename" and not _OF_SOURCE.search(rest)
    )
    return rest if is_file else ""
