"""Code with numbered lines: removes the numbers, and keeps the lines as one `pre`.

Highlighters put numbers into a column of a table, into a list, or before each line. In a feed they
would stand among the code, and a table would keep its lines apart from each other.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace
from refeed.cleaning.element_kinds import is_within, make_element
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_NUMBERS = frozenset(
    "gutter gl lineno linenos linenodiv linenumber linenumbers line-number line-numbers lnt ln "
    "blob-num hljs-ln-numbers hljs-ln-n react-syntax-highlighter-line-number rouge-gutter "
    "js-line-number lntd-num code-line-number token-line-number CodeMirror-linenumber "
    "crayon-nums crayon-num line_numbers lnum diff-line-num".split()
)
_NUMBER_TEXT = re.compile(r"(?:\s*[0-9]{0,6}[.:|]?)*\s*")
_CODE = frozenset({"pre", "code"})


def join_lines(document: Document) -> Iterator[Change]:
    """Make one `pre` of a table or list of lines of code, and remove the numbers before lines."""
    done: set[Element] = set()
    for table in document.all("table"):
        if not is_within(table, done) and (lines := _find_lines_in_table(table)) is not None:
            outer = _find_outermost(table, document)
            done.add(outer)
            yield Replace(outer, _build_pre(lines), "numbered lines of code")
    for code in document.all("pre"):
        lists = [child for child in code.iter("ol", "ul") if not is_within(child, done)]
        if lists and not is_within(code, done) and _holds_only(code, lists[0]):
            done.add(code)
            yield Replace(code, _build_pre([*lists[0].iter("li")]), "numbered lines of code")
    yield from _remove_numbers(document, done)


def _remove_numbers(document: Document, done: set[Element]) -> Iterator[Change]:
    """Remove numbers inside code, and the block of numbers that stands beside a block of code."""
    pres = document.all("pre")
    for pre in pres:
        if is_within(pre, done):
            continue
        if _is_numbers(pre) and len(pres) > 1:
            done.add(pre)
            yield Remove(pre, "line numbers")
            continue
        for element in pre.iterdescendants():
            if element.get("class") and _is_numbers(element) and not is_within(element, done):
                done.add(element)
                yield Remove(element, "line number")


def _is_numbers(element: Element) -> bool:
    """Tell whether an element is named for line numbers, and holds nothing else."""
    around = (element, element.getparent()) if element.tag == "pre" else (element,)
    names = {name for e in around for name in (e.get("class") or "").split()}
    return (
        not names.isdisjoint(_NUMBERS)
        and _NUMBER_TEXT.fullmatch("".join(element.itertext())) is not None
    )


def _find_lines_in_table(table: Element) -> list[Element] | None:
    """Return the cells of a table that hold code, if beside each there is one of line numbers."""
    cells: list[Element] = []
    is_code = any(e.tag in _CODE for e in (*table.iterancestors(), *table.iterdescendants("pre")))
    has_numbers = False
    for row in table.iter("tr"):
        code = [cell for cell in row if not _is_number_cell(cell)]
        if len(code) > 1:
            return None
        has_numbers = has_numbers or len(code) < len(row)
        is_named = any("code" in (cell.get("class") or "").lower() for cell in code)
        is_code = is_code or is_named or any(next(c.iter(*_CODE), None) is not None for c in code)
        cells += code
    return cells if cells and has_numbers and is_code else None


def _is_number_cell(cell: Element) -> bool:
    numbered = [e for e in cell.iter() if not _NUMBERS.isdisjoint((e.get("class") or "").split())]
    return bool(numbered) and _NUMBER_TEXT.fullmatch("".join(cell.itertext())) is not None


def _find_outermost(table: Element, document: Document) -> Element:
    """Return the outermost `pre` or `code` that holds nothing but a table, or the table."""
    outer = table
    for parent in table.iterancestors():
        if parent is document.body or not _holds_only(parent, table):
            break
        if parent.tag in _CODE:
            outer = parent
    return outer


def _holds_only(element: Element, inner: Element) -> bool:
    return "".join(element.itertext()).strip() == "".join(inner.itertext()).strip()


def _build_pre(lines: Sequence[Element]) -> Element:
    """Return a `pre` with the contents of elements, each on lines of its own."""
    pre = make_element("pre")
    for number, line in enumerate(lines):
        copy = deepcopy(line)
        copy.tag, copy.tail = "span", None
        copy.attrib.clear()
        _flatten(copy)
        pre.append(copy)
        if number < len(lines) - 1 and not "".join(copy.itertext()).endswith("\n"):
            copy.tail = "\n"
    return pre


def _flatten(line: Element) -> None:
    """Make inline elements of the blocks in a line, each with the line end that it had."""
    for block in list(line.iterdescendants(*BLOCKS)):
        is_last = block.getnext() is None and not (block.tail or "").strip()
        if block.tag != "pre" and not is_last and not "".join(block.itertext()).endswith("\n"):
            block.tail = "\n" + (block.tail or "").lstrip("\n")
        block.tag = "span"
        block.attrib.clear()
