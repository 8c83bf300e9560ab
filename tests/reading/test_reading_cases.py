"""Each file in `cases` beside its `.json`: what reading it gives.

The `.json` holds `snapshots` (and `problems` and `passed_over`, where there are any), or
`rejected`, the reason; and, where it matters, `timezones`. The file's time is always
2001-09-09T01:46:40Z.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from refeed.errors import SnapshotError
from refeed.reading import read

CASES = Path(__file__).parent / "cases"
FILES = sorted(
    path
    for path in CASES.iterdir()
    # A file of JSON may be a case, too.
    if path.suffix != ".json" or path.with_name(path.name + ".json").exists()
)
MODIFIED = 1_000_000_000_000
_FOUND_BESIDES = ("language", "site", "pictures", "keeps_fragment", "media")


def outcome(path: Path, timezones: dict[str, str]) -> dict[str, Any]:
    """Read a case into the shape of its expectation, what is empty left out."""
    try:
        reading = read(path.read_bytes(), path=path.name, modified=MODIFIED, timezones=timezones)
    except SnapshotError as error:
        return {"rejected": str(error)}
    snapshots = [
        {**snapshot._asdict(), "origins": snapshot.origins._asdict()}
        for snapshot in reading.snapshots
    ]
    for number, snapshot in enumerate(snapshots):
        assert snapshot.pop("path") == path.name
        if snapshot.pop("record") != number:
            snapshot["record"] = reading.snapshots[number].record
        snapshot["origins"] = {part: rule for part, rule in snapshot["origins"].items() if rule}
        snapshot["pictures"] = [picture._asdict() for picture in snapshot["pictures"]]
        snapshot["media"] = sorted(snapshot["media"])
        for key in ("authors", "tags", "unread_dates"):
            snapshot[key] = list(snapshot[key])
        for key in ("authors", "tags", "unread_dates", "base", "format", *_FOUND_BESIDES):
            if not snapshot[key]:
                del snapshot[key]
        # What the name of the file alone tells.
        if snapshot.get("format") in {"native", "page", "markdown", "text"}:
            del snapshot["format"]
    given: dict[str, Any] = {"snapshots": snapshots}
    for name in ("problems", "passed_over"):
        if reasons := list(getattr(reading, name)):
            given[name] = reasons
    return given


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_read_as_its_case_says(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    assert outcome(path, expected.pop("timezones", {})) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_but_the_body_depends_on_whether_it_is_looked_for(path: Path) -> None:
    found: list[str] = []
    for with_bodies in (False, True):
        try:
            reading = read(
                path.read_bytes(),
                path=path.name,
                modified=MODIFIED,
                timezones={},
                with_bodies=with_bodies,
            )
        except SnapshotError as error:
            found.append(str(error))
        else:
            snapshots = [
                snapshot._replace(html="", media=frozenset()) for snapshot in reading.snapshots
            ]
            found.append(str(reading._replace(snapshots=tuple(snapshots))))
    assert found[0] == found[1]


def test_no_expectation_without_a_file() -> None:
    expectations = {path.name for path in CASES.glob("*.json")} - {path.name for path in FILES}
    assert expectations == {path.name + ".json" for path in FILES}
