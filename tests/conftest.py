"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("refeed", deadline=None, derandomize=True)
settings.load_profile("refeed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real snapshots and vectors beside the repository."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared folder with real snapshots beside the repository")
    return folder
