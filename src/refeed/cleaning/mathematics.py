"""Mathematics: each formula once, as its TeX or as text, in `code`.

KaTeX and MathJax write a formula up to three times: as MathML for screen readers, as boxes for the
eye, as source. MathML itself is left out, since few readers show it and sanitisers that let it
pass have been got around by it again and again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from refeed.cleaning.changes import Remove, Replace
from refeed.cleaning.element_kinds import holds, is_within, make_element
from refeed.cleaning.mathml import to_text
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_MATH = frozenset({"math", "m:math", "mml:math"})
_HINTS = ("math",)
"""MathML, MathJax and KaTeX have it in a name of an element, a class, an attribute or a type."""

_SOURCES = ("math/tex", "math/asciimath", "math/mml")
_RENDERED = frozenset(
    "katex katex-display MathJax MathJax_Display MathJax_SVG MathJax_SVG_Display MathJax_CHTML "
    "MathJax_Preview mjx-chtml MJXc-display MathJax_MathML mwe-math-element".split()
)
_CANDIDATES = etree.XPath(
    "descendant::*[self::mjx-container or contains(@class, 'katex') or contains(@class, 'MathJax')"
    " or contains(@class, 'mjx') or contains(@class, 'MJX') or contains(@class, 'mwe-math')]"
)
_DISPLAYED = frozenset("katex-display MathJax_Display MathJax_SVG_Display MJXc-display".split())
_DISPLAY_STYLE = re.compile(r"\{\\(?:display|text)style\s*(.*)\}")


def replace_formulas(document: Document) -> Iterator[Change]:
    """Put the text of each formula in its place, and remove its other renderings."""
    if not document.may_hold(_HINTS):
        return
    done: set[Element] = set()
    for script in document.all("script"):
        if (script.get("type") or "").lower().startswith(_SOURCES):
            done.add(script)
            yield from _replace_script(script, done)
    for element in _find_rendered(document):
        if not is_within(element, done):
            yield from _replace_rendered(element, done)
    for math in document.among(_MATH):
        # One with blocks was never closed.
        if not is_within(math, done) and not holds(math, BLOCKS):
            done.add(math)
            text = _find_text(math)
            yield _replace(math, text) if text else Remove(math, "formula without text")


def _replace_rendered(element: Element, done: set[Element]) -> Iterator[Change]:
    if any(image.get("alt") for image in element.iter("img")):
        # Wikipedia: the picture is for the eye, and the formula is its description.
        formulas = list(element.iter(*_MATH))
        done.update(formulas)
        yield from (Remove(math, "formula beside its picture") for math in formulas)
    elif text := _find_text(element):
        done.add(element)
        yield _replace(element, text)


def _find_rendered(document: Document) -> Iterator[Element]:
    return (element for element in _CANDIDATES(document.body) if _is_rendered(element))


def _replace_script(script: Element, done: set[Element]) -> Iterator[Change]:
    """Replace the source of a formula; what MathJax has rendered of it stands before it."""
    before = script.getprevious()
    while before is not None and not (before.tail or "").strip() and _is_rendered(before):
        done.add(before)
        yield Remove(before, "formula rendered")
        before = before.getprevious()
    kind = script.get("type", "").lower()
    text = " ".join((script.text or "").split())
    if kind.startswith("math/mml"):
        from refeed.cleaning.html_parser import parse

        text = to_text(parse(script.text or "").body)
    if text:
        yield _replace(script, text)


def _is_rendered(element: Element) -> bool:
    return element.tag == "mjx-container" or not _RENDERED.isdisjoint(
        (element.get("class") or "").split()
    )


def _find_text(element: Element) -> str:
    """Return a formula's TeX, or else its MathML as text, or else what it is called, or ""."""
    for annotation in element.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower():
            return _clean_tex("".join(annotation.itertext()))
    math = element if element.tag in _MATH else next(element.iter(*_MATH), None)
    for each in (element, math):
        if each is not None and (text := each.get("alttext") or each.get("data-latex")):
            return _clean_tex(text)
    if math is not None:
        return to_text(math)
    if source := element.get("data-mathml"):
        from refeed.cleaning.html_parser import parse

        return to_text(parse(source).body)
    return element.get("aria-label") or "" if element.tag == "mjx-container" else ""


def _clean_tex(tex: str) -> str:
    line = " ".join(tex.split())
    whole = _DISPLAY_STYLE.fullmatch(line)
    return whole[1].strip() if whole else line


def _replace(element: Element, text: str) -> Change:
    formula = make_element("code", text)
    if _is_displayed(element):
        block = make_element("div")
        block.append(formula)
        formula = block
    return Replace(element, formula, "formula as text")


def _is_displayed(element: Element) -> bool:
    if element.get("display") in ("block", "true") or "display" in (element.get("type") or ""):
        return True
    math = next(element.iter(*_MATH), None)
    return not _DISPLAYED.isdisjoint((element.get("class") or "").split()) or (
        math is not None and (math.get("display") == "block" or math.get("mode") == "display")
    )
