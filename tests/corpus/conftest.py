"""The real snapshots, read and published once."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING

import pytest

from archives import config_in
from refeed.commands.rebuild import rebuild
from refeed.publish.output_folder import locked

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config
    from refeed.sync.pipeline import Report


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
        base_url="https://feeds.example.org/",
        title="Corpus",
    )
    done = folder / "report"
    with locked(folder):
        if not done.exists():
            done.write_bytes(pickle.dumps(rebuild(config).report))
    report: Report = pickle.loads(done.read_bytes())  # noqa: S301 - written above
    return config, report
