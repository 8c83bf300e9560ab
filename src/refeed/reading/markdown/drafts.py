"""Tells drafts: posts that their author has not published yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DRAFTS = re.compile(r"(?:\A|/)_drafts/")


def check_that_it_is_no_draft(
    values: Mapping[str, str], path: str, *, has_address: bool, is_clipping: bool = False
) -> None:
    """Refuse a draft. The status of a clipping is that of the note about it."""
    is_draft = (
        (not is_clipping and values.get("draft", "").lower() in ("true", "yes", "1"))
        or values.get("published", "").lower() in ("false", "no")
        or (not has_address and values.get("status", "").lower() in ("draft", "hidden"))
        or _DRAFTS.search(path)
    )
    if is_draft:
        raise NotAnArticleError("a draft")
