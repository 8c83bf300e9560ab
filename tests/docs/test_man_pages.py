"""refeed(1) and refeed.toml(5)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from archives import environment
from conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ("refeed.1", "refeed.toml.5")


def test_they_say_what_the_commands_and_the_schema_say(tmp_path: Path) -> None:
    script = REPOSITORY / "scripts/man_pages.py"
    subprocess.run([sys.executable, script, tmp_path], env=environment(), check=True)
    for page in PAGES:
        written = (tmp_path / page).read_text(encoding="utf-8")
        assert (REPOSITORY / "man" / page).read_text(encoding="utf-8") == written, "make man"


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
@pytest.mark.parametrize("page", PAGES)
def test_man_shows_them_without_a_warning(page: str) -> None:
    done = subprocess.run(
        ["man", "--warnings", "--local-file", REPOSITORY / "man" / page],
        env=environment(LC_ALL="C.UTF-8", MANWIDTH="80"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "\\" not in done.stdout
