"""A published folder, and a server of it that really runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refeed.server import HttpServer
from serving import ANYWHERE, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output folder as refeed leaves it."""
    folder = tmp_path / "feeds"
    publish(folder)
    return folder


@pytest.fixture
def server(output: Path) -> Iterator[HttpServer]:
    """A server of it, at a port that the system chose."""
    with HttpServer(output, ANYWHERE) as running:
        yield running
