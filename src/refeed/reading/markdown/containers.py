"""Opens what other parsers than CommonMark's know as containers, on lines of their own.

`:::` of Docusaurus, VitePress, Starlight, Quarto and Pandoc: a note is a quotation with its title
in bold, as a callout of Obsidian is; of any other its text alone stays. Components of MDX, such as
`<TabItem label="npm">`: CommonMark would take the lines below for HTML.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(
    r"(?P<indent>[ \t]*)(?P<mark>:{3,})[ \t]*(?P<name>[A-Za-z][\w-]*)?(?P<rest>[^\n]*)"
)
_NOTES = re.compile(
    r"(?:callout-)?(?:note|tip|info|warning|danger|caution|important|success|error|details|hint)"
)
_TITLE = re.compile(r"\b(?:title|summary)=(?:\"([^\"]*)\"|'([^']*)')")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
# Some write HTML so, too.
_COMPONENT = re.compile(
    r"\s*</?(?!(?:Table|T[rhd]|Tbody|Thead|[OU]l|Li|Pre|Div|Blockquote|Br|Hr|Details|Summary)\b)"
    r"[A-Z][a-z][\w.]*(?P<rest>(?:\s(?![^<>]*(?:src|href)=)[^<>]*)?)>\s*"
)
_LABEL = re.compile(r"\s(?:label|title)=(?:\"([^\"]*)\"|'([^']*)')")


class Lines(NamedTuple):
    """Lines, and which of them are code."""

    texts: list[str]
    code: list[bool]

    def add(self, text: str, *, is_code: bool = False) -> None:
        """Put a line at the end."""
        self.texts.append(text)
        self.code.append(is_code)


def open_containers(lines: Lines) -> Lines:
    """Return lines without the marks of containers; those of a note are quoted."""
    if not any(":::" in text or "<" in text for text in lines.texts):
        return lines
    opened = Lines([], [])
    # The indents of open containers, and for those that are no notes None.
    stack: list[str | None] = []
    closings = sum(_is_closing(text) for text in lines.texts)
    for text, is_code in zip(*lines, strict=True):
        mark = None if is_code or ":::" not in text else _MARK.fullmatch(text)
        if mark and (mark["name"] or mark["rest"].strip()) and closings > len(stack):
            stack.append(_open(mark, stack, opened))
        elif mark and stack and _is_closing(text):
            stack.pop()
            closings -= 1
            opened.add(_quote("", stack))
        elif not is_code and (component := _COMPONENT.fullmatch(text)):
            label = _LABEL.search(component["rest"])
            _add_set_apart(f"**{label[1] or label[2]}**" if label else "", stack, opened)
        else:
            opened.add(_quote(text, stack), is_code=is_code)
    return opened


def _is_closing(text: str) -> bool:
    return ":::" in text and not text.strip(" \t:")


def _open(mark: re.Match[str], stack: list[str | None], opened: Lines) -> str | None:
    """Begin a container, and return its indent if it is a note."""
    kind = _CLASS.search(mark["rest"]) if not mark["name"] else None
    name = kind[1] if kind else mark["name"] or ""
    if not _NOTES.fullmatch(name):
        opened.add(_quote("", stack))
        return None
    title = _TITLE.search(mark["rest"])
    text = (title[1] or title[2]) if title else re.sub(r"\{[^{}]*\}", "", mark["rest"])
    text = text.strip(" \t:").removeprefix("[").removesuffix("]")
    opened.add(_quote("", stack))
    inner = [*stack, mark["indent"]]
    shown = text or name.removeprefix("callout-").capitalize()
    opened.add(_quote(f"**{shown}**", inner))
    opened.add(_quote("", inner))
    return mark["indent"]


def _add_set_apart(text: str, stack: list[str | None], opened: Lines) -> None:
    for line in ("", text, "") if text else ("",):
        opened.add(_quote(line, stack))


def _quote(text: str, stack: list[str | None]) -> str:
    """Return a line within the notes that are open."""
    indents = [indent for indent in stack if indent is not None]
    if not indents:
        return text
    return f"{indents[0]}{'> ' * len(indents)}{text.removeprefix(indents[0])}"
