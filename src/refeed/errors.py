"""The errors that refeed raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_REASONS = 5
_LONGEST_REASON = 200
"""Characters."""


class RefeedError(Exception):
    """The base class of refeed's errors.

    Attributes:
        hint: what the person who reads the message can do about it, or "".
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SnapshotError(RefeedError):
    """A snapshot file can't be read as an article. Its message is the reason, without the path."""


class NotAnArticleError(SnapshotError):
    """A file is of a kind that holds no article, for instance a list of bookmarks or a sitemap.

    It is passed over, not reported as rejected: nothing is wrong with it.
    """


class UrlError(RefeedError):
    """A text is not the absolute http(s) URL of a page."""


class FeedError(RefeedError):
    """A feed came out in a form that must not be published.

    Attributes:
        feed: the feed's name.
        format: the file's name, for instance ``rss.xml``.
    """

    def __init__(self, message: str, *, feed: str, format: str, hint: str = "") -> None:  # noqa: A002 - the field's own word
        super().__init__(message, hint=hint)
        self.feed = feed
        self.format = format


class FolderError(RefeedError):
    """A folder that refeed needs is missing, can't be used, or is in use by another refeed."""


class ConfigError(RefeedError):
    """The configuration has mistakes, all of them in ``mistakes``.

    Attributes:
        mistakes: one line each, ready to print, with the dotted key first.
    """

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[str, ...]]]:
        """Return how to make it again in another process."""
        return ConfigError, (self.mistakes,)


def reason_of(error: OSError) -> str:
    """Return why something could not be done with a file or folder, in words."""
    if isinstance(error, FileExistsError):
        return "a file is where a folder has to be"
    return error.strerror or str(error)


def format_error(error: OSError) -> str:
    """Format an error as one line: the file or folder, if it is known, and the reason."""
    return f"{error.filename}: {reason_of(error)}" if error.filename else reason_of(error)


def join_reasons(reasons: Sequence[str]) -> str:
    """Join the reasons why records of one file can't be read: the first few, and how many more."""
    joined = "; ".join(
        reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1]}…"
        for reason in reasons[:_MOST_REASONS]
    )
    more = len(reasons) - _MOST_REASONS
    return f"{joined}; and {more:,} more" if more > 0 else joined
