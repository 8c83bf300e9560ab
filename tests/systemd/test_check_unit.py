"""What `refeed check --unit` says: a case is a unit, a configuration, and the lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archives import run
from conftest import REPOSITORY

if TYPE_CHECKING:
    import subprocess

CASES = sorted((Path(__file__).parent / "check_unit_cases").iterdir())


def check(config: Path, unit: Path) -> subprocess.CompletedProcess[str]:
    arguments = ("check", "-c", config, "--unit", unit)
    return run(*arguments, folder=REPOSITORY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_unit_does_not_allow_is_told(case: Path) -> None:
    done = check(case / "refeed.toml", case / "refeed.service")
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in done.stderr.splitlines()[1:]] == expected
    assert done.returncode == (1 if expected else 0)


def test_the_units_here_allow_their_configuration() -> None:
    folder = REPOSITORY / "systemd"
    done = check(folder / "refeed.toml", folder / "refeed.service")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = check(REPOSITORY / "systemd/refeed.toml", tmp_path / "none.service")
    assert done.returncode == 2
    assert "none.service can't be read: No such file or directory" in done.stderr
