"""What is owed to the hub: every feed document that came out different, whatever happened since."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, config_in, put, tree
from hubs import Hub
from refeed.commands.rebuild import rebuild, tell_hub
from refeed.config import WebSub
from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.websub import rounds
from refeed.websub.rounds import ping_with_retries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.config import Config

BASE = "http://127.0.0.1:1/"
DOCUMENTS = ("rss.xml", "atom.xml", "feed.json")


class KilledError(BaseException):
    """The process was killed."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub that takes everything."""
    with Hub() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: Hub) -> Config:
    """Two sources, published, and the hub was told of it."""
    config = config_in(tmp_path, base_url=BASE, websub={"hub": hub.url})
    put(config.seeds[0] / "a.md", Article("https://a.example/1", "One"))
    put(config.seeds[0] / "b.md", Article("https://b.example/1", "Two"))
    told(config)
    hub.pings.clear()
    return config


def told(config: Config) -> dict[str, int]:
    """Rebuild, tell the hub, and return what it was to be told of."""
    owed = dict(rebuild(config, jobs=1).hub_pending)
    if owed:
        tell_hub(config, owed)
    return owed


def documents(config: Config) -> dict[str, bytes]:
    return {path: data for path, data in tree(config.output).items() if path.endswith(DOCUMENTS)}


def add(config: Config, name: str = "c.md", url: str = "https://a.example/2") -> None:
    put(config.seeds[0] / name, Article(url, f"Another, {name}", instant=SPRING + DAY))


def left(config: Config) -> dict[str, int]:
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        return store.hub_pending()


def test_the_documents_that_changed_are_owed_and_no_others(config: Config, hub: Hub) -> None:
    before = documents(config)
    add(config)
    owed = told(config)
    after = documents(config)
    assert owed.keys() == {path for path, data in after.items() if before[path] != data}
    assert owed.keys() == {
        f"{feed}/{name}" for feed in ("all", "source/a.example") for name in DOCUMENTS
    }
    assert hub.topics() == sorted(owed)
    assert {one.topic for one in hub.pings} == {BASE + path for path in owed}
    assert left(config) == {}


def test_where_nothing_changed_nothing_is_owed(config: Config) -> None:
    assert told(config) == {}
    # Another time and the same text: no file is written.
    put(config.seeds[0] / "a.md", Article("https://a.example/1", "One"))
    assert told(config) == {}
    shutil.rmtree(config.state)
    assert told(config) == {}


def test_a_hub_is_told_of_the_feeds_that_name_it_for_the_first_time(config: Config) -> None:
    with Hub() as other:
        assert told(replace(config, websub=WebSub(other.url))).keys() == documents(config).keys()
    assert all(other.name.encode() in data for data in documents(config).values())


@pytest.mark.parametrize("method", ["commit", "register"])
def test_who_is_killed_before_the_index_knows_of_it_owes_it(
    config: Config, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    before = documents(config)
    add(config)
    real = getattr(OutputFolder, method)

    def kill(self: OutputFolder, *arguments: object) -> None:
        real(self, *arguments)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(OutputFolder, method, kill)
        for _ in range(2):
            with pytest.raises(KilledError):
                rebuild(config, jobs=1)
            assert left(config) == {}
    owed = told(config)
    assert owed.keys() == {path for path, data in documents(config).items() if before[path] != data}
    assert owed


def test_who_is_killed_before_the_hub_is_told_owes_it(config: Config, hub: Hub) -> None:
    add(config)
    owed = rebuild(config, jobs=1).hub_pending
    assert told(config) == owed
    assert hub.topics() == sorted(owed)


def test_a_failing_hub_is_told_by_the_next_rebuild_once_for_several_changes(
    config: Config, hub: Hub
) -> None:
    hub.answer(500)
    hub.headers = {"Retry-After": "3600"}
    add(config)
    first = rebuild(config, jobs=1).hub_pending
    done = tell_hub(config, first)
    assert done.problem == "it answered 500 Internal Server Error"
    assert len(hub.pings) == 1
    assert left(config) == first
    hub.pings.clear()
    add(config, "d.md", "https://a.example/3")
    second = told(config)
    assert second.keys() == first.keys()
    assert hub.topics() == sorted(second)
    assert left(config) == {}


def test_a_command_tries_a_few_times_within_seconds(config: Config, hub: Hub) -> None:
    waits: list[float] = []
    owed = {"all/atom.xml": 1, "all/rss.xml": 1}
    hub.answer(204, 500, 500, 204)
    done = ping_with_retries(config, owed, waits.append)
    assert (done.acknowledged, done.problem, waits) == (owed, "", [1, 2])
    hub.answer(500, 500, 500)
    done = ping_with_retries(config, owed, waits.append)
    assert (done.acknowledged, waits) == ({}, [1, 2, 1, 2])
    assert done.problem == "it answered 500 Internal Server Error"
    assert len(hub.pings) == 4 + 3


def test_a_command_does_not_wait_for_a_hub_that_hangs(
    config: Config, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "MAX_SECONDS", 0.2)
    hub.hold.clear()
    done = ping_with_retries(config, {"all/rss.xml": 1})
    assert (done.acknowledged, done.problem) == ({}, "it took longer than 0.2 s")


def test_what_changes_again_while_the_hub_is_told_stays_owed(config: Config) -> None:
    add(config)
    first = rebuild(config, jobs=1).hub_pending
    add(config, "d.md", "https://a.example/3")
    second = rebuild(config, jobs=1).hub_pending
    tell_hub(config, first)
    assert left(config) == second != {}


def test_a_feed_that_is_no_more_is_owed_no_more(config: Config) -> None:
    add(config, "d.md", "https://d.example/1")
    assert any("d.example" in path for path in rebuild(config, jobs=1).hub_pending)
    (config.seeds[0] / "d.md").unlink()
    owed = rebuild(config, jobs=1).hub_pending
    assert owed
    assert not any("d.example" in path for path in owed)


def test_without_a_hub_nothing_is_owed(config: Config) -> None:
    add(config)
    assert rebuild(config, jobs=1).hub_pending
    assert rebuild(replace(config, websub=WebSub()), jobs=1).hub_pending == {}
    assert left(config) == {}
    assert not any(b"hub" in data for data in documents(config).values())


def test_a_dry_run_owes_nothing(config: Config, hub: Hub) -> None:
    add(config)
    assert rebuild(config, jobs=1, dry_run=True).hub_pending == {}
    assert left(config) == {}
    assert hub.pings == []
