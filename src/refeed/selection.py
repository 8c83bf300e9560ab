"""Which feeds an entry belongs to, and what they are called.

There are three kinds of feeds: ``all`` holds every entry, ``source/<host>`` those of one site, and
the operator defines the rest by what they match.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from refeed.model import ALL, SOURCE_PREFIX

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

Field: TypeAlias = Literal["source", "path", "tag", "author", "title", "text"]
# The cheapest first.
FIELDS: Final[tuple[Field, ...]] = ("source", "path", "tag", "author", "title", "text")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a feed's `match`.

    Attributes:
        field: what it looks at.
        patterns: met when one of them is found (`re.Pattern.search`) in the field, or in any value
            of a field with many; so a pattern for a whole value is anchored at both ends. Patterns
            are in Unicode's normal form C, as the text that they are matched with.
        negated: met when none of them is.
    """

    field: Field
    patterns: tuple[re.Pattern[str], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FeedRule:
    """A feed that the operator defines.

    Attributes:
        name: its folder in the output, with `/` between the parts.
        title: human-readable, not empty.
        match: conditions; an entry is in the feed when it meets all of them.
        archive: whether entries beyond the newest are published too, in documents of their own.
    """

    name: str
    title: str
    match: tuple[Condition, ...]
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """The fields of an entry that conditions look at.

    Attributes:
        source: the article's host in the form that feeds are named by, for instance
            ``cn.nytimes.com``.
        path: the winning snapshot's file, relative to its seeds folder.
        title: one line of text.
        tags: labels.
        authors: names.
        text: the visible text of the body, or None if `needs_text` is false.
    """

    source: str
    path: str
    title: str
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    text: str | None = None


def needs_text(feeds: Iterable[FeedRule]) -> bool:
    """Tell whether some feed looks at the text of an entry, so that candidates must have it."""
    return any(condition.field == "text" for feed in feeds for condition in feed.match)


def feeds_of(
    candidate: Candidate, feeds: Sequence[FeedRule], *, by_source: bool
) -> tuple[str, ...]:
    """Return the names of the feeds that an entry is in.

    Args:
        candidate: the entry.
        feeds: the feeds that the operator defined.
        by_source: whether each source has a feed of its own.

    Returns:
        ``all``, then the source's feed, then the defined ones in their order.

    Raises:
        ValueError: a feed asks for the text and the candidate comes without.
    """
    defined = [feed.name for feed in feeds if all(_is_met(candidate, c) for c in feed.match)]
    return (*general_feeds(candidate.source, by_source=by_source), *defined)


def general_feeds(source: str, *, by_source: bool) -> tuple[str, ...]:
    """Return the names of the feeds that every entry of a source is in."""
    return (ALL, source_feed(source)) if by_source else (ALL,)


def source_feed(source: str) -> str:
    """Return the name of the feed of one source."""
    return f"{SOURCE_PREFIX}{source}"


def title_of(name: str, *, title: str, feeds: Iterable[FeedRule]) -> str:
    """Return the title of a feed.

    Args:
        name: the feed's name.
        title: the title of the whole, which is that of ``all``.
        feeds: the feeds that the operator defined.

    Returns:
        For a source its host and the title of the whole; for a defined feed its own title.

    Raises:
        KeyError: there is no such feed.
    """
    if name == ALL:
        return title
    if name.startswith(SOURCE_PREFIX):
        return f"{name.removeprefix(SOURCE_PREFIX)} – {title}"
    return {feed.name: feed.title for feed in feeds}[name]


def _is_met(candidate: Candidate, condition: Condition) -> bool:
    values = _get_values(candidate, condition.field)
    found = any(pattern.search(value) for value in values for pattern in condition.patterns)
    return found is not condition.negated


def _get_values(candidate: Candidate, field: Field) -> Iterable[str]:
    match field:
        case "source":
            return (candidate.source,)
        case "path":
            return (_compose(candidate.path),)
        case "title":
            return (_compose(candidate.title),)
        case "tag":
            return map(_compose, candidate.tags)
        case "author":
            return map(_compose, candidate.authors)
    if candidate.text is None:
        raise ValueError("a feed matches by text, and the candidate has none")
    return (_compose(candidate.text),)


def _compose(text: str) -> str:
    """Return the text in normal form C: files from macOS have é as two characters."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
