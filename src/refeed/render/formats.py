"""The formats that feeds are published in. This module imports none of their writers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from refeed.model import ARTICLE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection

ARCHIVE_FOLDER: Final = "archive"
LIST_FOLDER: Final = "older"

MANIFEST: Final = ".refeed-files"
"""The file in an output folder that lists what refeed has published there, a path a line."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of a feed.

    Attributes:
        name: as in the configuration.
        file: the file's name in the feed's folder.
        media_type: what the file is served as, and what links to it say.
        title: human-readable.
    """

    name: str
    file: str
    media_type: str
    title: str

    def file_name(self, page: str) -> str:
        """Return the file of a document in the feed's folder.

        Args:
            page: of the archive, or in HTML of the lists; "" for the feed itself.
        """
        if not page:
            return self.file
        return (
            f"{LIST_FOLDER}/{page}.html"
            if self.name == "html"
            else f"{ARCHIVE_FOLDER}/{page}.{self.file}"
        )

    @property
    def content_type(self) -> str:
        """The Content-Type header. All files are UTF-8; JSON has no charset (RFC 8259)."""
        suffix = "" if self.media_type.endswith("json") else "; charset=utf-8"
        return self.media_type + suffix


RSS = Format("rss", "rss.xml", "application/rss+xml", "RSS 2.0")
ATOM = Format("atom", "atom.xml", "application/atom+xml", "Atom 1.0")
JSON = Format("json", "feed.json", "application/feed+json", "JSON Feed 1.1")
HTML = Format("html", "index.html", "text/html", "HTML")

SUBSCRIBED = (ATOM, RSS, JSON)
"""The formats to subscribe to, the most complete first."""

_ARCHIVE_PAGE = re.compile(
    rf"{ARCHIVE_FOLDER}/([^/]+)\.(?:{'|'.join(re.escape(each.file) for each in (RSS, ATOM, JSON))})"
)

_LIST_PAGE = re.compile(rf"{LIST_FOLDER}/(\d[^/]*)\.html")

FORMATS = MappingProxyType({each.name: each for each in (RSS, ATOM, JSON, HTML)})


def list_machine_readable(formats: Collection[str]) -> list[Format]:
    """List the formats that programs read, in the usual order."""
    return [form for name, form in FORMATS.items() if name in formats and form is not HTML]


def list_subscribable(formats: Collection[str]) -> list[Format]:
    """List formats in the order to link to them: the first one is the default to subscribe to."""
    return [form for form in SUBSCRIBED if form.name in formats]


def archive_page_of(file: str) -> str:
    """Return which archive page a file in a feed's folder belongs to, or ""."""
    found = _ARCHIVE_PAGE.fullmatch(file)
    return found[1] if found else ""


def list_page_of(file: str) -> str:
    """Return which older list a file in a feed's folder is, or ""."""
    found = _LIST_PAGE.fullmatch(file)
    return found[1] if found else ""


STYLE: Final = "refeed.css"
"""The style of the pages of feeds and articles, a file of the output folder."""

_ARTICLE_PAGE = re.compile(
    rf"{ARTICLE_FOLDER}/[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}/{re.escape(HTML.file)}"
)


def is_article_page(path: str) -> bool:
    """Tell whether a file of the output folder is the page of an article, by its path."""
    return _ARTICLE_PAGE.fullmatch(path) is not None


def name_article_page(entry_id: str) -> str:
    """Return the file of an entry's own page in the output folder: ``article/<uuid>/index.html``.

    Args:
        entry_id: of `refeed.identity.entry_id`.
    """
    return f"{name_article_folder(entry_id)}/{HTML.file}"


def name_article_folder(entry_id: str) -> str:
    """Return the folder of an entry's own page in the output folder: ``article/<uuid>``.

    Args:
        entry_id: of `refeed.identity.entry_id`.
    """
    return f"{ARTICLE_FOLDER}/{entry_id.removeprefix('urn:uuid:')}"
