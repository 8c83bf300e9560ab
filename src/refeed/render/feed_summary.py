"""What the index page shows of a feed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """A feed as one line of the index.

    Attributes:
        name: its folder in the output, for instance ``all`` or ``source/example.org``.
        title: human-readable.
        entries: how many articles are in it.
        newest_title: the title of its newest entry, or "" where it has none.
        newest_url: the way to that article's page from the output folder, or None.
        newest: the instant of that entry, in milliseconds, or None.
    """

    name: str
    title: str
    entries: int
    newest_title: str = ""
    newest_url: str | None = None
    newest: int | None = None
