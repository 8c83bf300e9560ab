"""Parses JSON of unknown shape."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from refeed.errors import SnapshotError

_Table: TypeAlias = dict[str, Any]


def parse_json(text: str) -> Any:  # noqa: ANN401 - any shape at all
    """Return the value of a JSON text.

    Raises:
        SnapshotError: it is no JSON, is cut off, or nests too deep.
    """
    try:
        return json.loads(text.lstrip("\ufeff \t\n"), strict=False, parse_int=_parse_int)
    except RecursionError as error:
        raise SnapshotError("JSON that nests too deep to be read") from error
    except ValueError as error:
        raise SnapshotError(f"JSON that can't be read: {error}") from error


def get_text(table: _Table, name: str) -> str:
    """Return the text of a key without white space around it; "" where it is no text."""
    value = table.get(name)
    return value.strip() if isinstance(value, str) else ""


def list_tables(table: _Table, name: str) -> list[_Table]:
    """Return the objects in the list of a key, or nothing."""
    value = table.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _parse_int(text: str) -> int | float:
    """Read a number. Python refuses integers of thousands of digits, which would be quadratic."""
    return int(text) if len(text) < 20 else float(text)  # noqa: PLR2004 - beyond 64 bits
