"""`refeed preview`: one page that shows what a file would look like in a feed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from refeed.commands.describe_snapshot import describe_snapshot, find_file, open_file
from refeed.errors import NotAnArticleError, RefeedError, SnapshotError, reason_of
from refeed.identity import is_opaque
from refeed.model import Entry
from refeed.render.page_templates import render
from refeed.render.pages import render_article
from refeed.render.publishable import make_publishable
from refeed.text.visible_text import take_beginning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.commands.describe_snapshot import OpenedFile
    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.reading.claims import Record
    from refeed.render.publishable import Publishable

MOST_ARTICLES: Final = 100
_SUMMARY_LENGTH: Final = 280


class PreviewedArticle(NamedTuple):
    """An article of the page.

    Attributes:
        entry: as a feed would have it.
        html: of `render_article`.
        problem: why it would not be published, or "".
        facts: what was found of it: name, text and rule.
        changes: what cleaning did: in words, and how often.
        pictures: how many the file carries, or lie beside it.
    """

    entry: Publishable
    html: str
    problem: str
    facts: list[tuple[str, str, str]]
    changes: list[tuple[str, int]]
    pictures: int


def preview(config: Config, path: str, working_directory: Path) -> bytes:
    """Render a file's articles as a page; no seeds folder and no index is needed.

    Args:
        config: what the file is read and cleaned by.
        path: of the file, from here or from a seeds folder.
        working_directory: where relative paths start.

    Returns:
        HTML in UTF-8, without scripts.

    Raises:
        RefeedError: there is no such file, or it holds no article.
    """
    file = find_file(config, working_directory, path)
    try:
        opened = open_file(config, file)
    except SnapshotError as error:
        verb = "is passed over" if isinstance(error, NotAnArticleError) else "is rejected"
        raise RefeedError(f"{file} {verb}: {error}") from error
    except OSError as error:
        raise RefeedError(f"{file} can't be read: {reason_of(error)}") from error
    found = opened.split
    articles, problems = [], []
    for number, record in enumerate(islice(found.records, MOST_ARTICLES)):
        try:
            articles.append(_preview_record(config, opened, record, number))
        except SnapshotError as error:
            problems.append(str(error))
    if not articles:
        raise RefeedError(f"{file} holds no article: {'; '.join(problems[:5])}")
    return render(
        "preview.html",
        name=file.name,
        folder=str(file.parent),
        articles=articles,
        problems=problems,
        more=sum(1 for _ in found.records),
        language=config.language,
        timezone=config.timezone,
        english=True,
    )


def _preview_record(
    config: Config, opened: OpenedFile, record: Record | SnapshotError, number: int
) -> PreviewedArticle:
    """Preview a record; one that no rule publishes, too, if an address is all that it lacks."""
    problem, found = "", opened.split
    try:
        snapshot = found.build(record, number)
    except NotAnArticleError:
        raise
    except SnapshotError as error:
        problem = str(error)
        rule = found.rule._replace(url="", publishes=True)
        snapshot = found._replace(rule=rule).build(record, number)
    described, html = describe_snapshot(config, snapshot)
    entry = make_publishable(_build_entry(described, snapshot, html))
    article = render_article(entry, config.language, config.timezone)
    with suppress(OSError, SnapshotError):  # then it is shown without
        article = opened.embed_pictures(config, article, number)
    changes = Counter(
        f"{edit['step']}: {edit['action']} ({edit['rule']})" for edit in described["cleaning"]
    )
    facts = list(_list_facts(described, is_addressless=bool(problem)))
    return PreviewedArticle(
        entry, article, problem, facts, changes.most_common(), described["pictures"]
    )


def _build_entry(described: dict[str, Any], snapshot: Snapshot, html: str) -> Entry:
    return Entry(
        id=described["id"],
        url="" if is_opaque(snapshot.url) else described["link"],
        title=snapshot.title,
        html=html,
        summary=take_beginning(html, _SUMMARY_LENGTH),
        image="",
        published=snapshot.instant,
        updated=snapshot.instant,
        authors=snapshot.authors,
        tags=snapshot.tags,
    )


def _list_facts(
    described: dict[str, Any], *, is_addressless: bool
) -> Iterator[tuple[str, str, str]]:
    for name, key in (
        ("Title", "title"),
        ("Address", "url"),
        ("Date", "date"),
        ("Authors", "authors"),
        ("Tags", "tags"),
    ):
        value, origin = described[key]["value"], described[key]["from"]
        if key == "url" and is_addressless:
            value, origin = "", ""
        yield name, ", ".join(value) if isinstance(value, list) else value, origin
    for line in described["unread_dates"]:
        yield "Date not read", line, ""
    for name in ("format", "language", "site"):
        yield name.capitalize(), described[name], ""
    if described["pictures"]:
        yield "Pictures in the file", str(described["pictures"]), ""
    sizes = described["characters"]
    yield "Characters", f"{sizes['before']:,} before cleaning, {sizes['after']:,} after", ""
