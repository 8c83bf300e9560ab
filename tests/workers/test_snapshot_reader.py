"""What reading costs, in counted units: files split, snapshots built, pages extracted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from archives import SPRING, Article, config_in, from_nothing, put, synced, tree
from refeed import reading
from refeed.reading import readers, snapshot_file
from refeed.reading.build_snapshot import build_snapshot
from refeed.reading.claims import Record
from refeed.reading.readers import Reader
from refeed.workers import snapshot_reader
from refeed.workers.snapshot_reader import SnapshotReader

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is done with files of pages: one a line, each of which takes long to find."""
    counts: Counter[str] = Counter()

    def read(data: bytes, _: str) -> list[Record]:
        counts["split"] += 1
        return [build(name, number) for number, name in enumerate(data.decode().split()[1:])]

    def build(name: str, number: int) -> Record:
        def find_body() -> str:
            counts["extracted"] += 1
            return f"<p>All about {name}.</p>"

        url = f"https://example.org/{name}"
        date = str(SPRING + number)
        return Record(
            "", ((url, "link"),), ((name, "name"),), ((date, "header epoch"),), find_body=find_body
        )

    def count_built(*arguments: object, **named: object) -> object:
        counts["built"] += 1
        return build_snapshot(*arguments, **named)  # type: ignore[arg-type]

    reader = Reader("Pages", (".pages",), lambda head, _: head.startswith(b"PAGES"), read)
    monkeypatch.setattr(readers, "READERS", (reader,))
    monkeypatch.setattr(snapshot_file, "build_snapshot", count_built)
    return counts


@pytest.mark.parametrize("records", [10, 20])
def test_records_cost_what_they_are(tmp_path: Path, counted: Counter[str], records: int) -> None:
    # What is not shown is learned from: it would be built, too.
    config = config_in(
        tmp_path, limit=records, formats=["json"], by_source=False, cleaning={"learn": False}
    )
    names = [f"p{number}" for number in range(2 * records)]
    put(config.seeds[0] / "a.txt", f"PAGES {' '.join(names)}".encode())
    # With more files than entries are shown, cleaning comes after reading.
    for number in range(records):
        put(
            config.seeds[0] / f"{number}.md", Article(f"https://a.org/{number}", instant=SPRING - 1)
        )
    assert synced(config).entries == 3 * records
    # Once to index them, once to find those that are shown, which are built again.
    assert counted == {"split": 2, "built": 4 * records, "extracted": records}


@pytest.mark.parametrize("files", [1, 3])
def test_what_is_asked_for_together_costs_one_look_at_a_file(
    tmp_path: Path, counted: Counter[str], monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(snapshot_reader, "_RECORDS_CHARACTERS", 1_000)
    config = config_in(tmp_path)
    reader = SnapshotReader(config)
    wanted = []
    for file in range(files):
        put(config.seeds[0] / f"{file}.txt", b"PAGES a b c d e f %d" % file)
        digest = reader.read(0, f"{file}.txt").digest
        wanted += [((0, f"{file}.txt", digest), number) for number in (1, 3, 5)]
    for chunk in (wanted[each : each + 3] for each in range(0, len(wanted), 3)):
        reader.prefetch(chunk)
        titles = [found.title for place, number in chunk if (found := reader.load(place, number))]
        assert titles == ["b", "d", "f"]
    assert counted == {"split": files, "built": 3 * files, "extracted": 3 * files}


def test_a_page_is_extracted_once_for_a_publication(tmp_path: Path, counted: Counter[str]) -> None:
    config = config_in(tmp_path, limit=1, formats=["json"], by_source=False)
    for number in range(5):
        # Two files compete for each article, so that their texts are compared.
        put(config.seeds[0] / f"{number}.txt", f"PAGES p{number}".encode())
        put(config.seeds[0] / f"{number}-again.txt", f"PAGES p{number}".encode())
    feeds = [{"name": "all-about", "match": {"text": "All about"}}]
    config = config_in(tmp_path, limit=1, formats=["json"], by_source=False, feeds=feeds)
    assert synced(config).entries == 5
    assert counted["extracted"] == 10
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_file_that_changed_is_not_taken_for_what_it_was(
    tmp_path: Path, counted: Counter[str]
) -> None:
    config = config_in(tmp_path)
    file = put(config.seeds[0] / "a.txt", b"PAGES one two")
    reader = SnapshotReader(config)
    data = reader.read(0, "a.txt")
    for number, title in enumerate(("one", "two")):
        snapshot = reader.load((0, "a.txt", data.digest), number)
        assert snapshot is not None
        assert (snapshot.title, snapshot.html) == (title, f"<p>All about {title}.</p>")
    assert counted["split"] == 1
    assert reader.load((0, "a.txt", data.digest), 2) is None
    put(file, b"PAGES one three")
    assert reader.load((0, "a.txt", data.digest), 1) is None


def test_what_is_kept_is_bounded(
    tmp_path: Path, counted: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_reader, "_RECORDS_CHARACTERS", 500_000)
    monkeypatch.setattr(snapshot_reader, "_BODIES_CHARACTERS", 0)
    config = config_in(tmp_path)
    names = [f"{number}.txt" for number in range(4)]
    reader = SnapshotReader(config)
    places = []
    for name in names:
        put(config.seeds[0] / name, f"PAGES a{name} b{name}".encode())
        places.append((0, name, reader.read(0, name).digest))
        assert reader.load(places[-1], 0) is not None
    assert counted["split"] == 4
    for place in reversed(places):
        assert reader.load(place, 1) is not None
    # Two pages of 200,000 characters each, so that one file is kept at a time.
    assert counted["split"] == 7


def test_mails_are_kept_by_their_own_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split: Counter[str] = Counter()

    def count(*arguments: object, **named: object) -> object:
        split[str(named["path"])] += 1
        return reading.split_file(*arguments, **named)  # type: ignore[arg-type]

    config = config_in(tmp_path)
    reader = SnapshotReader(config)
    monkeypatch.setattr(reader, "_split_file", count)
    mail = "From a@b.org Wed Jun 19 01:04:05 2024\nFrom: A <a@b.org>\nSubject: {0}\n\nText {0}.\n\n"
    wanted = []
    for name in ("a.mbox", "b.mbox"):
        put(config.seeds[0] / name, "".join(map(mail.format, range(300))).encode())
        digest = reader.read(0, name).digest
        wanted += [((0, name, digest), number) for number in range(300)]
    reader.prefetch(wanted)
    # From one file and the other in turns: as pages they would be too much to be kept together.
    for place, number in wanted[::300] + wanted[7::300] + wanted[::-300]:
        found = reader.load(place, number)
        assert found is not None
        assert found.html == f"<p>Text {number}.</p>"
    assert split == {"a.mbox": 1, "b.mbox": 1}


def test_a_fault_in_finding_a_body_leaves_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RecursionError("too deep")

    def read(_: bytes, __: str) -> list[Record]:
        html = "<nav>Menu</nav> <p>a &lt; b</p>"
        return [Record(html, (("https://example.org/a", "link"),), find_body=fail)]

    reader = Reader("Bad", (".bad",), lambda head, _: head.startswith(b"BAD"), read)
    monkeypatch.setattr(readers, "READERS", (reader,))
    config = config_in(tmp_path, formats=["json"])
    put(config.seeds[0] / "a.txt", b"BAD")
    put(config.seeds[0] / "b.md", Article())
    report = synced(config)
    assert (report.entries, report.rejected, report.publication.failures) == (2, (), ())
    assert "a &lt; b" in (config.output / "all/feed.json").read_text("utf-8")


def test_reading_one_record_is_reading_all_and_taking_it() -> None:
    text = "\n\n".join(
        f"<!--171877542200{n}-->\n[A](https://e.org/{n})\n------\n\nA{n}." for n in "123"
    )
    named = {"path": "a.md", "modified": 0, "timezones": {}}
    file = reading.split_file(text.encode(), **named)  # type: ignore[arg-type]
    every = reading.read(text.encode(), **named).snapshots  # type: ignore[arg-type]
    assert tuple(found for _, found in reading.read_each(file)) == every
