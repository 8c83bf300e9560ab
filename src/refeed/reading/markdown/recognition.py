"""Tells whether a body is Markdown or HTML, by all of it.

Markdown may have HTML inside, and the native format's HTML may have text outside of any element,
so what counts is the text that no element holds, and whether it has marks of Markdown.
"""

from __future__ import annotations

import re

# The native format has `.md`, too.
_OF_HTML = (".html", ".htm", ".xhtml")
_SUFFIXES = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".rmd")

# Elements whose text is theirs. The others (`div`, `section`, `details` …) may hold Markdown.
_HOLDERS = (
    "p|h[1-6]|ul|ol|li|dl|dt|dd|table|pre|blockquote|figure|script|style|textarea|iframe|address"
)
# Each way begins with a character that is seldom, which the search then jumps to.
_ELEMENT = re.compile(
    rf"""<(?P<end>/?)(?:{_HOLDERS})(?=[\s/>])[^<>]*>
    |(?P<fence>(?P<mark>[`~])(?:(?<=\n.)|(?<=\n\ .)|(?<=\n\ {{2}}.)|(?<=\n\ {{3}}.)|(?<=\A.))
      (?P=mark){{2,}})[^\n]*\n(?s:.*?)(?:\n\ {{0,3}}(?P=fence)|\Z)
    |`[^`\n]{{1,500}}`""",
    re.VERBOSE | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAKS = re.compile(r"<(?:br|p|div)\b", re.IGNORECASE)
_LINE_MARK = re.compile(r"\n {0,3}(?:[-*+>#|=_]|\d[.)])")
_FIRST = "#-*+>|_123456789"
_BLOCK = re.compile(
    rf"<(?:{_HOLDERS}|div|section|article|header|main|center|details|!--)\b", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

# Marks that text of no other kind has.
_CLEAR = re.compile(
    r"""^\ {0,3}\#{1,6}[ \t]+\S                                   # heading
    |^\ {0,3}(?:`{3}|~{3})                                        # code
    |\[[^\[\]\n]{1,300}\]\([^()\s]                                # link, picture
    |!\[[^\[\]\n]{0,300}\]\([^()\s]
    |\[\[[^\[\]\n]{1,300}\]\]                                     # link of a note
    |(?<![*\w])\*\*[^\s*][^*\n]{0,300}\*\*(?![*])                 # strong
    |^\ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*\|                           # table
    |^\ {0,3}\[[^\[\]\n]{1,300}\]:[ \t]*<?(?:https?://|/|\#)      # address of a link
    |^\ {0,3}\[\^[^\[\]\n]{1,100}\]:                              # footnote
    |\{%[-]?\s*end\w+\s*-?%\}|\{\{[<%]\s*\w|\{\{\s*site\.                       # template tag
    """,
    re.VERBOSE | re.MULTILINE,
)
# Marks that plain text may have, too; such text looks as its author meant it as Markdown.
_LIKELY = re.compile(
    r"""^\ {0,3}[-*+][ \t]+\S[^\n]*\n(?:[ \t]*\n)?\ {0,6}[-*+][ \t]  # list
    |^\ {0,3}1[.)][ \t]+\S[^\n]*\n(?:[ \t]*\n)?\ {0,3}\d[.)][ \t]
    |^\ {0,3}>[ \t]?\S                                            # quotation
    |^\S[^\n]*\n(?:=+|-{3,})[ \t]*$                               # heading
    |^(?:-{3,}|\*{3,}|_{3,}|\*[ ]\*[ ]\*)[ \t]*$                  # rule
    |`[^`\n]+`
    |(?<![*\w])\*[^\s*][^*\n]{0,300}\*(?![*\w])                   # emphasis
    |(?<![_\w])_{1,2}[^\s_][^_\n]{0,300}_{1,2}(?![_\w])
    |\S(?:\ \ |\\)\n\S                                            # line break
    """,
    re.VERBOSE | re.MULTILINE,
)


def is_markdown(body: str, path: str, *, has_header: bool) -> bool:
    """Tell whether a body is Markdown, perhaps with HTML inside; else it is HTML or plain text.

    Args:
        body: without front matter.
        path: of the file, whose name may say that it is Markdown: then it is, unless it is HTML.
        has_header: whether the native format's header stands before it: then it is HTML unless
            there is proof.
    """
    if _is_surely_html(body) or (has_header and not _may_have_marks(body)):
        return False
    if path.lower().endswith(_OF_HTML):
        return False
    text = take_bare_text(body)
    if _CLEAR.search(text):
        return not (has_header and _has_more_paragraphs(body, text))
    if not _has_markdown_name(path) or _is_html(body, text):
        return False
    text = _TAG.sub("", text).strip()
    has_paragraphs = "<" not in body or "\n\n" in text
    return _LIKELY.search(text) is not None or (has_paragraphs and not has_header)


def _is_surely_html(body: str) -> bool:
    """Tell soon whether a body is HTML, as most are, or empty."""
    if not body or body[0] != "<":
        return not body
    # Most are one line, or that within `<div>` and `</div>` on lines of their own.
    if body.find("\n", 6, -7) < 0:
        return True
    # A block of HTML ends at a blank line (CommonMark 4.6).
    blank_lines = len(_BLANK_LINE.findall(body))
    if not blank_lines and _BLOCK.match(body):
        return True
    if body[-1] != ">":
        return False
    return body.count("<p") > blank_lines or not _may_have_marks(body)


def _has_markdown_name(path: str) -> bool:
    """Tell whether a file's name says that it is Markdown."""
    return path.lower().endswith(_SUFFIXES)


def _may_have_marks(body: str) -> bool:
    """Tell soon whether it is worth to look for marks; the native format's HTML has hardly any."""
    # A single character is found far sooner than two.
    return (
        body[0] in _FIRST
        or ("]" in body and ("](" in body or "[[" in body or "]:" in body))
        or ("*" in body and "**" in body)
        or "`" in body
        or ("{" in body and ("{{" in body or "{%" in body))
        or ("~" in body and "~~~" in body)
        or _LINE_MARK.search(body) is not None
    )


def take_bare_text(body: str) -> str:
    """Return the text that no element holds, with what is shown as code in Markdown."""
    if "<" not in body:
        return body
    parts: list[str] = []
    depth = at = 0
    for element in _ELEMENT.finditer(body):
        if not depth:
            parts.append(body[at : element.start()])
        at = element.end()
        if element["end"] is None:
            if not depth:
                parts.append(element[0])
        elif element["end"]:
            depth = max(0, depth - 1)
        elif not element[0].endswith("/>"):
            depth += 1
    if not depth:
        parts.append(body[at:])
    return "".join(parts)


def _has_more_paragraphs(body: str, bare: str) -> bool:
    """Tell whether there are more paragraphs of HTML than texts that no element holds."""
    paragraphs = len(_PARAGRAPH.findall(body)) if "<" in body else 0
    return paragraphs > sum(bool(text.strip()) for text in _BLANK_LINE.split(bare))


def _is_html(body: str, bare: str) -> bool:
    """Tell whether elements hold more of the text than none does, or break its lines."""
    if "<" not in body or not _BREAKS.search(body):
        return False
    outside = len(_TAG.sub("", bare).strip())
    return outside * 2 < len(_TAG.sub("", body).strip()) or "<br" in bare.lower()
