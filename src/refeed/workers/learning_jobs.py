"""Jobs that find what sources learn from, and what takes out what was learned.

They are as those in `refeed.workers.jobs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.identity import source_of
from refeed.rules.rulebook import rulebook
from refeed.workers.jobs import build_content, build_measured_content, clean_html, load_entries
from refeed.workers.portions import take_some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.rules.rulebook import Rulebook
    from refeed.store import Content, EntryRow


class LearningTask(NamedTuple):
    """An article whose features are wanted, and whether its content is wanted, too."""

    row: EntryRow
    with_content: bool


class LearnedArticle(NamedTuple):
    """The features of an article, and its content if it was wanted."""

    features: bytes
    content: Content | None


def extract_features(config: Config, tasks: Sequence[LearningTask]) -> list[LearnedArticle | None]:
    """Extract what sources learn from; None for a snapshot that changed since it was indexed."""
    book = rulebook(config)
    loaded = zip(load_entries(config, [task.row for task in tasks]), tasks, strict=True)
    return take_some(
        (_learn(book, found, task.with_content) if found else None for found, task in loaded),
        lambda learned: len(learned.content.html) if learned and learned.content else 0,
    )


def name_features(config: Config, rows: Sequence[EntryRow]) -> list[dict[int, str]]:
    """Return what the features of articles are hashes of, by their keys."""
    book = rulebook(config)
    loaded = zip(rows, load_entries(config, rows), strict=True)
    return take_some(
        (_name_features(book, row, found) if found else {} for row, found in loaded),
        lambda named: sum(map(len, named.values())),
    )


def _name_features(book: Rulebook, row: EntryRow, snapshot: Snapshot) -> dict[int, str]:
    from refeed import cleaning

    lines = book.rules_for(source_of(row.key)).learning
    if lines is None:
        return {}
    article = cleaning.Article(snapshot.title, snapshot.authors)
    return cleaning.name_features(clean_html(book, snapshot).html, article, lines)


def remove_learned(book: Rulebook, row: EntryRow, content: Content) -> Content:
    """Return the content of an entry without what was learned from others of its source."""
    if not row.verdicts:
        return content
    from refeed import cleaning

    rules = book.rules_for(source_of(row.key))
    known = cleaning.read_learned(row.verdicts, row.title)
    try:
        html = cleaning.remove_learned(content.html, rules, known)
    except Exception:  # noqa: BLE001 - it is published with what was learned to be boilerplate
        return content
    return content if html == content.html else build_content(html)


def _learn(book: Rulebook, snapshot: Snapshot, with_content: bool) -> LearnedArticle:  # noqa: FBT001 - of a task
    cleaned = clean_html(book, snapshot)
    return LearnedArticle(
        cleaned.features, build_measured_content(cleaned) if with_content else None
    )
