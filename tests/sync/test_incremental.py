"""Whatever happens to the files, in whatever order: an update gives what a rebuild would."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from archives import (
    DAY,
    SPRING,
    Article,
    chain,
    config_in,
    from_nothing,
    native,
    tree,
    with_front_matter,
)
from carrying import FILES, data_address, name_of, page_with
from conftest import examples
from refeed.archive.pages import PageLimit
from refeed.config import is_archived
from refeed.identity import entry_id
from refeed.publish import archive_pages_to_check, lists_to_check
from refeed.publish.output_folder import OutputFolder
from refeed.render.formats import is_article_page, name_article_page
from refeed.render.icons import CONTENT_TYPES
from refeed.seeds.files import Listing, walk
from refeed.store import Store
from refeed.sync.pipeline import sync
from refeed.workers.pool import Workers

FEEDS = [
    {"name": "economy", "match": {"tag": "economy", "not": {"author": "Ada"}}},
    {"name": "by/folder", "match": {"path": "news/"}},
    {"name": "rain", "match": {"text": "it rains"}},
]
SEEDS = ("one", "two")
PLACES = tuple(
    Path(seeds, folder, name)
    for seeds in SEEDS
    for folder in ("", "news", "news/2020")
    for name in ("a.md", "b.html", "c.txt")
)
URLS = (
    "https://news.example.org/1",
    "http://www.news.example.org/1/?utm_source=x",
    "https://news.example.org/2",
    "https://news.example.org/3",
    "https://other.example.net/4",
    "https://other.example.net/5",
)
TEXTS = ("It shines.", "It rains.", "It rains again.", "")
BAD = (b"", b"no address", b"\x00\x01\x02", b"<!--NaN-->\n[x](nowhere)\n------\n\n<p>x</p>")

places = st.sampled_from(PLACES)
numbers = st.integers(0, 17)
instants = st.sampled_from([SPRING, SPRING, SPRING + DAY, SPRING + 2 * DAY, None])
articles = st.builds(
    Article,
    url=st.sampled_from(URLS),
    title=st.sampled_from(["Sun", "Moon"]),
    html=st.sampled_from([f"<p>{text}</p>" for text in TEXTS]),
    instant=instants,
    author=st.sampled_from(["", "Ada", "Ben"]),
    tag=st.sampled_from(["", "economy"]),
)
PICTURES = ("boat.png", "boat.gif", "harbour.jpg")
PAGES = (Path("one/page.html"), Path("one/news/page.html"), Path("two/news/page.html"))
SOURCES = ("page_files/1", "page_files/2.png", "../images/3.jpg", data_address("boat.gif"))
BESIDE = tuple(
    Path(seeds, name)
    for seeds in SEEDS
    for name in ("page_files/1", "news/page_files/1", "news/page_files/2.png", "images/3.jpg")
)
pictures = st.sampled_from([*PICTURES, "blank.png"])
hints = st.sampled_from(["file", "file", "folder", "seeds", "everything"])


class Archive(RuleBasedStateMachine):
    """Two folders of snapshots, and the feeds that are kept of them."""

    settings: ClassVar[dict[str, object]] = {"feeds": FEEDS, "formats": ["json", "html"]}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refeed-"))
        self.config = config_in(self.folder, seeds=SEEDS, **self.settings)
        self.known: dict[Path, tuple[Article, ...]] = {}
        self.clock = 1_700_000_000
        self.rebuilds = 0
        self._open()

    def _open(self) -> None:
        self.store = Store.open(self.config.state / "index.sqlite3")

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # What can be done to an archive

    @initialize(first=articles, second=articles, third=articles)
    def begin(self, first: Article, second: Article, third: Article) -> None:
        for place, article in zip(PLACES, (first, second, third), strict=False):
            self._write(place, article)
        self._sync(None)

    @rule(place=places, article=articles, hint=hints)
    def write(self, place: Path, article: Article, hint: str) -> None:
        self._write(place, article)
        self._check(hint, place)

    @rule(place=places, several=st.lists(articles, min_size=2, max_size=3))
    def write_several_records(self, place: Path, several: list[Article]) -> None:
        self._write(place, *several)
        self._check("file", place)

    @rule(place=places, data=st.sampled_from(BAD))
    def write_what_is_no_article(self, place: Path, data: bytes) -> None:
        self._put(place, data)
        self.known[place] = ()
        self._check("file", place)

    @precondition(lambda self: self._articles())
    @rule(
        number=numbers,
        change=st.one_of(
            st.builds(lambda text: {"html": f"<p>{text}</p>"}, st.sampled_from(TEXTS)),
            st.builds(lambda text: {"html": f"<p><b>{text}</b></p>"}, st.sampled_from(TEXTS)),
            st.builds(lambda title: {"title": title}, st.sampled_from(["Sun", "Star"])),
            st.builds(lambda instant: {"instant": instant}, instants),
            st.just({"tag": "economy"}),
            st.just({"author": "Ada"}),
        ),
    )
    def edit(self, number: int, change: dict[str, str]) -> None:
        place = self._pick(number, self._articles())
        first, *rest = self.known[place]
        self._write(place, replace(first, **change), *rest)  # type: ignore[arg-type]
        self._check("file", place)

    @precondition(lambda self: self.known)
    @rule(number=numbers, hint=hints)
    def delete(self, number: int, hint: str) -> None:
        place = self._pick(number)
        self._path(place).unlink()
        del self.known[place]
        self._check(hint, place)

    @precondition(lambda self: self.known)
    @rule(number=numbers, place=places)
    def move(self, number: int, place: Path) -> None:
        source = self._pick(number)
        self._path(place).parent.mkdir(parents=True, exist_ok=True)
        self._path(source).rename(self._path(place))
        self.known[place] = self.known.pop(source)
        self._check("file", source, place)

    @precondition(lambda self: self._articles())
    @rule(number=numbers, place=places, instant=instants)
    def archive_again(self, number: int, place: Path, instant: int | None) -> None:
        first = self.known[self._pick(number, self._articles())][0]
        self._write(place, replace(first, instant=instant))
        self._check("file", place)

    @precondition(lambda self: self.known)
    @rule(number=numbers, hint=hints)
    def touch(self, number: int, hint: str) -> None:
        place = self._pick(number)
        self._tick(place)
        self._check(hint, place)

    @precondition(lambda self: any(place.parts[1] == "news" for place in self.known))
    @rule()
    def move_a_folder(self) -> None:
        here, there = ((self.folder / seeds / "news") for seeds in SEEDS)
        away = self.folder / "away"
        for source, target in ((here, away), (there, here), (away, there)):
            if source.exists():
                source.rename(target)
        swapped = dict(zip(SEEDS, reversed(SEEDS), strict=True))
        self.known = {
            Path(swapped[place.parts[0]], *place.parts[1:])
            if place.parts[1] == "news"
            else place: found
            for place, found in self.known.items()
        }
        self._sync([here, there])

    @rule()
    def restart(self) -> None:
        self.store.close()
        self._open()
        self._sync(None)

    # What must come of it

    def _check(self, hint: str, *changed: Path) -> None:
        paths = [self._path(place) for place in changed]
        match hint:
            case "everything":
                self._sync(None)
            case "seeds":
                self._sync(list(self.config.seeds))
            case "folder":
                self._sync([path.parent for path in paths])
            case _:
                self._sync([*paths, *paths])

    def _sync(self, paths: list[Path] | None) -> None:
        output = OutputFolder(self.config.output)
        with Workers(self.config, 1) as workers:
            report = sync(self.config, self.store, output, workers, paths=paths)
        assert report.entries == len(self.store.entries_of("all", 0))
        walked = (each for root in self.config.seeds for each in walk(root))
        assert report.files == sum(len(each.files) for each in walked if isinstance(each, Listing))
        self.rebuilds += 1
        fresh = self.folder / str(self.rebuilds)
        published = tree(self.config.output)
        assert published == from_nothing(self.config, fresh)
        shutil.rmtree(fresh)
        self._look_at(published)

    def _look_at(self, published: dict[str, bytes]) -> None:
        """Look at what is published besides: a page for each article."""
        ids = {entry_id(row.key) for row in self.store.entries_of("all", 0)}
        assert {path for path in published if is_article_page(path)} == set(
            map(name_article_page, ids)
        )

    def _pick(self, number: int, among: list[Path] | None = None) -> Path:
        there = sorted(among or self.known)
        return there[number % len(there)]

    def _articles(self) -> list[Path]:
        return [place for place, found in self.known.items() if found]

    def _write(self, place: Path, *found: Article) -> None:
        tagged = len(found) == 1 and found[0].tag
        self._put(place, with_front_matter(found[0]) if tagged else native(*found))
        self.known[place] = found

    def _put(self, place: Path, data: bytes) -> None:
        self._path(place).parent.mkdir(parents=True, exist_ok=True)
        self._path(place).write_bytes(data)
        self._tick(place)

    def _tick(self, place: Path) -> None:
        """Give a file a time of its own: two steps can be in one tick of the kernel's clock."""
        self.clock += 1000
        os.utime(self._path(place), (self.clock, self.clock))

    def _path(self, place: Path) -> Path:
        return self.folder / place


class SmallFeeds(Archive):
    """The same with feeds that have room for an entry or two."""

    settings: ClassVar[dict[str, object]] = {
        "feeds": FEEDS,
        "formats": ["atom", "json", "html"],
        "limit": 0,
        "max_feed_kb": 2,
    }

    def _look_at(self, published: dict[str, bytes]) -> None:
        left_out = self.store.left_out()
        for name, entries in self.store.feed_counts().items():
            document = published[f"{name}/feed.json"]
            items = json.loads(document)["items"]
            assert len(items) == entries - left_out.get(name, 0)
            assert len(document) <= 2_000
            assert published[f"{name}/atom.xml"].count(b"<entry>") == len(items)
            assert len(published[f"{name}/atom.xml"]) <= 2_000


class ArchivedFeeds(Archive):
    """The same with documents of two entries at most, for whatever a feed doesn't show."""

    settings: ClassVar[dict[str, object]] = {
        "feeds": [FEEDS[0] | {"archive": True}, *FEEDS[1:]],
        "formats": ["json"],
        "by_source": True,
        "archive": ["all", "source"],
        "limit": 1,
    }

    def _look_at(self, published: dict[str, bytes]) -> None:
        everything = self.store.feed_counts()
        followed = {"feeds.opml", ".refeed-files", *CONTENT_TYPES}
        for name, entries in everything.items():
            read = chain(published, f"{name}/feed.json") if is_archived(self.config, name) else {}
            documents = list(read.values())
            ids = {entry for document in documents for entry in document}
            assert not read or len(ids) == entries
            # Of archive documents no two hold the same entry.
            assert sum(map(len, documents[1:])) == len(set().union(*documents[1:]))
            followed |= {f"{name}/feed.json", *read}
        assert followed == set(published)


class SmallArchivedFeeds(ArchivedFeeds):
    """The same, with feeds that have room for an entry or two."""

    settings: ClassVar[dict[str, object]] = ArchivedFeeds.settings | {"limit": 0, "max_feed_kb": 2}


class NewestPages(Archive):
    """Pages for what feeds show alone, and for what has no address."""

    settings: ClassVar[dict[str, object]] = {
        "feeds": [FEEDS[0] | {"archive": True}, *FEEDS[1:]],
        "formats": ["json", "html"],
        "archive": ["source"],
        "pages": "newest",
        "limit": 1,
    }

    def _look_at(self, published: dict[str, bytes]) -> None:
        feeds = [json.loads(published[f"{name}/feed.json"]) for name in self.store.feed_counts()]
        named = {item["_refeed"]["page"] for feed in feeds for item in feed["items"]}
        pages = {path for path in published if is_article_page(path)}
        assert {
            f"{self.config.base_url}{path.removesuffix('index.html')}" for path in pages
        } == named
        # Of other articles, no page leads to one.
        links = re.findall(
            rb'href="../../(article/[^"]*)"', b"".join(published[path] for path in pages)
        )
        assert {link.decode() for link in links} <= pages


class PicturesBeside(Archive):
    """The same with pictures in the files, and in files beside them, which come, change and go."""

    settings: ClassVar[dict[str, object]] = {
        "feeds": [],
        "formats": ["atom", "json", "html"],
        "archive": ["all"],
        "limit": 1,
    }

    @rule(place=places, files=st.lists(pictures, max_size=2))
    def archive_letter(self, place: Path, files: list[str]) -> None:
        shown = "".join(f'<p>Boats.</p><img src="{data_address(file)}">' for file in files)
        self._write(place, Article(url=URLS[0], html=shown, instant=SPRING))
        self._check("file", place)

    @rule(place=st.sampled_from(PAGES), sources=st.lists(st.sampled_from(SOURCES), max_size=3))
    def save_page(self, place: Path, sources: list[str]) -> None:
        self._put(place, page_with(*sources).encode())
        self.known[place] = ()
        self._check("file", place)

    @rule(place=st.sampled_from(BESIDE), file=pictures, hint=hints)
    def put_picture(self, place: Path, file: str, hint: str) -> None:
        self._put(place, FILES[file])
        self._check(hint, place)

    @rule(place=st.sampled_from(BESIDE), hint=hints)
    def delete_picture(self, place: Path, hint: str) -> None:
        self._path(place).unlink(missing_ok=True)
        self._check(hint if self._path(place).parent.exists() else "seeds", place)

    @rule(place=st.sampled_from(PICTURES), fault=st.sampled_from([b"", None]))
    def damage_published_picture(self, place: str, fault: bytes | None) -> None:
        file = self.config.output / "media" / name_of(place)
        if file.exists():
            if fault is None:
                file.unlink()
            else:
                file.write_bytes(fault)
            self._sync(None)

    def _look_at(self, published: dict[str, bytes]) -> None:
        shown = b"".join(data for path, data in published.items() if not _is_own(path))
        for file in PICTURES:
            name = name_of(file)
            assert (f"media/{name}" in published) == (f"/media/{name}".encode() in shown)
        assert b"media.invalid" not in shown


def _is_own(path: str) -> bool:
    return path.startswith("media/") or path == ".refeed-files"


MACHINES = [
    Archive,
    SmallFeeds,
    ArchivedFeeds,
    SmallArchivedFeeds,
    NewestPages,
    PicturesBeside,
]


@pytest.mark.no_cover
@pytest.mark.parametrize("machine", MACHINES)
def test_updates_and_rebuilds_agree(
    machine: type[Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = PageLimit(entries=2, weight=4_180)
    monkeypatch.setattr(archive_pages_to_check, "page_limit", lambda _: limit)
    monkeypatch.setattr(lists_to_check, "PAGE_LIMIT", PageLimit(entries=2, weight=None))
    monkeypatch.setattr(lists_to_check, "LEAST_ENTRIES", 2)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(8),
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )
