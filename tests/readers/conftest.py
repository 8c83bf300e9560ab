"""A publisher to subscribe to, and a home for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.register_assert_rewrite("readers.following", "readers.publisher")

from readers.following import Home  # noqa: E402 - after the assertions in it are to be explained
from readers.publisher import Publisher  # noqa: E402 - likewise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """A small archive, published and served."""
    folder = tmp_path / "archive"
    folder.mkdir()
    with Publisher(folder) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder)
