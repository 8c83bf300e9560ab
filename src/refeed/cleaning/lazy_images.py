"""Lazy-loaded images: give each its real address, and lose none that it has.

Pages put a placeholder into `src` and the address elsewhere: in a `data-` attribute, in `srcset`,
in a `noscript` twin, in JSON. Some archives hold the reverse: a good `src` and a placeholder in
`srcset`. So a good `src` always stays.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace, SetAttribute, Unwrap
from refeed.cleaning.element_kinds import shows_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_LAZY_ATTRIBUTES = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig-file",
    "data-large-file",
    "data-cfsrc",
    "data-actualsrc",
    "data-url",
    "data-image",
    "data-hi-res-src",
    "data-full-src",
    "data-image-src",
)
_PIXELS = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]+)?\s*(?:px)?\s*")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_NO_PICTURE = re.compile(r"data:|about:|blob:|\s*$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"/(?:(?:undefined|null|none)$"
    r"|(?:[\w-]*[_-])?(?:blank|spacer|placeholder|lazy|lazyload|loading|loader|transparent|pixel"
    r"|grey|gray|1x1)(?:[_-][\w-]*)?\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$))",
    re.IGNORECASE,
)
_HINTS = tuple(
    "undefined null none blank spacer placeholder lazy load transparent pixel grey gray 1x1".split()
)
"""Without one of these the pattern, which takes eight times as long, finds nothing."""

_CANDIDATE = re.compile(r"\s*,*\s*(\S*[^,\s])(?:\s+([\d.]+)([wxh]))?\s*(?:,|$)")


def twins(document: Document) -> Iterator[Change]:
    """Settle every `noscript`: a copy of the image before it goes, another image comes out."""
    for noscript in document.all("noscript"):
        images = list(noscript.iter("img"))
        if not images:
            yield Remove(noscript, "noscript")
            continue
        before = _image_before(noscript)
        if before is None or len(images) > 1:
            yield Unwrap(noscript, "noscript image")
        elif address_of(before):
            yield Remove(noscript, "noscript twin")
        else:
            yield Replace(before, images[0], "noscript image")
            yield Remove(noscript, "noscript twin")


def pictures(document: Document) -> Iterator[Change]:
    """Make one image of each `picture`."""
    for picture in document.all("picture"):
        yield from _picture(picture)


def addresses(document: Document) -> Iterator[Change]:
    """Give each image its one best address in `src`; drop the images that have none."""
    for image in document.all("img"):
        found = address_of(image)
        if not found:
            yield Remove(image, "image without address")
            continue
        if found != image.get("src"):
            yield SetAttribute(image, "src", found, "lazy image")
        yield from _attributes(image)
    for frame in document.all("iframe"):
        if is_placeholder(frame.get("src") or ""):
            addresses = (frame.get(name) or "" for name in _LAZY_ATTRIBUTES)
            if found := next((a for a in addresses if not is_placeholder(a)), ""):
                yield SetAttribute(frame, "src", found, "lazy frame")


def _attributes(image: Element) -> Iterator[Change]:
    """One address, a size in pixels, and a text: what is left of an image's attributes."""
    for name in ("srcset", "sizes"):
        if image.get(name) is not None:
            yield SetAttribute(image, name, None, "one address an image")
    for name in ("width", "height"):
        size = image.get(name)
        if size is not None and not (size.isascii() and size.isdigit()):
            pixels = _PIXELS.fullmatch(size)
            yield SetAttribute(image, name, pixels and pixels.group(1), "size in pixels")
    if image.get("alt") is None:
        yield SetAttribute(image, "alt", "", "text for an image")


def is_placeholder(address: str) -> bool:
    """Tell whether an image's address names no picture worth keeping."""
    if _NO_PICTURE.match(address):
        return True
    lower = address.lower()
    return any(map(lower.__contains__, _HINTS)) and _PLACEHOLDER.search(address) is not None


def address_of(image: Element) -> str:
    """Return the best address that an `img` has in any of its attributes, or ""."""
    source = (image.get("src") or "").strip()
    if not is_placeholder(source):
        return source
    for name in _LAZY_ATTRIBUTES:
        candidate = (image.get(name) or "").strip()
        if not is_placeholder(candidate):
            return candidate
    for name in _SETS:
        candidate = largest(image.get(name) or "")
        if candidate:
            return candidate
    return _from_json(image)


def largest(srcset: str) -> str:
    """Return the address of the largest candidate of a `srcset` (HTML, 4.8.4.2.1), or ""."""
    best, size = "", -1.0
    for match in _CANDIDATE.finditer(srcset):
        address, number, _ = match.groups()
        try:
            scale = float(number or 1)
        except ValueError:
            scale = 1.0
        if scale > size and not is_placeholder(address):
            best, size = address, scale
    return best


def _from_json(image: Element) -> str:
    """Substack keeps `src` in `data-attrs`, RFI a folder and a name in `data-image-dataset`."""
    for name in ("data-attrs", "data-image-dataset"):
        try:
            value = json.loads(image.get(name) or "null")
        except ValueError:
            continue
        if not isinstance(value, dict):
            continue
        parts = [value.get("src")] if "src" in value else [value.get("url"), value.get("filename")]
        found = [part for part in parts if isinstance(part, str)]
        if len(found) == len(parts):
            return "".join(found)
    return ""


def _picture(picture: Element) -> Iterator[Change]:
    image = picture.find(".//img")
    if image is None:
        return
    if not address_of(image):
        sets = [s.get("srcset") or s.get("data-srcset") or "" for s in picture.iter("source")]
        best = next(filter(None, map(largest, sets)), "")
        if best:
            yield SetAttribute(image, "src", best, "picture source")
    for source in list(picture.iter("source")):
        # libxml2 doesn't know that a source is empty, and puts what follows into it.
        yield Unwrap(source, "one address an image")
    yield Unwrap(picture, "one address an image")


def _image_before(noscript: Element) -> Element | None:
    """Return the image that stands right before, alone or at the end of what stands there."""
    before = noscript.getprevious()
    if before is None or (before.tail or "").strip():
        return None
    if before.tag == "img":
        return before
    images = list(before.iter("img"))
    if len(images) != 1:
        return None
    others = [child for child in before.iter() if child.tag not in ("img", "picture", "source")]
    return images[0] if all(shows_nothing(o) or images[0] in o.iter() for o in others) else None
