"""Drawings (SVG) without what runs, loads or links: only what is drawn is left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_MOST_BYTES: Final = 5_000_000
_MOST_ELEMENTS: Final = 50_000
# Elements of SVG 2 that draw, or that these refer to. No script, animation, link, foreignObject.
_SHAPES: Final = frozenset("path rect circle ellipse line polyline polygon text image use".split())
_KEPT: Final = _SHAPES | frozenset(
    """
    svg g defs symbol title desc style tspan textPath linearGradient radialGradient stop pattern
    clipPath mask marker switch filter feBlend feColorMatrix feComponentTransfer feComposite
    feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
    feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """.split()
)
_INNER_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
# CSS that loads anything but a part of the drawing; an escape could hide it.
_LOADS: Final = re.compile(r"@|\\|expression|url\((?!\s*[\"']?#)|image(?:-set)?\(", re.IGNORECASE)
_LENGTH: Final = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)\s*(?:px)?\s*")
_BOX: Final = re.compile(
    r"\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d{1,6}(?:\.\d+)?)[\s,]+(\d{1,6}(?:\.\d+)?)\s*"
)


def make_inert(data: bytes) -> bytes:
    """Return a drawing with what draws alone: no script, event, link, or address outside of it.

    Args:
        data: an SVG document.

    Returns:
        b"" if it is no sound XML, has entities of its own, is too large, or draws nothing.
    """
    root = _parse(data)
    if root is None or etree.QName(root).namespace != _SVG:
        return b""
    gone = [each for each in root.iter() if not _is_kept(each)]
    for element in gone:
        _remove(element)
    for element in root.iter():
        for name in list(_list_harmful(element)):
            del element.attrib[name]
    shapes = [name for each in root.iter() if (name := etree.QName(each).localname) in _SHAPES]
    # A rectangle alone holds the place of a picture.
    if shapes in ([], ["rect"]):
        return b""
    etree.cleanup_namespaces(root)
    written: bytes = etree.tostring(root, encoding="UTF-8")
    return written


def measure_drawing(data: bytes) -> tuple[int, int] | None:
    """Return the size that a drawing states, 0 and 0 if none; None for a dot or a line."""
    root = _parse(data)
    if root is None:
        return None
    sides = [_LENGTH.fullmatch(root.get(name) or "") for name in ("width", "height")]
    box = _BOX.fullmatch(root.get("viewBox") or "")
    found = [float(side[1]) for side in sides if side] if all(sides) else []
    found = found or ([float(box[1]), float(box[2])] if box else [])
    if not found:
        return 0, 0
    width, height = (max(1, round(side)) for side in found)
    return (width, height) if max(found) > 2 else None  # noqa: PLR2004 - as of any picture


def _parse(data: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    if len(data) > _MOST_BYTES or b"<!ENTITY" in data:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return None
    # Neither the document type nor what is around the drawing is a part of it.
    return root


def _is_kept(element: Any) -> bool:  # noqa: ANN401 - as above
    if not isinstance(element.tag, str):
        return False
    name = etree.QName(element)
    if name.namespace != _SVG or name.localname not in _KEPT:
        return False
    return name.localname != "style" or not _LOADS.search("".join(element.itertext()))


def _remove(element: Any) -> None:  # noqa: ANN401 - as above
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _list_harmful(element: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    for name, value in element.items():
        qualified = etree.QName(name)
        local = qualified.localname.lower()
        if qualified.namespace not in (None, _XLINK, "http://www.w3.org/XML/1998/namespace"):
            yield name
        elif local in ("href", "src"):
            is_own = value.strip().startswith("#") or _INNER_PICTURE.match(value.strip())
            if not is_own:
                yield name
        elif local.startswith("on") or local == "base" or _LOADS.search(value):
            yield name
