"""What all tests share."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import is_hypothesis_test, settings

REPOSITORY = Path(__file__).resolve().parent.parent

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("refeed", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
settings.load_profile("refeed")

# Hundreds of tests start refeed: without bytecode each process compiles it, for half a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def examples(count: int) -> int:
    """Return how many examples a costly law gets: so many for a hundred of other laws."""
    return max(1, count * settings().max_examples // 100)


def pytest_xdist_auto_num_workers() -> int:
    """Run three tests for two processors: a third of the time they wait for other processes."""
    return max(2, len(os.sched_getaffinity(0)) * 3 // 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave laws out of the measurement of coverage: their examples would take three times as long.

    What they run, cases and other tests run, too.
    """
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("no_cover")


@pytest.fixture(scope="session", autouse=True)
def _no_power_failure() -> Iterator[None]:
    """Let what is published in pytest's own process not wait for the disk.

    Without a loss of power what was written is there for other processes at once. Processes that
    tests start, and kill, do wait.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(params=["America/Los_Angeles", "UTC", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The machine's zone, several of them in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()
