"""Finds where a mail can be read on the web, and what it is known by where that isn't known.

Most links in newsletters count clicks. An address is taken from what states it: header fields of
those who send newsletters, links that hold their target, and links to the sender's own site that
name a post.
"""

from __future__ import annotations

import binascii
import json
import re
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from refeed.errors import SnapshotError
from refeed.reading.address_parts import split_address
from refeed.reading.article_url import parse_url
from refeed.reading.link_scan import scan_links
from refeed.reading.mail.headers import NO_DOMAIN
from refeed.reading.mail.rules import load
from refeed.reading.mime_fields import get_field
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.reading.claims import Claim

_IN_BRACKETS = re.compile(r"<\s*(https?://[^<>\s]+)\s*>", re.IGNORECASE)
_HELD = re.compile(r"https?://(?:[\w-]+\.)*substack\.com/redirect/2/([\w-]{20,8000})")
_OPEN = re.compile(r"https?://open\.substack\.com/pub/([\w-]+)/p/([\w-]+)", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"'\])]{4,2000}")
_POST = re.compile(r"https?://[^/?#\s]+/p/[\w-]{3,}", re.IGNORECASE)
_SEARCHED = 1_000_000
_MOST_LINKS = 400
_LONGEST_LABEL = 600

_SLUG = re.compile(r"(?=.*[^\W\d_])[\w%.~-]+")
_TOKEN = re.compile(
    r"[A-Za-z0-9_=-]{32,}|[0-9a-f]{16,}|(?=[A-Za-z]*\d[A-Za-z\d]*[A-Za-z]\d)[A-Za-z\d]{10,}"
)
_MIXED = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{4,}", re.IGNORECASE)
_NOT_POSTS = frozenset(
    "about account app archive browser c click contact e feed home index login ls manage post posts"
    " preferences privacy r rss settings share signup subscribe t terms track unsubscribe view web"
    " webversion wf".split()
)
_SHORTEST_SLUG = 8
_SECOND_LEVEL = frozenset("ac co com edu gov net or org ne go".split())


def find_addresses(
    fields: Mapping[str, str], html: str, text: str, subject: str, domains: tuple[str, ...]
) -> Iterator[Claim]:
    """Yield addresses of the post that a mail brings, the most trusted first.

    Args:
        fields: of the mail's header.
        html: its body, or "".
        text: its plain text, or "".
        subject: of the mail.
        domains: of the sender and the list.
    """
    yield from _find_in_header(fields)
    head = html[:_SEARCHED]
    for url in _list_posts(head, text[:_SEARCHED]):
        yield url, "link to the post"
    views = load().view_words
    title = subject.casefold()
    for url, label in _list_links(head, text[:_SEARCHED]):
        words = visible_text(label).casefold()
        is_view = len(words) < 80 and any(word in words for word in views)  # noqa: PLR2004
        is_title = len(title) >= _SHORTEST_SLUG and words == title
        if (is_view or is_title) and _is_post(url, domains):
            yield url, "link to the post"


def build_identity(fields: Mapping[str, str], domain: str, data: bytes) -> str:
    """Return what a mail without an address is known by: `mid://DOMAIN/QUOTED-MESSAGE-ID`.

    Args:
        fields: of the mail's header.
        domain: of the sender, or "".
        data: the mail, digested where it has no Message-Id.
    """
    mid = get_field(fields, "message-id").strip().strip("<>").strip()
    if not mid or len(mid) > 500:  # noqa: PLR2004 - longer than any program makes them
        stated = "\0".join(get_field(fields, name) for name in ("from", "date", "subject"))
        digest = blake2b(stated.encode(errors="replace"), digest_size=16)
        digest.update(data)
        mid = digest.hexdigest()
    own = mid.rpartition("@")[2].lower()
    host = domain or (own if re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", own) else NO_DOMAIN)
    return f"mid://{host}/{quote(mid, safe='', errors='replace')}"


def _find_in_header(fields: Mapping[str, str]) -> Iterator[Claim]:
    posted = get_field(fields, "list-post")
    if "mailto:" not in posted.lower():  # of a list that one writes to
        for url in _IN_BRACKETS.findall(posted):
            if split_address(url).path.strip("/"):
                yield url, "List-Post"
    stated = get_field(fields, "x-newsletter")
    if stated.startswith(("https://", "http://")) and split_address(stated).path.strip("/"):
        yield stated, "X-Newsletter"
    archived = _IN_BRACKETS.search(get_field(fields, "archived-at"))
    if archived:
        yield archived[1], "Archived-At"


def _list_posts(html: str, text: str) -> Iterator[str]:
    """Yield the addresses of posts that links of Substack hold or name."""
    for found in _OPEN.finditer(html):
        yield f"https://{found[1].lower()}.substack.com/p/{found[2]}"
    if "substack" not in html and "substack" not in text:
        return
    for encoded in _HELD.findall(html)[:_MOST_LINKS]:
        post = _POST.match(_decode_target(encoded))
        if post:
            yield post[0]
    for bare in _BARE.findall(text[:4000]):
        post = _POST.match(bare)
        if post and "substack.com/redirect" not in bare:
            yield post[0]


def _decode_target(encoded: str) -> str:
    """Return the address in `{"e": ADDRESS}`, in base64 with URLs' letters, less what follows."""
    letters = encoded[: len(encoded) // 4 * 4] if len(encoded) % 4 == 1 else encoded
    try:
        data = binascii.a2b_base64(
            letters.replace("-", "+").replace("_", "/") + "=" * (-len(letters) % 4)
        )
        held = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    target = held.get("e") if isinstance(held, dict) else ""
    return target if isinstance(target, str) else ""


def _list_links(html: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield links and their labels; in text the label is what stands before on the line."""
    for _, link in zip(range(_MOST_LINKS), scan_links(html), strict=False):
        yield link.url, link.label[:_LONGEST_LABEL]
    if not html:
        lines = text[:20_000].split("\n")
        for before, line in zip(["", *lines], lines, strict=False):
            bare = _BARE.search(line)
            if bare:
                yield bare[0], line[: bare.start()].strip(" :-–[(<") or before.strip(" :")


def _is_post(url: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a link leads to the sender's own site and ends in the name of a post."""
    try:
        parts = split_address(parse_url(url))
        host = parts.hostname or ""
    except (SnapshotError, ValueError):
        return False
    if not any(_find_site(host) == _find_site(domain) for domain in domains if domain):
        return False
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if not segments or any(segment.lower() in _NOT_POSTS for segment in segments):
        return False
    slug = segments[-1]
    is_slug = "-" in slug or len(slug) >= _SHORTEST_SLUG
    return (
        is_slug
        and _SLUG.fullmatch(slug) is not None
        and not any(_TOKEN.fullmatch(segment) or _is_of_tokens(segment) for segment in segments)
    )


def _is_of_tokens(segment: str) -> bool:
    """Tell whether most words of a path are letters and digits mixed, as in links that count."""
    words = segment.split("-")
    return len(words) > 1 and sum(map(bool, map(_MIXED.fullmatch, words))) * 2 > len(words)


def _find_site(host: str) -> str:
    """Return the part of a host name that its owner registered, by a rule of thumb."""
    labels = host.lower().split(".")
    count = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2  # noqa: PLR2004
    return ".".join(labels[-count:])
