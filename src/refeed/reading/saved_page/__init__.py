"""Whole saved pages: what browsers, SingleFile, monolith and clippers write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refeed.reading.claims import Record

SUFFIXES = (".html", ".htm", ".xhtml")

_PAGE = re.compile(
    r"(?:\ufeff|\s)*(?:<\?xml[^>]{0,200}>\s*)?(?><!--.*?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)


def is_page(html: str) -> bool:
    """Tell whether HTML is a whole page, not the body of an article."""
    return _PAGE.match(html) is not None


def read_page(record: Record) -> Record:
    """Add to a record what its page says, and how to find the article in it.

    What the record claims already goes before what the page claims.

    Args:
        record: what is known from around the page, with the page as its `html`.
    """
    # Most files are no pages, and parsing these takes modules of some weight.
    from refeed.reading.saved_page.record import build_record

    return build_record(record)
