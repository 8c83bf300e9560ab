"""Finds which of the pictures in an archive its page shows."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from refeed.model import CarriedPicture
from refeed.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 8_000
_MOST = 50_000
"""References that are looked at."""

# `content` is for og:image, `href` for pictures behind their thumbnails.
_REFERENCE = re.compile(
    r"""(?<=[\s"'/])(?:(?:data-)?(?:lazy-)?src(?P<set>set)?|data-original|poster|content|href)"""
    r"""\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s>"']+))""",
    re.IGNORECASE,
)


def find_shown(
    html: str, base: str, carried: Mapping[str, tuple[str, int]]
) -> tuple[CarriedPicture, ...]:
    """Return the carried pictures that a page refers to, in the order in which it does.

    Args:
        html: the page.
        base: what its relative addresses are relative to.
        carried: by absolute address or `cid:` reference: media type and size in bytes.
    """
    if not carried:
        return ()
    shown: dict[str, CarriedPicture] = {}
    for reference in islice(_list_references(html), _MOST):
        if reference not in shown:
            address = resolve(reference, base).partition("#")[0]
            if found := carried.get(address):
                shown[reference] = CarriedPicture(reference, *found)
    return tuple(shown.values())


def _list_references(html: str) -> Iterator[str]:
    for match in _REFERENCE.finditer(html):
        text = match["a"] or match["b"] or match["c"] or ""
        if match["set"]:
            yield from (unescape(part.split()[0]) for part in text.split(",") if part.strip())
        elif len(text) <= _LONGEST:
            yield unescape(text)
