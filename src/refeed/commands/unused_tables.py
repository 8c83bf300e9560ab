"""Tables of the configuration that fit no article: most of them are misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.config.url_checks import EVERY_SOURCE
from refeed.config.wording import find_closest, format_table, format_value, suggest
from refeed.model import ALL

if TYPE_CHECKING:
    from refeed.config import Config
    from refeed.store import Store

_LIKENESS: Final = 0.8


def find_unused(config: Config, store: Store) -> list[str]:
    """Return a line for each `[[rules]]` and `[[feeds]]` that fits no article.

    Args:
        config: has the tables.
        store: the index. While it knows no article at all, no table is doubted.
    """
    feeds = store.feed_counts()
    if not feeds.get(ALL):
        return []
    hosts = store.list_hosts() if config.rules else []
    lines = []
    for place, rule in enumerate(config.rules):
        if rule.source not in {EVERY_SOURCE, *hosts}:
            meant = suggest(find_closest(rule.source, hosts, likeness=_LIKENESS))
            table = format_table("rules", place)
            lines.append(f"{table}, source: no article is from {rule.source}{meant}")
    for place, feed in enumerate(config.feeds):
        # One that was added since the last sync is not in the index.
        if feeds.get(feed.name) == 0:
            name, table = format_value(feed.name), format_table("feeds", place)
            lines.append(f"{table}, match: no article is for the feed {name}")
    return lines
