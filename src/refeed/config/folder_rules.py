"""The rules for folders as reading takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.reading.folder_rules import FolderRule

if TYPE_CHECKING:
    from refeed.config.values import Config, FolderTable


def folder_rules(config: Config, seed: int | None) -> tuple[FolderRule, ...]:
    """Return the rules for the files of a seeds folder.

    Args:
        config: has the rules.
        seed: the number of the seeds folder; None for a file in none, which has the same rules.
    """
    name = "" if seed is None else _find_name(config, seed)
    return tuple(_build_rule(table, name) for table in config.folders)


def _build_rule(table: FolderTable, name: str) -> FolderRule:
    return FolderRule(
        path=table.path,
        name=name,
        url=table.url,
        publishes=table.without_address == "publish",
        formats=table.formats,
        timezone=table.timezone,
        authors=table.author,
        tags=table.tags,
    )


def _find_name(config: Config, seed: int) -> str:
    """Return the name of a seeds folder; of several that are called the same, with a number."""
    name = config.seeds[seed].name
    before = sum(folder.name.casefold() == name.casefold() for folder in config.seeds[:seed])
    return f"{name}-{before + 1}" if before else name
