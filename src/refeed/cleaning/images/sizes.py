"""What the stated sizes of an image mean: a size, a ratio, or a pixel that only counts readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refeed.cleaning.element_kinds import Element

NO_SIZE = 10_000
"""A side in pixels that no picture has."""

_SIZE = re.compile(r"\s*0*([0-9]+(?:\.[0-9]*)?)\s*(?:px)?\s*$")
_STYLE_SIZE = re.compile(
    r"(?:^|[;\s])(width|height)\s*:\s*0*([0-9]+(?:\.[0-9]*)?)(?:px|pt|em|rem)?\s*(?=[;!]|$)"
)
_STRETCHED = re.compile(
    r"(?:^|[;\s-])width\s*:\s*(?:[1-9]\d*(?:\.\d+)?(?:%|vw)|auto|calc)|aspect-ratio\s*:|object-fit\s*:"
)
_FILLING = re.compile(r"(?:^|[;\s])min-width\s*:\s*[1-9]\d*(?:\.\d+)?(?:%|vw)")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_PICTURE_FILE = re.compile(r"[^?#]+\.(?:jpe?g|png|webp|avif)(?:$|[?#])", re.IGNORECASE)
_PHOTO_FILE = re.compile(r"[^?#]+\.(?:jpe?g|webp|avif)(?:$|[?#])", re.IGNORECASE)
_LAYOUT = frozenset({"responsive", "fill", "intrinsic", "flex-item"})
_NAMES_A_PIXEL = re.compile(
    r"(?<![a-z])(?:pixel|track(?:er|ing)?|count(?:er)?|beacon|stats?)(?![a-z\d])", re.IGNORECASE
)
_SMALLEST_PHOTO = 150.0
_LARGEST_PIXEL = 2.0
_LARGEST_RATIO = 32.0


def is_pixel(image: Element) -> bool:
    """Tell whether an image or frame is shown so small, or not at all, that it can only count.

    Both sides must be known to be small: a wide picture with `height="1"` is a mistake in a page,
    not a pixel. An image that a style hides counts, unless its address names a picture file, it
    has a size or somebody described it: pages hide pictures too, until a script shows them. One
    that fills what is around it has no size of its own, and is no pixel.
    """
    style = (image.get("style") or "").lower()
    if not style and (image.get("width") is None or image.get("height") is None):
        return False
    if style and _INVISIBLE.search(style) and not _may_be_shown_later(image):
        return True
    sizes = _read_sizes(image)
    if style:
        if _FILLING.search(style):
            return False
        sizes |= {name: float(value) for name, value in _STYLE_SIZE.findall(style)}
    return _are_at_most(_LARGEST_PIXEL, sizes) and not is_ratio(image)


def is_ratio(image: Element) -> bool:
    """Tell whether an image's `width` and `height` say only how its sides relate, as 1 and 1."""
    width = image.get("width") or ""
    if not width or (len(width) > 2 and width.isdigit()):  # noqa: PLR2004 - most are, at a glance
        return False
    sizes = _read_sizes(image)
    if not _are_at_most(_LARGEST_RATIO, sizes) or 0.0 in sizes.values():
        return False
    style = (image.get("style") or "").lower()
    if _STRETCHED.search(style) or (image.get("layout") or "").lower() in _LAYOUT:
        return True
    return (
        _are_at_most(_LARGEST_PIXEL, sizes)
        and not _STYLE_SIZE.search(style)
        and _is_a_picture(image)
    )


def is_photo(image: Element) -> bool:
    """Tell whether an image is a photo by its file's name, and not stated to be small."""
    sizes = [size for size in _read_sizes(image).values() if size is not None]
    address = image.get("src") or ""
    return _PHOTO_FILE.match(address) is not None and all(size >= _SMALLEST_PHOTO for size in sizes)


def read_side(image: Element, name: str) -> int:
    """Return a side in pixels; `NO_SIZE` where none is stated."""
    size = image.get(name) or ""
    return int(size) if size.isascii() and size.isdigit() else NO_SIZE


def _is_a_picture(image: Element) -> bool:
    address = image.get("src") or ""
    if _NAMES_A_PIXEL.search(address.partition("?")[0]) or not _PICTURE_FILE.match(address):
        return False
    return (
        _PHOTO_FILE.match(address) is not None
        or _is_described(image)
        or next(image.iterancestors("figure"), None) is not None
    )


def _may_be_shown_later(image: Element) -> bool:
    sizes = _read_sizes(image)
    has_size = all(size is not None and size > _LARGEST_RATIO for size in sizes.values())
    return has_size or _is_described(image) or bool(_PICTURE_FILE.match(image.get("src") or ""))


def _is_described(image: Element) -> bool:
    text = image.get("alt") or ""
    return bool(text.strip()) and not _NAMES_A_PIXEL.search(text)


def _read_sizes(image: Element) -> dict[str, float | None]:
    return {name: _parse_size(image.get(name)) for name in ("width", "height")}


def _are_at_most(largest: float, sizes: dict[str, float | None]) -> bool:
    return all(size is not None and size <= largest for size in sizes.values())


def _parse_size(value: str | None) -> float | None:
    match = _SIZE.match(value) if value else None
    return float(match.group(1)) if match else None
