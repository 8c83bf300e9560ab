"""The addresses in a `srcset` (HTML standard, 4.8.4.2.1), which may have commas in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANDIDATE: Final = re.compile(r"\s*,*\s*(\S*[^,\s])(?:\s+([\d.]+)[wxh])?\s*(?:,|$)")


def list_candidates(srcset: str) -> Iterator[tuple[str, float]]:
    """Yield the addresses of a `srcset`, each with its width or density, 1 where none is stated."""
    for address, number in _CANDIDATE.findall(srcset):
        try:
            yield address, float(number or 1)
        except ValueError:
            yield address, 1.0
