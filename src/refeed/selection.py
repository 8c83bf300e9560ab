"""Which feeds an entry belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a feed's `match`.

    Attributes:
        field: what it looks at.
        pattern: met when it is found in the field, or in any value of a field with many.
        negated: met when it isn't.
    """

    field: Literal["source", "path", "tag", "author", "title", "text"]
    pattern: re.Pattern[str]
    negated: bool = False
