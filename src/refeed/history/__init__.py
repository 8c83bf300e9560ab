"""What changed between two snapshots of an article, in words.

compare(before, after) -> Changes; describe(changes) -> lines for people
"""

from __future__ import annotations

from refeed.history.compare import Changes, Edition, compare
from refeed.history.wording import Remark, describe

__all__ = ["Changes", "Edition", "Remark", "compare", "describe"]
