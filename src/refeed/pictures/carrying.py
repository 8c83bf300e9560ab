"""Puts the addresses of refeed's own into HTML, in place of references to what a snapshot carries.

Tags are found as they are written, in time linear in the HTML: no text is touched.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from refeed.pictures.addresses import make_address
from refeed.pictures.data_addresses import SCHEME
from refeed.urls.srcset import list_candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from refeed.pictures.identify import Picture

    Find: TypeAlias = Callable[[str], Picture | None]
    """Returns the picture that a reference, as it is written, leads to within the snapshot."""

# It always matches: a tag that is never closed ends where its last quote begins.
_TAG: Final = re.compile(r"<([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)(>?)")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=>\"'/][^\s=>/]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>][^\s>]*))?"
)
_STYLED: Final = re.compile(r"url\(\s*(\"[^\"]*\"|'[^']*'|[^\"')\s]*)\s*\)")
_IMAGES: Final = frozenset(("img", "amp-img", "amp-anim", "amp-image", "graphic"))
_NAMES: Final = frozenset(("src", "href", "poster", "background", "xlink:href", "style"))
_LATER: Final = ("src", "srcset", "bgset", "original", "lazy")
"""Ends of the names of attributes whose address a script would show."""

_SMALL: Final = 64
"""Pixels of the longer side, up to which a picture may stand for a better one."""

_PREVIEW: Final = 200
_PREVIEW_LENGTH: Final = 2_000
"""Likewise of one whose address is so short."""


class CarriedHtml(NamedTuple):
    """HTML that shows pictures of a snapshot.

    Attributes:
        html: with addresses of refeed's own.
        names: of these pictures.
    """

    html: str
    names: frozenset[str]


class _Attribute(NamedTuple):
    name: str
    value: str
    written: str


def carry(html: str, find: Find, is_lost: Callable[[str], object] = lambda _: False) -> CarriedHtml:
    """Replace the references to pictures that a snapshot carries.

    An image shows the picture of its `src`, or else the largest of its `srcset`, or else that of
    another attribute, or else that of a `source` before it, of which a browser has saved only the
    one that it showed. It gets its width and height where it has neither.

    Args:
        html: the body of an article, as found.
        find: finds pictures; it is asked about `data:` addresses, too.
        is_lost: tells references that lead nowhere, unless they are found; these are left out.
    """
    names: set[str] = set()
    parts: list[str] = []
    end = 0
    offered: Picture | None = None
    for tag in _TAG.finditer(html):
        if not tag[3]:
            break
        name = tag[1].lower()
        attributes = _split(tag[2])
        if name not in ("source", "img"):
            offered = None
        if not any(_may_refer(each) for each in attributes):
            continue
        if name in _IMAGES:
            is_followed = html.startswith("<noscript", tag.end())
            own = _choose_picture(attributes, find, offered, is_followed=is_followed)
            written = _write_image(attributes, own) if own else _drop_lost(attributes, is_lost)
            names.update([own.name] if own else ())
            offered = None
        else:
            written = _rewrite_other(attributes, find, names)
            if name == "source" and offered is None:
                found = (_find_in(each, find) for each in attributes if each.name == "srcset")
                offered = next(found, None)
        if written is not None:
            closing = "/>" if tag[2].endswith("/") else ">"
            parts += (html[end : tag.start()], "<", tag[1], written, closing)
            end = tag.end()
    if not parts:
        return CarriedHtml(html, frozenset())
    return CarriedHtml("".join((*parts, html[end:])), frozenset(names))


def _split(text: str) -> list[_Attribute]:
    found = []
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or ""
        if value[:1] in "\"'":
            value = value[1:-1]
        value = unescape(value) if "&" in value else value
        found.append(_Attribute(match[1].lower(), value.strip(), match[0]))
    return found


def _may_refer(attribute: _Attribute) -> bool:
    name = attribute.name
    return attribute.value != "" and (
        name in _NAMES or name.startswith("data-") or name.endswith(_LATER)
    )


def _choose_picture(
    attributes: list[_Attribute], find: Find, offered: Picture | None, *, is_followed: bool
) -> Picture | None:
    """Return the picture that an image shows, or None if that isn't carried."""
    source = _find_source(attributes)
    others = [each for each in attributes if each.name != "src" and _may_refer(each)]
    own = find(source) if source else None
    if own is not None and not _is_preview(own, source, others, is_followed=is_followed):
        return own
    return next(filter(None, (_find_in(each, find) for each in others)), None) or offered


def _find_source(attributes: list[_Attribute]) -> str:
    return next((each.value for each in attributes if each.name == "src"), "")


def _write_image(attributes: list[_Attribute], own: Picture) -> str:
    """Return the attributes of an image that shows a picture."""
    kept = [each for each in attributes if not _is_address(each)]
    written = f' src="{make_address(own.name)}"{_join(kept)}'
    if own.width and not {"width", "height"} & {each.name for each in attributes}:
        written += f' width="{own.width}" height="{own.height}"'
    return written


def _drop_lost(attributes: list[_Attribute], is_lost: Callable[[str], object]) -> str | None:
    """Return the attributes of an image whose `src` leads nowhere; None if it leads somewhere."""
    source = _find_source(attributes)
    if not source or not is_lost(source):
        return None
    return _join(each for each in attributes if each.name != "src")


def _is_address(attribute: _Attribute) -> bool:
    name = attribute.name
    return name in ("src", "sizes", "loading") or name.startswith("data-") or name.endswith(_LATER)


def _is_preview(
    own: Picture, source: str, others: Iterable[_Attribute], *, is_followed: bool
) -> bool:
    """Tell whether a small picture stands for one that a script would show in its place."""
    is_data = source[: len(SCHEME)].lower() == SCHEME
    is_short = is_data and len(source) < _PREVIEW_LENGTH
    if max(own.width, own.height) > (_PREVIEW if is_short else _SMALL):
        return False
    return is_followed or any(
        each.name.endswith(_LATER) and SCHEME not in each.value[:8].lower() for each in others
    )


def _find_in(attribute: _Attribute, find: Find) -> Picture | None:
    """Return the picture that an attribute other than `src` refers to: of several the largest."""
    if attribute.name == "style":
        urls = (match[1].strip("\"'") for match in _STYLED.finditer(attribute.value))
        return next(filter(None, map(find, urls)), None)
    if not attribute.name.endswith("set"):
        return find(attribute.value)
    best, size = None, -1.0
    for address, scale in list_candidates(attribute.value):
        picture = find(address)
        if picture is not None and scale > size:
            best, size = picture, scale
    return best


def _rewrite_other(attributes: list[_Attribute], find: Find, names: set[str]) -> str | None:
    """Return the attributes of another element, each with its own picture, or None if none has."""
    written, is_changed = [], False
    for each in attributes:
        picture = _find_in(each, find) if _may_refer(each) and each.name != "style" else None
        if picture is not None:
            names.add(picture.name)
            written.append(f' {each.name}="{make_address(picture.name)}"')
            is_changed = True
        elif each.name == "style" and (style := _restyle(each.value, find, names)):
            written.append(f' style="{escape(style)}"')
            is_changed = True
        else:
            written.append(f" {each.written}")
    return "".join(written) if is_changed else None


def _restyle(style: str, find: Find, names: set[str]) -> str:
    """Return a style with the pictures that it refers to, or "" if it refers to none."""

    def replace(match: re.Match[str]) -> str:
        picture = find(match[1].strip("\"'"))
        if picture is None:
            return match[0]
        names.add(picture.name)
        return f"url({make_address(picture.name)})"

    new = _STYLED.sub(replace, style)
    return new if new != style else ""


def _join(attributes: Iterable[_Attribute]) -> str:
    return "".join(f" {each.written}" for each in attributes)
