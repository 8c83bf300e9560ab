"""The values of front matter, the same for YAML, TOML and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = str | tuple[str, ...]
"""A scalar as YAML writes it, quotes and all, or the plain items of a list."""
Values: TypeAlias = Mapping[str, Value]
"""Normalized keys and their values."""

# Tables that hold keys which Hugo and Zola would otherwise not allow.
_TABLES = ("params", "extra", "taxonomies")


@lru_cache(maxsize=1024)
def normalize_key(key: str) -> str:
    """Return a key in lower case, without separators of words: `canonicalurl`."""
    return "".join(filter(str.isalnum, key.lower()))


def to_values(document: Mapping[str, object]) -> dict[str, Value]:
    """Return the texts and lists of a parsed document; what nests deeper is left out."""
    values: dict[str, Value] = {}
    for name in _TABLES:
        table = document.get(name)
        if isinstance(table, dict):
            values |= to_values({key: table[key] for key in table if key not in _TABLES})
    for key, value in document.items():
        if isinstance(value, list):
            values[normalize_key(str(key))] = tuple(
                text for item in value if (text := _to_text(item))
            )
        elif isinstance(value, dict):
            if _to_text(value):
                values[normalize_key(str(key))] = (_to_text(value),)
        elif isinstance(value, bool):
            values[normalize_key(str(key))] = str(value).lower()
        elif (text := _to_text(value)) or isinstance(value, str):
            values[normalize_key(str(key))] = "'" + text.replace("'", "''") + "'"
    return values


def _to_text(value: object) -> str:
    """Return a value's text; of a mapping its `name`, as themes write authors."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
