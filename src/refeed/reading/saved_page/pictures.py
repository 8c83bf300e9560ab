"""The pictures that a page carries, in itself or in a folder beside it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from refeed.model import CarriedPicture

if TYPE_CHECKING:
    from refeed.reading.saved_page.tree import Element, PageTree

_DATA = re.compile(r"data:(image/[\w.+-]+)((?:;[\w=.-]+)*),", re.IGNORECASE)
_VARIABLE = "--sf-img-"
_DEFINITION = re.compile(rf"({_VARIABLE}\d+)\s*:\s*url\(\s*([\"']?)(data:[^\"')]+)\2\s*\)")
_USE = re.compile(rf"var\(\s*({_VARIABLE}\d+)\s*\)")
_SMALLEST = 200
"""Bytes; what is smaller stands for a picture that a script shows later."""

_MOST = 2000
_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}


def show_variable_pictures(html: str, page: PageTree) -> None:
    """Give images their pictures that SingleFile keeps in variables of a style sheet, in place.

    It does so with what a page shows more than once; the `src` is an empty drawing then.
    """
    if _VARIABLE not in html:
        return
    pictures = {name: address for name, _, address in _DEFINITION.findall(html)}
    for element in page.elements:
        style = element.get("style") or ""
        if element.tag == "img" and (found := _USE.search(style)) and found[1] in pictures:
            element.set("src", pictures[found[1]])


def list_carried(body: Element) -> tuple[CarriedPicture, ...]:
    """Return the pictures of a page whose bytes came with it, each once.

    Those in `data:` addresses, but placeholders, and those in a browser's companion folder, whose
    size isn't known here and is 0.
    """
    found: dict[str, CarriedPicture] = {}
    for image in body.iter("img"):
        source = (image.get("src") or "").strip()
        if source in found or not source:
            continue
        picture = _read_data(source) or _read_beside(source)
        if picture:
            found[source] = picture
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def _read_data(source: str) -> CarriedPicture | None:
    match = _DATA.match(source)
    if not match:
        return None
    length = len(source) - match.end()
    size = length * 3 // 4 - source[-2:].count("=") if "base64" in match[2].lower() else length
    return CarriedPicture(source, match[1].lower(), size) if size >= _SMALLEST else None


def _read_beside(source: str) -> CarriedPicture | None:
    if not is_in_companion(source):
        return None
    return CarriedPicture(source, _TYPES.get(source.rpartition(".")[2].lower(), ""), 0)


def is_in_companion(reference: str) -> bool:
    """Tell whether a relative reference leads into a folder that a browser saved with a page."""
    return "/" in reference and _compile_beside().match(reference) is not None


@cache
def _compile_beside() -> re.Pattern[str]:
    """Return the pattern of addresses in a folder that a browser names after the page."""
    import tomllib

    # The package of rules knows this one, so its file is read and it isn't imported.
    text = files("refeed").joinpath("rules", "layouts.toml").read_text(encoding="utf-8")
    ends = "|".join(map(re.escape, tomllib.loads(text)["companion_ends"]))
    return re.compile(
        rf"(?:\./)?(?![a-z][a-z0-9+.-]*:|/)[^?#]{{0,500}}?(?:{ends})/[^?#]+", re.IGNORECASE
    )
