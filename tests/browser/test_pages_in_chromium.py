"""The pages as people meet them: at any width, by keyboard, by ear, without script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

import feedparser
import pytest
from lxml import etree

from archives import DAY, SPRING, Article, put
from refeed.archive.pages import PageLimit
from refeed.identity import entry_id, key_of
from refeed.publish import lists_to_check
from refeed.render import FORMATS, opml
from refeed.render.formats import name_article_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from surfing import Site, Visit

ARTICLES = [
    name_article_page(entry_id(key_of(url)))
    for url in (
        "https://pictures.example/three",
        "https://sea.example/ar/tides",
        "https://tables.example/wide",
        "https://mixed.example/zh",
    )
]
PAGES = ["", "index.html?q=example.o", "all/index.html", "never/index.html", *ARTICLES]
PHONE = 390, 844
WIDTHS = [(width, scheme) for width in (320, 390, 1280) for scheme in ("light", "dark")]

PAGED = 40
"""Articles of the feed that is paged through, some of a day and many years apart."""

every_page = pytest.mark.parametrize("path", PAGES)


@pytest.fixture(scope="module")
def paged(serve: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A feed of many lists, each of a few entries."""
    folder = tmp_path_factory.mktemp("paged")
    for number in range(PAGED):
        url = f"https://news.example.org/{number}"
        article = Article(url=url, title=f"No. {number}", instant=SPRING - number**4 * DAY // 500)
        put(folder / "seeds" / f"{number}.md", article)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists_to_check, "PAGE_LIMIT", PageLimit(entries=4, weight=None))
        patch.setattr(lists_to_check, "LEAST_ENTRIES", 3)
        return serve(folder, folder / "seeds", limit=2)


def test_clicks_lead_from_the_newest_entry_to_the_oldest_and_back(
    paged: Site, visit: Callable[..., Visit]
) -> None:
    page = visit(paged.url + "all/index.html", java_script_enabled=False).page
    titles = page.locator("h3")
    seen = titles.all_text_contents()
    lists = 1
    while (older := page.get_by_role("link", name="Older")).count():
        older.click()
        seen += titles.all_text_contents()
        lists += 1
    assert seen == [f"No. {number}" for number in range(PAGED)]
    while (newer := page.get_by_role("link", name="Newer")).count():
        newer.click()
        lists -= 1
    assert lists == 1
    assert page.url == paged.url + "all/index.html"


def test_from_the_middle_one_click_leads_to_the_newest(
    paged: Site, visit: Callable[..., Visit]
) -> None:
    page = visit((paged.folder / "all/index.html").as_uri())
    for _ in range(3):
        page.page.get_by_role("link", name="Older").click()
    page.page.get_by_role("link", name="Newest entries").click()
    assert page.page.url == page.address
    assert page.all_trouble() == []


@pytest.mark.parametrize("path", ["all/index.html", "by-the-water/index.html"])
def test_on_a_phone_the_first_article_needs_no_scrolling(
    site: Site, visit: Callable[..., Visit], path: str
) -> None:
    width, height = PHONE
    page = visit(site.url + path, viewport={"width": width, "height": height})
    bottom = page.value("document.querySelector('.item').getBoundingClientRect().bottom")
    assert bottom <= height / 2


def test_a_title_of_a_thousand_characters_leaves_room_for_others(
    site: Site, visit: Callable[..., Visit]
) -> None:
    width, height = PHONE
    page = visit(site.url + "all/index.html", viewport={"width": width, "height": height})
    heights = page.value(
        "[...document.querySelectorAll('.item')].map((each) => each.getBoundingClientRect().height)"
    )
    assert max(heights) <= height / 2


def test_a_picture_that_is_gone_leaves_no_trace(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(site.url + "all/index.html")
    page.see_images()
    widths = page.value(
        """[...document.images].map((each) =>
             [each.naturalWidth > 0, each.getBoundingClientRect().width > 0])"""
    )
    assert [True, True] in widths
    assert [False, False] in widths
    assert [False, True] not in widths


@every_page
def test_a_page_fits_every_window_and_asks_for_nothing_but_pictures(
    site: Site, visit: Callable[..., Visit], path: str
) -> None:
    page = visit(site.url + path)
    grounds = {}
    for width, scheme in WIDTHS:
        page.at(width, scheme)
        assert page.value("document.documentElement.scrollWidth") <= width
        wide = page.value(
            """[...document.querySelectorAll("body *")]
                 .filter((each) => !each.closest("table, pre, .unseen"))
                 .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
                 .map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert wide == []
        grounds[scheme] = page.value("getComputedStyle(document.body).backgroundColor")
    page.see_images()
    pictures = page.value("[...document.images].map((each) => each.src)")
    films = page.value("[...document.querySelectorAll('video, audio')].map((each) => each.src)")
    posters = page.value("[...document.querySelectorAll('video')].map((each) => each.poster)")
    assert page.elsewhere <= {*pictures, *films, *posters}
    assert page.elsewhere or path not in {"all/index.html", ARTICLES[0]}
    assert page.all_trouble() == []
    assert grounds["light"] != grounds["dark"]


@every_page
def test_whoever_does_not_see_the_page_can_read_it(
    site: Site, visit: Callable[..., Visit], path: str
) -> None:
    page = visit(site.url + path)
    for scheme in ("light", "dark"):
        page.at(390, scheme)
        assert find_barriers(page) == []


def test_whoever_does_not_see_it_can_read_an_older_list(
    paged: Site, visit: Callable[..., Visit]
) -> None:
    page = visit(paged.url + "all/index.html")
    page.page.get_by_role("link", name="Older").click()
    for scheme in ("light", "dark"):
        page.at(1280, scheme)
        assert find_barriers(page) == []


def find_barriers(page: Visit) -> list[tuple[str, list[str]]]:
    """Return what axe finds: rules, and the elements that break them."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe isn't installed")
    # Chromium and Firefox let a keyboard into what scrolls, without a mark on each table.
    rules = {"rules": {"scrollable-region-focusable": {"enabled": False}}}
    found = axe.Axe().run(page.page, options=rules).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("path", ["", "by-the-water/index.html", ARTICLES[0]])
def test_a_keyboard_gets_everywhere_and_shows_where_it_is(
    site: Site, visit: Callable[..., Visit], path: str
) -> None:
    page = visit(site.url + path)
    page.value("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    stops = "a[href], button, input, summary"
    expected = page.value(f"document.querySelectorAll({stops!r}).length")
    reached = []
    for _ in range(expected):
        page.page.keyboard.press("Tab")
        reached.append(
            page.value(
                f"""(() => {{
                  const at = document.activeElement, box = at.getBoundingClientRect();
                  const style = getComputedStyle(at);
                  const place = [...document.querySelectorAll({stops!r})].indexOf(at);
                  const shown = box.width > 1 && box.height > 1 && box.top >= -1
                    && box.bottom <= innerHeight + 1;
                  return [place, shown, style.outlineStyle != "none"
                    && parseFloat(style.outlineWidth) >= 2];
                }})()"""
            )
        )
    assert reached == [[place, True, True] for place in range(expected)]


def test_the_first_stop_skips_to_the_entries(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(site.url + "all/index.html")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    assert page.value("document.activeElement.localName") == "main"
    page.page.keyboard.press("Tab")
    assert page.value("document.activeElement.closest('h3') !== null")


@pytest.mark.parametrize("path", ["", "all/index.html"])
def test_feeds_are_discovered_and_can_be_subscribed_to(
    site: Site, visit: Callable[..., Visit], path: str
) -> None:
    page = visit(site.url + path)
    found = page.value(
        """[...document.querySelectorAll("link[rel=alternate]")]
             .map((each) => [each.type, each.href, each.title])"""
    )
    kinds = {kind for kind, _, _ in found}
    expected = {each.media_type for name, each in FORMATS.items() if name != "html"}
    assert kinds == expected | ({"text/x-opml"} if path == "" else set())
    assert all(title for _, _, title in found)
    links = page.value(
        "[...document.querySelectorAll('.addresses a')].map((each) => [each.type, each.href, ''])"
    )
    for kind, href, _ in {tuple(each) for each in found + links}:
        answer = page.page.request.get(href)
        assert answer.status == 200
        assert answer.headers["content-type"].partition(";")[0] == kind
        read(kind, answer.body())


def read(kind: str, body: bytes) -> None:
    """Read what was subscribed to as a reader would."""
    if kind == FORMATS["json"].media_type:
        assert json.loads(body)["version"] == "https://jsonfeed.org/version/1.1"
    elif kind == opml.CONTENT_TYPE.partition(";")[0]:
        assert etree.fromstring(body).xpath("count(//outline/@xmlUrl)") > 12
    else:
        parsed: Any = feedparser.parse(body)
        assert not parsed.bozo
        assert parsed.feed.title


def test_a_click_selects_an_address_to_copy(site: Site, visit: Callable[..., Visit]) -> None:
    for path in ("", "all/index.html"):
        page = visit(site.url + path)
        page.value("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        for address in page.page.locator("code.address").all():
            address.click()
            selected = page.value("getSelection().toString()")
            assert selected == address.text_content()
            assert (site.folder / unquote(selected.removeprefix(site.url))).is_file()


def test_without_script_feeds_are_searched_and_articles_read(
    site: Site, visit: Callable[..., Visit]
) -> None:
    page = visit(site.url, java_script_enabled=False).page
    page.get_by_label("Find feeds by name").fill("Machi Example")
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=*")
    assert page.locator("h3").all_text_contents() == ["machi.example.net"]
    assert "1 of " in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="machi.example.net", exact=True).click()
    assert page.get_by_role("heading", level=3).count() == 1
    page.get_by_role("link", name="All feeds").click()
    assert page.url == site.url + "index.html"
    assert page.locator("h3").count() > 12


def test_what_is_looked_for_is_shown_as_text(site: Site, visit: Callable[..., Visit]) -> None:
    evil = """"><img src=x onerror=alert(1)><script>alert(2)</script>'"""
    page = visit(site.url)
    page.page.get_by_label("Find feeds by name").fill(evil)
    page.page.get_by_role("button", name="Find").click()
    page.page.wait_for_url("**?q=*")
    assert evil in page.page.get_by_role("status").inner_text()
    assert page.page.get_by_label("Find feeds by name").input_value() == evil
    assert page.elsewhere == set()
    assert page.all_trouble() == []


def test_from_the_disk_pages_lead_to_each_other(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit((site.folder / "index.html").as_uri())
    page.page.get_by_label("Find feeds by name").fill("machi")
    page.page.keyboard.press("Enter")
    page.page.wait_for_url("**?q=*")
    assert page.page.locator("h3").count() > 12
    page.page.get_by_role("link", name="machi.example.net", exact=True).click()
    assert page.page.get_by_role("heading", level=3).count() == 1
    page.page.get_by_role("link", name="All feeds").click()
    assert page.page.url == urljoin(page.address, "index.html")
    assert page.all_trouble() == []
