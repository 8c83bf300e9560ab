"""feedgen, with what it gets wrong put right. No other module imports it.

feedgen 1.0.0 builds a tree of each item, which takes five times as long as writing the text does.
So it writes one item of each *shape* (how many authors and tags, an image or not) with marks where
values go, and the values are filled in after. Nearly all entries have one of a few shapes.

Mended here: missing dates that become the time of the call; dates that are written by switching
the locale of the process; links of entries that lose their `rel`; authors that RSS drops for lack
of an e-mail address; a `media:group` around a single image; dates with `+00:00` and microseconds;
links of a channel, of which RSS gets none but the one to itself.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from refeed.render.archive_links import NAMESPACE as HISTORY
from refeed.render.dates import as_datetime, rfc822, rfc3339
from refeed.render.feed_urls import feed_id, file_url, page_url, uri
from refeed.render.publishable import EARLIEST, feed_title

if TYPE_CHECKING:
    from refeed.model import Feed

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"

# No version: a new one would change the bytes of every feed, and each reader would fetch them all.
_GENERATOR = "refeed"
_LINK = f"{{{ATOM}}}link"
_MARK = re.compile(r"@@(\d+)@@")


class Values(NamedTuple):
    """What goes into one item, as text. A part that the item does not have is ""."""

    id: str
    url: str
    title: str
    html: str
    summary: str
    image: str
    published: str
    updated: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]

    def in_a_row(self) -> tuple[str, ...]:
        """All of them, authors and tags last."""
        *single, authors, tags = self
        return (*single, *authors, *tags)


class Shape(NamedTuple):
    """What an item has; all else every item has."""

    authors: int
    tags: int
    image: bool
    summary: bool

    def marks(self) -> Values:
        """A mark in the place of each value, numbered as in `Values.in_a_row`."""
        numbers = itertools.count()

        def mark() -> str:
            return f"@@{next(numbers)}@@"

        every = Values(
            id=mark(),
            url=mark(),
            title=mark(),
            html=mark(),
            summary=mark(),
            image=mark(),
            published=mark(),
            updated=mark(),
            authors=tuple([mark() for _ in range(self.authors)]),
            tags=tuple([mark() for _ in range(self.tags)]),
        )
        return every._replace(
            summary=every.summary if self.summary else "", image=every.image if self.image else ""
        )


class Template(NamedTuple):
    """An item with `%s` where values go, and the numbers of those values in that order."""

    text: str
    order: tuple[int, ...]

    def filled(self, values: Values) -> str:
        """The item with values that are XML markup already, of the shape that it was made for."""
        row = values.in_a_row()
        return self.text % tuple([row[number] for number in self.order])


@lru_cache(maxsize=512)
def rss_template(shape: Shape) -> Template:
    """An RSS item of this shape."""
    return _template(rss_item(shape.marks()))


@lru_cache(maxsize=512)
def atom_template(shape: Shape) -> Template:
    """An Atom entry of this shape."""
    return _template(atom_entry(shape.marks()))


def rss_item(values: Values) -> str:
    """Write one RSS item. Its namespace prefixes are those of `rss_channel`'s root.

    Args:
        values: unescaped. `summary` is the description, HTML.
    """
    entry = _entry(values)
    if values.authors:
        # Where there is no e-mail address, feedgen drops an author without a word.
        entry.register_extension("dc", DcEntryExtension)
        entry.dc.dc_creator(list(values.authors))
    item = entry.rss_entry()
    etree.SubElement(item, "pubDate").text = values.published
    etree.SubElement(item, f"{{{ATOM}}}updated").text = values.updated
    return _bare(item, etree.Element("rss", nsmap=_RSS_PREFIXES))


def atom_entry(values: Values) -> str:
    """Write one Atom entry. Its namespace prefixes are those of `atom_feed`'s root.

    Args:
        values: unescaped.
    """
    entry = _entry(values)
    entry.author([{"name": name} for name in values.authors])
    entry.published(as_datetime(0))
    element = entry.atom_entry()
    element.find("link").set("rel", "alternate")
    element.find("published").text = values.published
    element.find("updated").text = values.updated
    return _bare(element, etree.Element("feed", nsmap=_ATOM_PREFIXES))


def rss_channel(feed: Feed, file: str, media_type: str, updated: int | None) -> tuple[str, str]:
    """Write an RSS document without items.

    Args:
        feed: the feed.
        file: the document's file name, for its link to itself.
        media_type: the document's media type.
        updated: the instant of the newest change in the feed; None if it is empty.

    Returns:
        What comes before the items, and what comes after them.
    """
    generator = _generator(feed, file, media_type)
    generator.description(feed_title(feed))
    # There is no other way to be without a date, and its own would be the time of this call.
    generator._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001 - see above
    root = _parsed(generator.rss_str())
    _add_links(root[0], feed)
    if updated is not None:
        etree.SubElement(root[0], "lastBuildDate").text = rfc822(updated)
    return _around(root, "</channel></rss>")


def atom_feed(feed: Feed, file: str, media_type: str, updated: int | None) -> tuple[str, str]:
    """Write an Atom document without entries.

    Args:
        feed: the feed.
        file: the document's file name, for its link to itself.
        media_type: the document's media type.
        updated: the instant of the newest change in the feed; None if it is empty.

    Returns:
        What comes before the entries, and what comes after them.
    """
    generator = _generator(feed, file, media_type)
    generator.id(feed_id(feed))
    generator.author(name=feed_title(feed))
    root = _parsed(generator.atom_str())
    _add_links(root, feed)
    root.find(f"{{{ATOM}}}updated").text = rfc3339(EARLIEST if updated is None else updated)
    return _around(root, "</feed>")


_RSS_PREFIXES = {"dc": DC, "media": MEDIA, "atom": ATOM, "content": CONTENT}
_ATOM_PREFIXES = {"media": MEDIA}


def _entry(values: Values) -> FeedEntry:
    entry = FeedEntry()
    entry.id(values.id)
    entry.title(values.title)
    entry.link(href=values.url)
    entry.content(values.html, type="html")
    if values.summary:
        entry.summary(values.summary, type="text")
    entry.category([{"term": tag} for tag in values.tags])
    if values.image:
        entry.register_extension("media", MediaEntryExtension)
        entry.media.content(url=values.image, medium="image", group=None)
    return entry


def _generator(feed: Feed, file: str, media_type: str) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("dc", DcExtension, atom=False)
    generator.register_extension("media", MediaExtension)
    generator.title(feed_title(feed))
    generator.generator(_GENERATOR)
    if feed.language:
        generator.language(feed.language)
    generator.link(href=file_url(feed, file), rel="self", type=media_type)
    # The last link of any kind becomes the channel's address.
    generator.link(href=page_url(feed), rel="alternate", type="text/html")
    return generator


def _add_links(parent: etree._Element, feed: Feed) -> None:
    """Write the feed's own links after the one to itself, and the mark of an archive document."""
    before = next(link for link in parent.iterchildren(_LINK) if link.get("rel") == "self")
    for link in reversed(feed.links):
        before.addnext(etree.Element(_LINK, {"href": uri(link.href), "rel": link.rel}))
    if feed.part:
        before.addprevious(etree.Element(f"{{{HISTORY}}}archive", nsmap={"fh": HISTORY}))


def _template(item: str) -> Template:
    literals_and_numbers = _MARK.split(item.replace("%", "%%"))
    return Template(
        "%s".join(literals_and_numbers[::2]), tuple(map(int, literals_and_numbers[1::2]))
    )


def _bare(element: etree._Element, root: etree._Element) -> str:
    """The element as a child of the root, so without the namespaces that the root declares."""
    root.append(element)
    markup: str = etree.tostring(root, encoding="unicode")
    return markup[markup.index(">") + 1 : markup.rindex("</")]


def _parsed(document: bytes) -> etree._Element:
    return etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))


def _around(root: etree._Element, end: str) -> tuple[str, str]:
    document: str = etree.tostring(root, encoding="unicode")
    # References as in `xml_text`.
    document = (
        document.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;").replace("&gt;", "&#x3E;")
    )
    head = document.removesuffix(end)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{head}\n", f"{end}\n"
