"""Evaluates conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from refeed.server.response import NOT_MODIFIED, OK, PRECONDITION_FAILED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

_TAG: Final = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_ANY: Final = b"*"


def evaluate(headers: Mapping[bytes, bytes], etag: bytes, modified: int) -> HTTPStatus:
    """Decide whether to send a file (200), or that it is not modified (304), or to refuse (412).

    The order of the conditions is that of section 13.2.2; a condition on tags overrides one on a
    date. Invalid dates are ignored.

    Args:
        headers: by name in lower case.
        etag: the strong tag of what would be sent, with its quotes.
        modified: when it was last modified, seconds since 1970.
    """
    if (wanted := headers.get(b"if-match")) is not None:
        if not _is_listed(wanted, etag, weak=False):
            return PRECONDITION_FAILED
    elif (
        limit := _parse_date(headers.get(b"if-unmodified-since"))
    ) is not None and modified > limit:
        return PRECONDITION_FAILED
    if (known := headers.get(b"if-none-match")) is not None:
        return NOT_MODIFIED if _is_listed(known, etag, weak=True) else OK
    since = _parse_date(headers.get(b"if-modified-since"))
    return NOT_MODIFIED if since is not None and modified <= since else OK


def _is_listed(tags: bytes, etag: bytes, *, weak: bool) -> bool:
    if tags == etag or tags.strip() == _ANY:
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _TAG.findall(tags))


@lru_cache(maxsize=256)
def _parse_date(date: bytes | None) -> int | None:
    if date is None:
        return None
    try:
        parsed = parsedate_to_datetime(date.decode("ascii"))
        # Without a zone, as in asctime's form, or with -0000, it is UTC (RFC 9110, section 5.6.7).
        return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
