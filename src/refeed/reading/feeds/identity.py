"""Tells apart the items of a feed whose addresses don't.

Some link blogs have one page for each day, and addresses of items that differ only in the fragment,
which the key of an address drops; these keep it. Some podcasts give each episode the address of the
show, and other items have none at all. Such an item gets an identity in place of an address, as a
mail does: `mid://HOST/QUOTED`, where HOST is that of the feed, and QUOTED names feed and item.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from refeed.errors import SnapshotError, UrlError
from refeed.identity import key_of, source_of
from refeed.reading.address_parts import split_address
from refeed.reading.article_url import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.reading.claims import Record

_LONGEST = 1000
"""Characters of an item's id; of a longer one a digest is used."""

_COMMENT = re.compile(r"(?:(?:div-|id|issue)?comment[-_]?|c)\d+", re.IGNORECASE)
"""The fragment of a comment's address, as WordPress, Blogger, GitHub and others have it."""

_NO_HOST_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_HOST = 60
NO_HOST = "feed.invalid"
"""For a feed that names neither an address nor a title (RFC 2606, section 2)."""


class Item(NamedTuple):
    """An item of a feed.

    Attributes:
        record: its claims.
        guid: its id as the feed has it, or "".
    """

    record: Record
    guid: str = ""


class _Address(NamedTuple):
    """The address of an item.

    Attributes:
        key: of its page, see `refeed.identity.key_of`; "" for an item without an address.
        fragment: of its address, "" where that is a route or there is none.
    """

    key: str = ""
    fragment: str = ""


def set_identities(
    items: Sequence[Item], addresses: Sequence[str], title: str
) -> Iterator[Record | SnapshotError]:
    """Yield the records of a feed's items, each with what tells it from the others.

    Where two items share an address but for the fragment, all items that have one keep it,
    so that an item keeps its identity when the other one has left the feed. Comments always do: the
    address without it is that of the article on which they are.

    Args:
        items: of one feed.
        addresses: of the feed and its page, the most trusted first; may be none.
        title: of the feed, or "".
    """
    found = [_find_address(item.record) for item in items]
    pages: dict[str, set[str]] = {}
    for address in found:
        pages.setdefault(address.key, set()).add(address.fragment)
    have_fragments = any(key and len(fragments) > 1 for key, fragments in pages.items())
    fronts = _find_fronts(found, items, addresses)
    home = next(filter(None, map(find_key, addresses)), "")
    host = source_of(home) if home else _name_host(title)
    for item, address in zip(items, found, strict=True):
        record = item.record
        if address.fragment and (have_fragments or is_comment(address.fragment)):
            yield record._replace(keeps_fragment=True)
        elif address.key and address.key not in fronts:
            yield record
        elif not address.key and _is_empty(record):
            yield SnapshotError("an item without an address, a title and a text")
        else:
            named = f"{home} {item.guid or _digest(record)}".strip()
            # A path may yet become an address, by what the folder's operator says.
            paths = tuple(claim for claim in record.urls if claim[0].startswith("/"))
            has_comment = any(is_comment(split_address(text).fragment) for text, _ in paths)
            yield record._replace(
                urls=paths, identity=_build(host, named), keeps_fragment=has_comment
            )


def is_comment(fragment: str) -> bool:
    """Tell whether a fragment is that of a comment's address."""
    return _COMMENT.fullmatch(fragment) is not None


def _find_fronts(
    found: Sequence[_Address], items: Sequence[Item], addresses: Sequence[str]
) -> set[str]:
    """Return the keys of the feed's own pages that several items name as their address."""
    names = {
        (address.key, item.guid or _digest(item.record))
        for address, item in zip(found, items, strict=True)
    }
    counts = Counter(key for key, _ in names)
    homes = {key for key in map(find_key, addresses) if key}
    homes |= {f"https://{source_of(key)}/" for key in homes}
    return {key for key in homes if counts[key] > 1}


def _find_address(record: Record) -> _Address:
    """Return the first proper address of a record."""
    for text, _ in record.urls:
        key = find_key(text)
        if key:
            fragment = split_address(text).fragment
            return _Address(key, "" if key.endswith(f"#{fragment}") else fragment)
    return _Address()


def find_key(text: str) -> str:
    """Return the key of an address, or "" where a text is none."""
    try:
        return key_of(parse_url(text))
    except (SnapshotError, UrlError):
        return ""


def _name_host(title: str) -> str:
    """Make something like a host name of a feed's title."""
    return _NO_HOST_NAME.sub("-", title.lower())[:_LONGEST_HOST].strip("-") or NO_HOST


def _build(host: str, name: str) -> str:
    if len(name) > _LONGEST:
        name = blake2b(name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"mid://{host}/{quote(name, safe='', errors='replace')}"


def _is_empty(record: Record) -> bool:
    return not record.html.strip() and not any(text.strip() for text, _ in record.titles)


def _digest(record: Record) -> str:
    """Return what an item without an id is known by."""
    dates = [text for text, _ in record.strong_dates]
    titles = [text for text, _ in record.titles]
    text = "\0".join([*titles, "", *dates[:1], "", "" if titles else record.html])
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
