"""The elements of HTML that are blocks."""

from __future__ import annotations

from typing import Final

BLOCKS: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li "
    "listing main menu nav ol optgroup option p plaintext pre search section summary table "
    "tbody td tfoot th thead tr ul xmp".split()
)
"""Elements that start on a line of their own (HTML standard, section 15.3)."""
