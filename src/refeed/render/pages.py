"""The index of all feeds as a page, and an article as previews show it.

Pages have no script and load nothing but the media of articles. Links between them are relative, so
that the output folder can be served from anywhere; the addresses to copy are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.model import ALL, SOURCE_PREFIX, Feed
from refeed.render import opml
from refeed.render.feed_urls import page_url, to_uri
from refeed.render.formats import HTML, list_machine_readable, list_subscribable
from refeed.render.index_search import list_words
from refeed.render.page_templates import describe_language, render, render_fragment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.render.publishable import Publishable

# Short lists need no search field and no letters to jump to.
_AT_A_GLANCE = 12
_FEW_SOURCES = 40


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


@dataclass(frozen=True, slots=True)
class _Line:
    """A feed of the index.

    Attributes:
        about: its summary.
        title: human-readable.
        folder: its folder, relative to the index.
        address: to subscribe to, absolute: the same as in the OPML list.
        words: by which it is found.
        newest_url: of the newest article, or "".
    """

    about: FeedSummary
    title: str
    folder: str
    address: str
    words: str
    newest_url: str


def render_article(entry: Publishable, language: str, timezone: str) -> str:
    """Render an entry as a page shows it.

    Args:
        entry: its HTML has been sanitised, and is inserted as it is.
        language: of the feed, a BCP 47 tag, or "" where it isn't known.
        timezone: of its dates, an IANA name.
    """
    return render_fragment("article.html", entry=entry, language=language, timezone=timezone)


def render_index_page(  # noqa: PLR0913 - what the settings say of the whole
    title: str,
    base_url: str,
    language: str,
    feeds: Sequence[FeedSummary],
    formats: Sequence[str],
    *,
    timezone: str = "UTC",
) -> bytes:
    """Render the page at the top of the output, `index.html`: all feeds, and how to subscribe.

    The feed of everything comes first, then those that the operator defined, in the order given,
    then the sources by title.

    Args:
        title: of the whole collection.
        base_url: the address of the output folder, ending in `/`.
        language: a BCP 47 tag, or "" where it isn't known.
        feeds: what there is.
        formats: in which formats each exists, of ``rss``, ``atom``, ``json``, ``html``.
        timezone: of the dates, an IANA name.

    Returns:
        HTML in UTF-8, the same bytes for the same arguments.
    """
    lines = [_describe_feed(feed, title, base_url, formats) for feed in feeds]
    sources = sorted(
        (line for line in lines if line.about.name.startswith(SOURCE_PREFIX)),
        key=lambda line: (line.title.casefold(), line.about.name),
    )
    letters = _find_letters(sources) if len(sources) > _FEW_SOURCES else {}
    return render(
        "index.html",
        title=title,
        base_url=to_uri(base_url),
        opml=opml.FILE,
        total=len(lines),
        everything=[line for line in lines if line.about.name == ALL],
        defined=[
            line
            for line in lines
            if line.about.name != ALL and not line.about.name.startswith(SOURCE_PREFIX)
        ],
        sources=sources,
        searchable=len(lines) > _AT_A_GLANCE,
        letters=list(letters.items()),
        starts=set(letters.values()),
        formats=list_machine_readable(formats),
        discovered=list_subscribable(formats),
        with_pages=HTML.name in formats,
        timezone=timezone,
        **describe_language(language),
    )


def _describe_feed(about: FeedSummary, whole: str, base_url: str, formats: Sequence[str]) -> _Line:
    """Describe a feed, without the title of the whole at the end of its own title."""
    short = about.title.removesuffix(f" – {whole}")
    feed = Feed(about.name, short, base_url, language="", entries=())
    outline = opml.build_outline(feed, formats)
    folder = page_url(feed).removeprefix(to_uri(base_url))
    words = list_words(about.name, outline.title)
    return _Line(about, outline.title, folder, outline.url, words, to_uri(about.newest_url or ""))


def _find_letters(sources: Sequence[_Line]) -> dict[str, int]:
    """Return the place, from 1, of the first source that begins with each letter."""
    letters: dict[str, int] = {}
    for place, line in enumerate(sources, start=1):
        letters.setdefault(line.title[:1].upper(), place)
    return letters
