"""The output folder and a browser are enough: with a filled picture store no request leaves it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, native, put, synced
from stored_pictures import add_picture, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Route

PICTURES = [f"https://gone.example/{number}.png" for number in range(4)]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of articles with pictures of the web."""
    folder = tmp_path_factory.mktemp("site")
    store = folder / "pictures"
    config = config_in(
        folder,
        base_url="https://feeds.example/",
        images={"mode": "local", "store": str(store)},
        limit=0,
    )
    for number, url in enumerate(PICTURES):
        shown = f'<img src="{url}" srcset="{url} 2x" alt="A boat">'
        film = f'<video src="https://gone.example/{number}.mp4" poster="{url}" controls></video>'
        put(
            folder / "seeds" / f"{number}.md",
            native(
                Article(
                    url=f"https://news.example/{number}",
                    title=f"Boats {number}",
                    html=f"<p>Boats of day {number}.</p>{shown}<p>A film:</p>{film}",
                )
            ),
        )
    with closing(open_store(store)) as opened:
        for number, url in enumerate(PICTURES):
            add_picture(opened, url, number, 200, 150)
    assert not synced(config).publication.failures
    return config.output


def test_pages_need_nothing_but_the_folder(output: Path, chromium: Browser) -> None:
    elsewhere: list[str] = []
    seen: set[str] = set()

    def note(route: Route) -> None:
        url = route.request.url
        if url.startswith("file:"):
            route.continue_()
        else:
            elsewhere.append(url)
            route.abort()

    context = chromium.new_context(offline=True)
    context.route("**/*", note)
    page = context.new_page()
    for file in sorted(output.rglob("*.html")):
        page.goto(file.as_uri())
        for image in page.locator("img").all():
            image.evaluate("each => { each.loading = 'eager'; return each.decode(); }")
            assert image.evaluate("each => each.naturalWidth") > 0
            seen.add(str(image.evaluate("each => each.src")))
    context.close()
    assert elsewhere == []
    assert len({url for url in seen if "/media/" in url}) == len(PICTURES)
