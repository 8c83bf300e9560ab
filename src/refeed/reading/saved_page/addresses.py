"""Finds the address of a saved page, and the base of its relative addresses."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from refeed.identity import source_of
from refeed.reading.saved_page.keys import find_key, is_same_site
from refeed.reading.saved_page.shared_address import SHARED, find_shared
from refeed.urls import drop_credentials, is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.claims import Claim
    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element

_COMMENTS = (
    (
        re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE),
        "SingleFile comment",
    ),
    (re.compile(r"saved from url=\(\d+\)\s*(\S+)", re.IGNORECASE), "saved-from comment"),
    (
        re.compile(r"<!--\s*Saved from (https?://\S+) at [^>]{0,60}?\busing monolith\b"),
        "monolith comment",
    ),
    (re.compile(r"\b__wm\.wombat\(\s*\"(https?://[^\"\s]+)\""), "Wayback Machine's script"),
)
_HTTRACK = re.compile(r"<!-- Mirrored from (?:https?://)?([^\s>]{4,2000}) by HTTrack ")
LINKED_DATA = "JSON-LD"
_CANONICAL = "canonical link"
_ABSOLUTE = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PERMALINK = frozenset(("u-url", "p-canonical"))
_PERSON = frozenset(("h-card", "p-author", "u-author"))
_ENTRY = frozenset(("h-entry", "hentry"))
_OTHERS = frozenset(("h-card", "vcard", "h-cite", "h-feed"))
_PUBLISHED = "dt-published"
_SAVER_META = "savepage-url"
_SAVER_ATTRIBUTE = "data-scrapbook-source"
_HEAD_LENGTH = 20_000
_OWN = frozenset("icon apple-touch-icon manifest alternate search home".split())
"""What a page links to that is of its own site, or of a service that no page links to."""

# Paths of front pages, and defaults of templates.
_GENERIC = re.compile(
    r"/(?:[a-z]{2}(?:[-_][a-z]{2,4})?/)?(?:[a-z]{2}(?:[-_][a-z]{2,4})?"
    r"|(?:index|home|homepage|default|main|start|blog|news|articles|posts|archives?|search|login"
    r"|error|40[34]|undefined|null)(?:\.[a-z]{3,5})?)?",
    re.IGNORECASE,
)


_CLEARLY_MORE = 3
"""Links that share a page's own address, for each that shares another one."""


class PageUrls(NamedTuple):
    """The addresses of a page.

    Attributes:
        claims: the addresses that it claims to have, the most trusted first.
        base: what its relative addresses are relative to (HTML standard, document base URL), "" if
            that is its own address.
    """

    claims: tuple[Claim, ...]
    base: str


def find_urls(
    html: str,
    root: Element,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
    known: tuple[Claim, ...],
) -> PageUrls:
    """Find the addresses of a page.

    What the program that saved the page says is most trusted, unless it has a query and the page
    names a permalink of the same site; then the canonical link, `og:url` and JSON-LD, or the
    canonical link last if it is the name of a file. The address
    of a site's front page, as broken templates have it, comes behind another one of the site.
    A page that states none may be shared by one. A path without a host is of the site that the
    page's icon or feed is of.

    Args:
        html: the page.
        root: the same, parsed.
        metas: its metadata.
        linked: its objects of JSON-LD.
        known: the addresses that are known from around the page.
    """
    saved_from = tuple(_find_saved_from(html, root, metas))
    named = [
        *((url, _CANONICAL) for url in _find_hrefs(root, "link", "canonical")),
        *((url, "og:url") for url in metas.get("og:url", ())),
        *((url, LINKED_DATA) for url in _find_linked(linked)),
    ]
    named.sort(key=lambda claim: _is_rewritten(*claim))
    candidates = (resolve(url, "") for url, _ in (*saved_from, *known, *named))
    page = next(filter(is_web_url, candidates), "")
    base = resolve(next(_find_hrefs(root, "base"), ""), page)
    base = drop_credentials(base) if is_web_url(base) else ""
    site = base or page or (_find_site(root) if named else "")
    claims = [(resolve(url, site), origin) for url, origin in named]
    if not any(is_web_url(url) for url, _ in (*claims, *saved_from, *known)):
        claims += _find_permalink(root) or _find_shared_claim(root, metas, base)
    own = _put_specific_first(tuple(claims))
    if saved_from and own and _is_permalink(own[0][0], saved_from[0][0]):
        return PageUrls((own[0], *saved_from, *own[1:]), base)
    return PageUrls((*saved_from, *own), base)


def _find_permalink(root: Element) -> list[Claim]:
    """Return the address that a link marks as the entry's; none if there are several.

    `u-url` is of h-entry (microformats), `p-canonical` is Medium's, whose export has no other mark;
    an older one has no more than a link around the day.
    """
    links = [link for link in root.iter("a") if _is_of_entry(link)]
    marked = (link for link in links if not _PERMALINK.isdisjoint(_list_classes(link)))
    days = (link for link in links for time in link if _PUBLISHED in _list_classes(time))
    for kind in (marked, days):
        if found := {(link.get("href") or "").strip() for link in kind}:
            return [(url, "permalink") for url in found] if len(found) == 1 else []
    return []


def _is_of_entry(link: Element) -> bool:
    """Tell whether a link is of the entry itself, not of a person, a list or another page."""
    if not _PERSON.isdisjoint(_list_classes(link)):
        return False
    for around in link.iterancestors():
        classes = _list_classes(around)
        if not _OTHERS.isdisjoint(classes):
            return False
        if not _ENTRY.isdisjoint(classes):
            return True
    return True


def _list_classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def _find_site(root: Element) -> str:
    """Return the front page of the site whose icon or feed a page has, if most links are to it."""
    hosts = Counter(source_of(key) for href in _find_hrefs(root, "a") if (key := find_key(href)))
    most = "".join(f"https://{host}" for host, _ in hosts.most_common(1))
    for link in root.iter("link"):
        if most and _OWN.intersection((link.get("rel") or "").lower().split()):
            key = find_key(link.get("href") or "")
            if key and is_same_site(key, most):
                return f"https://{source_of(key)}/"
    return ""


def _find_shared_claim(root: Element, metas: Mapping[str, Sequence[str]], base: str) -> list[Claim]:
    """Return the address that the page is shared by; none if there are several, as in lists."""
    shared = [(url, find_key(url)) for url in find_shared(root, metas, base)]
    keys = Counter(key for _, key in shared)
    numbers = {key: number for key, number in keys.items() if key and not _is_generic(key)}
    most = max(numbers.values(), default=0)
    own = [key for key, number in numbers.items() if number == most]
    others = sum(numbers.values()) - most
    if len(own) != 1 or (others and most < _CLEARLY_MORE * others):
        return []
    return [(next(url for url, key in shared if key == own[0]), SHARED)]


def _is_rewritten(url: str, origin: str) -> bool:
    """Tell whether a canonical link names a file beside the page, as `wget -k` makes of it."""
    return origin == _CANONICAL and _ABSOLUTE.match(url) is None


def _is_permalink(named: str, saved: str) -> bool:
    """Tell whether a page's own address goes before the one at which it was saved.

    It does if that has a query, as print versions and numbered articles have, and the page names
    another path of the same site.
    """
    own, other = find_key(named), find_key(saved)
    if not own or not other or "?" not in other or "?" in own or _is_generic(own):
        return False
    return is_same_site(own, other) and own != other.partition("?")[0]


def _find_linked(linked: Sequence[LinkedObject]) -> Iterator[str]:
    """Yield the addresses of articles in JSON-LD."""
    for one in linked:
        if "headline" in one:
            for name in ("mainEntityOfPage", "url"):
                value = one.get(name)
                url = value.get("@id") or value.get("url") if isinstance(value, dict) else value
                if isinstance(url, str) and url.strip():
                    yield url.strip()


def _find_hrefs(root: Element, tag: str, rel: str = "") -> Iterator[str]:
    for element in root.iter(tag):
        href = (element.get("href") or "").strip()
        if href and (not rel or rel in (element.get("rel") or "").lower().split()):
            yield href


def _find_saved_from(
    html: str, root: Element, metas: Mapping[str, Sequence[str]]
) -> Iterator[Claim]:
    head = html[:_HEAD_LENGTH]
    for pattern, origin in _COMMENTS:
        if match := pattern.search(head):
            yield match[1].replace(":80/", "/", 1), origin
    yield from ((url, "savepage-url") for url in metas.get(_SAVER_META, ()))
    if source := (root.get(_SAVER_ATTRIBUTE) or "").strip():
        yield source, _SAVER_ATTRIBUTE
    if mirrored := _HTTRACK.search(head):
        yield f"https://{mirrored[1]}", "HTTrack comment"


def _put_specific_first(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    keys = [find_key(url) for url, _ in claims]
    first = next((at for at, key in enumerate(keys) if key), 0)
    if not any(keys) or not _is_generic(keys[first]):
        return claims
    for at, key in enumerate(keys):
        if key and not _is_generic(key) and is_same_site(key, keys[first]):
            return (claims[at], *claims[:at], *claims[at + 1 :])
    return claims


def _is_generic(key: str) -> bool:
    return _GENERIC.fullmatch(key.removeprefix(f"https://{source_of(key)}")) is not None
