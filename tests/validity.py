"""Whether a published document is valid: what a strict reader would have against it.

`faults` is for every test that has a document in its hands. It shares no code with refeed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SCHEMAS = Path(__file__).parent / "schemas"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MEDIA = "{http://search.yahoo.com/mrss/}"

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" \d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
_NOT_IN_A_URI = re.compile(r"[^!#-;=?-\[\]_a-z~]|%(?![0-9A-Fa-f]{2})")
_ROOT_TAG = re.compile(rb"<[A-Za-z][^>]*>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def faults(name: str, data: bytes) -> list[str]:
    """List what is wrong with a document.

    Args:
        name: ``rss``, ``atom``, ``json`` or ``opml``.
        data: the document.

    Returns:
        A line for each fault; none for a valid document.
    """
    checks: dict[str, Callable[[bytes], Iterator[str]]] = {
        "rss": _rss,
        "atom": _atom,
        "json": _json,
        "opml": _opml,
    }
    return list(checks[name](data))


def _rss(data: bytes) -> Iterator[str]:
    root = yield from _well_formed(data)
    channel = None if root is None else root.find("channel")
    if root is None or root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield "it is not RSS 2.0"
        return
    for part in ("title", "link", "description"):
        yield from _once("channel", channel, part)
    yield from _uri("channel link", channel.findtext("link"))
    yield from _self_link(channel)
    for link in channel.iterfind(f"{ATOM}link"):
        yield from _uri(f"link {link.get('rel')}", link.get("href"))
    for date in channel.iterfind("lastBuildDate"):
        yield from _rfc_822("lastBuildDate", date.text)
    items = channel.findall("item")
    yield from _unique("guid", [item.findtext("guid") for item in items])
    for item in items:
        yield from _rss_item(item)


def _rss_item(item: etree._Element) -> Iterator[str]:
    where = f"item {item.findtext('guid')}"
    for part in ("title", "link", "description", "guid", "pubDate", f"{CONTENT}encoded"):
        yield from _once(where, item, part)
    if item.find("guid").get("isPermaLink") != "false":
        yield f"{where}: its guid is no address, and does not say so"
    yield from _uri(f"{where}: link", item.findtext("link"))
    for image in item.iterfind(f"{MEDIA}content"):
        yield from _uri(f"{where}: image", image.get("url"))
    yield from _rfc_822(f"{where}: pubDate", item.findtext("pubDate"))
    updated = item.findtext(f"{ATOM}updated")
    yield from _rfc_3339(f"{where}: updated", updated)
    yield from _in_order(where, _moment(item.findtext("pubDate")), _moment(updated))


def _atom(data: bytes) -> Iterator[str]:
    root = yield from _well_formed(data)
    if root is None:
        return
    grammar = _grammar()
    if not grammar.validate(root):
        yield from {f"line {error.line}: {error.message}" for error in grammar.error_log}
        return
    yield from _self_link(root)
    entries = root.findall(f"{ATOM}entry")
    yield from _unique("id", [entry.findtext(f"{ATOM}id") for entry in entries])
    for link in root.iter(f"{ATOM}link"):
        yield from _uri("link", link.get("href"))
    for image in root.iter(f"{MEDIA}content"):
        yield from _uri("image", image.get("url"))
    for icon in root.iterfind(f"{ATOM}icon"):
        yield from _uri("icon", icon.text)
    for date in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        yield from _rfc_3339("date", date.text)
    for entry in entries:
        yield from _atom_entry(entry, feed=root)


def _atom_entry(entry: etree._Element, feed: etree._Element) -> Iterator[str]:
    where = f"entry {entry.findtext(f'{ATOM}id')}"
    if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
        yield f"{where}: it has no author, nor has the feed"
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in entry.iterfind(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(alternates) != 1:
        yield f"{where}: it has {len(alternates)} alternate links"
    if not (entry.findtext(f"{ATOM}title") or "").strip():
        yield f"{where}: its title is blank"
    content = entry.find(f"{ATOM}content")
    if content is None or content.get("type") != "html" or not (content.text or "").strip():
        yield f"{where}: it has no HTML"
    published, updated = (entry.findtext(ATOM + part) for part in ("published", "updated"))
    yield from _in_order(where, _moment(published), _moment(updated))


def _json(data: bytes) -> Iterator[str]:
    try:
        feed = json.loads(data.decode(), object_pairs_hook=_without_repeats)
    except ValueError as error:
        yield f"it is not JSON: {error}"
        return
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"its version is {feed.get('version')}"
    if not isinstance(feed.get("title"), str) or not isinstance(feed.get("items"), list):
        yield "it has no title, or no items"
        return
    for part in ("home_page_url", "feed_url", "icon", "favicon"):
        yield from _uri(part, feed.get(part))
    for hub in feed.get("hubs", []):
        if hub.keys() != {"type", "url"} or hub["type"] != "WebSub":
            yield f"not a hub: {hub}"
        yield from _uri("hub", hub.get("url"))
    yield from _unique("id", [item.get("id") for item in feed["items"]])
    for text in _strings(feed):
        if _CONTROL.search(text):
            yield f"forbidden characters: {text!r:.80}"
    for item in feed["items"]:
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    where = f"item {item.get('id')}"
    for part in ("id", "url", "title", "content_html"):
        if not isinstance(item.get(part), str) or not item[part].strip():
            yield f"{where}: no {part}"
    for part in ("url", "image"):
        if part in item:
            yield from _uri(f"{where}: {part}", item[part])
    for author in item.get("authors", []):
        if not author.get("name"):
            yield f"{where}: an author without a name"
    published, updated = item.get("date_published"), item.get("date_modified")
    yield from _rfc_3339(f"{where}: date_published", published)
    yield from _rfc_3339(f"{where}: date_modified", updated)
    yield from _in_order(where, _moment(published), _moment(updated))


def _opml(data: bytes) -> Iterator[str]:
    root = yield from _well_formed(data)
    if root is None or root.tag != "opml" or root.get("version") != "2.0":
        yield "it is not OPML 2.0"
        return
    for part in ("head", "body"):
        yield from _once("opml", root, part)
    for outline in root.iter("outline"):
        if not outline.get("text") or not outline.get("title") or outline.get("type") != "rss":
            yield "an outline without text, title or type"
        yield from _uri("xmlUrl", outline.get("xmlUrl"))
        if "htmlUrl" in outline.attrib:
            yield from _uri("htmlUrl", outline.get("htmlUrl"))


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))


def _well_formed(data: bytes) -> Any:  # noqa: ANN401 - a generator that yields lines and returns the root
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        yield f"it is not well-formed: {error}"
        return None
    if root.getroottree().docinfo.doctype:
        yield "it has a document type"
    if b"\n" in _ROOT_TAG.findall(data)[0]:
        yield "its root tag is not on one line"
    return root


def _once(where: str, parent: etree._Element, part: str) -> Iterator[str]:
    found = parent.findall(part)
    if len(found) != 1:
        yield f"{where}: {len(found)} of {part}"
    elif not len(found[0]) and not (found[0].text or "").strip():
        yield f"{where}: {part} is blank"


def _self_link(parent: etree._Element) -> Iterator[str]:
    links = [link for link in parent.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if len(links) != 1:
        yield f"it has {len(links)} links to itself"
    for link in links:
        yield from _uri("link to itself", link.get("href"))
        if not link.get("type"):
            yield "its link to itself has no type"


def _uri(where: str, value: str | None) -> Iterator[str]:
    if not value or urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
        yield f"{where}: not an absolute web address: {value}"
    elif _NOT_IN_A_URI.search(value):
        yield f"{where}: characters that no URI has: {value}"


def _unique(what: str, values: Iterable[str | None]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1 or not value:
            yield f"{what} {value} is there {times} times"


def _rfc_822(where: str, value: str | None) -> Iterator[str]:
    if not value or not _RFC_822.fullmatch(value):
        yield f"{where}: not an RFC 822 date: {value}"
        return
    moment = parsedate_to_datetime(value)
    if value[:3] != ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]:
        yield f"{where}: the wrong day of the week: {value}"


def _rfc_3339(where: str, value: str | None) -> Iterator[str]:
    if not value or not _RFC_3339.fullmatch(value) or _moment(value) is None:
        yield f"{where}: not an RFC 3339 date: {value}"


def _moment(value: str | None) -> datetime | None:
    try:
        if _RFC_822.fullmatch(value or ""):
            return parsedate_to_datetime(value or "")
        return datetime.fromisoformat(value or "")
    except ValueError:
        return None


def _in_order(where: str, published: datetime | None, updated: datetime | None) -> Iterator[str]:
    if published and updated and updated < published:
        yield f"{where}: updated before it was published"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("an object has a member twice")
    return dict(pairs)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)
