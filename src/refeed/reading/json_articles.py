"""Reads articles in JSON: what scrapers, exports and the interfaces of sites write.

An object is an article if it has a text and an address, or a title and a date. What a key means it
means in front matter, too; the names of pictures are below.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading.address_parts import split_address
from refeed.reading.claims import Record
from refeed.reading.feeds.identity import is_comment
from refeed.reading.feeds.media import Medium, add_media, find_kind, list_titles
from refeed.reading.front_matter import ROLES
from refeed.reading.front_matter_values import normalize_key
from refeed.reading.json_body import TEXTS, find_summary, find_text
from refeed.reading.json_text import get_text, list_tables
from refeed.reading.markdown.recognition import is_markdown
from refeed.reading.plain_text import to_html
from refeed.reading.saved_page import is_page, read_page
from refeed.reading.tag_list import split_tags
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from refeed.reading.claims import Claim

_Table: TypeAlias = dict[str, Any]

_PICTURES = """
    image imageurl topimage mainimage leadimage leadimageurl featureimage featuredimage
    previewpicture urltoimage coverimage thumbnail thumbnailurl
""".split()
_OWN_ROLES = {
    "dategmt": ("date", -1),
    "htmlurl": ("url", -1),
    "alternate": ("url", 100),
    "headline": ("title", 100),
    "publishedby": ("author", 100),
    "writer": ("author", 100),
    "origin": ("site", 100),
    "inlanguage": ("language", 100),
    "humanlanguage": ("language", 100),
}
_MARKS = frozenset(
    (*TEXTS, *(key for key, (role, _) in (ROLES | _OWN_ROLES).items() if role == "title"))
)
"""Keys of which an article has one."""

# What holds the text of a value that is an object, by those who write such objects: WordPress,
# Drupal, Google Reader and its heirs, converters from XML, JSON-LD, editors, MongoDB.
_INNER = """
    rendered processed content #text @value name label title href @href value text children
    $date $numberLong date
""".split()
_LISTS = ["item", "items", "entry", "entries", "articles", "posts"]
"""What a channel has, and an article has not."""

_NOT_WITHIN = [
    "annotations",
    "attachments",
    "comments",
    "embeds",
    "highlights",
    "messages",
    "replies",
]
"""What belongs to an article or to a conversation, and is none itself."""

_DEEPEST = 6
"""Levels of objects and lists down to an article."""

_STATES = ["status", "state", "visibility", "poststatus"]
_NOT_PUBLIC = re.compile(
    r"draft|auto-?draft|private|pending|trash(?:ed)?|deleted|future|scheduled|unpublished"
    r"|direct|followers|specified"
)
_IF_TRUE = ["draft", "isdraft", "private", "isprivate", "isdeleted", "istrashed"]
_IF_FALSE = ["published", "ispublished"]
_PASSWORDS = ["password", "postpassword"]
_NO_CONTENT = "wallabag: unable to retrieve contents"
"""What the body of an entry says (in a few forms) that wallabag could not fetch."""

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Not `<https://example.org>` or `List<String>`, which are plain text.
_TAG = re.compile(r"</[a-z][\w-]*\s*>|<(?:p|br|hr|img|div|li|a)\b[^<>]*>", re.IGNORECASE)
# Google Reader's tags are of its user: `user/123/label/boats`.
_STATE = re.compile(r"user/[^/]+/(?:state/.*|label/)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_MISSING_URL = "no URL: no key of the object has one; [[folders]] in refeed.toml can state it"
_FILLED = 100
"""Columns: nobody fills longer lines."""


class _Found(NamedTuple):
    """The texts of an object: by role, the most trusted first, and by normalized key."""

    claims: Mapping[str, list[Claim]]
    texts: Mapping[str, tuple[str, ...]]

    def list(self, role: str) -> list[Claim]:
        """Return the claims of a role."""
        return self.claims.get(role, [])


def find_articles(value: object, depth: int = _DEEPEST) -> list[_Table]:
    """Return the objects that are articles, from wherever they are in a value.

    Those that would be with a text are among them.
    """
    if isinstance(value, list):
        return _find_within(value, depth)
    if not isinstance(value, dict):
        return []
    if is_article(value):
        return [value]
    parts = (part for name, part in value.items() if normalize_key(name) not in _NOT_WITHIN)
    within = _find_within(parts, depth)
    return [value] if not within and _lacks_text(value) else within


def _find_within(parts: Iterable[object], depth: int) -> list[_Table]:
    return [one for part in parts for one in find_articles(part, depth - 1)] if depth else []


def read_article(table: _Table) -> Record | SnapshotError:
    """Return what an object claims, or why it is none: a draft, or without a text."""
    if _is_withheld(table):
        return NotAnArticleError("a draft")
    found = _find_texts(table)
    body = _find_body(found)
    if not body and _list_keys(table).isdisjoint(TEXTS):
        return NotAnArticleError("no text: no key of the object is known for one")
    urls, authors = found.list("url"), found.list("author")
    names = [text for text, by in urls if by == "source" and not _ADDRESS.match(text)]
    record = Record(
        html="",
        urls=tuple(claim for claim in urls if _ADDRESS.match(claim[0])),
        titles=tuple((_strip_tags(text), by) for text, by in found.list("title")),
        strong_dates=tuple(found.list("date")),
        late_dates=tuple(found.list("late date")),
        authors=tuple(
            (tuple(text for text, by in authors if by == origin), origin)
            for origin in dict.fromkeys(by for _, by in authors)
        ),
        tags=tuple((tag, by) for text, by in found.list("tag") if (tag := _STATE.sub("", text))),
        language=_find_language(found.list("language")),
        site=next(iter([text for text, _ in found.list("site")] + names), ""),
        values={key: texts[0] for key, texts in found.texts.items() if key not in TEXTS},
        missing_url=_MISSING_URL,
        # Of a comment: without it, its address is that of the article on which it is.
        keeps_fragment=any(is_comment(split_address(text).fragment) for text, _ in urls[:1]),
    )
    if not record.titles:
        record = record._replace(titles=list_titles("", body))
    try:
        return _add_body(record, body, _list_media(table, found))
    except SnapshotError as error:
        return error


def is_article(table: _Table) -> bool:
    """Tell whether an object is an article."""
    keys = _list_keys(table)
    if keys.isdisjoint(_MARKS):
        return False
    found = _find_texts(table)
    has_address, has_title, has_date = _find_marks(found)
    is_whole = has_address and has_title and has_date and not _is_channel(table)
    if not found.texts.keys().isdisjoint(TEXTS):
        return has_address or (has_title and (has_date or "url" in table))
    # Lists of links have descriptions, too, but don't say when a page was published.
    has_other = is_whole and bool(find_text(found.texts) or find_summary(found.texts))
    return has_other or (has_address and has_title and not keys.isdisjoint(TEXTS))


def _list_keys(table: _Table) -> set[str]:
    return set(map(normalize_key, table))


def _lacks_text(table: _Table) -> bool:
    if _list_keys(table).isdisjoint(_MARKS) or _is_channel(table):
        return False
    return all(_find_marks(_find_texts(table)))


def _find_marks(found: _Found) -> tuple[bool, bool, bool]:
    """Return whether an object has an address, a title and a date of publication."""
    has_address = any(_ADDRESS.match(text) for text, _ in found.list("url"))
    return has_address, bool(found.list("title")), bool(found.list("date"))


def _is_channel(table: _Table) -> bool:
    """Tell whether an object has others in a list of items."""
    names = [name for name in table if normalize_key(name) in _LISTS]
    return any(isinstance(table[name], dict) or list_tables(table, name) for name in names)


def _is_withheld(table: _Table) -> bool:
    """Tell whether an object says that it is a draft, or for some people only."""
    stated = {normalize_key(name): value for name, value in table.items()}
    if any(get_text(stated, key) for key in _PASSWORDS):
        return True
    if any(str(stated.get(key)).lower() in ("true", "1") for key in _IF_TRUE):
        return True
    if any(str(stated.get(key)).lower() in ("false", "0") for key in _IF_FALSE):
        return True
    if any(_NOT_PUBLIC.fullmatch(get_text(stated, key).lower()) for key in _STATES):
        return True
    # ActivityPub, section 5.6.
    addressed = [*_list_texts(table.get("to")), *_list_texts(table.get("cc"))]
    is_activity = "to" in table and ("cc" in table or "attributedTo" in table)
    return is_activity and not any(
        text.endswith("#Public") or text in ("as:Public", "Public") for text in addressed
    )


def _find_texts(table: _Table) -> _Found:
    ranked: dict[str, list[tuple[int, str, str]]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        key = normalize_key(name)
        role, rank = _OWN_ROLES.get(key) or ROLES.get(key, ("", 0))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        found = (str(value),) if is_number and "date" in role else tuple(_list_texts(value))
        if role == "tag" and isinstance(value, str):
            found = tuple(filter(None, split_tags(value)))
        if key == "dategmt":
            found = tuple(f"{text.removesuffix('Z')}Z" for text in found)
        if found:
            texts[key] = found
            if role:
                ranked.setdefault(role, []).extend((rank, text, name) for text in found)
    claims = {
        role: [(text, name) for _, text, name in sorted(found, key=lambda one: one[0])]
        for role, found in ranked.items()
    }
    return _Found(claims, texts)


def _list_texts(value: object, depth: int = _DEEPEST) -> Iterator[str]:
    """Yield the texts of a value: its own, its items', and that of an object."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list) and depth:
        for one in value:
            yield from _list_texts(one, depth - 1)
    elif isinstance(value, dict) and depth:
        inner = next((value[name] for name in _INNER if name in value), None)
        yield from _list_texts(str(inner) if isinstance(inner, int) else inner, depth - 1)


def _find_body(found: _Found) -> str:
    body = find_text(found.texts) or find_summary(found.texts)
    return "" if _NO_CONTENT in body[:1000] else body


def _add_body(record: Record, body: str, media: list[Medium]) -> Record:
    """Add the body, which may be HTML, a whole page, Markdown or plain text."""
    if is_page(body):
        return read_page(record._replace(html=body))
    if is_markdown(body, "", has_header=False):
        return record._replace(html=body, find_body=partial(_render, body, media))
    if not _TAG.search(body):
        is_filled = max(map(len, body.split("\n"))) <= _FILLED
        body = to_html(body if "\n\n" in body or is_filled else body.replace("\n", "\n\n"))
    return record._replace(html=add_media(body, media))


def _render(body: str, media: list[Medium]) -> str:
    from refeed.reading.markdown.rendering import render

    return add_media(render(body, None), media)


def _list_media(table: _Table, found: _Found) -> list[Medium]:
    pictures = [text for key in _PICTURES for text in found.texts.get(key, ())[:1]]
    media = [Medium(url, "image") for url in pictures if _ADDRESS.match(url)]
    # Of ActivityPub.
    for one in list_tables(table, "attachment"):
        url, title = get_text(one, "url"), get_text(one, "name")
        kind = find_kind(get_text(one, "mediaType"), "", url)
        media.append(Medium(url, kind, is_attachment=True, title=title))
    return [medium for medium in media if medium.url]


def _find_language(claims: Iterable[Claim]) -> str:
    tags = (text.replace("_", "-") for text, _ in claims if _LANGUAGE.fullmatch(text))
    return next(tags, "")


def _strip_tags(title: str) -> str:
    return visible_text(title) if "<" in title or "&" in title else title
