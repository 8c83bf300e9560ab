"""Pictures that snapshots carry, in Chromium without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import carrying
from archives import put
from carrying import name_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from surfing import Site

KINDS: dict[str, Callable[..., bytes]] = {
    "a.html": carrying.singlefile_with,
    "a.mhtml": carrying.mhtml_with,
    "a.eml": carrying.mail_with,
}
FILES = "harbour.jpg", "boat.png", "boat.webp", "boat.avif", "boat.gif"
WIDTHS = "() => Object.fromEntries([...document.images].map(i => [i.src, i.naturalWidth]))"


def list_widths(page: Page) -> dict[str, int]:
    """Return how wide each image of a page is by itself, by its name."""
    page.evaluate("() => { for (const i of document.images) i.loading = 'eager'; }")
    page.wait_for_function("() => [...document.images].every(i => i.complete)")
    widths: dict[str, int] = page.evaluate(WIDTHS)
    return {address.rpartition("/media/")[2]: width for address, width in widths.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_shown_without_a_network(
    chromium: Browser, serve: Callable[..., Site], tmp_path: Path, kind: str
) -> None:
    put(tmp_path / "seeds" / kind, KINDS[kind](*FILES))
    site = serve(tmp_path / "site", tmp_path / "seeds")
    inside = site.url, site.folder.as_uri()
    outside: list[str] = []

    def allow(route: Route) -> None:
        if route.request.url.startswith(inside):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    with chromium.new_context() as context:
        context.route("**/*", allow)
        page = context.new_page()
        for top in (site.url, f"{site.folder.as_uri()}/"):
            page.goto(f"{top}all/index.html")
            assert list_widths(page) == {name_of("harbour.jpg"): 120}
        (item,) = json.loads((site.folder / "all/feed.json").read_bytes())["items"]
        page.set_content(item["content_html"])
        assert list_widths(page) == {name_of("harbour.jpg"): 120} | {
            name_of(file): 60 for file in FILES[1:]
        }
    assert outside == []
