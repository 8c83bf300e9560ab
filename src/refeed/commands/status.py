"""`refeed status`: what the index says."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refeed.commands.fetch import count_pictures
from refeed.commands.text_taken import measure_text_taken
from refeed.commands.unused_tables import find_unused
from refeed.locks import read_daemon_status
from refeed.seeds.folders import find_missing
from refeed.sync.state import open_index_copy

if TYPE_CHECKING:
    from refeed.config import Config
    from refeed.store import Store


def status(config: Config) -> dict[str, Any]:
    """Return counts, feeds, rejected files and the time of the last sync, as plain values.

    A daemon says itself which seeds folders it misses, as it may see other disks than this process.
    """
    with open_index_copy(config) as store:
        recorded = store.get_setting("last seeds")
        seeds = json.loads(recorded) if recorded else list(map(str, config.seeds))
        daemon = read_daemon_status(config.state)
        pictures = count_pictures(config, store.shown_addresses())
        missing = {} if daemon else find_missing([Path(folder) for folder in seeds], store)
        return {
            "last_sync": store.get_setting("last sync"),
            "seeds": seeds,
            "state": str(config.state),
            "output": json.loads(store.get_setting("last output") or "null") or str(config.output),
            "daemon": daemon,
            "missing": {str(folder): reason for folder, reason in missing.items()},
            "figures": store.counts(),
            "dated_by_file": dict(
                zip(("files", "entries"), store.count_dated_by_file(), strict=True)
            ),
            "first_seen": config.first_seen,
            "ignored": json.loads(store.get_setting("ignored") or "{}"),
            "no_article": store.count_no_article(),
            "pictures": pictures and asdict(pictures),
            "hub_owed": len(store.hub_pending()),
            "feeds": store.feed_counts(),
            "left_out": store.left_out(),
            "max_feed_kb": config.max_feed_kb,
            "archive_documents": {
                name: len(store.archives.names(name)) for name in store.archives.feeds()
            },
            "unused": find_unused(config, store),
            "text_taken": _measure_text_taken(store, seeds),
            "rejected": [
                {
                    "seeds": seeds[row.seed],
                    "path": row.path,
                    "reason": row.problem,
                    "unreadable": row.unreadable,
                }
                for row in store.problems()
                if row.seed < len(seeds)
            ],
        }


def _measure_text_taken(store: Store, seeds: list[str]) -> list[dict[str, Any]]:
    """Return how much text cleaning takes from each source, with a file where that jumped."""
    measured = measure_text_taken(store.text_shares())
    examples = {each["example"] for each in measured if each["jump"]}
    files = {
        row.entry: str(Path(seeds[row.seed]) / row.path)
        for row in store.entries(sorted(examples))
        if row.seed < len(seeds)
    }
    return [each | {"example": files.get(each["example"])} for each in measured]
