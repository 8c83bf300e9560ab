"""A fault of refeed's own, met on one article, harms that article only and is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archives import SPRING, Article, config_in, put, synced
from refeed import cleaning, reading

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GOOD = Article(
    url="https://news.example.org/good", title="Good", html="<p>Fine.</p>", instant=SPRING
)
ODD = Article(
    url="https://news.example.org/odd", title="Odd", html="<p>a &lt; <b>b</b></p>", instant=SPRING
)


def test_a_file_that_reading_fails_on_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "good.md", GOOD)
    put(config.seeds[0] / "odd.md", ODD)
    split = reading.split_file

    def failing(data: bytes, **arguments: object) -> reading.SnapshotFile:
        if b"Odd" in data:
            raise RecursionError("too deep")
        return split(data, **arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "split_file", failing)
    report = synced(config)
    assert report.entries == 1
    assert [(row.path, "RecursionError: too deep" in row.problem) for row in report.rejected] == [
        ("odd.md", True)
    ]


def test_an_article_that_cleaning_fails_on_is_published_as_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path, formats=["json"])
    put(config.seeds[0] / "good.md", GOOD)
    put(config.seeds[0] / "odd.md", ODD)
    clean = cleaning.clean_and_extract

    def failing(
        html: str, url: str, rules: cleaning.Rules, article: cleaning.Article, *, base: str
    ) -> cleaning.Cleaned:
        if "odd" in url:
            raise RecursionError("too deep")
        return clean(html, url, rules, article, base=base)

    monkeypatch.setattr(cleaning, "clean_and_extract", failing)
    assert synced(config).entries == 2
    feed = (config.output / "all" / "feed.json").read_text("utf-8")
    assert "<p>a &lt; b</p>" in feed
    assert "<p>Fine.</p>" in feed
