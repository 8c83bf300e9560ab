"""Chromium, and a folder of feeds that refeed has made and serves to it."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from archives import config_in, synced
from conftest import REPOSITORY
from refeed.server import HttpServer
from surfing import Site, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

SEEDS = REPOSITORY / "tests" / "browser" / "seeds"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Site]]:
    """Makes feeds of folders of snapshots, and serves them under the address that they name."""
    servers: list[HttpServer] = []

    def served(folder: Path, *seeds: Path, **keys: object) -> Site:
        listening = socket.create_server(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        config = config_in(folder, seeds=[str(each) for each in seeds], base_url=base_url, **keys)
        servers.append(HttpServer(config.output, sockets=[listening]))
        servers[-1].start()
        assert not synced(config).publication.failures
        return Site(base_url, config.output)

    yield served
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def site(serve: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The examples, and articles that are hard to show."""
    folder = tmp_path_factory.mktemp("site")
    water = {"name": "by-the-water", "title": "By the water", "match": {"tag": ["sea", "海"]}}
    never = {"name": "never", "title": "What never is", "match": {"tag": "nothing"}}
    seeds = (REPOSITORY / "examples" / "seeds", SEEDS)
    return serve(folder, *seeds, limit=50, title="Harbour reading", feeds=[water, never])


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page, with what happens there written down, in a window of its own."""
    contexts = []

    def opened(address: str, **options: object) -> Visit:
        context = chromium.new_context(**options)  # type: ignore[arg-type] # as Playwright names them
        contexts.append(context)
        return Visit(context, address)

    yield opened
    for context in contexts:
        context.close()
