"""Shows pictures of the web by files of refeed's own, with their width and height.

What is shown then needs no network: films and sounds are left where they are, but not loaded before
they are played.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from refeed.pictures.addresses import PREFIX, make_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.pictures.identify import Picture

# Of serialized HTML, in which a quote within a value is a reference.
_TAG: Final = re.compile(r"<(img|video|audio)\b((?:[^>\"]|\"[^\"]*\")*)>")
_ATTRIBUTE: Final = re.compile(r" ([a-z]+)(?:=\"([^\"]*)\")?")
_PICTURES: Final = {"img": "src", "video": "poster"}


def list_addresses(html: str) -> list[str]:
    """Return the addresses of the web that cleaned HTML shows pictures by, in order, each once."""
    return list(dict.fromkeys(_find_addresses(html)))


def _find_addresses(html: str) -> Iterator[str]:
    for tag in _TAG.finditer(html):
        name = _PICTURES.get(tag[1])
        for attribute in _ATTRIBUTE.finditer(tag[2]) if name else ():
            if attribute[1] == name and attribute[2]:
                address = unescape(attribute[2])
                if address.startswith("http") and not address.startswith(PREFIX):
                    yield address


def localise(html: str, pictures: Mapping[str, Picture]) -> str:
    """Return HTML that shows pictures by files of refeed's own.

    Args:
        html: cleaned.
        pictures: by their addresses; others stay as they are.
    """

    def rewrite(tag: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        if tag[1] == "img":
            changed = _show_own(attributes, pictures)
        else:
            changed = _load_later(attributes, pictures)
        return tag[0] if changed is None else f"<{tag[1]}{_serialise(changed)}>"

    return _TAG.sub(rewrite, html)


def _show_own(attributes: dict[str, str], pictures: Mapping[str, Picture]) -> dict[str, str] | None:
    found = pictures.get(unescape(attributes.get("src", "")))
    if found is None:
        return None
    width, height = _scale(found, attributes.get("width", ""), attributes.get("height", ""))
    sizes = {"width": str(width), "height": str(height)} if width and height else {}
    return {**attributes, "src": make_address(found.name), **sizes}


def _load_later(attributes: dict[str, str], pictures: Mapping[str, Picture]) -> dict[str, str]:
    found = pictures.get(unescape(attributes.get("poster", "")))
    poster = {"poster": make_address(found.name)} if found else {}
    return {**attributes, **poster, "preload": "none"}


def _scale(picture: Picture, width: str, height: str) -> tuple[int, int]:
    """Return the size that a picture is shown in: the article's own, in the picture's ratio."""
    if not picture.width or not picture.height:
        return 0, 0
    stated = [int(each) if each.isdigit() and len(each) < 6 else 0 for each in (width, height)]  # noqa: PLR2004 - more digits are no pixels
    if all(stated):
        return stated[0], stated[1]
    if stated[0]:
        return stated[0], max(1, round(stated[0] * picture.height / picture.width))
    if stated[1]:
        return max(1, round(stated[1] * picture.width / picture.height)), stated[1]
    return picture.width, picture.height


def _serialise(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())
