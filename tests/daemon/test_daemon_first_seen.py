"""A daemon keeps dates of first sight as it goes, and tells of lines that it can't read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archives import Article, native
from daemons import Daemon, Place, until

if TYPE_CHECKING:
    from pathlib import Path

UNDATED = native(Article("https://news.example/undated", instant=None)).decode()


def test_a_touched_snapshot_keeps_its_date_in_a_daemon(tmp_path: Path) -> None:
    place = Place(tmp_path, 'first_seen = "seeds/first-seen.tsv"\n')
    dates = tmp_path / "seeds" / "first-seen.tsv"
    with Daemon(place) as daemon:
        place.drop("a.md", UNDATED)
        until(dates.exists, "the file of first sight")
        until(lambda: any(line["entries"] for line in daemon.log("synced")), "a sync")
        syncs = len(daemon.log("synced"))
        before, lines = place.published(), dates.read_bytes()
        os.utime(place.watched / "a.md", (1_600_000_000, 1_600_000_000))
        until(lambda: len(daemon.log("synced")) == syncs + 1, "a second sync")
        assert place.published() == before
        assert dates.read_bytes() == lines


def test_a_damaged_line_is_logged_once(tmp_path: Path) -> None:
    (tmp_path / "dates.tsv").write_text("# ours\n=======\n")
    place = Place(tmp_path, 'first_seen = "dates.tsv"\n')
    with Daemon(place) as daemon:
        until(lambda: daemon.log("date of first sight skipped"), "a warning")
        place.drop("a.md", native(Article("https://news.example/dated")).decode())
        until(place.titles, "a sync")
        (told,) = daemon.log("date of first sight skipped")
        assert "dates.tsv:2: '=======' is not a digest" in told["reason"]
    assert (tmp_path / "dates.tsv").read_text() == "# ours\n=======\n"
