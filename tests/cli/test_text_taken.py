"""How much of the text of a source cleaning takes, as a person or a script sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, put, run
from refeed.commands.text_taken import measure_text_taken

if TYPE_CHECKING:
    from pathlib import Path

PROSE = "<p>" + "The ferry {0} lay at the quay for eleven weeks, and nobody crossed. " * 12 + "</p>"
MENU = (
    '<div class="menu">'
    + "".join(
        f'<a href="https://news.example.org/{name}/">All that there is on {name}</a> '
        for name in ("harbours", "bridges", "ferries", "mills", "weather", "people", "letters")
    )
    + "</div>"
)


def write_articles(folder: Path, *, changed: bool) -> None:
    """Write 30 articles, the newest 10 with a menu if their site has changed its template."""
    for number in range(30):
        html = PROSE.format(number) + (MENU if changed and number >= 20 else "")
        article = Article(
            f"https://news.example.org/{number}", f"Story {number}", html, SPRING + number * DAY
        )
        put(folder / f"seeds/{number}.md", article)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_jump_is_told_with_a_file_to_look_at(tmp_path: Path, *, at_once: bool) -> None:
    if not at_once:
        write_articles(tmp_path, changed=False)
        run("rebuild", folder=tmp_path)
        assert "WARNING" not in run("status", folder=tmp_path).stdout
    write_articles(tmp_path, changed=True)
    run("rebuild", folder=tmp_path)
    (found,) = json.loads(run("status", "--json", folder=tmp_path).stdout)["text_taken"]
    assert (found["source"], found["articles"], found["jump"]) == ("news.example.org", 30, True)
    assert found["others"] == 0
    assert 0.1 < found["newest"] < 0.3
    told = run("status", folder=tmp_path)
    assert told.returncode == 0
    assert "WARNING    cleaning takes " in told.stdout
    assert f"refeed explain --html page.html {found['example']} shows what goes" in told.stdout
    assert json.loads(run("explain", "--json", found["example"], folder=tmp_path).stdout)


def test_nothing_is_told_of_sources_that_cleaning_takes_nothing_from(tmp_path: Path) -> None:
    write_articles(tmp_path, changed=False)
    run("rebuild", folder=tmp_path)
    assert "cleaning " not in run("status", folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("newest", "others", "jump"),
    [
        ([60] * 10, [90] * 20, True),
        ([95] * 10, [80] * 20, True),
        ([60] * 10, [90] * 19, False),
        ([85] * 10, [90] * 20, False),
        # One odd article is no template.
        ([90] * 9 + [1], [90] * 20, False),
    ],
)
def test_what_is_a_jump(newest: list[int], others: list[int], *, jump: bool) -> None:
    rows = [("a.example", number, 100, left) for number, left in enumerate(newest + others)]
    one, other = measure_text_taken([*rows, ("b.example", 99, 10, 10)])
    assert one["jump"] is jump
    assert (other["source"], other["share"], other["newest"]) == ("b.example", 0, None)
