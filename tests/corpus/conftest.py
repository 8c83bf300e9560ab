"""The tests of real snapshots and test vectors, in ../shared beside the repository.

They are skipped where that folder isn't, and have the mark `corpus`: `pytest -m "not corpus"`.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archives import config_in
from conftest import REPOSITORY
from refeed.commands.rebuild import rebuild
from refeed.locks import locked

if TYPE_CHECKING:
    from refeed.config import Config
    from refeed.sync.pipeline import Report


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.corpus)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real snapshots and vectors."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared folder with real snapshots beside the repository")
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Report]:
    """The corpus, every entry in every feed that it is in; one process of pytest's makes it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "corpus"
    folder.mkdir(exist_ok=True)
    config = config_in(
        folder,
        seeds=[str(shared / "corpus")],
        limit=0,
        max_feed_kb=0,
        base_url="https://feeds.example.org/",
        title="Corpus",
    )
    done = folder / "report"
    with locked(folder):
        if not done.exists():
            done.write_bytes(pickle.dumps(rebuild(config).report))
    report: Report = pickle.loads(done.read_bytes())  # noqa: S301 - written above
    return config, report
