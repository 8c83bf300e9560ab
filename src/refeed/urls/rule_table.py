"""Reads and checks rule tables; reports every mistake with its place."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from refeed.errors import ConfigError
from refeed.urls.lazy_pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Table:
    """One table of TOML. A key that is never read is reported as unknown."""

    def __init__(
        self, data: Mapping[str, object], place: str, mistakes: list[str], *, trusted: bool
    ) -> None:
        self._data = data
        self._trusted = trusted
        self._place = place
        self._mistakes = mistakes
        self._known: set[str] = set()

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._data

    def report(self, key: str, problem: str) -> None:
        """Note a mistake at the key."""
        self._mistakes.append(f"{self._place}{key}: {problem}")

    def read_text(self, key: str, default: str = "") -> str:
        """Return the key's text."""
        value = self._get(key, default)
        if isinstance(value, str):
            return value
        self.report(key, "must be a text")
        return default

    def read_flag(self, key: str) -> bool:
        """Tell whether the key is there and true."""
        value = self._get(key, False)  # noqa: FBT003 - the default of any key is positional
        if isinstance(value, bool):
            return value
        self.report(key, "must be true or false")
        return False

    def read_texts(self, key: str) -> tuple[str, ...]:
        """Return the key's list of texts."""
        value = self._get(key, [])
        if isinstance(value, list):
            texts = tuple(item for item in value if isinstance(item, str))
            if len(texts) == len(value):
                return texts
        self.report(key, "must be a list of texts")
        return ()

    def read_pattern(self, key: str, form: str = "{}") -> Pattern | None:
        """Return the key's regular expression, put into the form; None if there is no such key."""
        return self._build_pattern(key, self.read_text(key), form) if self.has(key) else None

    def read_patterns(self, key: str) -> Iterator[tuple[str, Pattern]]:
        """Yield the regular expressions of a table of them, by name."""
        for table in self.read_inner(key):
            for name in table.list_keys():
                if (pattern := table.read_pattern(name)) is not None:
                    yield name, pattern

    def read_tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """Yield the tables of a table of them, by name."""
        for outer in self.read_inner(key):
            for name in outer.list_keys():
                yield from ((name, table) for table in outer.read_inner(name))

    def finish(self) -> None:
        """Report the keys that were not read."""
        for key in self._data.keys() - self._known:
            self.report(key, "is not a key of this table")

    def list_keys(self) -> tuple[str, ...]:
        """List the keys of the table."""
        return tuple(self._data)

    def read_inner(self, key: str) -> Iterator[Table]:
        """Yield the key's table, if it is one; report its unread keys afterwards."""
        value = self._get(key, {})
        if isinstance(value, dict):
            table = Table(value, f"{self._place}{key}.", self._mistakes, trusted=self._trusted)
            yield table
            table.finish()
        else:
            self.report(key, "must be a table")

    def _build_pattern(self, key: str, text: str, form: str) -> Pattern | None:
        pattern = Pattern(form.format(text), re.DOTALL)
        if not self._trusted:
            try:
                pattern.compile()
            except re.error as error:
                self.report(key, f"is not a regular expression: {error}")
                return None
        return pattern

    def _get(self, key: str, default: object) -> object:
        self._known.add(key)
        return self._data.get(key, default)


@contextmanager
def check_table(data: Mapping[str, object], *, trusted: bool) -> Iterator[Table]:
    """Read a table and its inner ones.

    Args:
        data: the table.
        trusted: its patterns are known to be right, and compiled when they are first used.

    Raises:
        ConfigError: at the end, with all mistakes.
    """
    mistakes: list[str] = []
    table = Table(data, "", mistakes, trusted=trusted)
    yield table
    table.finish()
    if mistakes:
        raise ConfigError(tuple(sorted(mistakes)))
