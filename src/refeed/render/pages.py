"""The pages for people: one for each feed, and the index of all of them.

They hold no script and fetch nothing but the articles' own pictures. Links between them are
relative, so that the output folder can be served from anywhere; the addresses to copy are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.model import Feed
from refeed.render import opml
from refeed.render.feed_urls import page_url, uri
from refeed.render.formats import FORMATS, HTML, SUBSCRIBED
from refeed.render.index_search import words_of
from refeed.render.page_templates import fragment, render
from refeed.render.publishable import feed_title, publishable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.render.feed_summary import FeedSummary
    from refeed.render.formats import Format
    from refeed.render.publishable import Publishable

_ALL = "all"
_SOURCE = "source/"
# What can be seen at a glance needs no field to search in, nor letters to jump to.
_AT_A_GLANCE = 12
_FEW_SOURCES = 40


@dataclass(frozen=True, slots=True)
class _Line:
    """A feed of the index.

    Attributes:
        about: what is known of it.
        title: for people.
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


def article(entry: Publishable, language: str) -> str:
    """What a page shows of an entry.

    Args:
        entry: its HTML has passed the sanitiser and goes into the page as it is.
        language: of the feed, a BCP 47 tag, or "" where it isn't known.
    """
    return fragment("article.html", entry=entry, language=language)


def feed_page(feed: Feed, articles: Sequence[str], formats: Sequence[str]) -> bytes:
    """The page of a feed, `index.html` in its folder: how to subscribe, and its entries in full.

    Args:
        feed: of its entries all but their HTML is shown, which is in the articles.
        articles: of `article`, for each entry.
        formats: in which formats the feed exists, of ``rss``, ``atom``, ``json``, ``html``.

    Returns:
        HTML in UTF-8, the same bytes for the same arguments.
    """
    entries = [publishable(entry) for entry in feed.entries]
    return render(
        "feed.html",
        title=feed_title(feed),
        entries=entries,
        articles=articles,
        formats=_machine_readable(formats),
        discovered=_discovered(formats),
        address=page_url(feed),
        top="../" * (feed.name.count("/") + 1),
        **_language(feed.language),
    )


def index_page(
    title: str,
    base_url: str,
    language: str,
    feeds: Sequence[FeedSummary],
    formats: Sequence[str],
) -> bytes:
    """The page at the top of the output, `index.html`: all feeds, and how to subscribe to them.

    The feed of everything comes first, then those that the operator defined, in the order given,
    then the sources by title.

    Args:
        title: of the whole collection.
        base_url: the address of the output folder, ending in `/`.
        language: a BCP 47 tag, or "" where it isn't known.
        feeds: what there is.
        formats: in which formats each exists, of ``rss``, ``atom``, ``json``, ``html``.

    Returns:
        HTML in UTF-8, the same bytes for the same arguments.
    """
    lines = [_line(feed, title, base_url, formats) for feed in feeds]
    sources = sorted(
        (line for line in lines if line.about.name.startswith(_SOURCE)),
        key=lambda line: (line.title.casefold(), line.about.name),
    )
    letters = _letters(sources) if len(sources) > _FEW_SOURCES else {}
    return render(
        "index.html",
        title=title,
        base_url=uri(base_url),
        opml=opml.FILE,
        total=len(lines),
        everything=[line for line in lines if line.about.name == _ALL],
        defined=[
            line
            for line in lines
            if line.about.name != _ALL and not line.about.name.startswith(_SOURCE)
        ],
        sources=sources,
        searchable=len(lines) > _AT_A_GLANCE,
        letters=list(letters.items()),
        starts=set(letters.values()),
        formats=_machine_readable(formats),
        discovered=_discovered(formats),
        with_pages=HTML.name in formats,
        **_language(language),
    )


def _line(about: FeedSummary, whole: str, base_url: str, formats: Sequence[str]) -> _Line:
    """Describe a feed. Under the title of the whole, no title needs to end in it."""
    short = about.title.removesuffix(f" – {whole}")
    feed = Feed(about.name, short, base_url, language="", entries=())
    outline = opml.outline(feed, formats)
    folder = page_url(feed).removeprefix(uri(base_url))
    words = words_of(about.name, outline.title)
    return _Line(about, outline.title, folder, outline.url, words, uri(about.newest_url or ""))


def _letters(sources: Sequence[_Line]) -> dict[str, int]:
    """Return the place, from 1, of the first source that begins with each letter."""
    letters: dict[str, int] = {}
    for place, line in enumerate(sources, start=1):
        letters.setdefault(line.title[:1].upper(), place)
    return letters


def _machine_readable(formats: Sequence[str]) -> list[Format]:
    return [form for name, form in FORMATS.items() if name in formats and form is not HTML]


def _discovered(formats: Sequence[str]) -> list[Format]:
    """In the order to link to them in: HTML makes the first one the default to subscribe to."""
    return [form for form in SUBSCRIBED if form.name in formats]


def _language(language: str) -> dict[str, object]:
    """What templates need to tell the pages' own words, which are English, from the feeds'."""
    primary = language.lower().partition("-")[0]
    return {"language": language, "english": primary in ("", "en")}
