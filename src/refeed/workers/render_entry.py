"""The job that renders entries in each format, in this process or in others.

An entry is cleaned first if its content isn't cached, and verified after rendering.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from refeed.identity import entry_id, is_opaque, source_of
from refeed.model import Entry
from refeed.pictures.addresses import list_names, place, place_address
from refeed.render import render_entry
from refeed.render.list_item import list_media
from refeed.render.publishable import make_publishable
from refeed.render.verify import verify_entry
from refeed.rules.rulebook import rulebook
from refeed.workers.jobs import clean_entries, prefetch_entries
from refeed.workers.picture_jobs import show_content
from refeed.workers.portions import take_some

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.config import Config
    from refeed.rules.rulebook import Rulebook
    from refeed.store import Content, EntryRow

_NOTHING: Mapping[str, str] = {}
_NO_MEDIA: Mapping[str, Sequence[str]] = {}


class RenderJob(NamedTuple):
    """An entry to render.

    Attributes:
        row: the entry.
        cached: its content as it was cleaned last, if it ever was.
        is_current: whether cleaning it again would give the same.
        formats: in which formats to render it.
        without: names of pictures that can't be published.
        page: the address of its own page, or "".
    """

    row: EntryRow
    cached: Content | None
    is_current: bool
    formats: Sequence[str]
    without: frozenset[str] = frozenset()
    page: str = ""


class RenderedEntry(NamedTuple):
    """An entry as documents show it.

    Attributes:
        texts: by format; none if there is nothing to show. Pictures of refeed's own have the
            addresses of their files.
        faults: formats that can't show it, and why.
        cleaned: the content, if it was cleaned for this.
        media: the names of the pictures of refeed's own that it shows, by format.
        is_outdated: whether its snapshot file has changed since it was indexed. What is shown then
            is the cached content, if there is any.
    """

    texts: Mapping[str, str] = _NOTHING
    faults: Mapping[str, str] = _NOTHING
    cleaned: Content | None = None
    media: Mapping[str, Sequence[str]] = _NO_MEDIA
    is_outdated: bool = False


def render_entries(config: Config, jobs: Sequence[RenderJob]) -> list[RenderedEntry]:
    """Render and verify entries; only the first of them if they are long."""
    book = rulebook(config)
    prefetch_entries(config, [job.row for job in jobs if not job.is_current])
    return take_some((_render(config, book, job) for job in jobs), _measure)


def _measure(rendered: RenderedEntry) -> int:
    return sum(map(len, rendered.texts.values()))


@lru_cache(maxsize=1024)  # The next sync asks for most of them again.
def build_entry(book: Rulebook, row: EntryRow) -> Entry:
    """Return an entry as the index has it, without content."""
    return Entry(
        id=entry_id(row.key),
        url=book.find_link(row.key, row.url),
        title=row.title,
        html="",
        summary="",
        image="",
        published=row.published,
        updated=row.updated,
        # A feed's own page is no author.
        authors=row.authors or ((source_of(row.key),) if is_opaque(row.key) else ()),
        tags=row.tags,
    )


def _render(config: Config, book: Rulebook, job: RenderJob) -> RenderedEntry:
    cleaned = None if job.is_current else clean_entries(config, [job.row])[0]
    is_outdated = not job.is_current and cleaned is None
    content = cleaned or job.cached
    if content is None:
        return RenderedEntry(is_outdated=True)
    shown = show_content(book, job.row, content, job.without)
    bare = build_entry(book, job.row)
    inner = outer = make_publishable(
        replace(bare, html=shown.html, summary=shown.summary, image=shown.image, page=job.page)
    )
    if names := list_names(shown.html):
        outer = make_publishable(
            replace(
                inner,
                html=place(shown.html, config.base_url),
                image=place_address(shown.image, config.base_url),
            )
        )
    texts, faults = {}, {}
    for name in job.formats:
        # Pages are in folders of several depths: items of lists place their pictures themselves.
        entry = inner if name == "html" else outer
        text = render_entry(name, entry, config.language, config.timezone)
        try:
            verify_entry(name, text, entry)
        except ValueError as error:
            faults[name] = f"{error}, in the entry of {job.row.url}"
        else:
            texts[name] = text
    media = {name: list_media(text) if name == "html" else names for name, text in texts.items()}
    return RenderedEntry(texts, faults, cleaned, media if names else {}, is_outdated)
