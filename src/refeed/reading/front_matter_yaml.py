"""Parses front matter in YAML, as Jekyll, Hugo and web clippers write it, even if it is broken.

Flat lines are parsed by patterns, which are fast and tolerate errors; other structure is parsed by
the YAML parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.reading.front_matter_values import normalize_key, to_values

if TYPE_CHECKING:
    from refeed.reading.front_matter_values import Value, Values

PAIR = re.compile(r"^([^\W\d][\w-]*)[ \t]*:(?:[ \t]+(.*))?$", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r":[ \t]+[|>]")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_QUOTES_OR_COMMENT = ('"', "'", "#")
_DOUBLE = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?:\s+#.*)?')
_SINGLE = re.compile(r"'([^']*(?:''[^']*)*)'(?:\s+#.*)?")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "_": "\u00a0", "N": "\u0085"}
_FLOW_ITEM = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*""")
# Obsidian's links, not YAML's lists within lists.
_WIKI_LINKS = re.compile(r"(?:\[\[[^\[\]]+\]\][ ,]*)+")
_WIKI_LINK = re.compile(r"\[\[[^\[\]]+\]\]")
# The C parser recurses; a block of this length can't nest deep enough to exhaust the stack.
_LONGEST_FOR_YAML = 16_000


def parse_yaml(block: str) -> Values:
    """Read the lines between the `---` lines."""
    pairs = PAIR.findall(block)
    if len(pairs) == block.count("\n") and not _BLOCK_SCALAR.search(block):
        return {normalize_key(key): value.rstrip() for key, value in pairs}
    matter, clear = _parse_lines(block)
    return matter if clear else {**matter, **_parse_structure(block)}


def list_items(value: Value) -> tuple[str, ...]:
    """Return a value as a list: a flow list's items, a block list's, or the one scalar."""
    return _split_list(value) if isinstance(value, str) else value


# Many files have the same authors and tags.
@lru_cache(maxsize=1024)
def _split_list(value: str) -> tuple[str, ...]:
    if value[:2] == "[[" and _WIKI_LINKS.fullmatch(value):
        return tuple(_WIKI_LINK.findall(value))
    if value[:1] == "[" and value[-1:] == "]":
        inner = value[1:-1]
        parts = _FLOW_ITEM.findall(inner) if '"' in inner or "'" in inner else inner.split(",")
        return tuple([item for part in parts if (item := read_scalar(part.strip()))])
    scalar = read_scalar(value)
    return (scalar,) if scalar else ()


def read_scalar(value: str) -> str:
    """Return the text of a scalar, even if its inner quotes are not escaped."""
    if value[:1] not in _QUOTES_OR_COMMENT:
        comment = value.find(" #")
        value = value if comment < 0 else value[:comment].rstrip()
        return "" if value in ("null", "~") else value
    if value[:1] == '"':
        if "\\" not in value and value.find('"', 1) == len(value) - 1:
            return value[1:-1]
        whole = _DOUBLE.fullmatch(value)
        inner = whole[1] if whole else _unquote(value)
        return _ESCAPE.sub(_unescape, inner) if "\\" in inner else inner
    if value[:1] == "'":
        whole = _SINGLE.fullmatch(value)
        return (whole[1] if whole else _unquote(value)).replace("''", "'")
    return ""


def _unquote(value: str) -> str:
    """Remove the outer quotes; only the opening one if the closing one is missing."""
    return value[1:-1] if value[-1] == value[0] else value[1:]


def _unescape(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's last
    return _ESCAPED.get(code, code)


def _parse_lines(block: str) -> tuple[dict[str, Value], bool]:
    """Read flat pairs and block lists; tell whether that was all there is."""
    matter: dict[str, Value] = {}
    lists: dict[str, list[str]] = {}
    clear = True
    key = ""
    for line in block.split("\n"):
        pair = PAIR.fullmatch(line)
        item = None if pair else _ITEM.fullmatch(line)
        if pair:
            key, value = normalize_key(pair[1]), (pair[2] or "").rstrip()
            matter[key] = value
            clear = clear and value[:1] not in ("|", ">")
        elif item and matter.get(key) == "":
            lists.setdefault(key, []).append(read_scalar(item[1].rstrip()))
            clear = clear and not item[1].startswith(("- ", "[", "{")) and ": " not in item[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            clear = False
    return {**matter, **{key: tuple(listed) for key, listed in lists.items()}}, clear


def _parse_structure(block: str) -> dict[str, Value]:
    """Read structure beyond flat lines."""
    if len(block) > _LONGEST_FOR_YAML:
        return {}
    import yaml

    # The base loader leaves every scalar a text: dates and numbers are read where they are used.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        document = yaml.load(block, Loader=loader)  # noqa: S506 - makes texts, lists, mappings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return to_values(document) if isinstance(document, dict) else {}
