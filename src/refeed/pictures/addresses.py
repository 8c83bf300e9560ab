"""The addresses of pictures that are files of refeed's own.

In cleaned HTML such a picture has an address on a host that can't be (RFC 6761, section 6.4). So
all that looks at addresses takes it for one of the web, and what is cached doesn't depend on where
it is published. What is published has the place of the file instead.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from refeed.model import MEDIA_FOLDER
from refeed.pictures.identify import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

HOST: Final = "media.invalid"
PREFIX: Final = f"https://{HOST}/"

_NAME: Final = rf"[0-9a-f]{{32}}\.(?:{'|'.join(MEDIA_TYPES)})"
_FILE: Final = re.compile(rf"{MEDIA_FOLDER}/({_NAME})")
# Of serialized HTML, in which a quote within a value is a reference.
_TAG: Final = re.compile(r"<[a-zA-Z](?:[^>\"]|\"[^\"]*\")*>")
_ADDRESS: Final = re.compile(rf"=\"{re.escape(PREFIX)}([^\"]*)\"")
_BEGINNING: Final = f'="{PREFIX}'
_ON_HOST: Final = re.compile(
    rf" ([a-z]+)=\"(https?://{re.escape(HOST)}(?![a-z0-9.-])[^\"]*)\"", re.IGNORECASE
)
_NAMED: Final = re.compile(rf"{re.escape(PREFIX)}({_NAME})")


def make_address(name: str) -> str:
    """Return the address that a picture has in cleaned HTML."""
    return PREFIX + name


def find_name(file: str) -> str:
    """Return the name of the picture that a file of the output folder is, or "" if it is none."""
    found = _FILE.fullmatch(file)
    return found[1] if found else ""


def list_names(html: str) -> list[str]:
    """Return the names of the pictures of refeed's own in HTML, in order, each once."""
    if PREFIX not in html:
        return []
    tags = (tag[0] for tag in _TAG.finditer(html) if PREFIX in tag[0])
    found = (name for tag in tags for name in _ADDRESS.findall(tag))
    return list(dict.fromkeys(name for name in found if _NAMED.fullmatch(PREFIX + name)))


def place(html: str, folder: str) -> str:
    """Return HTML in which the pictures of refeed's own have the addresses of their files.

    Args:
        html: cleaned, or a page made of that.
        folder: the address of the output folder, absolute or relative, with its slash.
    """
    if PREFIX not in html:
        return html
    new = f'="{folder}{MEDIA_FOLDER}/'
    return _TAG.sub(lambda tag: tag[0].replace(_BEGINNING, new), html)


def embed(html: str, pictures: Mapping[str, bytes]) -> str:
    """Return HTML that holds pictures of refeed's own itself, in `data:` addresses.

    Args:
        html: cleaned, or a page made of that.
        pictures: bytes by name.
    """

    def replace(address: re.Match[str]) -> str:
        name = address[1]
        if name not in pictures:
            return address[0]
        kind = MEDIA_TYPES[name.rpartition(".")[2]]
        return f'="data:{kind};base64,{b64encode(pictures[name]).decode()}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(replace, tag[0]), html)


def place_address(address: str, folder: str) -> str:
    """Return the address of a picture's file; another address is returned as it is."""
    return (
        address.replace(PREFIX, f"{folder}{MEDIA_FOLDER}/", 1)
        if address.startswith(PREFIX)
        else address
    )


def drop_pictures(html: str, names: Container[str]) -> str:
    """Return cleaned HTML without the images whose pictures have some names."""

    def drop(tag: re.Match[str]) -> str:
        found = _ADDRESS.search(tag[0]) if PREFIX in tag[0] else None
        if found is None or found[1] not in names:
            return tag[0]
        return "" if tag[0].startswith("<img") else _ADDRESS.sub('=""', tag[0])

    return _TAG.sub(drop, html)


def list_foreign(html: str, known: Container[str]) -> list[str]:
    """Return the addresses on refeed's own host, as anybody can write them, that nothing carries.

    Args:
        html: cleaned.
        known: the names of the pictures that are carried.
    """
    if HOST not in html.lower():
        return []
    tags = (tag[0] for tag in _TAG.finditer(html))
    found = (each[2] for tag in tags for each in _ON_HOST.finditer(tag))
    return [address for address in found if not _is_of(address, known)]


def disown(html: str, known: Container[str]) -> str:
    """Return HTML without the addresses that `list_foreign` returns.

    They lead nowhere: an image goes, another element loses the attribute.
    """
    if HOST not in html.lower():
        return html

    def drop(tag: re.Match[str]) -> str:
        foreign = [each for each in _ON_HOST.finditer(tag[0]) if not _is_of(each[2], known)]
        if tag[0].startswith("<img ") and any(each[1] == "src" for each in foreign):
            return ""
        return _ON_HOST.sub(lambda each: each[0] if _is_of(each[2], known) else "", tag[0])

    return _TAG.sub(drop, html)


def _is_of(address: str, known: Container[str]) -> bool:
    return address.startswith(PREFIX) and address.removeprefix(PREFIX) in known
