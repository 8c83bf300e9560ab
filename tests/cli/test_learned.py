"""What was learned, as a person or a script sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, modified, put, run

if TYPE_CHECKING:
    from pathlib import Path

FOOTER = "Read on Mondays: our letter from the river"
PICTURE = "https://news.example.org/give-now.jpg"
PROSE = (
    "<p>The {0} river rose over night, and the ferry {0} stayed where it was.</p>"
    "<p>Nobody {0} crossed before noon, when the water had gone down to the mark {0}.</p>"
)
MARKUP = (
    '<p>Read on Mondays: <a href="https://news.example.org/letter">our letter from the river</a>'
    f'</p><p><img src="{PICTURE}"></p>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six articles with the same footer, and one of another source."""
    for number in range(6):
        put(
            tmp_path / f"seeds/{number}.md",
            Article(
                f"https://news.example.org/{number}",
                f"Story {number}",
                PROSE.format(number) + MARKUP,
                SPRING + number * DAY,
            ),
        )
    put(tmp_path / "seeds/other.md", Article("https://other.example.org/", "Other"))
    return tmp_path


@pytest.mark.parametrize("built_before", [True, False])
def test_what_was_learned(folder: Path, *, built_before: bool) -> None:
    if built_before:
        run("rebuild", folder=folder)
    before = modified(folder)
    found = json.loads(run("boilerplate", "--json", folder=folder).stdout)
    assert modified(folder) == before
    assert [source["source"] for source in found] == ["news.example.org", "other.example.org"]
    learned, nothing = found
    assert nothing["blocks"] == []
    assert {block["text"] for block in learned["blocks"]} == {FOOTER, PICTURE}
    line = next(block for block in learned["blocks"] if block["kind"] == "line")
    assert (line["support"], line["articles"], line["place"]) == (6, 6, "anywhere")
    assert line["since"] == "2024-04-01T00:00:00Z"
    assert line["examples"] == ["5.md", "4.md", "3.md"]


def test_what_was_learned_as_text(folder: Path) -> None:
    told = run("boilerplate", "news.example.org", folder=folder).stdout
    assert "news.example.org: " in told
    assert "in 6 of 6, since 2024-04-01  (line, anywhere)" in told
    assert f"      {FOOTER}\n" in told
    assert "other.example.org" not in told
    told = run("boilerplate", folder=folder).stdout
    assert told.endswith("\n\nNothing was learned of 1 source.\n")
    assert "0 blocks" not in told


def test_a_source_that_is_not_there(folder: Path) -> None:
    done = run("boilerplate", "no.example.org", folder=folder)
    assert done.returncode == 1
    assert "Known: news.example.org, other.example.org." in done.stderr


def test_nothing_is_learned_where_that_is_off(folder: Path) -> None:
    done = run("boilerplate", folder=folder, REFEED_CLEANING_LEARN="false")
    assert done.returncode == 1
    assert "Set learn = true" in done.stderr


def test_what_was_removed_is_explained_with_its_support(folder: Path) -> None:
    told = run("explain", "seeds/3.md", folder=folder).stdout
    assert "learned: removed (line, anywhere, in 6 of 6 articles)" in told
    assert f"      {FOOTER}\n" in told
    assert "learned: removed (image, anywhere, in 6 of 6 articles)" in told
    off = run("explain", "seeds/3.md", folder=folder, REFEED_CLEANING_LEARN="false").stdout
    assert "learned" not in off


def test_a_page_shows_what_was_removed(folder: Path) -> None:
    done = run("explain", "seeds/3.md", "--html", "page.html", folder=folder)
    assert done.returncode == 0, done.stderr
    assert '"html"' not in run("explain", "seeds/3.md", "--json", folder=folder).stdout
    page = (folder / "page.html").read_text(encoding="utf-8")
    reason = "learned: line, anywhere, in 6 of 6 articles"
    assert f'<del title="{reason}">Read on Mondays: <a href=' in page
    assert f"<small>[{reason}]</small>" in page
    assert page.count("The 3 river rose over night") == 2
    assert "<script" not in page


def test_a_page_is_safe(folder: Path) -> None:
    html = '<p onclick="x()">&lt;script&gt;x()&lt;/script&gt; <del title="<p>&quot;>">a</del></p>'
    put(folder / "seeds/odd.md", Article("https://odd.example.org/<b>", "<i>Odd</i>", html))
    run("explain", "seeds/odd.md", "--html", "page.html", folder=folder)
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;Odd&lt;/i&gt;" in page
    assert "<i>Odd" not in page
    assert "onclick=" not in page.partition("Removed or rewritten")[0]
    assert "<script" not in page
