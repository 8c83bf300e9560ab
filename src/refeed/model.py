"""The values that refeed works with. All are frozen.

An *instant* is a whole number of milliseconds since 1970-01-01T00:00:00Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

EARLIEST: Final = 631_152_000_000
"""1990-01-01, an instant: an earlier date of an article is a fault."""

ALL: Final = "all"
"""The name of the feed of everything."""

SOURCE_FOLDER: Final = "source"
SOURCE_PREFIX: Final = f"{SOURCE_FOLDER}/"
"""What the names of the feeds of sources begin with."""

ARTICLE_FOLDER: Final = "article"
"""The folder of articles' own pages in the output folder."""

MEDIA_FOLDER: Final = "media"
"""The folder of articles' pictures in the output folder."""


class Origins(NamedTuple):
    """The rules by which the parts of a snapshot were found, for `refeed explain`.

    Attributes:
        url: for instance ``header link``.
        title: for instance ``header link`` or ``front matter``.
        instant: for instance ``header epoch``, ``front matter``, ``file time``.
        authors: for instance ``address element``, or "" where there are none.
        tags: for instance ``front matter``, or "" where there are none.
    """

    url: str
    title: str
    instant: str
    authors: str = ""
    tags: str = ""


class CarriedPicture(NamedTuple):
    """A picture that a snapshot file carries, besides its text.

    Attributes:
        reference: the address by which the body shows it, as written there.
        media_type: for instance ``image/jpeg``, as the file states it, or "".
        size: bytes, or 0 where the file does not tell, as for one in a folder beside it.
    """

    reference: str
    media_type: str
    size: int


class Snapshot(NamedTuple):
    """One article as one file held it.

    Attributes:
        path: the file, relative to its seeds folder, with `/` between the parts; bytes that are
            not UTF-8 are surrogate-escaped (PEP 383).
        record: which article of the file this is, from 0.
        url: the article's address as written, absolute, http or https; of an article without an
            address an opaque identity, see `refeed.identity`.
        title: one line of text, not empty.
        html: the article's body, as found, but that pictures which the file carries have addresses
            of refeed's own, see `refeed.pictures.addresses`.
        instant: when the article was published, or last changed, as far as the file tells.
        authors: names, in the file's order, without repeats.
        tags: in the file's order, without repeats.
        origins: by which rule each of these was found.
        unread_dates: dates of the file that would have had priority but could not be read: one line
            each, with the rule, the text and the reason.
        base: what relative addresses in the body are relative to, "" for `url`.
        format: the reader that found it, see `refeed.reading.readers`.
        language: a BCP 47 tag, or "" where it isn't known.
        site: the name of the site or newsletter, or "".
        pictures: those that the file carries.
        keeps_fragment: whether the fragment of `url` is a part of the article's identity.
        media: the names of the pictures in `html` that have addresses of refeed's own.
    """

    path: str
    record: int
    url: str
    title: str
    html: str
    instant: int
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    origins: Origins
    unread_dates: tuple[str, ...] = ()
    base: str = ""
    format: str = ""
    language: str = ""
    site: str = ""
    pictures: tuple[CarriedPicture, ...] = ()
    keeps_fragment: bool = False
    media: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as it is published: cleaned, with the dates of its whole history.

    Attributes:
        id: the Atom id and RSS guid, a `urn:uuid:` made of the key; it never changes.
        url: the winning snapshot's address, past redirectors, tracking removed; or its place on a
            page of refeed's own; or "" if there is none.
        title: one line of text.
        html: the cleaned body.
        summary: the beginning of the body as text, one line, may be "".
        image: the address of the lead image, or "".
        published: the earliest instant of the article.
        updated: the earliest instant at which its visible text was what it is now.
        authors: names.
        tags: labels.
        page: the address of refeed's own page of it, or "" if there is none.
    """

    id: str
    url: str
    title: str
    html: str
    summary: str
    image: str
    published: int
    updated: int
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a feed to something besides itself and its page.

    Attributes:
        rel: a registered relation (RFC 8288, section 2.1), for instance ``hub``.
        href: an absolute URL.
    """

    rel: str
    href: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A selection of entries under one name, ready to be published.

    Attributes:
        name: its folder in the output, for instance ``all`` or ``source/example.org``.
        title: human-readable.
        base_url: the address of the output folder, ending in `/`.
        language: a BCP 47 tag, or "" where it isn't known.
        entries: newest first.
        links: in the order in which they are written.
        page: which page of the feed's archive or lists this is, for instance ``2024-06-30``; "" for
            the feed itself, or its newest list.
        previous: the page before it, or "".
        next: the list after it; "" is the newest.
        timezone: of the dates that its pages show, an IANA name.
    """

    name: str
    title: str
    base_url: str
    language: str
    entries: tuple[Entry, ...]
    links: tuple[Link, ...] = ()
    page: str = ""
    previous: str = ""
    next: str = ""
    timezone: str = "UTC"
