"""RSS 2.0 and Atom 1.0 (RFC 4287) by feedgen. No other module imports it.

Both have the lead image as Media RSS. RSS has the modules content and Dublin Core, and `updated` of
Atom. What feedgen 1.0.0 gets wrong is fixed here:

- an entry or a channel without a date gets the time of the call;
- it formats dates by switching the locale of the process, or with `+00:00` and microseconds;
- a link of an Atom entry loses its `rel`, and a single image gets a `media:group` around it;
- RSS drops an author who has no e-mail address, and all links of a channel but the one to itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from refeed.model import EARLIEST, Link
from refeed.render import icons, namespaces, xml_text
from refeed.render.dates import format_distinct_rfc3339, format_rfc822, format_rfc3339, to_datetime
from refeed.render.document_frame import Frame
from refeed.render.feed_urls import feed_id, file_url, page_url, to_uri
from refeed.render.formats import ATOM, RSS
from refeed.render.publishable import escape_html, feed_title, list_authors, plain_description

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.formats import Format
    from refeed.render.publishable import Publishable

# Without a version, which would change the bytes of every feed with each release.
_GENERATOR: Final = "refeed"
_LINK: Final = f"{{{namespaces.ATOM}}}link"
_UPDATED: Final = f"{{{namespaces.ATOM}}}updated"
_ARCHIVE: Final = f"{{{namespaces.HISTORY}}}archive"

_HTML: Final = "HTML"
"""The placeholder of an entry's HTML until the item is serialised."""

_REFERENCE: Final = re.compile("&(?:amp|lt|gt|quot|#9|#10|#13);")
_HEXADECIMAL: Final = {
    "&amp;": "&#x26;",
    "&lt;": "&#x3C;",
    "&gt;": "&#x3E;",
    "&quot;": "&#x22;",
    "&#9;": "&#x9;",
    "&#10;": "&#xA;",
    "&#13;": "&#xD;",
}


def render_rss_item(entry: Publishable) -> str:
    """Render an RSS item; the same entry gives the same text in every feed."""
    generator = _build_entry(entry, plain_description(entry))
    generator.register_extension("dc", DcEntryExtension)
    generator.dc.dc_creator(list(list_authors(entry)))
    item = generator.rss_entry()
    etree.SubElement(item, "pubDate").text = format_rfc822(entry.published)
    etree.SubElement(item, _UPDATED).text = format_rfc3339(entry.updated)
    _add_page_link(item, entry)
    return _serialize_item(item, namespaces.IN_RSS, entry.html)


def render_atom_entry(entry: Publishable) -> str:
    """Render an Atom entry; the same entry gives the same text in every feed."""
    generator = _build_entry(entry, escape_html(entry.summary))
    generator.author([{"name": name} for name in list_authors(entry)])
    generator.published(to_datetime(entry.published))
    item = generator.atom_entry()
    if entry.url:
        item.find("link").set("rel", "alternate")
    item.find("published").text = format_rfc3339(entry.published)
    item.find("updated").text = format_distinct_rfc3339(entry.updated, entry.id)
    _add_page_link(item, entry)
    return _serialize_item(item, namespaces.IN_ATOM, entry.html)


def build_rss_frame(feed: Feed, updated: int | None) -> Frame:
    """Render an RSS document without items.

    Args:
        feed: its entries are not used.
        updated: the instant of the newest change in the feed; None if it is empty.
    """
    generator = _build_feed(feed, RSS)
    generator.description(feed_title(feed))
    # There is no other way to be without a date.
    generator._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001 - see above
    root = _parse(generator.rss_str())
    _add_links(root[0], feed, RSS)
    if updated is not None:
        etree.SubElement(root[0], "lastBuildDate").text = format_rfc822(updated)
    return _build_frame(root, "</channel></rss>")


def build_atom_frame(feed: Feed, updated: int | None) -> Frame:
    """Render an Atom document without entries.

    Args:
        feed: its entries are not used.
        updated: the instant of the newest change in the feed; None if it is empty.
    """
    generator = _build_feed(feed, ATOM)
    generator.id(feed_id(feed))
    generator.author(name=feed_title(feed))
    generator.icon(f"{feed.base_url}{icons.PNG}")
    root = _parse(generator.atom_str())
    _add_links(root, feed, ATOM)
    updated = EARLIEST if updated is None else updated
    root.find(_UPDATED).text = format_rfc3339(updated)
    return _build_frame(root, "</feed>")


def _build_entry(entry: Publishable, summary: str) -> FeedEntry:
    generator = FeedEntry()
    generator.id(entry.id)
    generator.title(entry.title)
    if entry.url:
        generator.link(href=entry.url)
    generator.content(_HTML, type="html")
    if summary:
        # rss2email takes a summary of type "text" for the article.
        generator.summary(summary, type="html")
    generator.category([{"term": tag} for tag in entry.tags])
    if entry.image:
        generator.register_extension("media", MediaEntryExtension)
        generator.media.content(url=entry.image, medium="image", group=None)
    return generator


def _add_page_link(item: etree._Element, entry: Publishable) -> None:
    """Add refeed's own page of an entry, as a resource related to it (RFC 4287, 4.2.7.2).

    An item of RSS has no second link of its own, so it is Atom's there, too.
    """
    if not entry.page or entry.page == entry.url:
        return
    # The elements of an Atom entry get their namespace when the text is written.
    name = "link" if item.tag == "entry" else _LINK
    link = etree.SubElement(item, name)
    link.set("href", entry.page)
    link.set("rel", "related")
    link.set("type", "text/html")


def _build_feed(feed: Feed, form: Format) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("dc", DcExtension, atom=False)
    generator.register_extension("media", MediaExtension)
    generator.title(feed_title(feed))
    generator.generator(_GENERATOR)
    if feed.language:
        generator.language(feed.language)
    itself = file_url(feed, form.file_name(feed.page))
    generator.link(href=itself, rel="self", type=form.media_type)
    # The last link of any kind becomes the channel's address.
    generator.link(href=page_url(feed), rel="alternate", type="text/html")
    return generator


def _add_links(parent: etree._Element, feed: Feed, form: Format) -> None:
    """Add the links of a feed after the one to itself, and those of an archive (RFC 5005, 4).

    None leads to the next page (`next-archive`): each new page would change the one before it.
    """
    links = list(feed.links)
    if feed.page:
        links.append(Link("current", file_url(feed, form.file)))
    if feed.previous:
        links.append(Link("prev-archive", file_url(feed, form.file_name(feed.previous))))
    itself = next(link for link in parent.iterchildren(_LINK) if link.get("rel") == "self")
    for link in reversed(links):
        itself.addnext(etree.Element(_LINK, {"href": to_uri(link.href), "rel": link.rel}))
    if feed.page:
        prefixes = {"fh": namespaces.HISTORY}
        itself.addprevious(etree.Element(_ARCHIVE, nsmap=prefixes))


def _parse(document: bytes) -> etree._Element:
    return etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))


def _serialize_item(item: etree._Element, prefixes: namespaces.Prefixes, html: str) -> str:
    """Write an item without the namespaces that its document declares, and with its HTML."""
    root = etree.Element("root", nsmap=prefixes)
    root.append(item)
    markup = _serialize(root)
    inner = markup[markup.index(">") + 1 : markup.rindex("</")]
    # Elsewhere a `>` is a reference.
    return inner.replace(f">{_HTML}</content", f">{xml_text.write_cdata(html)}</content", 1)


def _build_frame(root: etree._Element, end: str) -> Frame:
    head = _serialize(root).removesuffix(end)
    declaration = "<?xml version='1.0' encoding='UTF-8'?>"
    return Frame(f"{declaration}\n{head}\n", between="", after_each="\n", tail=f"{end}\n")


def _serialize(root: etree._Element) -> str:
    """Write an element with references as in `xml_text`."""
    markup: str = etree.tostring(root, encoding="unicode")
    return _REFERENCE.sub(lambda found: _HEXADECIMAL[found[0]], markup)
