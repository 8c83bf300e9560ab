"""`refeed completion`: what shells complete."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from archives import command, environment

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {
    "bash": "COMP_WORDS=(refeed he); COMP_CWORD=1; _refeed_completion refeed; echo ${COMPREPLY[@]}",
    "fish": "complete --do-complete 'refeed he'",
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_right_for_its_shell_and_completes_commands(
    shell: str, tmp_path: Path
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "bin").mkdir()
    name = tmp_path / "bin" / "refeed"
    name.write_text(f'#!/bin/sh\nexec {" ".join(command())} "$@"\n', encoding="utf-8")
    name.chmod(0o755)
    variables = environment()
    variables["PATH"] = f"{name.parent}:{variables['PATH']}"
    script = subprocess.run(
        [name, "completion", shell], env=variables, capture_output=True, text=True, check=True
    ).stdout
    asked = ASKED.get(shell, "")
    done = subprocess.run(
        [shell, "-c", f"{script}\n{asked}"] if asked else [shell, "-n"],
        input=None if asked else script,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "health" in done.stdout or not asked


def test_an_unknown_shell_is_refused_with_those_that_are_known() -> None:
    done = subprocess.run(
        [*command(), "completion", "tcsh"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
