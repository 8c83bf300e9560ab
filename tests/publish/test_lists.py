"""The lists on feeds' pages: each entry is in one, and only those around a change are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from archives import DAY, SPRING, Article, config_in, from_nothing, modified, put, synced, tree
from refeed.archive.pages import PageLimit
from refeed.publish import lists_to_check, stale_files

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

ENTRIES = 20


@pytest.fixture(autouse=True)
def small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of a few entries."""
    monkeypatch.setattr(lists_to_check, "PAGE_LIMIT", PageLimit(entries=8, weight=None))
    monkeypatch.setattr(lists_to_check, "LEAST_ENTRIES", 3)


def article(number: float, title: str = "") -> Article:
    url = f"https://news.example.org/{number}"
    return Article(url, title or f"No. {number}", instant=SPRING + int(number * DAY))


def archive(folder: Path, **keys: Any) -> Config:  # noqa: ANN401 - as a configuration has them
    config = config_in(folder, **{"limit": 2, "by_source": False} | keys)
    for number in range(ENTRIES):
        put(folder / f"seeds/{number}.md", article(number))
    synced(config)
    return config


def titles_in(config: Config, file: str) -> list[str]:
    page = html.fromstring((config.output / file).read_bytes())
    return [str(title) for title in page.xpath("//h3//text()")]


def lists_of(config: Config) -> list[str]:
    """Return the files of the lists of everything, the newest first."""
    older = sorted((config.output / "all/older").glob("*"), reverse=True)
    return ["all/index.html", *(str(file.relative_to(config.output)) for file in older)]


def test_every_entry_is_in_one_list(tmp_path: Path) -> None:
    config = archive(tmp_path)
    titles = [title for file in lists_of(config) for title in titles_in(config, file)]
    assert titles == [f"No. {number}" for number in reversed(range(ENTRIES))]


@pytest.mark.parametrize(("at", "expected"), [(ENTRIES + 0.5, 0), (3.5, 1)])
def test_an_entry_that_comes_changes_its_list_alone(
    tmp_path: Path, at: float, expected: int
) -> None:
    config = archive(tmp_path)
    before = modified(config.output)
    file = put(tmp_path / "seeds/more.md", article(at))
    synced(config, [file])
    after = modified(config.output)
    changed = {name for name in after if after[name] != before.get(name)}
    assert len({name for name in changed if name.startswith("all/older/")}) == expected
    assert ("all/index.html" in changed) == (expected == 0)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_where_no_list_goes_none_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = archive(tmp_path)
    monkeypatch.setattr(stale_files, "list_page_files", lambda _: pytest.fail("all are listed"))
    file = put(tmp_path / "seeds/more.md", article(ENTRIES + 0.5))
    synced(config, [file])
    assert titles_in(config, "all/index.html")[0] == f"No. {ENTRIES + 0.5}"


def test_a_list_that_becomes_a_page_of_its_own_changes_the_one_before_it(tmp_path: Path) -> None:
    config = archive(tmp_path)
    kinds = set()
    for number in range(ENTRIES, ENTRIES + 10):
        before = modified(config.output)
        synced(config, [put(tmp_path / f"seeds/{number}.md", article(number))])
        after = modified(config.output)
        older = [name for name in after if name.startswith("all/older/")]
        new = sum(name not in before for name in older)
        linking = sum(after[name] != before.get(name, after[name]) for name in older)
        manifest = after[".refeed-files"] != before[".refeed-files"]
        kinds.add((new, linking, manifest))
    assert kinds == {(0, 0, False), (1, 1, True)}


def test_a_corrected_title_changes_its_list(tmp_path: Path) -> None:
    config = archive(tmp_path)
    file = put(tmp_path / "seeds/3.md", article(3, "Corrected"))
    synced(config, [file])
    assert [name for name in lists_of(config) if "Corrected" in titles_in(config, name)]
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_lists_without_entries_go(tmp_path: Path) -> None:
    config = archive(tmp_path)
    files = [tmp_path / f"seeds/{number}.md" for number in range(ENTRIES - 1)]
    for file in files:
        file.unlink()
    removed = synced(config, files).publication.removed
    assert lists_of(config) == ["all/index.html"]
    # As entries go their lists do; that is no news.
    assert removed == ()
    assert not (config.output / "all/older").exists()


def test_a_list_that_somebody_changed_is_written_again(tmp_path: Path) -> None:
    config = archive(tmp_path)
    before = tree(config.output)
    others = lists_of(config)
    first, last = others.pop(1), others.pop()
    (config.output / first).write_text("mine")
    (config.output / last).unlink()
    times = modified(config.output)
    synced(config)
    assert tree(config.output) == before
    assert all(modified(config.output)[name] == times[name] for name in others)


def test_with_pages_of_the_newest_only_one_list_is_there(tmp_path: Path) -> None:
    config = archive(tmp_path)
    older = lists_of(config)[1:]
    fewer = config_in(tmp_path, limit=2, by_source=False, pages="newest")
    synced(fewer)
    assert not any((config.output / file).exists() for file in older)
    assert titles_in(fewer, "all/index.html") == ["No. 19", "No. 18"]
    assert tree(config.output) == from_nothing(fewer, tmp_path / "fresh")


def test_without_html_there_is_no_list(tmp_path: Path) -> None:
    archive(tmp_path)
    feeds = config_in(tmp_path, limit=2, by_source=False, formats=["atom"])
    synced(feeds)
    assert not list(feeds.output.rglob("*.html"))
    assert tree(feeds.output) == from_nothing(feeds, tmp_path / "fresh")
