"""The job that renders the pages of articles.

It cleans the article if its content isn't cached, and its other snapshots, to compare them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.history import Edition, compare, describe
from refeed.identity import source_of
from refeed.pictures.addresses import list_names, place
from refeed.render.article_page import TOP, ArticlePage, ListedSnapshot, render_article_page
from refeed.render.formats import list_machine_readable, name_article_folder
from refeed.render.publishable import make_publishable
from refeed.render.verify import verify_article_page
from refeed.rules.rulebook import rulebook
from refeed.store import Content
from refeed.text.visible_text import visible_lines
from refeed.workers.jobs import clean_entries, clean_html, prefetch_entries
from refeed.workers.picture_jobs import show_content
from refeed.workers.portions import take_some
from refeed.workers.render_entry import build_entry
from refeed.workers.snapshot_reader import snapshot_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.config import Config
    from refeed.model import Feed, Snapshot
    from refeed.render.article_page import PageLink
    from refeed.render.publishable import Publishable
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EditionRow, EntryRow

_IMAGE_TAG: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


class PageFacts(NamedTuple):
    """What the page of an article depends on besides the article.

    Attributes:
        feeds: those that it is in, without entries.
        newer: the next article of its source, or None.
        older: the one before it, or None.
        editions: its snapshots if there are several, oldest first.
        more: how many older ones are left out.
    """

    feeds: tuple[Feed, ...]
    newer: PageLink | None
    older: PageLink | None
    editions: tuple[EditionRow, ...] = ()
    more: int = 0


class PageJob(NamedTuple):
    """A page to render.

    Attributes:
        row: the entry.
        cached: its content as it was cleaned last, if it ever was.
        is_current: whether cleaning it again would give the same.
        facts: what else the page shows.
        without: names of pictures that can't be published.
    """

    row: EntryRow
    cached: Content | None
    is_current: bool
    facts: PageFacts
    without: frozenset[str] = frozenset()


class RenderedPage(NamedTuple):
    """The page of an article.

    Attributes:
        page: its bytes; none if there is nothing to show.
        fault: why it must not be published, or "".
        cleaned: the content, if it was cleaned for this.
        media: the names of the pictures that it shows.
        outdated: snapshot files that have changed since they were indexed: seeds folder and path.
    """

    page: bytes = b""
    fault: str = ""
    cleaned: Content | None = None
    media: tuple[str, ...] = ()
    outdated: tuple[tuple[int, str], ...] = ()


def render_article_pages(config: Config, jobs: Sequence[PageJob]) -> list[RenderedPage]:
    """Render and verify pages; only the first of them if they are long."""
    book = rulebook(config)
    prefetch_entries(config, [job.row for job in jobs if not job.is_current])
    return take_some((_render(config, book, job) for job in jobs), lambda found: len(found.page))


def _render(config: Config, book: Rulebook, job: PageJob) -> RenderedPage:
    row = job.row
    cleaned = None if job.is_current else clean_entries(config, [row])[0]
    outdated = [] if job.is_current or cleaned else [(row.seed, row.path)]
    content = cleaned or job.cached
    if content is None:
        return RenderedPage(outdated=tuple(outdated))
    shown = show_content(book, row, content, job.without)
    entry = _build_entry(config, book, row, shown)
    comparison = _Comparison(config, book, row, shown)
    snapshots = list(comparison.list_snapshots(job.facts.editions))
    outdated += comparison.outdated
    facts = job.facts
    page = render_article_page(
        ArticlePage(
            entry,
            source_of(row.key),
            facts.feeds,
            facts.newer,
            facts.older,
            snapshots,
            facts.more,
        ),
        list_machine_readable(config.formats),
        config.language,
        config.timezone,
        is_indexed=config.search_engines,
    )
    try:
        verify_article_page(page, entry)
    except ValueError as error:
        return RenderedPage(b"", str(error), cleaned, outdated=tuple(outdated))
    return RenderedPage(page, "", cleaned, tuple(list_names(shown.html)), tuple(outdated))


def _build_entry(config: Config, book: Rulebook, row: EntryRow, shown: Content) -> Publishable:
    bare = build_entry(book, row)
    return make_publishable(
        replace(
            bare,
            html=place(shown.html, TOP),
            summary=shown.summary,
            image=shown.image,
            page=f"{config.base_url}{name_article_folder(bare.id)}/",
        )
    )


class _Comparison:
    """Compares the snapshots of an entry, each with the one before it."""

    def __init__(self, config: Config, book: Rulebook, row: EntryRow, shown: Content) -> None:
        self._reader = snapshot_reader(config)
        self._book = book
        self._row = row
        self._shown = shown
        self.outdated: list[tuple[int, str]] = []

    def list_snapshots(self, editions: Sequence[EditionRow]) -> Iterator[ListedSnapshot]:
        """Yield the snapshots; those after each other that look the same as one."""
        self._reader.prefetch(((row.seed, row.path, row.digest), row.record) for row in editions)
        listed: ListedSnapshot | None = None
        before: tuple[EditionRow, Snapshot | None] | None = None
        for row in editions:
            snapshot = self._load(row)
            is_shown = self._is_shown(row)
            remarks = (
                describe(compare(*both)) if (both := self._pair(before, (row, snapshot))) else []
            )
            is_known = snapshot is not None and (before is None or before[1] is not None)
            before = row, snapshot
            if listed and is_known and listed.is_known and not remarks:
                listed = listed._replace(
                    until=row.instant,
                    number=listed.number + 1,
                    is_shown=listed.is_shown or is_shown,
                )
                continue
            if listed:
                yield listed
            listed = ListedSnapshot(row.instant, row.instant, 1, tuple(remarks), is_shown, is_known)
        if listed:
            yield listed

    def _is_shown(self, row: EditionRow) -> bool:
        shown = self._row
        return (row.digest, row.record) == (shown.digest, shown.record)

    def _load(self, row: EditionRow) -> Snapshot | None:
        found = self._reader.load((row.seed, row.path, row.digest), row.record)
        if found is None:
            self.outdated.append((row.seed, row.path))
        return found

    def _pair(
        self,
        before: tuple[EditionRow, Snapshot | None] | None,
        after: tuple[EditionRow, Snapshot | None],
    ) -> tuple[Edition, Edition] | None:
        """Return two snapshots to compare; None if they are the same, or one isn't known."""
        if before is None:
            return None
        (old, old_snapshot), (new, new_snapshot) = before, after
        if old_snapshot is None or new_snapshot is None:
            return None
        if (
            old.title == new.title
            and old.text_digest == new.text_digest != b""
            and _list_image_tags(old_snapshot) == _list_image_tags(new_snapshot)
        ):
            return None
        return self._build(old, old_snapshot), self._build(new, new_snapshot)

    def _build(self, row: EditionRow, snapshot: Snapshot) -> Edition:
        from refeed import cleaning

        if self._is_shown(row):
            html = self._shown.html
        else:
            cleaned = Content(clean_html(self._book, snapshot)[0], "", "")
            html = show_content(self._book, self._row, cleaned).html
        return Edition(row.title, visible_lines(html), cleaning.list_images(html))


def _list_image_tags(snapshot: Snapshot) -> list[str]:
    return _IMAGE_TAG.findall(snapshot.html)
