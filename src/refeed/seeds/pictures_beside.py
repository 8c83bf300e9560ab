"""Finds the pictures in files beside a snapshot file, within its seeds folder."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.seeds.files import read, stamp_beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.pictures.identify import Picture

_MOST_BYTES: Final = 300_000_000
_MOST_PLACES: Final = 2_000
_HEAD_LENGTH: Final = 10_000


class PictureBeside(NamedTuple):
    """A picture in a file beside.

    Attributes:
        path: of the file, relative to the seeds folder.
        picture: what it is.
    """

    path: str
    picture: Picture


class Beside(NamedTuple):
    """What lies beside a snapshot file.

    Attributes:
        pictures: by the references that the snapshot file has to them.
        looked_at: where they are, or may come to be: paths relative to the seeds folder, each with
            its stamp, 0 where nothing is.
        missing: the references to a file beside that isn't there.
    """

    pictures: Mapping[str, PictureBeside]
    looked_at: tuple[tuple[str, int], ...]
    missing: tuple[str, ...] = ()


NOTHING: Final = Beside(MappingProxyType({}), ())


def find_beside(root: str, path: str, data: bytes) -> Beside:
    """Return the pictures beside a snapshot file.

    Files outside of the seeds folder are none, wherever links lead.

    Args:
        root: the seeds folder, absolute.
        path: of the snapshot file, relative to it.
        data: the snapshot file's bytes.
    """
    if _is_native(data):
        return NOTHING
    from refeed.reading.beside import list_places, list_references  # what reads takes long to load

    references = list_references(data, path)
    if not references:
        return NOTHING
    inside = f"{os.path.realpath(root)}/"
    pictures: dict[str, PictureBeside] = {}
    looked_at: dict[str, int] = {}
    missing: list[str] = []
    left = _MOST_BYTES
    for reference in references:
        tried: dict[str, int] = {}
        for place in list_places(reference, path):
            absolute = f"{root}/{place}"
            tried[place] = stamp_beside(absolute)
            if not tried[place] or not os.path.realpath(absolute).startswith(inside):
                continue
            picture, size = _identify(absolute) if left > 0 else (None, 0)
            left -= size
            if picture:
                pictures[reference.text] = PictureBeside(place, picture)
                break
        if reference.is_expected or reference.text in pictures:
            looked_at |= tried
        if reference.is_expected and reference.text not in pictures:
            missing.append(reference.text)
        if len(looked_at) > _MOST_PLACES:
            break
    return Beside(pictures, tuple(looked_at.items()), tuple(missing))


def _is_native(data: bytes) -> bool:
    """Tell at a glance whether a file has the native format's header: it has all in itself."""
    at = 0 if data.startswith(b"<!--") else data.find(b"\n<!--", 0, _HEAD_LENGTH) + 1
    return data.startswith(b"<!--", at) and data[at + 4 : at + 13].isdigit()


def _identify(path: str) -> tuple[Picture | None, int]:
    """Return what picture a file is, and how many bytes were read of it."""
    from refeed.pictures.identify import MOST_BYTES, identify

    try:
        data, _ = read(path, MOST_BYTES)
    except OSError:
        return None, 0
    return identify(data), len(data)
