"""Front matter as Jekyll and Hugo have it: YAML between two `---` lines at a file's head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from refeed.reading.claims import Record

if TYPE_CHECKING:
    from refeed.reading.claims import Claim

Value: TypeAlias = str | tuple[str, ...]
"""A scalar as written, quotes and all, or the plain items of a list."""
Matter: TypeAlias = Mapping[str, Value]
"""Lower-case keys and their values."""

ORIGIN = "front matter"
# What the keys mean; of several with one meaning the first goes first.
_URL_KEYS = ("from", "url", "link", "canonical", "canonical_url", "source", "original_url")
_TITLE_KEYS = ("title",)
_DATE_KEYS = ("date", "published", "pubdate", "date_published", "datepublished", "created")
_AUTHOR_KEYS = ("author", "authors", "byline")
_TAG_KEYS = ("tags", "tag", "keywords", "categories", "category")

_OPENING = re.compile(r"\ufeff?\s*---[ \t]*\n")
_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_PAIR = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*))?$", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r":[ \t]+[|>]")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_QUOTES_OR_COMMENT = ('"', "'", "#")
_DOUBLE = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?:\s+#.*)?')
_SINGLE = re.compile(r"'([^']*(?:''[^']*)*)'(?:\s+#.*)?")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "_": "\u00a0", "N": "\u0085"}
_FLOW_ITEM = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*""")
# The C parser recurses; a block of this length can't nest deep enough to exhaust the stack.
_LONGEST_FOR_YAML = 16_000


def split_front_matter(text: str, start: int = 0) -> tuple[Matter, int]:
    """Read the front matter at `start`.

    Broken YAML is read as far as its lines make sense, never refused: what matters may stand in
    the header after it.

    Returns:
        The values, empty where there is no front matter, and where the rest begins.
    """
    opening = _OPENING.match(text, start)
    if not opening:
        return {}, start
    # The opening line's own end may be what stands before the closing one.
    closing = _CLOSING.search(text, opening.end() - 1)
    if not closing:
        return {}, start
    block = text[opening.end() : closing.start() + 1]
    if block.strip() and not _PAIR.search(block):
        return {}, start
    return parse(block), closing.end()


def parse(block: str) -> Matter:
    """Read the lines between the `---` lines."""
    pairs = _PAIR.findall(block)
    if len(pairs) == block.count("\n") and not _BLOCK_SCALAR.search(block):
        return {key.lower(): value.rstrip() for key, value in pairs}
    matter, clear = _lines(block)
    return matter if clear else {**matter, **_yaml(block)}


def build_record(
    matter: Matter, *, html: str, epoch: Claim | None, link: tuple[Claim, Claim] | None = None
) -> Record:
    """Return what front matter says of an article, and before it what the header says.

    Args:
        matter: the values.
        html: the article's body.
        epoch: the header's.
        link: the address and the title of the header's link.
    """
    urls = [url for url in _texts(matter, _URL_KEYS) if url[0][:4].lower() == "http"]
    titles = [title for title in _texts(matter, _TITLE_KEYS) if title[0]]
    dates = _texts(matter, _DATE_KEYS)
    authors = [(_items(matter[key]), ORIGIN) for key in _AUTHOR_KEYS if matter.get(key)]
    tags = [_items(matter[key]) for key in _TAG_KEYS if matter.get(key)]
    return Record(
        html,
        (link[0], *urls) if link else tuple(urls),
        (link[1], *titles) if link else tuple(titles),
        (epoch, *dates) if epoch else tuple(dates),
        authors=tuple(authors),
        tags=tuple([(tag, ORIGIN) for listed in tags for tag in listed]),
    )


def _texts(matter: Matter, keys: tuple[str, ...]) -> list[Claim]:
    """Return the values of keys as one text each."""
    return [
        (_scalar(value) if isinstance(value, str) else ", ".join(value), ORIGIN)
        for key in keys
        if (value := matter.get(key))
    ]


def _items(value: Value) -> tuple[str, ...]:
    """Return a value as a list: a flow list's items, a block list's, or the one scalar."""
    return _listed(value) if isinstance(value, str) else value


# The same few authors and tags stand in thousands of files.
@lru_cache(maxsize=1024)
def _listed(value: str) -> tuple[str, ...]:
    if value[:1] == "[" and value[-1:] == "]":
        inner = value[1:-1]
        parts = _FLOW_ITEM.findall(inner) if '"' in inner or "'" in inner else inner.split(",")
        return tuple([item for part in parts if (item := _scalar(part.strip()))])
    scalar = _scalar(value)
    return (scalar,) if scalar else ()


def _scalar(value: str) -> str:
    """Return what a scalar says, also where its inner quotes are not escaped."""
    if value[:1] not in _QUOTES_OR_COMMENT:
        comment = value.find(" #")
        value = value if comment < 0 else value[:comment].rstrip()
        return "" if value in ("null", "~") else value
    if value[:1] == '"':
        if "\\" not in value and value.find('"', 1) == len(value) - 1:
            return value[1:-1]
        whole = _DOUBLE.fullmatch(value)
        inner = whole[1] if whole else _unquoted(value)
        return _ESCAPE.sub(_unescape, inner) if "\\" in inner else inner
    if value[:1] == "'":
        whole = _SINGLE.fullmatch(value)
        return (whole[1] if whole else _unquoted(value)).replace("''", "'")
    return ""


def _unquoted(value: str) -> str:
    """Take the outer quotes off; where the closing one is missing, only the opening one."""
    return value[1:-1] if value[-1] == value[0] else value[1:]


def _unescape(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's last
    return _ESCAPED.get(code, code)


def _lines(block: str) -> tuple[dict[str, Value], bool]:
    """Read flat pairs and block lists; tell whether that was all there is."""
    matter: dict[str, Value] = {}
    lists: dict[str, list[str]] = {}
    clear = True
    key = ""
    for line in block.split("\n"):
        pair = _PAIR.fullmatch(line)
        item = None if pair else _ITEM.fullmatch(line)
        if pair:
            key, value = pair[1].lower(), (pair[2] or "").rstrip()
            matter[key] = value
            clear = clear and value[:1] not in ("|", ">")
        elif item and matter.get(key) == "":
            lists.setdefault(key, []).append(_scalar(item[1].rstrip()))
            clear = clear and not item[1].startswith(("- ", "[", "{")) and ": " not in item[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            clear = False
    return {**matter, **{key: tuple(listed) for key, listed in lists.items()}}, clear


def _yaml(block: str) -> dict[str, Value]:
    """Read structure beyond flat lines; whatever is still a mapping within is left out."""
    if len(block) > _LONGEST_FOR_YAML:
        return {}
    import yaml  # noqa: PLC0415 - takes 20 ms to import, rarely needed

    # The base loader leaves every scalar a text: dates and numbers are read where they are used.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        document = yaml.load(block, Loader=loader)  # noqa: S506 - makes texts, lists, mappings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    matter: dict[str, Value] = {}
    for key, value in document.items():
        if isinstance(value, str):
            matter[str(key).lower()] = _quoted(value)
        elif isinstance(value, list):
            matter[str(key).lower()] = tuple(text for item in value if (text := _item(item)))
        elif isinstance(value, dict) and _item(value):
            matter[str(key).lower()] = (_item(value),)
    return matter


def _item(item: object) -> str:
    """Return an item's text; of a mapping, its `name`, as themes write authors."""
    if isinstance(item, dict):
        item = item.get("name")
    return item if isinstance(item, str) else ""


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
