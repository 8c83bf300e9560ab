"""Pictures that a page shows by a style, or that a script puts into an element that is empty.

Galleries and headers of articles do so. Patterns, icons and what lies behind a text do, too: so the
element must hold nothing, and the address must be that of a picture file.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Replace
from refeed.cleaning.element_kinds import MEDIA, make_element
from refeed.cleaning.images.lazy_addresses import (
    find_image_address,
    is_doubtful,
    is_picture_file,
    is_placeholder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_HOLDERS = frozenset({"div", "span", "a", "figure", "picture"})
_STYLE_HINTS = ("background",)
_DATA_HINTS = ("data-",)
_ATTRIBUTE_HINTS = ("data-bg", "data-src", "data-image", "data-original", "data-lazy")
_ATTRIBUTES = frozenset(
    "data-bg data-background data-background-image data-src data-image data-original data-lazy-src"
    " data-lazy data-bg-url data-lazy-bg".split()
)
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]*?url\(\s*['\"]?([^'\")]+)")
_PATTERN = re.compile(r"repeat-[xy]|background-position\s*:\s*-?\d|:\s*repeat\b", re.IGNORECASE)
_NO_PICTURE = re.compile(
    r"icon|logo|sprite|pattern|texture|avatar|button|arrow|/(?:bg|background)\b|\.(?:svg|gif)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"[_-]\d+x\d+(?=\.\w+$)")
_CAPTION = "figcaption"
_IMAGE = "image"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href", "xlink:href")


def changes(document: Document) -> Iterator[Change]:
    """Make images of elements that hold nothing and are shown as a picture."""
    likely = list(_find_likely(document))
    names = {_name(find_image_address(image)) for image in document.all("img")} if likely else {""}
    for element, address, rule in likely:
        if _name(address) not in names:
            names.add(_name(address))
            yield Replace(element, _fill(element, address), rule)


def _find_likely(document: Document) -> Iterator[tuple[Element, str, str]]:
    for element in document.among(_HOLDERS) if _may_be_there(document) else ():
        if (text := element.text) and not text.isspace():
            continue
        if (address := _find_address(element)) and _is_empty(element):
            yield element, address, "picture of a style"
    yield from _find_others(document)


def _may_be_there(document: Document) -> bool:
    return document.may_hold(_STYLE_HINTS) or (
        document.may_hold(_DATA_HINTS) and document.may_hold(_ATTRIBUTE_HINTS)
    )


def _find_others(document: Document) -> Iterator[tuple[Element, str, str]]:
    for link in document.all("a"):
        if not len(link) and not link.text and _is_a_picture(link.get("href") or ""):
            yield link, link.get("href"), "link to a picture"
    for picture in document.all("picture"):
        if next(picture.iter("img"), None) is None and (address := _find_source(picture)):
            yield picture, address, "picture source"
    for drawing in document.all("svg"):
        for image in drawing.iter(_IMAGE, "img"):
            address = next(filter(None, (image.get(name) for name in _HREFS)), "")
            if is_picture_file(address) and not _NO_PICTURE.search(address):
                yield drawing, address, "picture in a drawing"
                break


def _name(address: str) -> str:
    """Return the name of a picture's file, without its size."""
    return _SIZE.sub("", address.partition("?")[0].rpartition("/")[2].lower())


def _find_address(element: Element) -> str:
    names = element.keys()
    if not names:
        return ""
    style = element.get("style") or ""
    found = [element.get(name).strip() for name in names if name in _ATTRIBUTES]
    if "background" in style and not _PATTERN.search(style):
        found += map(str.strip, _BACKGROUND.findall(style))
    return next(filter(_is_a_picture, found), "")


def _is_a_picture(address: str) -> bool:
    return (
        is_picture_file(address)
        and not is_placeholder(address)
        and not is_doubtful(address)
        and not _NO_PICTURE.search(address)
    )


def _is_empty(element: Element) -> bool:
    """Tell whether an element holds nothing, or a figure nothing but its caption."""
    inside = [e for e in element.iter() if e is not element]
    if any(e.tag in MEDIA or e.tag in {"noscript", "source"} for e in inside):
        return False
    if element.tag == "figure":
        captions = [e for e in element if e.tag == _CAPTION]
        return len(captions) == len(element) and not (element.text or "").strip()
    return not "".join(element.itertext()).strip()


def _fill(element: Element, address: str) -> Element:
    if element.tag in {"picture", "svg"}:
        return make_element("img", src=address)
    whole = deepcopy(element)
    whole.tail = None
    text = element.get("title") or element.get("aria-label") or ""
    whole.insert(0, make_element("img", src=address, alt=text))
    for name in ("style", *_ATTRIBUTES):
        whole.attrib.pop(name, None)
    return whole


def _find_source(picture: Element) -> str:
    for source in picture.iter("source"):
        for name in ("srcset", "data-srcset", "src"):
            address = (source.get(name) or "").strip().partition(" ")[0].rstrip(",")
            if address and not is_placeholder(address):
                return address
    return ""
