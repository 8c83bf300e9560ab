"""Whatever happens to the picture store: an update gives what a rebuild would."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from archives import Article, config_in, from_nothing, native, put, synced, tree
from conftest import examples
from refeed.errors import FolderError
from refeed.pictures.addresses import HOST
from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.sync.pipeline import sync
from refeed.workers.pool import Workers
from stored_pictures import add_picture, open_store

BASE = "https://feeds.example/"
ADDRESSES = (
    "https://a.example/1.png",
    "http://a.example/1.png",
    "https://a.example/1-300x200.png",
    "https://b.example/2.png",
    "https://b.example/3.png?w=300",
)
UNLEARNED = {"learn": False}
addresses = st.sampled_from(ADDRESSES)
numbers = st.integers(0, 3)


def local(folder: Path, **keys: object) -> dict[str, object]:
    return {
        "images": {"mode": "local", "store": str(folder / "pictures")},
        "base_url": BASE,
        **keys,
    }


def showing(number: int, *urls: str) -> Article:
    pictures = "".join(f'<p>See:</p><img src="{url}" alt="A boat">' for url in urls)
    return Article(
        url=f"https://news.example/{number}",
        title=f"Boats {number}",
        html=f"<p>Boats of day {number}.</p>{pictures}",
    )


class Pictures(RuleBasedStateMachine):
    """Articles, and a store of the pictures that they show."""

    archive: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refeed-"))
        keys = local(self.folder, cleaning=UNLEARNED, archive=[*self.archive], limit=2)
        self.config = config_in(self.folder, **keys)
        self.index = Store.open(self.config.state / "index.sqlite3")
        self.pictures = open_store(self.folder / "pictures")
        self.rebuilds = 0
        for number, urls in enumerate((ADDRESSES[:2], ADDRESSES[2:4], ADDRESSES[3:])):
            self._write(number, urls)
        self._check(None)

    def teardown(self) -> None:
        self.index.close()
        self.pictures.close()
        shutil.rmtree(self.folder)

    @rule(url=addresses, number=numbers, width=st.sampled_from([20, 40]), is_seen=st.booleans())
    def a_picture_arrives(self, url: str, number: int, width: int, *, is_seen: bool) -> None:
        add_picture(self.pictures, url, number, width)
        if is_seen:
            self._check([])

    @rule(number=numbers, harm=st.sampled_from(["delete", "cut", "damage"]))
    def a_picture_is_harmed(self, number: int, harm: str) -> None:
        files = sorted((self.folder / "pictures").glob("??/*.png"))
        for file in files[number : number + 1]:
            size = file.stat().st_size
            if harm == "delete":
                file.unlink()
            else:
                file.write_bytes(bytes(size - (harm == "cut")))
            self._check(None)

    @rule(number=numbers, urls=st.lists(addresses, max_size=3))
    def an_article_is_written(self, number: int, urls: list[str]) -> None:
        self._check([self._write(number, urls)])

    @rule()
    def everything_is_looked_at(self) -> None:
        self._check(None)

    def _write(self, number: int, urls: tuple[str, ...] | list[str]) -> Path:
        file = self.folder / "seeds" / f"{number}.md"
        put(file, native(showing(number, *urls)))
        return file

    def _check(self, paths: list[Path] | None) -> None:
        self._sync(paths)
        serial = self.pictures.catalogue.get_serial()
        rebuilt = self._rebuild()
        if serial != self.pictures.catalogue.get_serial():
            # A damaged file is found where it is copied: of these two the rebuild does that.
            self._sync([])
            rebuilt = self._rebuild()
        published = tree(self.config.output)
        assert published == rebuilt
        self._look_at(published)

    def _rebuild(self) -> dict[str, bytes]:
        self.rebuilds += 1
        return from_nothing(self.config, self.folder / str(self.rebuilds))

    def _look_at(self, published: dict[str, bytes]) -> None:
        """Check that what is named is there, and nothing else."""
        named = set()
        for path, data in published.items():
            if path.endswith((".json", ".xml", ".html")):
                assert HOST.encode() not in data
                named |= set(re.findall(rb"media/([0-9a-f]{32}\.png)", data))
        there = {path.removeprefix("media/") for path in published if path.startswith("media/")}
        assert {name.decode() for name in named} == there

    def _sync(self, paths: list[Path] | None) -> None:
        output = OutputFolder(self.config.output)
        with Workers(self.config, 1) as workers:
            report = sync(self.config, self.index, output, workers, paths=paths)
        assert not report.publication.failures


class ArchivedPictures(Pictures):
    """The same with an archive."""

    archive = ("all",)


@pytest.mark.no_cover
@pytest.mark.parametrize("machine", [Pictures, ArchivedPictures])
def test_updates_and_rebuilds_agree(machine: type[Pictures]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(5),
            stateful_step_count=8,
            suppress_health_check=list(HealthCheck),
        ),
    )


def content(folder: Path) -> str:
    feed = json.loads((folder / "feeds/all/feed.json").read_bytes())
    return "".join(item["content_html"] for item in feed["items"])


def test_only_what_shows_a_picture_is_written_when_it_arrives(tmp_path: Path) -> None:
    config = config_in(tmp_path, **local(tmp_path))
    for number, url in enumerate(ADDRESSES[3:]):
        put(tmp_path / "seeds" / f"{number}.md", native(showing(number, url)))
    other = replace(showing(7), url="https://other.example/7")
    put(tmp_path / "seeds/other.md", native(other))
    synced(config)
    with closing(open_store(tmp_path / "pictures")) as store:
        add_picture(store, ADDRESSES[3])
    assert synced(config, []).publication.changed == ("all", "source/news.example")
    assert synced(config, []).publication.changed == ()
    assert f"{BASE}media/" in content(tmp_path)


def test_folders_may_be_moved(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    config = config_in(here, **local(here))
    put(here / "seeds/0.md", native(showing(0, *ADDRESSES)))
    with closing(open_store(here / "pictures")) as store:
        for number, url in enumerate(ADDRESSES[:3]):
            add_picture(store, url, number)
    synced(config)
    published = tree(here / "feeds")
    here.rename(there)
    moved = config_in(there, **local(there))
    assert not synced(moved).publication.changed
    assert tree(there / "feeds") == published
    assert from_nothing(moved, tmp_path / "fresh") == published


def test_a_store_that_is_not_mounted_changes_nothing(tmp_path: Path) -> None:
    config = config_in(tmp_path, **local(tmp_path))
    put(tmp_path / "seeds/0.md", native(showing(0, *ADDRESSES)))
    with closing(open_store(tmp_path / "pictures")) as store:
        add_picture(store, ADDRESSES[0])
    synced(config)
    published = tree(tmp_path / "feeds")
    (tmp_path / "pictures").rename(tmp_path / "away")
    with pytest.raises(FolderError, match="picture store"):
        synced(config)
    assert tree(tmp_path / "feeds") == published
    (tmp_path / "pictures").mkdir()
    synced(config)
    assert "media/" not in content(tmp_path)


def test_another_mode_shows_the_origin_again(tmp_path: Path) -> None:
    config = config_in(tmp_path, **local(tmp_path))
    put(tmp_path / "seeds/0.md", native(showing(0, *ADDRESSES)))
    with closing(open_store(tmp_path / "pictures")) as store:
        add_picture(store, ADDRESSES[0])
    synced(config)
    synced(config_in(tmp_path, base_url=BASE))
    assert "media/" not in content(tmp_path)
    assert not (tmp_path / "feeds/media").exists()
    synced(config)
    assert f"{BASE}media/" in content(tmp_path)
