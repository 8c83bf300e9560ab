"""What pages hold for browsers without scripts, as feed readers are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace, Unwrap
from refeed.cleaning.element_kinds import collapse, shows_nothing
from refeed.cleaning.embeds import FRAMES, find_frame_address
from refeed.cleaning.html_parser import parse
from refeed.cleaning.images.lazy_addresses import (
    find_image_address,
    is_doubtful,
    is_picture_file,
    is_placeholder,
)
from refeed.cleaning.players import find_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_SCRIPTS_ARE_OFF = re.compile(r"java ?script|джава ?скрипт|جافا ?سكر", re.IGNORECASE)
_SIZE = re.compile(r"[_-]\d+x\d+(?=\.\w+$)")
_MARKUP = re.compile(r"<[a-zA-Z]")
_NOT_TEXT = frozenset({"script", "style"})


def changes(document: Document) -> Iterator[Change]:
    """Remove each `noscript` that holds a copy of what is outside of it, and unwrap the others."""
    shown: set[str] | None = None
    for noscript in document.all("noscript"):
        addresses = [a for a in map(_find_address, noscript.iter("img", *FRAMES)) if a]
        if addresses and shown is None:
            shown = {_build_key(address) for address in _find_addresses_outside(document)}
        if addresses and shown and all(_build_key(address) in shown for address in addresses):
            yield Remove(noscript, "noscript twin")
        elif not len(noscript) and _MARKUP.search(noscript.text or ""):
            if shown is None:
                shown = {_build_key(address) for address in _find_addresses_outside(document)}
            yield from _remove_escaped(noscript, shown)
        elif images := list(noscript.iter("img")):
            yield from _replace_images(noscript, images)
        elif (
            addresses
            or document.is_protected(noscript)
            or not _SCRIPTS_ARE_OFF.search(_collect_text(noscript))
        ):
            yield Unwrap(noscript, "noscript")
        else:
            yield Remove(noscript, "noscript")


def _replace_images(noscript: Element, images: list[Element]) -> Iterator[Change]:
    beside = _find_image_before(noscript)
    beside = _find_image_after(noscript) if beside is None else beside
    if beside is None or len(images) > 1:
        yield Unwrap(noscript, "noscript image")
    elif not find_image_address(beside):
        yield Replace(beside, images[0], "noscript image")
        yield Remove(noscript, "noscript twin")
    elif _is_lazy(beside):
        yield Remove(noscript, "noscript twin")
    else:
        yield Unwrap(noscript, "noscript image")


def _remove_escaped(noscript: Element, shown: set[str]) -> Iterator[Change]:
    """Take out a copy that is written as text, for whose image the one beside it has a place.

    Where none stands beside it, and none shows the same, the image takes the place of the copy.
    """
    image = next(parse(noscript.text).body.iter("img"), None)
    beside = _find_image_before(noscript)
    address = find_image_address(image) if image is not None else ""
    is_alone = beside is None or not _is_lazy(beside)
    if address and is_alone and _build_key(address) not in shown:
        yield Replace(noscript, image, "noscript image")
        return
    if address and beside is not None and not find_image_address(beside):
        yield Replace(beside, image, "noscript image")
    yield Remove(noscript, "noscript twin")


def _find_addresses_outside(document: Document) -> Iterator[str]:
    for element in document.among({"img"} | FRAMES):
        if next(element.iterancestors("noscript"), None) is None and (
            found := _find_address(element)
        ):
            yield found


def _find_address(element: Element) -> str:
    return find_image_address(element) if element.tag == "img" else find_frame_address(element)


def _build_key(address: str) -> str:
    """Return what two addresses of one picture, in two sizes, have in common."""
    page = find_page(address) or address
    path = page.partition("#")[0].partition("?")[0]
    return _SIZE.sub("", (path if is_picture_file(path) else page).partition(":")[2] or page)


def _collect_text(noscript: Element) -> str:
    return collapse(
        " ".join(e.text or "" for e in noscript.iter() if e.tag not in _NOT_TEXT)
        + " ".join(e.tail or "" for e in noscript.iterdescendants())
    )


def _find_image_before(noscript: Element) -> Element | None:
    """Return the image that stands right before, alone or at the end of what stands there."""
    before = noscript.getprevious()
    if before is None or (before.tail or "").strip():
        return None
    return _find_only_image(before)


def _find_image_after(noscript: Element) -> Element | None:
    """Return the image that stands right behind, if it waits for a script."""
    after = noscript.getnext()
    if after is None or (noscript.tail or "").strip():
        return None
    image = _find_only_image(after)
    return image if image is not None and _is_lazy(image) else None


def _is_lazy(image: Element) -> bool:
    """Tell whether an image waits for a script, or did so."""
    source = (image.get("src") or "").strip()
    return (
        is_placeholder(source)
        or is_doubtful(source)
        or "lazy" in (image.get("class") or "").lower()
        or any(name.startswith(("data-src", "data-lazy", "data-orig")) for name in image.attrib)
    )


def _find_only_image(beside: Element) -> Element | None:
    if beside.tag == "img":
        return beside
    images = list(beside.iter("img"))
    if len(images) != 1:
        return None
    others = [child for child in beside.iter() if child.tag not in ("img", "picture", "source")]
    return images[0] if all(shows_nothing(o) or images[0] in o.iter() for o in others) else None
