"""The state folder: where the index is, and what it records of the last sync."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from refeed.errors import RefeedError
from refeed.locks import locked
from refeed.store import Store, is_damage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from refeed.config import Config

INDEX_FILE: Final = "index.sqlite3"


def index_path(config: Config) -> Path:
    """Return the path of the index."""
    return config.state / INDEX_FILE


@contextmanager
def open_index_copy(config: Config) -> Iterator[Store]:
    """Open a copy of the index in memory; nothing is written to the state folder.

    Raises:
        RefeedError: the index is damaged.
    """
    with closing(Store.open_copy(index_path(config))) as store, _explain_damage(config):
        yield store


@contextmanager
def _explain_damage(config: Config) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not is_damage(error):
            raise
        raise RefeedError(
            f"the index in {config.state} is damaged: {error}",
            hint="`refeed rebuild` rebuilds it, and so does a running `refeed run`.",
        ) from error


@contextmanager
def open_index_to_read(config: Config) -> Iterator[Store]:
    """Open the index to read from it, without a copy; what is written meanwhile isn't seen.

    Raises:
        RefeedError: the index is damaged, or of another version.
    """
    file = index_path(config)
    if not file.is_file():
        with closing(Store.open_copy()) as nothing:
            yield nothing
        return
    # Nobody opens it for the first time meanwhile, nor closes it as the last one.
    with locked(config.state), _explain_damage(config), closing(Store.open_to_read(file)) as store:
        yield store


def record_sync(config: Config, store: Store, ignored: Mapping[str, int] | None, now: str) -> None:
    """Record in the index when it was last synced, with which folders.

    Args:
        config: what was synced.
        store: the index.
        ignored: how many files have another name than snapshots, by suffix; None if not everything
            was looked at.
        now: RFC 3339, UTC.
    """
    store.set_setting("last sync", now)
    # Options can have named them, and `status` has no such options.
    store.set_setting("last seeds", json.dumps([str(folder) for folder in config.seeds]))
    store.set_setting("last output", json.dumps(str(config.output)))
    if ignored is not None:
        store.set_setting("ignored", json.dumps(ignored))
    store.commit()
