"""Pages follow their templates, though nothing that is shown has changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from archives import Article, environment, put, tree
from conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def rebuild(tmp_path: Path) -> Callable[..., None]:
    """Runs the refeed that is copied to the folder, on the archive in it."""
    put(tmp_path / "seeds/a.md", Article())

    def run(*options: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "refeed", "rebuild", "--jobs", "1", *options],
            cwd=tmp_path,
            env=environment(PYTHONPATH=str(tmp_path / "src")),
            check=True,
            capture_output=True,
        )

    return run


FEEDS = {"all/index.html", "source/news.example.org/index.html"}


@pytest.mark.parametrize(
    ("template", "words", "pages"),
    [
        ("index.html", "Subscribe to all feeds at once", {"index.html"}),
        ("list_item.html", "item", FEEDS),
        ("style.css", "color-scheme", {"index.html", "refeed.css"}),
    ],
)
def test_a_changed_template_changes_the_pages_made_of_it(
    tmp_path: Path, rebuild: Callable[..., None], template: str, words: str, pages: set[str]
) -> None:
    # With what is compiled; it is by the files' times, which are copied, too.
    shutil.copytree(REPOSITORY / "src", tmp_path / "src")
    rebuild()
    before = tree(tmp_path / "feeds")
    file = tmp_path / "src/refeed/render/templates" / template
    file.write_text(file.read_text("utf-8").replace(words, f"{words} too"), "utf-8")
    rebuild()
    after = tree(tmp_path / "feeds")
    assert {path for path in after if before[path] != after[path]} == pages
    rebuild("--output", "anew", "--state", "anew-state")
    assert tree(tmp_path / "anew") == after
