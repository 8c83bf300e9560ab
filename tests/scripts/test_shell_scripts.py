"""The shell scripts can be parsed; they are run by hand, since they install things."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[2] / "scripts").glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_parsed_and_may_be_run(script: Path) -> None:
    done = subprocess.run(("bash", "-n", script), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/")
