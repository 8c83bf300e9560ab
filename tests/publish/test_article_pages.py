"""The pages of articles: what they show, and which of them a change writes again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html

from archives import DAY, SPRING, Article, config_in, from_nothing, modified, put, synced, tree
from refeed.errors import FolderError
from refeed.identity import entry_id
from refeed.render.formats import is_article_page, name_article_folder, name_article_page

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

HOST = "https://news.example.org"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Five articles of one source and one of another, published."""
    config = config_in(tmp_path, title="Weather")
    for number in range(5):
        put(tmp_path / f"seeds/{number}.md", _article(number))
    put(tmp_path / "seeds/other.md", Article("https://other.example.net/1", "Elsewhere"))
    synced(config)
    return config


def _article(number: int, **changes: object) -> Article:
    return replace(
        Article(f"{HOST}/{number}", f"Title {number}", f"<p>Words {number}.</p>"),
        instant=SPRING + number * DAY,
        **changes,  # type: ignore[arg-type]
    )


def _page(number: int) -> str:
    return name_article_page(entry_id(f"{HOST}/{number}"))


def _root(config: Config, number: int) -> html.HtmlElement:
    return html.fromstring((config.output / _page(number)).read_bytes())


def _texts(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in root.xpath(path)]


def _changed(config: Config, before: dict[str, tuple[int, int]]) -> set[str]:
    after = modified(config.output)
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_what_a_page_shows(config: Config, tmp_path: Path) -> None:
    put(tmp_path / "seeds/2.md", _article(2, author="Ada", tag="rain"))
    synced(config)
    root = _root(config, 2)
    assert root.xpath("//title/text()") == _texts(root, "//h1") == ["Title 2"]
    assert root.xpath("//link[@rel='canonical']/@href") == [f"{HOST}/2"]
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert root.xpath("//main//a/@href")[0] == f"{HOST}/2"
    assert _texts(root, "//*[@class='authors']") == ["Ada"]
    newer, older = root.xpath("//nav[@class='beside-articles']//a/@href")
    assert (newer, older) == (f"../../{_page(3)}", f"../../{_page(1)}")
    # The newest comes first, as in lists.
    assert root.xpath("//*[@rel='prev']/@href") == [newer] * 2
    assert root.xpath("//*[@rel='next']/@href") == [older] * 2
    assert _texts(root, "//nav[@class='beside-articles']//a") == ["Newer Title 3", "Older Title 1"]
    assert _texts(root, "//section[@aria-labelledby='feeds']//li/a[1]") == [
        "Weather",
        "news.example.org – Weather",
    ]
    assert not root.xpath("//script")
    assert not root.xpath("//section[@aria-labelledby='snapshots']")
    for link in root.xpath("//a/@href | //link/@href"):
        if not link.startswith(("https:", "#")):
            assert (config.output / _page(2)).parent.joinpath(link).is_file(), link


def test_feeds_name_the_page_besides_the_original(config: Config) -> None:
    (item, *_) = json.loads((config.output / "all/feed.json").read_bytes())["items"]
    page = f"{config.base_url}{name_article_folder(item['id'])}/"
    assert (item["url"], item["_refeed"]) == (f"{HOST}/4", {"page": page})
    for file in ("all/atom.xml", "all/rss.xml"):
        assert f'href="{page}" rel="related"'.encode() in (config.output / file).read_bytes()


def test_a_change_writes_the_page_and_its_neighbours(config: Config, tmp_path: Path) -> None:
    before = modified(config.output)
    put(tmp_path / "seeds/1.md", _article(1, title="Another title"))
    report = synced(config, [tmp_path / "seeds/1.md"])
    changed = _changed(config, before)
    assert {path for path in changed if is_article_page(path)} == {_page(0), _page(1), _page(2)}
    assert report.publication.pages == 3
    assert ".refeed-files" not in changed


def test_words_alone_write_no_neighbour(config: Config, tmp_path: Path) -> None:
    before = modified(config.output)
    put(tmp_path / "seeds/1.md", _article(1, html="<p>Other words.</p>"))
    synced(config, [tmp_path / "seeds/1.md"])
    assert {path for path in _changed(config, before) if is_article_page(path)} == {_page(1)}


def test_an_added_article_writes_few_files(config: Config, tmp_path: Path) -> None:
    before = modified(config.output)
    put(tmp_path / "seeds/5.md", _article(5))
    synced(config, [tmp_path / "seeds/5.md"])
    changed = _changed(config, before)
    assert {path for path in changed if is_article_page(path)} == {_page(4), _page(5)}
    assert len(changed) < 12


def test_an_article_that_goes_takes_its_page_along(config: Config, tmp_path: Path) -> None:
    (tmp_path / "seeds/2.md").unlink()
    synced(config, [tmp_path / "seeds/2.md"])
    assert not (config.output / _page(2)).parent.exists()
    assert _root(config, 1).xpath("//link[@rel='prev']/@href") == [f"../../{_page(3)}"]


def test_the_snapshots_and_what_they_changed(config: Config, tmp_path: Path) -> None:
    picture = '<img src="https://img.example.org/a.jpg">'
    put(tmp_path / "seeds/2b.md", replace(_article(2), instant=SPRING + 3 * DAY))
    put(
        tmp_path / "seeds/2c.md",
        replace(
            _article(2, title="Title two", html=f"<p>Words 2.</p><p>More.</p>{picture}"),
            instant=SPRING + 4 * DAY,
        ),
    )
    synced(config)
    root = _root(config, 2)
    first, last = _texts(root, "//section[@aria-labelledby='snapshots']/ol/li")
    assert first == "2024-04-03 to 2024-04-04, 2 snapshots, the first"
    said = "Title changed Title 2 Title two 1 paragraph added More. 1 picture added"
    assert last == f"2024-04-05, shown above {said}"
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_picture_alone_is_a_change(config: Config, tmp_path: Path) -> None:
    picture = '<img src="https://img.example.org/a.jpg">'
    put(
        tmp_path / "seeds/2b.md",
        replace(_article(2, html=f"<p>Words 2.</p>{picture}"), instant=SPRING + 3 * DAY),
    )
    synced(config)
    (_, last) = _texts(_root(config, 2), "//section[@aria-labelledby='snapshots']/ol/li")
    assert last == "2024-04-04, shown above 1 picture added"


def test_search_engines_may_be_let_in(config: Config) -> None:
    synced(replace(config, search_engines=True))
    assert not _root(config, 2).xpath("//meta[@name='robots']")


def test_without_html_there_are_no_pages(config: Config) -> None:
    report = synced(replace(config, formats=("json",)))
    assert report.publication.pages == 6
    assert not (config.output / "article").exists()
    assert b"_refeed" not in (config.output / "all/feed.json").read_bytes()
    synced(config)
    assert len(list((config.output / "article").iterdir())) == 6


def test_only_the_newest_have_pages_if_the_configuration_says_so(
    config: Config, tmp_path: Path
) -> None:
    newest = replace(config, pages="newest")
    synced(newest)
    left = {path for path in tree(config.output) if is_article_page(path)}
    other = name_article_page(entry_id("https://other.example.net/1"))
    assert left == {_page(2), _page(3), _page(4), other}
    assert not _root(config, 2).xpath("//link[@rel='next']")
    put(tmp_path / "seeds/5.md", _article(5))
    synced(newest, [tmp_path / "seeds/5.md"])
    assert not (config.output / _page(2)).exists()
    (tmp_path / "seeds/5.md").unlink()
    synced(newest, [tmp_path / "seeds/5.md"])
    assert {path for path in tree(config.output) if is_article_page(path)} == left


def test_a_page_of_somebody_else_is_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/1.md", _article(1))
    mine = put(config.output / _page(1), b"<p>mine</p>")
    with pytest.raises(FolderError, match=_page(1)):
        synced(config)
    assert mine.read_bytes() == b"<p>mine</p>"
    assert not (config.output / "all/rss.xml").exists()
