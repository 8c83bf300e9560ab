"""What a file claims about an article, as the reader of its format found it; unchecked."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Claim: TypeAlias = tuple[str, str]
"""A text, and by which rule it was found."""


class Record(NamedTuple):
    """The claims about one article. In each tuple the most trusted comes first.

    Attributes:
        html: the body.
        urls: addresses.
        titles: titles.
        strong_dates: the header's epoch and the dates of front matter.
        weak_dates: other dates of publication.
        late_dates: when the article was changed or saved, which is never before it was published.
        authors: bylines, each of which may name several people.
        tags: labels, all of which count.
        base: what the body's relative addresses are relative to, "" for the article's address.
    """

    html: str
    urls: tuple[Claim, ...]
    titles: tuple[Claim, ...] = ()
    strong_dates: tuple[Claim, ...] = ()
    weak_dates: tuple[Claim, ...] = ()
    late_dates: tuple[Claim, ...] = ()
    authors: tuple[tuple[tuple[str, ...], str], ...] = ()
    tags: tuple[Claim, ...] = ()
    base: str = ""
