"""The page of an article: its text, where it is from, and what its snapshots changed.

It has no script and loads nothing but its style and the media of the article. Links to other pages
are relative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.render.feed_urls import page_url, to_uri
from refeed.render.page_templates import describe_language, render
from refeed.render.publishable import feed_title
from refeed.text.xml_chars import make_legible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.history import Remark
    from refeed.model import Feed
    from refeed.render.formats import Format
    from refeed.render.publishable import Publishable

TOP: Final = "../../"
"""The relative address of the output folder from the page of an article."""


class PageLink(NamedTuple):
    """A link to the page of another article.

    Attributes:
        folder: of that page, relative to the output folder.
        title: of the article.
    """

    folder: str
    title: str


class ListedSnapshot(NamedTuple):
    """One of the snapshots of an article, or several after each other that look the same.

    Attributes:
        instant: of the first.
        until: of the last.
        number: how many they are.
        remarks: what changed from the one before it, if anything did.
        is_shown: whether it is the text that the page has.
        is_known: whether its text could be read, and that of the one before it.
    """

    instant: int
    until: int
    number: int = 1
    remarks: tuple[Remark, ...] = ()
    is_shown: bool = False
    is_known: bool = True


class ArticlePage(NamedTuple):
    """What the page of an article shows.

    Attributes:
        entry: the article; its HTML has been sanitised, and is inserted as it is.
        source: the host that it is from.
        feeds: those that it is in, without entries.
        newer: the next article of its source, or None.
        older: the article before it in its source, or None.
        snapshots: if there are several, oldest first.
        more: how many older ones are not listed.
    """

    entry: Publishable
    source: str
    feeds: Sequence[Feed]
    newer: PageLink | None
    older: PageLink | None
    snapshots: Sequence[ListedSnapshot]
    more: int


def render_article_page(
    page: ArticlePage,
    formats: Sequence[Format],
    language: str,
    timezone: str,
    *,
    is_indexed: bool,
) -> bytes:
    """Render the page of an article.

    Args:
        page: what it shows.
        formats: those of feeds to subscribe to.
        language: of the feeds, a BCP 47 tag, or "" where it isn't known.
        timezone: of the dates, an IANA name.
        is_indexed: whether search engines may list it.

    Returns:
        HTML in UTF-8, the same bytes for the same arguments.
    """
    return render(
        "article_page.html",
        entry=page.entry,
        source=page.source,
        feeds=[_describe_feed(feed) for feed in page.feeds],
        newer=_make_legible(page.newer),
        older=_make_legible(page.older),
        snapshots=page.snapshots,
        more=page.more,
        formats=formats,
        is_indexed=is_indexed,
        top=TOP,
        timezone=timezone,
        **describe_language(language),
    )


def _describe_feed(feed: Feed) -> tuple[str, str]:
    """Return the folder of a feed, relative to the page, and its title."""
    folder = page_url(feed).removeprefix(to_uri(feed.base_url))
    return TOP + folder, feed_title(feed)


def _make_legible(link: PageLink | None) -> PageLink | None:
    return link and PageLink(TOP + link.folder, make_legible(link.title).strip() or link.folder)
