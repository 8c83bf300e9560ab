"""Each file in `web_archives` beside its `.json`: what reading a saved archive of a page gives.

The `.json` holds `rejected`, the reason, or `snapshots`, and `problems` where there are any. Of a
snapshot what it names is compared: `kept` are words of the body, `gone` words that aren't in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from refeed.errors import SnapshotError
from refeed.reading import read

if TYPE_CHECKING:
    from refeed.model import Snapshot

CASES = Path(__file__).parent / "web_archives"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")
_COMPARED = ("url", "title", "instant", "format", "language")


def describe(snapshot: Snapshot, expected: dict[str, Any]) -> dict[str, Any]:
    """Return of a snapshot what its case names."""
    found: dict[str, Any] = {key: getattr(snapshot, key) for key in _COMPARED}
    found |= {
        "url_from": snapshot.origins.url,
        "title_from": snapshot.origins.title,
        "date_from": snapshot.origins.instant,
        "authors": list(snapshot.authors),
        "pictures": [picture._asdict() for picture in snapshot.pictures],
        "kept": [words for words in expected.get("kept", ()) if words in snapshot.html],
        "gone": [words for words in expected.get("gone", ()) if words not in snapshot.html],
    }
    return {key: found[key] for key in expected}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_archive_is_read_as_its_case_says(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    if "rejected" in expected:
        with pytest.raises(SnapshotError) as rejected:
            read(path.read_bytes(), path=path.name, modified=0, timezones={})
        assert str(rejected.value) == expected["rejected"]
        return
    reading = read(path.read_bytes(), path=path.name, modified=0, timezones={})
    described = [
        describe(snapshot, of_case)
        for snapshot, of_case in zip(reading.snapshots, expected["snapshots"], strict=True)
    ]
    assert described == expected["snapshots"]
    assert list(reading.problems) == expected.get("problems", [])
