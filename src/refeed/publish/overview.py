"""The overview of all feeds: the OPML list for feed readers, the start page, and the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed import __version__
from refeed.config import publishing_fingerprint
from refeed.identity import entry_id
from refeed.publish.context import digest
from refeed.render import icons, opml, templates
from refeed.render.formats import HTML, STYLE, name_article_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.model import Feed
    from refeed.publish.context import PublishContext
    from refeed.publish.output_folder import OutputFolder
    from refeed.render.pages import FeedSummary
    from refeed.store import EntryRow

START_PAGE: Final = HTML.file

OVERVIEW: Final = "the overview"
"""Replaces the feed's name in the index of published files; no feed can have this name."""


def list_icons(output: OutputFolder) -> list[str]:
    """Return the files of the icon, but those that somebody else has put there: they stay."""
    return [path for path in icons.CONTENT_TYPES if not output.is_foreign(path)]


def write_overview(context: PublishContext, names: Sequence[str]) -> None:
    """Write the overview, unless it is unchanged."""
    config, store = context.config, context.store
    feeds = [context.build_feed(name) for name in names]
    counts = store.feed_counts()
    found = store.newest_entries()
    newest = {name: found.get(name) for name in names}
    titles = [feed.title for feed in feeds]
    rules = publishing_fingerprint(config), context.book.fingerprint(), templates.fingerprint()
    fingerprint = digest(__version__, rules, icons.fingerprint(), titles, counts, newest).hex()
    if store.get_setting(OVERVIEW) == fingerprint:
        return
    outlines = [opml.build_outline(feed, config.formats) for feed in feeds]
    own = list_icons(context.output)
    files = {path: data for path, data in icons.load_icons().items() if path in own}
    files[opml.FILE] = opml.render_opml(config.title, outlines)
    if "html" in config.formats:
        from refeed.render.page_templates import render_style
        from refeed.render.pages import render_index_page

        summaries = [_summarize(feed, counts[feed.name], newest[feed.name]) for feed in feeds]
        files[STYLE] = render_style()
        files[START_PAGE] = render_index_page(
            config.title,
            config.base_url,
            config.language,
            summaries,
            config.formats,
            timezone=config.timezone,
        )
    for path, data in files.items():
        context.output.write(path, data)
        store.put_output(path, OVERVIEW, *context.output.stat(path))
    store.set_setting(OVERVIEW, fingerprint)


def _summarize(feed: Feed, entries: int, newest: EntryRow | None) -> FeedSummary:
    from refeed.render.pages import FeedSummary

    if newest is None:
        return FeedSummary(feed.name, feed.title, entries)
    page = name_article_page(entry_id(newest.key))
    return FeedSummary(feed.name, feed.title, entries, newest.title, page, newest.published)
