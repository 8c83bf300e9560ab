"""Reads a mail: its header, the article in it, and where it can be read on the web."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError
from refeed.reading.article_url import parse_url
from refeed.reading.claims import Record
from refeed.reading.mail import body as mail_body
from refeed.reading.mail.addresses import build_identity, find_addresses
from refeed.reading.mail.body import find_forwarded, find_pictures, find_plain_text, find_texts
from refeed.reading.mail.forwarded import drop_forwarded_header, find_forwarded_header
from refeed.reading.mail.headers import find_date, read_list_name, read_sender
from refeed.reading.mail.rules import load
from refeed.reading.mime_fields import get_field
from refeed.reading.mime_parts import parse_message
from refeed.text.visible_text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from refeed.reading.claims import Claim
    from refeed.reading.mail.forwarded import Forwarded
    from refeed.reading.mime_parts import Part

_SENDERS = ("from", "sender", "reply-to")
_DEEPEST = 3
"""Mails that hold nothing but a mail."""

_PREFIX = re.compile(r"\s*([^\W\d_]{1,14})(?:\s*[\[(]\d{1,3}[\])])?\s*[:：]\s*")
_RECEIVED_AT = re.compile(r";\s*([^;]{8,80})$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_SEARCHED = 200_000
_LONGEST_NOTE = 500
"""Characters before the header of a mail that was forwarded under a subject of its own."""


class _Subject(NamedTuple):
    """A subject without what programs put before it."""

    text: str
    is_forwarded: bool
    is_reply: bool


def list_pictures(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the bytes of what may be pictures in a message that `read_message` reads."""
    message = parse_message(data)
    inner = find_forwarded(message)
    if inner is not None and depth < _DEEPEST:
        yield from list_pictures(inner.decode(), depth + 1)
    else:
        yield from mail_body.list_pictures(message)


def read_message(data: bytes, depth: int = 0) -> Record | SnapshotError:
    """Return the record of a message, or why it has none."""
    message = parse_message(data)
    inner = find_forwarded(message)
    if inner is not None and depth < _DEEPEST:
        return read_message(inner.decode(), depth + 1)
    try:
        texts = find_texts(message)
    except SnapshotError as error:
        return error
    if not texts and not get_field(message.fields, "subject"):
        return SnapshotError("a mail without subject and text")
    html = "\n".join(text.as_html() for text in texts)
    shown = "\n".join(text.value for text in texts if not text.is_html)
    plain = shown or find_plain_text(message)
    return _build(message, html, plain, is_text=not any(text.is_html for text in texts))


def _build(message: Part, html: str, plain: str, *, is_text: bool) -> Record:
    fields = message.fields
    subject = _read_subject(get_field(fields, "subject"))
    forwarded = _find_forwarded_header(html, plain, subject)
    sender = read_sender(forwarded.sender if forwarded else _get_from(fields))
    title = _read_subject(forwarded.subject).text if forwarded else ""
    site = read_list_name(get_field(fields, "list-id")) or sender.site or sender.name
    domains = (sender.domain, *_list_domains(get_field(fields, "list-id")))
    addresses = find_addresses(
        fields, "" if is_text else html, plain, title or subject.text, domains
    )
    urls = tuple(_list_valid(addresses))
    shown = find_pictures(message, html)
    record = Record(
        html=html,
        urls=urls,
        titles=tuple((text, "subject") for text in (title or subject.text,) if text),
        strong_dates=tuple(_find_dates(message, forwarded)),
        authors=(((sender.name,) if sender.name else (), "sender"),),
        tags=tuple((tag, "keywords") for tag in get_field(fields, "keywords").split(",") if tag),
        identity="" if urls else build_identity(fields, sender.domain, message.body),
        language=_find_language(get_field(fields, "content-language"), html),
        site=site,
        pictures=shown.listed,
        carried=shown.by_reference,
    )
    known = (title or subject.text, sender.name, site)
    if not record.titles:  # the first words are the title
        return record._replace(html=_find_article(html, known, forwarded))
    return record._replace(find_body=lambda: _find_article(html, known, forwarded))


def _find_article(html: str, known: tuple[str, ...], forwarded: Forwarded | None) -> str:
    """Return the body without layout and without what stands around the text.

    Args:
        html: the whole body.
        known: title, author and site, which stand above the text in many newsletters.
        forwarded: the header of a forwarded mail in it, if it has one.
    """
    from refeed.reading.mail.blocks import flatten
    from refeed.reading.mail.furniture import drop_known, find_article

    flat = flatten(html)
    if flat is None:
        return html
    blocks = drop_forwarded_header(flat.blocks) if forwarded else flat.blocks
    body = "\n".join(block.html for block in drop_known(find_article(blocks), known))
    if not flat.direction or not body:
        return body
    language = f' lang="{escape(flat.language)}"' if flat.language else ""
    return f'<div dir="{flat.direction}"{language}>{body}</div>'


def _read_subject(text: str) -> _Subject:
    """Read a subject: `Re: Fwd: [2] News` is `News`, and forwarded."""
    rules = load()
    is_forwarded = is_reply = False
    while prefix := _PREFIX.match(text):
        word = prefix[1].casefold()
        if word in rules.forward_prefixes:
            is_forwarded = True
        elif word in rules.reply_prefixes:
            is_reply = True
        else:
            break
        if prefix.end() >= len(text):
            break
        text = text[prefix.end() :]
    return _Subject(text.strip(), is_forwarded, is_reply)


def _find_forwarded_header(html: str, plain: str, subject: _Subject) -> Forwarded | None:
    """Find the header of a forwarded mail. Answers quote one, too, below their own text."""
    head = html[:_SEARCHED]
    if not subject.is_forwarded:
        start = (plain or " ".join(visible_lines(head)))[:_LONGEST_NOTE].casefold()
        if subject.is_reply or not any(mark in start for mark in load().forward_marks):
            return None
    lines = plain[:_SEARCHED].split("\n") if plain else []
    return find_forwarded_header(lines) or find_forwarded_header(visible_lines(head))


def _list_valid(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield the addresses that are proper ones, each once."""
    seen: set[str] = set()
    for text, origin in claims:
        try:
            url = parse_url(text)
        except SnapshotError:
            continue
        if url not in seen:
            seen.add(url)
            yield url, origin


def _find_dates(message: Part, forwarded: Forwarded | None) -> Iterator[Claim]:
    if forwarded and forwarded.date:
        yield find_date(forwarded.date), "forwarded mail"
    date = get_field(message.fields, "date")
    if date:
        yield find_date(date), "Date"
    for name in ("delivery-date", "received"):
        text = get_field(message.fields, name)
        found = _RECEIVED_AT.search(text)
        if text and (found or name != "received"):
            yield find_date(found[1] if found else text), "Received"


def _get_from(fields: Mapping[str, str]) -> str:
    """Return the sender's field, or that of who sent it on behalf of somebody that isn't named."""
    return next(filter(None, (get_field(fields, name) for name in _SENDERS)), "")


def _list_domains(list_id: str) -> tuple[str, ...]:
    domain = list_id.rpartition("<")[2].strip("> ").lower()
    return (domain,) if "." in domain else ()


def _find_language(stated: str, html: str) -> str:
    found = re.search(r"<html\b[^>]*?\blang\s*=\s*[\"']?([\w-]+)", html[:4000], re.IGNORECASE)
    for text in (stated.partition(",")[0].strip(), found[1] if found else ""):
        if _LANGUAGE.fullmatch(text):
            return text
    return ""
