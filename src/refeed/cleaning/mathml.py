"""MathML as a line of text: e^(kt), 1/2, √(x + 1).

Few readers show MathML, and unwrapped, a half reads 12. The notation is that of mathematics in
plain text (Unicode Technical Note 28).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.element_kinds import Element

_DEEPEST = 60
"""Levels that are written by their meaning; what is in them is written as it stands."""

_LARGEST = 2000
"""Elements of a formula that is written by its meaning."""

_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b\u200c\u200d\ufeff"))
_SPACED = frozenset(
    "= < > ≤ ≥ ≠ ≈ ≡ ≃ ≅ ∼ ∝ ≪ ≫ + - − ± ∓ × · ⋅ ÷ → ← ↔ ⇒ ⇐ ⇔ ↦ ⟶ ⟹ ∈ ∉ ∋ ⊂ ⊆ ⊃ ⊇ ∪ ∩ ∧ ∨ "
    "⊕ ⊗ ∘ ≔ :=".split()
)
_SIGNS = frozenset("+ - − ± ∓".split())
_OPENING = frozenset("( [ { ⟨ | ,".split())
_ACCENTS = {
    accent: combining
    for combining, accents in {
        "\u0302": "^ˆ\u0302",
        "\u0303": "~˜∼\u0303",
        "\u0305": "¯ˉ_‾―\u0304\u0305",
        "\u20d7": "→⃗",
        "\u0307": "˙.\u0307",
        "\u0308": "¨\u0308",
        "\u030c": "ˇ\u030c",
    }.items()
    for accent in accents
}
_NO_LINE = re.compile(r"0*\.?0+(?![\d.])")
_SILENT = frozenset("annotation annotation-xml mphantom maligngroup malignmark none".split())
_BARE = re.compile(
    r"[0-9.,]+%?|\w[\u0300-\u036f\u20d0-\u20ff]?[′']*|√?\([^()]*\)|[\[{⟨|][^\[\]{}⟨⟩|]*[\]}⟩|]|\W"
)
"""What needs no brackets of its own."""


def to_text(math: Element) -> str:
    """Return the text of a `math` element or of what is in it."""
    is_large = next(islice(math.iter(), _LARGEST, None), None) is not None
    text = " ".join(math.itertext()) if is_large else _write(math, 0)
    return " ".join(text.split())


def _write(element: Element, depth: int) -> str:  # noqa: PLR0911 - a case for each element
    tag = _name(element)
    if tag in _SILENT:
        return ""
    children = [child for child in element if _name(child) not in ("annotation", "annotation-xml")]
    if not children or depth > _DEEPEST:
        return _write_token(element, tag)
    if tag in ("semantics", "maction"):
        return _write(children[0], depth + 1)
    if tag == "mfenced":
        inside = ", ".join(_write(child, depth + 1) for child in children)
        return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"
    if tag == "mtable":
        return "; ".join(_write(child, depth + 1) for child in children)
    if tag in ("mtr", "mlabeledtr"):
        return ", ".join(_write(child, depth + 1).strip() for child in children)
    if tag == "mmultiscripts":
        return _write_multiscripts(children, depth)
    if tag in _ARGUMENTS and len(children) == _ARGUMENTS[tag]:
        return _write_layout(element, tag, [_write(child, depth + 1).strip() for child in children])
    row = (element.text or "").strip() + _write_row(children, depth)
    return f"√({row.strip()})" if tag == "msqrt" else row


_ARGUMENTS = {
    "mfrac": 2,
    "mroot": 2,
    "msup": 2,
    "msub": 2,
    "msubsup": 3,
    "mover": 2,
    "munder": 2,
    "munderover": 3,
}


def _write_layout(element: Element, tag: str, parts: Sequence[str]) -> str:
    first, last = parts[0], parts[-1]
    if tag == "mfrac":
        if _NO_LINE.match(element.get("linethickness") or ""):
            return f"binom({first}, {last})"
        return f"{_bracket(first)}/{_bracket(last)}"
    if tag == "mroot":
        return f"root({last}, {first})"
    if tag == "mover" and last in _ACCENTS:
        return first + _ACCENTS[last] if len(first) == 1 else _bracket(first) + last
    scripts = {"msup": "^", "mover": "^", "msub": "_", "munder": "_"}.get(tag, "_^")
    base = first if first.isalnum() else _bracket(first)
    return base + "".join(
        "′" * len(part) if part and not part.strip("′'") else mark + _bracket(part)
        for mark, part in zip(scripts, parts[1:], strict=True)
        if part
    )


def _write_multiscripts(children: Sequence[Element], depth: int) -> str:
    texts = [
        "prescripts" if _name(child) == "mprescripts" else _write(child, depth + 1).strip()
        for child in children
    ]
    cut = texts.index("prescripts") if "prescripts" in texts else len(texts)
    return _pair(texts[cut + 1 :]) + texts[0] + _pair(texts[1:cut])


def _pair(scripts: Sequence[str]) -> str:
    return "".join(
        ("^" if index % 2 else "_") + _bracket(text) for index, text in enumerate(scripts) if text
    )


def _write_row(children: Sequence[Element], depth: int) -> str:
    """Write parts in a row, with space around relations and where two would run together."""
    written, before = "", None
    for child in children:
        text = _write(child, depth + 1) + (child.tail or "").strip()
        if not text:
            continue
        tag = _name(child)
        if tag == "mo" and text in _SPACED and not (text in _SIGNS and _is_sign(written)):
            written = f"{written.rstrip()} {text} "
        elif tag == "mo" and text in (",", ";"):
            written += f"{text} "
        elif before is not None and _runs_together(written, before, child, text):
            written += f" {text}"
        else:
            written += text
        before = child
    return written


def _is_sign(written: str) -> bool:
    """Tell whether a plus or minus belongs to what follows, not to what stands before."""
    last = written.rstrip()[-1:]
    return not last or last in _OPENING or last in _SPACED


def _runs_together(written: str, before: Element, child: Element, text: str) -> bool:
    """Tell whether a part would be read as more of the part before it."""
    if not text[0].isalnum() or not (written[-1].isalnum() or written[-1] in ")]}′"):
        return False
    names = _name(before), _name(child)
    is_word = any(
        name in ("mi", "mo") and len(_write(e, _DEEPEST)) > 1
        for name, e in zip(names, (before, child), strict=True)
    )
    return is_word or names[0] in _ARGUMENTS or text[0].isdigit() or names[1] == "mfrac"


def _write_token(element: Element, tag: str) -> str:
    text = "".join(element.itertext()).translate(_INVISIBLE)
    if tag == "mspace":
        return " "
    return f" {text} " if tag == "mtext" and text.strip() else " ".join(text.split())


def _bracket(text: str) -> str:
    return text if _BARE.fullmatch(text) else f"({text})"


def _name(element: Element) -> str:
    return element.tag.rpartition(":")[2].lower() if isinstance(element.tag, str) else ""
