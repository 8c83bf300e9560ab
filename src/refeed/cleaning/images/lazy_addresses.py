"""The best address that an image has, wherever its page keeps it.

Pages put a placeholder or a blurred preview into `src` and the address elsewhere: in one of many
attributes, in a `srcset`, in JSON, on the element around. Some archives hold the reverse: a good
`src` and a placeholder in `srcset`. So a `src` is replaced only by a better address.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from refeed.urls.srcset import list_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.cleaning.element_kinds import Element

_LOADED_LATER = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-original-src",
    "data-cfsrc",
    "data-actualsrc",
    "data-ezsrc",
    "data-echo",
    "data-runner-src",
    "nitro-lazy-src",
)
"""Where scripts that load images late find the address."""

_KNOWN = (
    *_LOADED_LATER,
    "data-orig-file",
    "data-large-file",
    "data-url",
    "data-image",
    "data-hi-res-src",
    "data-full-src",
    "data-image-src",
)
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PLAIN = frozenset(
    "src alt title class id style width height srcset sizes loading decoding border align "
    "referrerpolicy crossorigin fetchpriority rel role lang dir longdesc usemap ismap name "
    "hspace vspace tabindex itemprop aria-label aria-hidden aria-describedby onclick onload "
    "onerror data-attachment-id data-permalink".split()
)
"""Attributes that hold no address, or not the image's; `srcset` is looked at by itself."""

_NO_PICTURE = re.compile(r"(?:data|about|blob|javascript):|#|//:|\s*$", re.IGNORECASE)
_WORD = (
    r"(?:blank|spacer|placeholder|lazy(?:[_-]?load(?:ing|er)?)?|load(?:ing|er)|transparent|pixel"
    r"|gr[ea]y|1x1|1px|empty|shim)"
)
_FILES = r"\.(?:gif|png|svg|jpe?g|webp)(?:[?#&]|$)"
_NUMBERED = r"(?:_\d{6,}_+(?:\d+_+)*)"
"""What the BBC puts before the name of a file."""

_NO_ADDRESS = frozenset({"undefined", "null", "none"})
"""What scripts write for an address that they have not got, alone or on the page's own folder."""

_PLACEHOLDER = re.compile(
    # The whole name is such a word.
    rf"{_NUMBERED}?(?:(?:image|img|default|bg)[_-])*{_WORD}"
    rf"(?:[_-](?:{_WORD}|image|img|default|bg|gif|spinner|nc|\d+x\d+|\d+px))*{_FILES}"
    # Lines and spaces between the BBC's paragraphs.
    rf"|{_NUMBERED}(?:(?:short|presentational|gr[ea]y|white|transparent)[_-]){{0,3}}line\d*(?:-nc)?{_FILES}"
    # What turns while a page loads.
    r"|(?:(?:ajax|icon|image|img)[_-])*(?:spinner|preload(?:er)?)(?:[_-](?:animated|\d+x\d+|\d+))*"
    r"\.(?:gif|svg)(?:[?#&]|$)"
    rf"|[\w-]*presentational_[\w-]*(?:line|space)\d*(?:-nc)?{_FILES}"
    rf"|[sx]\.gif(?:#|$)"
)
"""The name of a file that shows nothing, in lower case."""

_PHOTOGRAPH = re.compile(r"http.*/(?:blank|lazy|empty|gr[ea]y|pixel)\.jpe?g", re.IGNORECASE)
"""A picture that a person may have called so, if the page has no other for it."""

# An empty drawing in a `data:` address, of which programs have made an address of the page's site.
_RESOLVED_DRAWING = re.compile(r"[^/]/(?:[^/]*/)?www\.w3\.org/\d{4}/svg['\"%]")

# A name of which such a word is a part, or a size of a few dots.
_DOUBTFUL_NAME = re.compile(
    rf"(?:[\w-]*[_-])?{_WORD}(?:[_-][\w-]*)?\.(?:gif|png|svg|jpe?g|webp)$"
    r"|[^.]*[_-]\d{1,2}x\d{1,2}\.\w+$"
)
# Parameters by which image services make a preview of a few pixels.
_DOUBTFUL_QUERY = re.compile(
    r"(?:^|[&;])(?:w|h|width|height|size|resize|fit)=\d{1,2}(?:&|$|%2c|,)|(?:^|[&_-])blur(?:red)?\b"
)
_DOUBTFUL_PATH = re.compile(r"[/,]w_\d{1,2}[,/]|[/,_-](?:e_)?blur(?:red)?\b|\blqip\b")
_HINTS_OF_DOUBT = ("w_", "blur", "lqip")
_LAZY_CLASS = re.compile(r"(?:^|[\s_-])lazy(?![a-z]*ed\b)", re.IGNORECASE)
_PICTURE_FILE = re.compile(
    r"[^\s{}<>\"']+\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:[?#&!@:/].*)?", re.IGNORECASE
)
_WEB_ADDRESS = re.compile(r"(?:https?:)?//[^\s{}<>\"']+\.[^\s{}<>\"']+", re.IGNORECASE)
_NAMES_A_PICTURE = re.compile(
    r"src|lazy|orig|image|img|photo|picture|file|ur[il]|media|full|large|hires"
)
_NAMES_ANOTHER = re.compile(
    r"link|href|page|placeholder|load(?:ing|er)|error|fallback|icon|avatar|logo|ajax|api|share"
)
_NAMES_A_SMALL_ONE = re.compile(r"thumb|small|low|tiny|mini|preview|lqip|blur")
_STYLED = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_LISTED = re.compile(r"\[\s*([^,\]\s]+)\s*,")
_LONGEST = 4096
_FEWEST_FOLDERS = 4
_AROUND = 3


def is_placeholder(address: str) -> bool:
    """Tell whether an image's address names no picture, whatever else the image has."""
    if not address.startswith("http") and _NO_PICTURE.match(address):
        return True
    if len(address) > _LONGEST:
        return False
    path, is_asked, query = address.lower().partition("?")
    folder, _, name = path.rpartition("/")
    if name in _NO_ADDRESS:
        return folder.count("/") <= _FEWEST_FOLDERS
    if _PLACEHOLDER.match(name):
        return True
    # An image proxy has the address of the picture in its query.
    if "w3.org/" in path and _RESOLVED_DRAWING.search(path):
        return True
    return bool(is_asked) and _PLACEHOLDER.match(query.rpartition("/")[2]) is not None


def is_doubtful(address: str) -> bool:
    """Tell whether an address may be a placeholder's or a preview's, if there is another."""
    path, _, query = address[:_LONGEST].lower().partition("?")
    return (
        _DOUBTFUL_NAME.match(path.rpartition("/")[2]) is not None
        or (bool(query) and _DOUBTFUL_QUERY.search(query) is not None)
        or (
            any(map(path.__contains__, _HINTS_OF_DOUBT)) and _DOUBTFUL_PATH.search(path) is not None
        )
    )


def find_image_address(image: Element) -> str:
    """Return the best address that an `img` has in any of its attributes or around it, or ""."""
    source = (image.get("src") or "").strip()
    names = image.keys()
    if is_placeholder(source):
        if other := _find_other_address(image) or _find_around(image):
            return other
        return source if _PLAIN.issuperset(names) and _PHOTOGRAPH.fullmatch(source) else ""
    if _PLAIN.issuperset(names) and "srcset" not in names:
        return source
    if is_doubtful(source):
        other = _find_other_address(image)
        return other if other and not is_doubtful(other) else source
    if _is_lazy(image):
        for name in _LOADED_LATER:
            other = (image.get(name) or "").strip()
            if _is_address(name, other) and not is_doubtful(other):
                return other
    return source


def find_largest(srcset: str) -> str:
    """Return the address of the largest candidate of a `srcset`, or ""."""
    best, size = "", -1.0
    for address, scale in list_candidates(srcset):
        if scale > size and not is_placeholder(address):
            best, size = address, scale
    return best


def find_largest_in_sets(attributes: Mapping[str, str]) -> str:
    """Return the largest candidate of the first `srcset`, by whatever name, that has one."""
    names = [*_SETS, *(name for name in attributes if name.endswith(("srcset", "bgset")))]
    return next(filter(None, (find_largest(attributes.get(name) or "") for name in names)), "")


def is_picture_file(address: str) -> bool:
    """Tell whether an address ends like that of a picture."""
    return len(address) <= _LONGEST and _PICTURE_FILE.fullmatch(address) is not None


def find_in_attributes(attributes: Mapping[str, str]) -> str:
    """Return the best address of a picture in attributes other than `src`, or ""."""
    for name in _KNOWN:
        candidate = (attributes.get(name) or "").strip()
        if candidate and _is_address(name, candidate):
            return candidate
    return (
        find_largest_in_sets(attributes)
        or _find_in_json(attributes)
        or _find_in_list(attributes)
        or _find_in_other_attributes(attributes)
    )


def _find_other_address(image: Element) -> str:
    if found := find_in_attributes(image.attrib):
        return found
    styled = _STYLED.search(image.get("style") or "")
    return styled.group(1) if styled and is_picture_file(styled.group(1)) else ""


def _is_lazy(image: Element) -> bool:
    return (image.get("loading") or "").lower() == "lazy" or (
        _LAZY_CLASS.search(image.get("class") or "") is not None
    )


def _is_address(name: str, value: str) -> bool:
    return (
        len(value) <= _LONGEST
        and not is_placeholder(value)
        # Jetpack's address of what to show while it loads, with the picture's in it.
        and "is-pending-load=" not in value
        and value[0] not in "{["
        and (name in _KNOWN or is_picture_file(value) or _WEB_ADDRESS.fullmatch(value) is not None)
    )


def _find_in_other_attributes(attributes: Mapping[str, str]) -> str:
    """Return the address in an attribute that no list has."""
    small = ""
    for name, value in attributes.items():
        address = value.strip()
        if name in _PLAIN or _NAMES_ANOTHER.search(name) or len(address) > _LONGEST:
            continue
        if not address or not _is_address(name, address):
            continue
        if not is_picture_file(address) and not _NAMES_A_PICTURE.search(name):
            continue
        if not _NAMES_A_SMALL_ONE.search(name):
            return address
        small = small or address
    return small


def _find_around(image: Element) -> str:
    """Return the address on an element that holds the image and no other."""
    for around in islice(image.iterancestors(), _AROUND):
        if around.tag in {"body", "td", "article", "section"} or _has_another(around, image):
            return ""
        own = (around.get("src") or "").strip()
        found = own if "-" in around.tag and not is_placeholder(own) else ""
        if found := found or find_in_attributes(around.attrib):
            return found
        if around.tag == "a" and is_picture_file(around.get("href") or ""):
            return around.get("href") or ""
    return ""


def _has_another(around: Element, image: Element) -> bool:
    return any(other is not image for other in around.iter("img"))


def _find_in_json(attributes: Mapping[str, str]) -> str:
    """Substack keeps `src` in `data-attrs`, RFI a folder and a name in `data-image-dataset`."""
    for name in ("data-attrs", "data-image-dataset"):
        try:
            value = json.loads(attributes.get(name) or "null")
        except ValueError:
            continue
        if not isinstance(value, dict):
            continue
        parts = [value.get("src")] if "src" in value else [value.get("url"), value.get("filename")]
        found = [part for part in parts if isinstance(part, str)]
        if len(found) == len(parts):
            return "".join(found)
    return ""


def _find_in_list(attributes: Mapping[str, str]) -> str:
    """Foundation has a list of addresses and names of sizes, the largest last."""
    listed = _LISTED.findall(attributes.get("data-interchange") or "")
    return next((address for address in reversed(listed) if is_picture_file(address)), "")


def find_addresses(attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield every web address among the values of attributes."""
    for value in attributes.values():
        address = value.strip()
        if len(address) <= _LONGEST and _WEB_ADDRESS.fullmatch(address):
            yield address
