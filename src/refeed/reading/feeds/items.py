"""Reads the items of RSS, RDF and Atom, parsed by feedparser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from refeed.errors import SnapshotError
from refeed.reading.address_parts import join_address
from refeed.reading.claims import Record
from refeed.reading.dates.text import is_date
from refeed.reading.feeds.identity import Item, find_key, set_identities
from refeed.reading.feeds.media import Medium, add_media, find_kind, list_titles
from refeed.reading.feeds.site_exports import SiteExport, find_withheld, read_export, show_text
from refeed.reading.plain_text import to_html
from refeed.reading.single_line import to_single_line
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.claims import Claim

_Table: TypeAlias = dict[str, Any]

_HTML = ("text/html", "application/xhtml+xml")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_IS_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_DATES = (
    ("published", "published"),
    ("created", "created"),
    ("prism_publicationdate", "published"),
    ("updated", "updated"),
)
_UNKNOWN_WIDTH = 0
# What some feeds have around a body: a whole document.
_DOCUMENT = re.compile(
    r"\s*(?:<!doctype[^>]*>\s*)?<html[^>]*>\s*(?:<head\b.*?</head>\s*)?(?:<body[^>]*>)?",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENT_END = re.compile(r"(?:</body>\s*)?</html>\s*$", re.IGNORECASE)
_LONGEST_START = 200
# feedparser writes XHTML with end tags that HTML has not; `</br>` would be another line break.
_VOID_END = re.compile(r"</(?:area|br|col|embed|hr|img|input|source|track|wbr)\s*>", re.IGNORECASE)


class _Feed(NamedTuple):
    """What a feed says of all its items.

    Attributes:
        title: one line.
        language: a BCP 47 tag, or "".
        bases: what relative addresses of items are relative to, the most trusted first.
        authors: names; a person who is named for an Atom feed wrote those items that name nobody.
        export: what it says as the export of a site.
    """

    title: str
    language: str
    bases: tuple[str, ...]
    authors: tuple[str, ...]
    export: SiteExport = SiteExport()


class _Bytes:
    """A document as feedparser takes it: text alone could be the name of a file to it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def read_items(text: str) -> list[Record | SnapshotError]:
    """Return the items of a feed.

    Args:
        text: the document from its root element on.

    Raises:
        SnapshotError: the parser fails at it.
    """
    parsed = _parse(text)
    feed = _read_feed(parsed.feed, is_atom=parsed.version.startswith("atom"))
    if "wp_wxr_version" in parsed.feed:
        feed = feed._replace(export=read_export(text, parsed.entries))
    withheld = list(map(find_withheld, parsed.entries))
    shown = [entry for entry, fault in zip(parsed.entries, withheld, strict=True) if not fault]
    items = [Item(_read_item(entry, feed), _get(entry, "id")) for entry in shown]
    records = iter(set_identities(items, feed.bases, feed.title))
    return [fault or next(records) for fault in withheld]


def _parse(text: str) -> Any:  # noqa: ANN401 - feedparser has no types
    import feedparser

    try:
        return feedparser.parse(
            _Bytes(text.encode(errors="replace")),
            resolve_relative_uris=False,
            sanitize_html=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except Exception as error:  # tag soup can leave it in a state that it doesn't expect
        fault = f"{type(error).__name__}: {error}"
        raise SnapshotError(f"a feed that feedparser fails at: {fault}") from error


def _read_feed(feed: _Table, *, is_atom: bool) -> _Feed:
    links = _list_tables(feed, "links")
    own = [_get(link, "href") for link in links if link.get("rel") == "self"]
    page = [_get(feed, "link")]
    bases = [*own, *page] if is_atom else [*page, *own]
    first = next((base for base in bases if _IS_ADDRESS.match(base)), "")
    absolute = (join_address(first, base) for base in (*bases, _get(feed, "id")) if base)
    return _Feed(
        title=_read_title(feed),
        language=_read_language(_get(feed, "language")),
        bases=tuple(dict.fromkeys(filter(_IS_ADDRESS.match, absolute))),
        authors=tuple(_list_authors(feed)) if is_atom else (),
    )


def _read_item(entry: _Table, feed: _Feed) -> Record:
    html, base, language = _find_body(entry)
    html = show_text(entry, html, feed.export)
    base = join_address(feed.bases[0], base) if base and feed.bases else base
    authors = tuple(feed.export.names.get(name, name) for name in _list_authors(entry))
    return Record(
        html=add_media(html, list(_find_media(entry))),
        urls=tuple(_find_urls(entry, feed)),
        titles=list_titles(_read_title(entry), html),
        strong_dates=tuple(_find_dates(entry)),
        authors=((authors, "item"), (feed.authors, "feed")),
        tags=tuple(_find_tags(entry)),
        base=base if _IS_ADDRESS.match(base) else "",
        language=_read_language(language) or feed.language,
        site=feed.title,
    )


def _find_urls(entry: _Table, feed: _Feed) -> Iterator[Claim]:
    """Yield the addresses of an item. Some feeds link to a counter and name the page besides."""
    links = _list_tables(entry, "links")
    guid = _get(entry, "id")
    found = [(_get(entry, "feedburner_origlink"), "original link")]
    pages = [link for link in links if link.get("rel") == "alternate"]
    pages.sort(key=lambda link: link.get("type") not in (*_HTML, None))
    link = _get(entry, "link")
    is_front = find_key(link) in map(find_key, feed.bases)
    if is_front and _IS_ADDRESS.match(guid) and find_kind("", "", guid) == "file":
        found.append((guid, "guid"))
    found += [(_get(page, "href"), "link") for page in pages]
    found.append((link, "link"))
    if _IS_ADDRESS.match(guid):
        found.append((guid, "guid"))
    found.append((_get(entry, "blogger_filename"), "file name"))
    base = next(iter(feed.bases), "")
    seen: set[str] = set()
    for url, origin in found:
        absolute = url if _IS_ADDRESS.match(url) else join_address(base, url)
        if url and absolute not in seen:
            seen.add(absolute)
            yield absolute, origin


def _find_body(entry: _Table) -> tuple[str, str, str]:
    """Return an item's body as HTML, what it is relative to, and its language."""
    contents = _list_tables(entry, "content")
    shown = [one for one in contents if _get(one, "value").strip()]
    best = max(
        shown,
        key=lambda one: (_get(one, "type") in _HTML, len(_get(one, "value"))),
        default=None,
    )
    if best is None or not (visible_text(_get(best, "value")) or "<" in _get(best, "value")):
        detail = entry.get("summary_detail")
        best = detail if isinstance(detail, dict) else {"value": _get(entry, "summary")}
    value = _get(best, "value")
    if _get(best, "type") == "text/plain":
        value = to_html(value)
    elif value[:_LONGEST_START].lstrip().lower().startswith(("<html", "<!doctype")):
        value = _DOCUMENT.sub("", _DOCUMENT_END.sub("", value), count=1)
    return _VOID_END.sub("", value), _get(best, "base"), _get(best, "language")


def _find_media(entry: _Table) -> Iterator[Medium]:
    for medium in _list_tables(entry, "media_content"):
        url = _get(medium, "url")
        kind = find_kind(_get(medium, "type"), _get(medium, "medium"), url)
        if url:
            yield Medium(url, kind, kind != "file", _read_width(_get(medium, "width")))
    for medium in _list_tables(entry, "media_thumbnail"):
        if _get(medium, "url"):
            yield Medium(_get(medium, "url"), "image", width=_read_width(_get(medium, "width")))
    image = entry.get("image")
    if isinstance(image, dict) and _get(image, "href"):
        yield Medium(_get(image, "href"), "image")
    for link in _list_tables(entry, "links"):
        url = _get(link, "href")
        if link.get("rel") == "enclosure" and url:
            kind = find_kind(_get(link, "type"), "", url)
            yield Medium(url, kind, is_attachment=True, title=_get(link, "title"))


def _read_width(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else _UNKNOWN_WIDTH  # noqa: PLR2004


def _find_dates(entry: _Table) -> Iterator[Claim]:
    """Yield dates as they are written, or else as feedparser reads them."""
    for name, origin in _DATES:
        text = _get(entry, name)
        moment = dict.get(entry, f"{name}_parsed")
        if text and moment and not is_date(text):
            yield "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6]), origin
        elif text:
            yield text, origin


def _list_authors(table: _Table) -> Iterator[str]:
    for author in _list_tables(table, "authors"):
        name = _get(author, "name") or _get(author, "email")
        if name:
            yield name


def _find_tags(entry: _Table) -> Iterator[Claim]:
    for tag in _list_tables(entry, "tags"):
        label = _get(tag, "label") or _get(tag, "term")
        if label and not _IS_ADDRESS.match(label):
            yield label, "category"


def _read_title(table: _Table) -> str:
    detail = table.get("title_detail")
    is_html = isinstance(detail, dict) and detail.get("type") in _HTML
    title = _get(table, "title")
    return to_single_line(visible_text(title) if is_html and "<" in title else title)


def _read_language(text: str) -> str:
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _get(table: _Table, name: str) -> str:
    """Return a text of a table, not what feedparser puts in place of a missing one."""
    value = dict.get(table, name)
    return value.strip() if isinstance(value, str) else ""


def _list_tables(table: _Table, name: str) -> list[_Table]:
    value = dict.get(table, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
