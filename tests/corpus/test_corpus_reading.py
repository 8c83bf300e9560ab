"""Real files, judged by an oracle that shares no code with the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from refeed.errors import SnapshotError
from refeed.model import Snapshot
from refeed.reading import read

if TYPE_CHECKING:
    from pathlib import Path

NAMED = re.compile(rb"^(?:from: |\[.*\]\()(https?://[^\s]+?)\)?$", re.MULTILINE)
EPOCH = re.compile(rb"^<!--(\d{13})-->$", re.MULTILINE)


@pytest.fixture(scope="module")
def outcomes(shared: Path) -> list[tuple[bytes, Snapshot | str]]:
    found: list[tuple[bytes, Snapshot | str]] = []
    for path in sorted([*shared.glob("corpus/*/**/*.md"), *shared.glob("seeds/*.txt")]):
        data = path.read_bytes()
        try:
            reading = read(data, path=path.name, modified=0, timezones={})
        except SnapshotError as error:
            found.append((data, str(error)))
        else:
            assert reading.problems == ()
            found.extend((data, snapshot) for snapshot in reading.snapshots)
    return found


def test_every_file_that_names_an_address_is_read(
    outcomes: list[tuple[bytes, Snapshot | str]],
) -> None:
    rejected = [reason for _, reason in outcomes if isinstance(reason, str)]
    assert len(rejected) == sum(not NAMED.search(data) for data, _ in outcomes)
    assert len(outcomes) > 1000
    assert all(rejected)


def test_addresses_and_epochs_are_the_files_own(
    outcomes: list[tuple[bytes, Snapshot | str]],
) -> None:
    for data, snapshot in outcomes:
        assert isinstance(snapshot, Snapshot)
        named = [url.decode() for url in NAMED.findall(data)]
        assert snapshot.url in named or snapshot.url.replace("%20", " ") in named
        epoch = EPOCH.search(data)
        if epoch:
            assert snapshot.instant == int(epoch[1])
        else:
            assert snapshot.origins.instant == "front matter"


def test_hardly_any_body_is_lost(outcomes: list[tuple[bytes, Snapshot | str]]) -> None:
    for data, snapshot in outcomes:
        assert isinstance(snapshot, Snapshot)
        assert len(snapshot.html.encode()) > len(data) - 2500
