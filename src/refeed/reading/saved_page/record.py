"""Builds the record of a page.

A page is parsed once, by libxml2. Its metadata is read at once; the article in it, which takes most
of the time, and a date that nothing marks as one, when they are asked for.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, UrlError
from refeed.identity import key_of, source_of
from refeed.reading.author_names import split_authors
from refeed.reading.saved_page.addresses import LINKED_DATA, find_urls
from refeed.reading.saved_page.authors import find_authors
from refeed.reading.saved_page.body import find_body
from refeed.reading.saved_page.dates import find_dates, find_late_dates, guess_date
from refeed.reading.saved_page.digests import is_digest
from refeed.reading.saved_page.error_pages import is_error_page
from refeed.reading.saved_page.forwarding import is_forwarding
from refeed.reading.saved_page.linked_data import find_linked_data, list_linked_data
from refeed.reading.saved_page.listings import is_listing
from refeed.reading.saved_page.medium_export import find_withheld
from refeed.reading.saved_page.metadata import (
    find_language,
    find_lead_picture,
    find_site,
    find_tags,
    read_metas,
)
from refeed.reading.saved_page.pictures import list_carried, show_variable_pictures
from refeed.reading.saved_page.script_dates import find_script_dates
from refeed.reading.saved_page.titles import find_titles
from refeed.reading.saved_page.tree import parse_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.reading.claims import Record
    from refeed.reading.saved_page.authors import Bylines

_LONG = 3_000_000
_MANY = 50_000
"""Characters and elements, from which the search for a date that nothing marks takes too long."""


def build_record(record: Record) -> Record:
    """Add to a record what its page says, and how to find the article in it.

    Args:
        record: what is known from around the page, with the page as its `html`.

    Raises:
        NotAnArticleError: it only sends its reader on, is one of an error, or a draft.
    """
    if withheld := find_withheld(record.html):
        raise NotAnArticleError(withheld)
    page = parse_page(record.html)
    if is_forwarding(page):
        raise NotAnArticleError("a page that only leads to another")
    root = page.root
    show_variable_pictures(record.html, page)
    metas = read_metas(root)
    every = list_linked_data(root)
    urls = find_urls(record.html, root, metas, every, record.urls)
    known = (*record.urls, *urls.claims)
    address = known[0][0] if known else ""
    site = record.site or find_site(metas, every)
    names = (site, *_find_hosts(address))
    own_titles = [text for text, _ in (*record.titles, *find_titles(root, metas, [], names))]
    own_urls = [url for url, origin in known if origin != LINKED_DATA]
    linked = find_linked_data(every, own_urls, own_titles)
    titles = (*record.titles, *find_titles(root, metas, linked, names))
    title = titles[0][0] if titles else ""
    is_marked = bool(linked) or "article:published_time" in metas
    if not is_marked and is_error_page(record.html, root):
        raise NotAnArticleError("a page of an error")
    lead = find_lead_picture(metas, linked, urls.base or address)
    carried = list_carried(page.body)
    dates = tuple(find_dates(page, metas, linked)) or tuple(find_script_dates(root, title))
    late_dates = tuple(find_late_dates(record.html, page, metas, linked))
    page.take_out_long_attributes()
    length = len(record.html) - sum(map(len, page.long_attributes.values()))
    is_searched = length <= _LONG and len(page.elements) <= _MANY
    return record._replace(
        html="",
        urls=known,
        titles=titles,
        weak_dates=(*record.weak_dates, *dates),
        late_dates=(*record.late_dates, *late_dates),
        guess_date=partial(guess_date, root, address) if is_searched else None,
        authors=_take_first(record.authors, find_authors(page, metas, linked, (*names, title))),
        tags=(*record.tags, *find_tags(metas, linked)),
        base=record.base or urls.base,
        find_body=partial(find_body, page, record.html, title, lead, address),
        language=record.language or find_language(root, metas),
        site=site,
        pictures=(*record.pictures, *carried),
        is_listing=is_listing(page, metas, every) or is_digest(page, metas, every, address),
    )


def _take_first(known: Iterable[Bylines], found: Iterator[Bylines]) -> tuple[Bylines, ...]:
    """Return the bylines up to the first that names somebody: looking for all takes long."""
    bylines: list[Bylines] = []
    for texts, origin in chain(known, found):
        bylines.append((texts, origin))
        if any(map(split_authors, texts)):
            break
    return tuple(bylines)


def _find_hosts(address: str) -> tuple[str, ...]:
    try:
        host = source_of(key_of(address))
    except UrlError:
        return ()
    return (host, host.rpartition(".")[0])
