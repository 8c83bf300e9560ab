"""Finds values that are valid by themselves and contradict each other."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from refeed.config.url_checks import is_loopback
from refeed.config.wording import format_table, format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

WHY_APART: Final = {
    ("seeds", "seeds"): "each file would be read twice",
    ("output", "seeds"): "the feeds' pages would be read as snapshots",
    ("state", "seeds"): "refeed would write into the folder that it watches",
    ("state", "output"): "the state would be published, or the feeds lost with it",
    ("images.store", "seeds"): "refeed would write into the folder that it watches",
    ("images.store", "output"): "what was never shown would be published, too",
    ("images.store", "state"): "that is a cache, and may be deleted",
}
"""Why a folder, by its key, must neither hold another one nor be in it."""


def find_contradictions(
    values: Mapping[str, Any], names: Mapping[str, str], wrong: AbstractSet[str]
) -> list[str]:
    """Return a line for each two values that contradict each other.

    Args:
        values: the valid values by dotted key; defaults are not there.
        names: what states each of them: the key, a variable or an option.
        wrong: the keys whose values are mistakes already.
    """
    return [
        *_find_overlaps(values, names),
        *_find_misplaced_dates(values, names),
        *_find_missing_template(values, wrong),
        *_find_missing_store(values, wrong),
        *_find_hub_out_of_reach(values, wrong),
        *_find_empty_archives(values),
        *_find_kept_parameters(values),
    ]


def _find_overlaps(values: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    seeds = enumerate(values.get("seeds", ()))
    folders = [("seeds", f"{names['seeds']}[{place}]", path) for place, path in seeds]
    folders += ((key, names[key], values[key]) for key in ("output", "state") if key in values)
    if store := values.get("images.store"):
        folders.append(("images.store", names["images.store"], Path(store)))
    for (other_key, other_name, other), (key, name, path) in combinations(folders, 2):
        if relation := _relate(path, other):
            place = f"{other_name}, {format_value(str(other))}"
            why = WHY_APART[key, other_key]
            yield f"{name}: {format_value(str(path))} {relation} {place}: {why}"


def _find_misplaced_dates(values: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    stated = values.get("first_seen", "")
    if stated in {"", "git"}:
        return
    file, value = Path(stated), f"{names['first_seen']}: {format_value(stated)}"
    for key, why in (("output", "it would be published"), ("state", "that may be deleted")):
        if key in values and file.is_relative_to(values[key]):
            yield f"{value} is inside {names[key]}, {format_value(str(values[key]))}: {why}"
    is_read = any(file.is_relative_to(folder) for folder in values.get("seeds", ()))
    if is_read and file.suffix != ".tsv" and not file.name.startswith("."):
        yield f"{value} is inside {names['seeds']}, where its name has to end in .tsv"


def _relate(one: Path, other: Path) -> str:
    if one == other:
        return "is the same folder as"
    if one.is_relative_to(other):
        return "is inside"
    return "holds" if other.is_relative_to(one) else ""


def _find_missing_template(values: Mapping[str, Any], wrong: AbstractSet[str]) -> Iterator[str]:
    has_template = "images.template" in wrong or values.get("images.template")
    if values.get("images.mode") == "proxy" and not has_template:
        yield 'images.template: is missing; images.mode "proxy" needs it'


def _find_missing_store(values: Mapping[str, Any], wrong: AbstractSet[str]) -> Iterator[str]:
    is_local = "images.mode" in wrong or values.get("images.mode") == "local"
    has_store = "images.store" in wrong or values.get("images.store")
    if values.get("images.mode") == "local" and not has_store:
        yield 'images.store: is missing; images.mode "local" needs it'
    if values.get("images.fetch") and not is_local:
        yield 'images.fetch: has no use but with images.mode "local"'


def _find_hub_out_of_reach(values: Mapping[str, Any], wrong: AbstractSet[str]) -> Iterator[str]:
    hub, base_url = values.get("websub.hub"), values.get("base_url")
    if not hub or "base_url" in wrong:
        return
    if not base_url:
        yield "base_url: is missing; websub.hub needs it, for the hub to fetch feeds there"
    # A hub of one's own, on the same machine, is on its loopback too.
    elif is_loopback(base_url) and not is_loopback(hub):
        address = format_value(base_url)
        yield f"base_url: {address} is out of reach for websub.hub, {format_value(hub)}"


def _find_empty_archives(values: Mapping[str, Any]) -> Iterator[str]:
    keys = ["archive"] if values.get("archive") else []
    for place, feed in enumerate(values.get("feeds", ())):
        if feed.archive:
            keys.append(f"{format_table('feeds', place)}, archive")
    for key in keys:
        if values.get("limit") == values.get("max_feed_kb") == 0:
            yield (
                f"{key}: has nothing to archive with limit = 0 and max_feed_kb = 0, by which feeds "
                "hold everything"
            )
        if values.get("formats") == ("html",):
            yield f"{key}: needs one of rss, atom, json among the formats"


def _find_kept_parameters(values: Mapping[str, Any]) -> Iterator[str]:
    for name in values.get("cleaning.strip_parameters", ()):
        if name in values.get("cleaning.keep_parameters", ()):
            where = "is in cleaning.keep_parameters as well"
            yield f"cleaning.strip_parameters: {format_value(name)} {where}"
