from __future__ import annotations

import subprocess
import sys

SLOW = {"bs4", "lxml", "soupsieve", "idna", "json", "difflib", "zoneinfo", "hashlib", "yaml"}


def test_a_config_without_mistakes_imports_nothing_slow() -> None:
    code = (
        "import sys; from pathlib import Path; before = set(sys.modules);"
        "from refeed.config import parse; parse({'limit': 3}, base=Path('/b'));"
        "print(*(set(sys.modules) - before))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    ).stdout
    assert "refeed.config.schema" in printed.split()
    assert not SLOW & set(printed.split())
