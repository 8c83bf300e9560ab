"""What all tests share."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("refeed", deadline=None, derandomize=True)
settings.load_profile("refeed")


@pytest.fixture(params=["America/Los_Angeles", "UTC", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The machine's zone, several of them in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()
