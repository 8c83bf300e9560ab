"""Files that hold no article, with nothing wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archives import Article, config_in, put, run, synced

if TYPE_CHECKING:
    from pathlib import Path

SITEMAP = b'<?xml version="1.0"?><urlset><url><loc>https://example.org/</loc></url></urlset>'
LINE = "3 files hold no article: 2 JSON data, 1 a sitemap"


def test_they_are_counted_and_not_rejected(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    put(seeds / "a.md", Article())
    put(seeds / "b.txt", b'{"a": 1}')
    put(seeds / "c.txt", b"[1, 2]")
    put(seeds / "d.txt", SITEMAP)
    done = run("rebuild", "--strict", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert LINE in done.stdout
    assert "0 snapshots rejected" in done.stdout
    assert LINE in run("status", folder=tmp_path).stdout
    told = json.loads(run("status", "--json", folder=tmp_path).stdout)
    assert told["no_article"] == {"JSON data, not an article": 2, "a sitemap, not an article": 1}
    explained = run("explain", "seeds/d.txt", folder=tmp_path)
    assert explained.stderr == f"refeed: {seeds}/d.txt is passed over: a sitemap, not an article\n"


def test_a_file_that_becomes_an_article_counts_no_longer(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    file = put(config.seeds[0] / "a.txt", SITEMAP)
    report = synced(config)
    assert (report.rejected, dict(report.no_article), report.entries) == (
        (),
        {"a sitemap, not an article": 1},
        0,
    )
    report = synced(config, [put(file, Article())])
    assert (report.rejected, dict(report.no_article), report.entries) == ((), {}, 1)
