"""What ArchiveBox's index of a page states: its address, where the page's own form has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from refeed.reading.saved_page.shared_address import SHARED

if TYPE_CHECKING:
    from refeed.reading.claims import Claim, Record

ORIGIN = "ArchiveBox index"


def add_index(record: Record, index: bytes) -> Record:
    """Add the claims of an `index.json`, after those of the page; what is no such index adds none.

    An address that the page is shared by is not stated, and comes last.

    Args:
        record: of the page.
        index: the bytes of the file.
    """
    try:
        stated = json.loads(index)
    except (ValueError, RecursionError):
        return record
    if not isinstance(stated, dict):
        return record
    shared = tuple(claim for claim in record.urls if claim[1] == SHARED)
    own = tuple(claim for claim in record.urls if claim[1] != SHARED)
    return record._replace(
        urls=(*own, *_find(stated, "url"), *shared),
        titles=(*record.titles, *_find(stated, "title")),
        late_dates=(
            *record.late_dates,
            *_find(stated, "bookmarked_date"),
            *_find(stated, "updated"),
        ),
        tags=record.tags or tuple(_split(stated)),
    )


def _find(stated: dict[str, object], key: str) -> tuple[Claim, ...]:
    text = stated.get(key)
    return ((text, ORIGIN),) if isinstance(text, str) and text else ()


def _split(stated: dict[str, object]) -> list[Claim]:
    return [
        (tag.strip(), ORIGIN)
        for text, _ in _find(stated, "tags")
        for tag in text.split(",")
        if tag.strip()
    ]
