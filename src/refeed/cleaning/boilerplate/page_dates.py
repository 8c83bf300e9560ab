"""Lines that say only when the page was published or changed, as metadata of an article do.

An article may have such a line of its own: when a book came out, as of when figures are. So a label
that says so of anything needs the time of day, or when the page was changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MONTH = r"[^\W\d]{3,12}"
_DATE = (
    rf"(?:\d{{1,2}}[.\s/-]{{0,2}}(?:de |d[’'])?(?:\d{{1,2}}|{_MONTH}\.?)"
    r"(?: de)?[.\s/,-]{1,3}\d{4}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    r"|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}[.日]?)"
)
_CLOCK = (
    r"[ ,·|–—-]{0,3}(?:um |at |à |a las |às |alle |ore |kl\.? ?|klo |godz\. |в |о )?"
    r"\d{1,2}\s?[:h.時点]\s?\d{0,2}(?::\d\d)?"
    r"(?: ?(?:uhr|h|[ap]\.?m\.?|gmt|utc|cest|cet|et|ist|msk|分))?"
)
_WEEKDAY = r"(?:[^\W\d]{2,12}\.?,? )?"
_GAP = r"[ ,.;|·•/()–—-]{0,4}"


def build_pattern(table: Mapping[str, Sequence[str]]) -> Pattern:
    """Return what matches such a line.

    Args:
        table: `published`, labels that say when something was, and `of_a_page`, those that say
            so of a page alone.
    """
    day = rf"[ :：]{{0,3}}{_WEEKDAY}{_DATE}"
    published = f"(?:{'|'.join(map(re.escape, table['published']))}){day}"
    of_a_page = f"(?:{'|'.join(map(re.escape, table['of_a_page']))}){day}(?:{_CLOCK})?"
    return Pattern(
        f"(?:{published}(?:{_CLOCK}(?:{_GAP}{of_a_page})?|{_GAP}{of_a_page})|{of_a_page}){_GAP}",
        re.IGNORECASE,
    )
