"""Gives lazy-loaded images, films and sounds their real address, and keeps one copy of each.

Every image becomes an `img`, whatever the page had: a `picture`, a custom element, a copy in
`noscript` for browsers without scripts.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace, SetAttribute, Unwrap
from refeed.cleaning.element_kinds import DROP_MARK, KEEP_MARK, collapse, make_element
from refeed.cleaning.images.lazy_addresses import (
    find_image_address,
    find_in_attributes,
    find_largest_in_sets,
    is_doubtful,
    is_picture_file,
    is_placeholder,
)
from refeed.cleaning.images.signs import find_sign
from refeed.cleaning.images.sizes import is_ratio
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_PIXELS = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]+)?\s*(?:px)?\s*")
_DECORATION = re.compile(
    r"(?:(?:short|long|thin|gr[ea]y|white|\d+px) )*(?:presentational|transparent|horizontal)"
    r"(?: (?:short|long|thin|gr[ea]y|white))* (?:line|space)|gr[ea]y line|水平[线線]",
    re.IGNORECASE,
)
"""The text of an image that is a rule between paragraphs."""
_DECORATIONS = ("line", "space", "线", "線")

_LONGEST_PREVIEW = 2000
"""Characters of a `data:` address that may be a placeholder's; a picture's has more."""

_SHOWS_IMAGES = re.compile(r"im(?:g|age)|pic(?:ture)?\b|photo")
_SHOWS_OTHERS = re.compile(
    r"video|audio|frame|player|embed|youtube|vimeo|icon|twitter|list|gallery"
)
_TAKEN_OVER = ("alt", "title", "width", "height", "poster", KEEP_MARK, DROP_MARK)
_MEDIA = ("img", "video", "audio", "iframe", "object", "embed")
_PLAYERS = frozenset({"video", "audio", "source"})
_FILM_OR_SOUND = re.compile(
    r"\S+\.(?:mp4|m4v|webm|ogv|mov|m3u8|mp3|m4a|ogg|oga|opus|wav)(?:[?#]\S*)?", re.IGNORECASE
)


def convert_other_names(document: Document) -> Iterator[Change]:
    """Make an image or a film of each element of a page's own, as `amp-img`, that is one.

    A `figure` into which a script would put the image gets the image, too.
    """
    own = {tag for tag in document.tags() if "-" in tag} | {"image", "figure"}
    for element in document.among(own):
        if element.tag == "figure" and not any("set" in n or "src" in n for n in element.attrib):
            continue
        if any(next(m.iterancestors("noscript"), None) is None for m in element.iter(*_MEDIA)):
            continue
        if element.tag == "figure":
            if found := find_in_attributes(element.attrib):
                yield Replace(element, _add_image(element, found), "figure without its image")
        elif found := _find_picture(element):
            image = _copy_attributes(make_element("img", src=found), element)
            yield Replace(element, _add_content(image, element), "image by another name")
        elif _FILM_OR_SOUND.fullmatch(found := (element.get("src") or "").strip()):
            player = make_element(
                "audio" if "audio" in element.tag else "video", src=found, controls=""
            )
            yield Replace(element, _copy_attributes(player, element), "player by another name")


def unwrap_pictures(document: Document) -> Iterator[Change]:
    """Make one image of each `picture`."""
    for picture in document.all("picture"):
        yield from _unwrap_picture(picture)


def set_addresses(document: Document) -> Iterator[Change]:
    """Give each image its one best address in `src`; drop the images that have none."""
    for image in document.all("img"):
        found = find_image_address(image)
        if document.has_keep_marks and document.is_protected(image):
            found = found or image.get("src") or ""
        elif found and _is_decoration(image):
            yield Remove(image, "line between paragraphs")
            continue
        if not found and (sign := find_sign(image, "")):
            yield Replace(image, make_element("span", sign), "picture of a sign")
            continue
        if not found:
            in_page = len(image.get("src") or "") > _LONGEST_PREVIEW
            yield Remove(
                image, "picture in the page itself" if in_page else "image without address"
            )
            continue
        if found != image.get("src"):
            yield SetAttribute(image, "src", found, "lazy image")
        yield from _tidy_attributes(image)
    for player in document.among(_PLAYERS):
        if not (player.get("src") or "").strip() and (found := _find_film_or_sound(player)):
            yield SetAttribute(player, "src", found, "lazy film or sound")
        poster = player.get("data-poster")
        if poster and player.tag == "video" and is_placeholder(player.get("poster") or ""):
            yield SetAttribute(player, "poster", poster, "lazy film or sound")


def _is_decoration(image: Element) -> bool:
    text = (image.get("alt") or "").strip()
    return text.endswith(_DECORATIONS) and _DECORATION.fullmatch(text) is not None


def _tidy_attributes(image: Element) -> Iterator[Change]:
    """One address, a size in pixels, and a text: what is left of an image's attributes."""
    names = image.keys()
    for name in ("srcset", "sizes"):
        if name in names:
            yield SetAttribute(image, name, None, "one address an image")
    ratio = "width" in names and is_ratio(image)
    for name in ("width", "height") if "width" in names or "height" in names else ():
        size = image.get(name)
        if ratio:
            yield SetAttribute(image, name, None, "a ratio, not a size")
        elif size is not None and not (size.isascii() and size.isdigit()):
            pixels = _PIXELS.fullmatch(size)
            yield SetAttribute(image, name, pixels and pixels.group(1), "size in pixels")
    if "alt" not in names:
        yield SetAttribute(image, "alt", "", "text for an image")


def _unwrap_picture(picture: Element) -> Iterator[Change]:
    image = picture.find(".//img")
    if image is None:
        return
    own = find_image_address(image)
    if not own or is_doubtful(own):
        best = next(
            filter(None, (find_largest_in_sets(s.attrib) for s in picture.iter("source"))), ""
        )
        own = best if best and not is_doubtful(best) else own or best
    if own and own != image.get("src"):
        yield SetAttribute(image, "src", own, "picture source")
    for source in list(picture.iter("source")):
        # libxml2 doesn't know that a source is empty, and puts what follows into it.
        yield Unwrap(source, "one address an image")
    yield Unwrap(picture, "one address an image")


def _find_picture(element: Element) -> str:
    tag = element.tag
    if _SHOWS_OTHERS.search(tag):
        return ""
    own = (element.get("src") or "").strip()
    found = find_in_attributes(element.attrib) if is_placeholder(own) or is_doubtful(own) else own
    found = found or (own if not is_placeholder(own) else "")
    return found if is_picture_file(found) or _SHOWS_IMAGES.search(tag) else ""


def _copy_attributes(made_of: Element, element: Element) -> Element:
    made_of.attrib.update({n: element.get(n) for n in _TAKEN_OVER if element.get(n)})
    return made_of


def _add_content(image: Element, element: Element) -> Element:
    """Return the image with the element's content behind it, but for what only stands in for it."""
    children = [deepcopy(child) for child in element if child.tag != "noscript"]
    if element.tag.startswith("amp-") or not collapse("".join(element.itertext())):
        return image
    whole = make_element("div" if any(c.tag in BLOCKS for c in children) else "span")
    image.tail = element.text
    whole.extend([image, *children])
    return whole


def _add_image(figure: Element, address: str) -> Element:
    whole = deepcopy(figure)
    whole.tail = None
    whole.insert(0, make_element("img", src=address))
    return whole


def _find_film_or_sound(player: Element) -> str:
    """Return the address of a film or sound in any attribute but those of its poster, or ""."""
    for name, value in player.attrib.items():
        address: str = value.strip()
        if name != "src" and (name == "data-src" or _FILM_OR_SOUND.fullmatch(address)):
            return address
    return ""
