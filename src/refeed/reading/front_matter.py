"""Reads front matter: YAML between `---` lines, TOML between `+++` lines, or JSON."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from refeed.reading.claims import Record
from refeed.reading.front_matter_values import to_values
from refeed.reading.front_matter_yaml import PAIR, list_items, parse_yaml, read_scalar
from refeed.reading.tag_list import split_tags
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.reading.claims import Claim
    from refeed.reading.front_matter_values import Value, Values

ORIGIN = "front matter"
URL_KEYS = ("from", "url", "link", "canonical", "canonical_url", "source", "original_url")
"""The usual ones, for messages."""

# Normalized keys by their meanings, the most trusted first.
_URL_KEYS = """
    from url link canonical canonicalurl source originalurl sourceurl externalurl permalink href
    originallink sourcelink articleurl pageurl weburl uri
    clippedfrom savedfrom archivedfrom original originalsource
    原文链接 原文地址 原文連結 来源 來源 链接 連結 网址 網址
""".split()
# A clipping's `date` may be the day of clipping, where it has `published`, too.
_DATE_KEYS = """
    published datepublished datepublish publishdate publisheddate publishedat publishedon
    publishedtime publicationdate publishingdate publishingreleasedate articlepublishedtime
    date datetime timestamp pubdate postdate posted postedat dateposted
    issued dateissued dcdate dcdateissued releasedate 发布日期 发布时间 發布日期 发表时间 日期
""".split()
# The dates of a note are later than its article.
_CREATED_KEYS = """
    created datecreated createdat creationdate createdtime usercreatedtime notecreated
""".split()
_CHANGED_KEYS = """
    lastmod updated modified lastmodified datemodified modifieddate updatedat modifiedat
    dateupdated updateddate lastupdated lastmodifiedat lastupdatedat articlemodifiedtime
    updatedtime datemodify
""".split()
_SAVED_KEYS = """
    saved savedat savedon datesaved saveddate clipped clippedat dateclipped slurped added addedat
    dateadded archived archivedat datearchived accessed dateaccessed retrieved dateretrieved
    fetched fetchedat downloaded datedownload scraped scrapedat captured capturedat
""".split()
_TAG_KEYS = """
    tags tag keywords categories category labels documenttags topics 标签 標籤
""".split()
ROLES = {
    key: (role, rank)
    for role, keys in (
        ("url", _URL_KEYS),
        ("title", ["title", "fulltitle", "realtitle", "标题", "標題"]),
        ("date", _DATE_KEYS),
        ("late date", _CREATED_KEYS + _CHANGED_KEYS + _SAVED_KEYS),
        ("author", ["author", "authors", "byline", "by", "creator", "作者"]),
        ("tag", _TAG_KEYS),
        ("language", ["lang", "language", "locale"]),
        ("site", ["sitename", "site", "publication", "publisher"]),
    )
    for rank, key in enumerate(keys)
}
"""What normalized keys mean, and their ranks: the lowest is the most trusted."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FIRST = 20
_first = itemgetter(0)
_LONGEST_SHOWN = 60

_YAML_OPENING = re.compile(r"\ufeff?\s*---[ \t]*\n")
_YAML_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TOML = re.compile(r"\ufeff?\s*\+\+\+[ \t]*\n(.*?)(?<=\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_JSON_OPENING = re.compile(r"\ufeff?\s*(?=\{\s*\")")
_LINK = re.compile(r"<(https?://[^<>\s]+)>|\[[^\n]*\]\((https?://\S+)\)", re.IGNORECASE)


class FrontMatter(NamedTuple):
    """The front matter of a file.

    Attributes:
        values: by normalized key; empty where there is no front matter.
        end: where the rest of the text begins.
        fault: why front matter that is there could not be read, or "".
    """

    values: Values
    end: int
    fault: str = ""


def split_front_matter(text: str, start: int = 0) -> FrontMatter:
    """Read the front matter at `start`.

    Broken YAML is read as far as possible, and never an error.
    """
    opening = _YAML_OPENING.match(text, start)
    if opening:
        return _split_yaml(text, start, opening.end())
    first = text[start : start + _FIRST].lstrip("\ufeff \t\n")[:1]
    if first == "+":
        return _split_toml(text, start)
    if first == "{":
        return _split_json(text, start)
    return FrontMatter({}, start)


def build_record(
    values: Values, *, html: str, epoch: Claim | None, link: tuple[Claim, Claim] | None = None
) -> Record:
    """Return the record of an article: the claims of the header, then those of the front matter.

    Args:
        values: of the front matter.
        html: the article's body.
        epoch: the header's.
        link: the address and the title of the header's link.
    """
    get = _sort_by_role(values).get
    urls = [url for _, value in get("url", ()) if (url := _to_url(value))[0]]
    titles = [title for _, value in get("title", ()) if (title := _to_claim(value))[0]]
    dates = [_to_claim(value) for _, value in get("date", ())]
    return Record(
        html,
        (link[0], *urls) if link else tuple(urls),
        (link[1], *titles) if link else tuple(titles),
        (epoch, *dates) if epoch else tuple(dates),
        late_dates=tuple([_to_claim(value) for _, value in get("late date", ())]),
        authors=tuple([(list_items(value), ORIGIN) for _, value in get("author", ())]),
        tags=tuple([tag for _, value in get("tag", ()) for tag in _list_tags(value)]),
        format="native" if link else "",
        language=_read_language(found) if (found := get("language")) else "",
        site=_to_claim(found[0][1])[0] if (found := get("site")) else "",
    )


def _sort_by_role(values: Values) -> dict[str, list[tuple[int, Value]]]:
    """Return the values by what their keys mean, with their ranks, the most trusted first."""
    ranked: dict[str, list[tuple[int, Value]]] = {}
    for key, value in values.items():
        if value and key in ROLES:
            role, rank = ROLES[key]
            if role in ranked:
                ranked[role].append((rank, value))
                ranked[role].sort(key=_first)
            else:
                ranked[role] = [(rank, value)]
    return ranked


def list_plain_values(values: Values) -> dict[str, str]:
    """Return the scalars of front matter as plain texts, see `Record.values`."""
    return {
        key: text
        for key, value in values.items()
        if isinstance(value, str) and value[:1] not in ("[", "{") and (text := read_scalar(value))
    }


def find_role(key: str) -> str:
    """Return what a normalized key means: ``url``, ``title``, ``date`` …, or ""."""
    return ROLES.get(key, ("", 0))[0]


def find_relative_url(values: Values) -> tuple[str, str] | None:
    """Return the key, normalized, and the text of an address that is not absolute."""
    for key, value in values.items():
        if find_role(key) == "url" and (text := _to_claim(value)[0]) and "[[" not in text:
            return key, shorten(text, _LONGEST_SHOWN)
    return None


def _split_yaml(text: str, start: int, opened: int) -> FrontMatter:
    # The opening line's own end may be what stands before the closing one.
    closing = _YAML_CLOSING.search(text, opened - 1)
    if not closing:
        return FrontMatter({}, start)
    block = text[opened : closing.start() + 1]
    if block.strip() and not PAIR.search(block):
        return FrontMatter({}, start)
    return FrontMatter(parse_yaml(block), closing.end())


def _split_toml(text: str, start: int) -> FrontMatter:
    match = _TOML.match(text, start)
    if not match:
        return FrontMatter({}, start)
    import tomllib

    try:
        return FrontMatter(to_values(tomllib.loads(match[1])), match.end())
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return FrontMatter({}, match.end(), f"front matter in TOML can't be read: {error}")


def _split_json(text: str, start: int) -> FrontMatter:
    """Read an object at the head of a text; with nothing behind it, it is data."""
    opening = _JSON_OPENING.match(text, start)
    if not opening:
        return FrontMatter({}, start)
    try:
        document, end = json.JSONDecoder(strict=False).raw_decode(text, opening.end())
    except (ValueError, RecursionError):
        return FrontMatter({}, start)
    if not isinstance(document, dict) or not text[end:].strip():
        return FrontMatter({}, start)
    return FrontMatter(to_values(document), end)


def _read_language(found: Iterable[tuple[int, Value]]) -> str:
    """Return a BCP 47 tag (RFC 5646) as it is written, `_` being `-`, or ""."""
    for _, value in found:
        text = _to_claim(value)[0].strip().replace("_", "-")
        if _LANGUAGE.fullmatch(text):
            return text
    return ""


def _to_claim(value: Value) -> Claim:
    """Return a value as one text."""
    return read_scalar(value) if isinstance(value, str) else ", ".join(value), ORIGIN


def _to_url(value: Value) -> Claim:
    """Return an absolute address, also out of `<URL>` and of Markdown's `[text](URL)`, or ""."""
    text = _to_claim(value)[0]
    if text.startswith("http"):
        return text, ORIGIN
    link = _LINK.fullmatch(text.strip())
    url = (link[1] or link[2]) if link else text.strip()
    return (url if url[:4].lower() == "http" else ""), ORIGIN


# Many files have the same tags.
@lru_cache(maxsize=1024)
def _list_tags(value: Value) -> tuple[Claim, ...]:
    """Return tags: the items of a list, or a text split at its separators."""
    items = list_items(value)
    if isinstance(value, str) and value[:1] != "[":
        items = tuple(split_tags(items[0])) if items else ()
    return tuple([(item, ORIGIN) for item in items])
