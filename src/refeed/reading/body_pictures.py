"""Finds the pictures that an article's body shows, and that its file carries or lie beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from refeed.pictures.carrying import CarriedHtml, carry
from refeed.pictures.data_addresses import SCHEME, decode_address
from refeed.reading.beside import normalize_reference
from refeed.reading.saved_page.pictures import is_in_companion
from refeed.reading.wiki_links import EMBED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from refeed.pictures.identify import Picture
    from refeed.reading.claims import Record


def carry_pictures(
    html: str,
    record: Record,
    beside: Mapping[str, Picture],
    identify: Callable[[bytes], Picture | None],
) -> CarriedHtml:
    """Give the pictures in a body addresses of refeed's own.

    References into a folder that a browser saved beside the page, and what a note embeds, are left
    out where nothing is there: on the web they lead nowhere.

    Args:
        html: the body.
        record: what else is known of the article.
        beside: pictures in files beside, by the references that the file has to them.
        identify: tells what picture bytes are, see `refeed.pictures.identify`.
    """
    is_page = record.find_body is not None
    if not (is_page or beside or record.carried or SCHEME in html):
        return CarriedHtml(html, frozenset())
    find = partial(_find, record.carried, beside, identify)
    return carry(html, find, _is_lost)


def _is_lost(reference: str) -> bool:
    return reference.startswith(EMBED) or is_in_companion(reference)


def _find(
    carried: Mapping[str, Picture],
    beside: Mapping[str, Picture],
    identify: Callable[[bytes], Picture | None],
    reference: str,
) -> Picture | None:
    if reference[: len(SCHEME)].lower() == SCHEME:
        return identify(decode_address(reference))
    reference = reference.removeprefix(EMBED)
    found = carried.get(reference)
    return beside.get(normalize_reference(reference)) if found is None and beside else found
