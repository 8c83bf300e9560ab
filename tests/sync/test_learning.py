"""Learning in syncs: whatever came in whatever order, an update gives what a rebuild would."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from archives import DAY, SPRING, Article, config_in, native, synced, tree
from conftest import examples
from refeed import cleaning
from refeed.archive.pages import PageLimit
from refeed.learning.minimums import Minimums
from refeed.publish import archive_pages_to_check
from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.sync.pipeline import sync
from refeed.workers.pool import Workers

if TYPE_CHECKING:
    from refeed.config import Config
    from refeed.sync.pipeline import Report

SMALL = Minimums(
    period_articles=3,
    support=2,
    near_edge_percent=60,
    prose_support=3,
    anywhere_percent=50,
    common_percent=25,
    class_support=2,
    class_percent=60,
    image_support=2,
    decoration_support=2,
    each_support=2,
    each_prose_support=2,
)
SOURCES = ("a.example.org", "b.example.org", "c.example.org")
FIRST = "<p>The {} river rose over night, and the ferry stayed where it was.</p>"
FOOTERS = (
    '<p>Read our <a href="https://a.example.org/letter">letter from the river</a></p>',
    "<p>Printed on paper that was a tree once</p>",
    '<p><img src="https://a.example.org/ferry.png"></p>',
    '<p class="box">A box that says this</p>',
    "",
)
PLACES = tuple(Path("seeds", folder, f"{name}.md") for folder in ("", "x") for name in range(9))

places = st.sampled_from(PLACES)
articles = st.builds(
    Article,
    url=st.builds("https://{}/{}".format, st.sampled_from(SOURCES), st.integers(0, 7)),
    title=st.sampled_from(["Sun", "Moon over the river"]),
    html=st.builds(
        "{}{}{}".format,
        st.sampled_from([*FOOTERS, ""]),
        st.builds(FIRST.format, st.sampled_from(["old", "new", "long"])),
        st.builds("{}{}".format, st.sampled_from(FOOTERS), st.sampled_from(FOOTERS)),
    ),
    instant=st.sampled_from([SPRING, SPRING, SPRING + DAY, SPRING + 900 * DAY]),
)


def synced_small(config: Config, store: Store, paths: list[Path] | None = None) -> Report:
    with Workers(config, 1) as workers:
        return sync(
            config, store, OutputFolder(config.output), workers, paths=paths, minimums=SMALL
        )


def rebuilt(config: Config, folder: Path) -> dict[str, bytes]:
    fresh = replace(config, output=folder / "feeds", state=folder / "state")
    with closing(Store.open_copy()) as store:
        synced_small(fresh, store)
    return tree(fresh.output)


class Learning(RuleBasedStateMachine):
    """Articles of three sources that come, go and change."""

    settings: ClassVar[dict[str, object]] = {"formats": ["json"], "limit": 2}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refeed-"))
        self.config = config_in(self.folder, cleaning={"learn": True}, **self.settings)
        self.known: dict[Path, tuple[Article, ...]] = {}
        self.clock = 1_700_000_000
        self.rebuilds = 0
        self.store = Store.open(self.config.state / "index.sqlite3")

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(first=st.lists(articles, min_size=6, max_size=14))
    def begin(self, first: list[Article]) -> None:
        for place, article in zip(PLACES, first, strict=False):
            self._write(place, article)
        self._sync(None)

    @rule(place=places, article=articles)
    def write(self, place: Path, article: Article) -> None:
        self._write(place, article)
        self._sync(place)

    @rule(several=st.lists(articles, min_size=2, max_size=6))
    def write_many_at_once(self, several: list[Article]) -> None:
        for place, article in zip(PLACES[9:], several, strict=False):
            self._write(place, article)
        self._sync(None)

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 17), instant=st.sampled_from([SPRING, SPRING + DAY]))
    def redate(self, number: int, instant: int) -> None:
        place = self._pick(number)
        first, *rest = self.known[place]
        self._write(place, replace(first, instant=instant), *rest)
        self._sync(place)

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 17))
    def delete(self, number: int) -> None:
        place = self._pick(number)
        (self.folder / place).unlink()
        del self.known[place]
        self._sync(place)

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 17), article=articles)
    def add_a_record(self, number: int, article: Article) -> None:
        place = self._pick(number)
        self._write(place, *self.known[place][:2], article)
        self._sync(place)

    @rule()
    def tidy(self) -> None:
        self.store.delete_unused(self.config.limit)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.config.state / "index.sqlite3")

    def _pick(self, number: int) -> Path:
        there = sorted(self.known)
        return there[number % len(there)]

    def _write(self, place: Path, *found: Article) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(native(*found))
        self.clock += 1000
        os.utime(path, (self.clock, self.clock))
        self.known[place] = found

    def _sync(self, place: Path | None) -> None:
        synced_small(self.config, self.store, [self.folder / place] if place else None)
        self.rebuilds += 1
        fresh = self.folder / str(self.rebuilds)
        assert tree(self.config.output) == rebuilt(self.config, fresh)
        shutil.rmtree(fresh)


class LearningForArchives(Learning):
    """The same where every entry is shown, in documents of an archive."""

    settings: ClassVar[dict[str, object]] = {
        "formats": ["json"],
        "archive": ["all"],
        "limit": 1,
        "feeds": [{"name": "moon", "match": {"title": "moon"}}],
    }


@pytest.mark.no_cover
@pytest.mark.parametrize("machine", [Learning, LearningForArchives])
def test_updates_and_rebuilds_agree(
    machine: type[Learning], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = PageLimit(entries=2, weight=400)
    monkeypatch.setattr(archive_pages_to_check, "page_limit", lambda _: limit)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(8),
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )


FOOTER = '<p>Read on Mondays: <a href="https://a.example.org/letter">our letter</a></p>'
TEXT = "<p>The {0} river rose over night, number {0}.</p><p>The ferry {0} stayed where it was.</p>"


def article(source: str, number: int, footer: str = FOOTER) -> Article:
    return Article(
        f"https://{source}/{number}",
        f"Title {number}",
        TEXT.format(number) + footer,
        instant=SPRING + number * DAY,
    )


def write(folder: Path, *several: Article) -> None:
    for each in several:
        name = each.url.removeprefix("https://").replace("/", "-")
        (folder / "seeds" / f"{name}.md").write_bytes(native(each))


def items(config: Config, feed: str) -> dict[str, dict[str, str]]:
    feed_of = json.loads((config.output / feed / "feed.json").read_bytes())
    return {item["url"]: item for item in feed_of["items"]}


def test_a_line_goes_when_enough_articles_hold_it_and_comes_back(tmp_path: Path) -> None:
    config = config_in(tmp_path, cleaning={"learn": True}, limit=0, formats=["json"])
    write(tmp_path, *(article("a.example.org", number) for number in range(4)))
    assert synced(config).entries == 4
    before = items(config, "all")
    assert all("our letter" in item["content_html"] for item in before.values())

    write(tmp_path, article("a.example.org", 4))
    synced(config)
    after = items(config, "all")
    assert not any("our letter" in item["content_html"] for item in after.values())
    assert all("the ferry" in item["content_html"].lower() for item in after.values())
    # Nobody is told of it as of a change.
    assert all(after[url]["date_modified"] == item["date_modified"] for url, item in before.items())

    (tmp_path / "seeds" / "a.example.org-4.md").unlink()
    synced(config)
    assert items(config, "all") == before


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cleaning": {"learn": False}},
        {"cleaning": {"learn": True}, "rules": [{"source": "a.example.org", "learn": False}]},
        {"cleaning": {"learn": True}, "rules": [{"source": "*", "learn": False}]},
        {
            "cleaning": {"learn": True},
            "rules": [{"source": "*", "never": ["Read on Mondays: our letter"]}],
        },
    ],
)
def test_a_line_stays(tmp_path: Path, settings: dict[str, object]) -> None:
    defaults = {"cleaning": {"learn": False}}
    config = config_in(tmp_path, limit=0, formats=["json"], **(defaults | settings))
    write(tmp_path, *(article("a.example.org", number) for number in range(8)))
    synced(config)
    assert all("our letter" in item["content_html"] for item in items(config, "all").values())


def test_a_new_article_is_the_only_one_that_is_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path, cleaning={"learn": True}, limit=3, formats=["json"])
    write(tmp_path, *(article("a.example.org", number) for number in range(4)))
    synced(config)
    cleaned: list[str] = []
    clean = cleaning.clean_and_extract

    def noting(
        html: str, url: str, rules: cleaning.Rules, about: cleaning.Article, *, base: str
    ) -> cleaning.Cleaned:
        cleaned.append(url)
        return clean(html, url, rules, about, base=base)

    monkeypatch.setattr(cleaning, "clean_and_extract", noting)
    # With the fifth the footer goes from the others, too.
    write(tmp_path, article("a.example.org", 20))
    synced(config)
    assert cleaned == ["https://a.example.org/20"]
    assert not any("our letter" in each["content_html"] for each in items(config, "all").values())


def test_each_article_of_a_rebuild_is_cleaned_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path, limit=0, formats=["json"])
    write(tmp_path, *(article("a.example.org", number) for number in range(6)))
    cleaned: list[str] = []
    clean = cleaning.clean_and_extract

    def noting(
        html: str, url: str, rules: cleaning.Rules, about: cleaning.Article, *, base: str
    ) -> cleaning.Cleaned:
        cleaned.append(url)
        return clean(html, url, rules, about, base=base)

    monkeypatch.setattr(cleaning, "clean_and_extract", noting)
    synced(config)
    assert len(cleaned) == 6
    # By other minimums other lines are learned; the articles are the same.
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        synced_small(config, store)
    assert len(cleaned) == 6
    synced(replace(config, cleaning=replace(config.cleaning, trackers=False)))
    assert len(cleaned) == 12


@given(
    st.lists(st.sampled_from(FOOTERS), min_size=1, max_size=8),
    st.lists(st.sampled_from(FOOTERS), max_size=8),
)
@settings(max_examples=examples(8))
def test_what_a_source_teaches_depends_on_no_other(own: list[str], others: list[str]) -> None:
    feeds = []
    for other in ([], others):
        with tempfile.TemporaryDirectory(prefix="refeed-") as place:
            folder = Path(place)
            config = config_in(folder, cleaning={"learn": True}, limit=0, formats=["json"])
            write(folder, *(article("a.example.org", *each) for each in enumerate(own)))
            write(folder, *(article("b.example.org", *each) for each in enumerate(other)))
            with closing(Store.open_copy()) as store:
                synced_small(config, store)
            feeds.append((config.output / "source/a.example.org/feed.json").read_bytes())
    assert feeds[0] == feeds[1]


def test_an_entry_of_two_feeds_is_cleaned_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path, limit=3, formats=["json"])
    write(
        tmp_path,
        *(article("a.example.org", number) for number in range(8)),
        *(article("b.example.org", number + 20) for number in range(8)),
    )
    cleaned: list[str] = []
    clean = cleaning.clean_and_extract

    def noting(
        html: str, url: str, rules: cleaning.Rules, about: cleaning.Article, *, base: str
    ) -> cleaning.Cleaned:
        cleaned.append(url)
        return clean(html, url, rules, about, base=base)

    monkeypatch.setattr(cleaning, "clean_and_extract", noting)
    synced(config)
    assert sorted(cleaned) == sorted(set(cleaned))
