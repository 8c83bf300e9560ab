"""`refeed explain`: how one snapshot was read, merged and cleaned, by which rules."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from refeed import cleaning, reading
from refeed.cleaning import Edit
from refeed.errors import FolderError, RefeedError, SnapshotError
from refeed.identity import entry_id, key_of, source_of
from refeed.learning.verdicts import describe, select_verdicts
from refeed.merge import merge
from refeed.progress import UNWATCHED
from refeed.publish.context import PublishContext
from refeed.publish.learn import Learner
from refeed.publish.output_folder import OutputFolder
from refeed.render.dates import format_rfc3339
from refeed.rules import minimums
from refeed.rules.rulebook import rulebook
from refeed.seeds.changes import find_changes
from refeed.seeds.files import SNAPSHOT_SUFFIXES, is_snapshot_name, read
from refeed.store import Store, entry_number
from refeed.sync.index import index, prepare
from refeed.sync.state import index_path
from refeed.text.printable import escape_unprintable
from refeed.workers.pool import Workers, usable_cores

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config
    from refeed.learning.verdicts import Verdict
    from refeed.model import Snapshot

_HINT: Final = "Name a snapshot file by its path, or an article by its address, with https://."


def render_page(found: dict[str, Any]) -> bytes:
    """Return a page of what `explain` has found, without scripts, as UTF-8.

    It shows each article with what was removed struck out, and beside it the article as it was.
    """
    from refeed.render.page_templates import render

    articles = [
        {
            "title": article["title"]["value"],
            "url": article["url"]["value"],
            "edits": article["cleaning"],
            **article["html"],
        }
        for article in found["articles"]
    ]
    title = escape_unprintable(found["file"])
    return render("explanation.html", title=title, articles=articles, language="", english=True)


def explain(config: Config, file_or_url: str, working_directory: Path) -> dict[str, Any]:
    """Explain a snapshot file, or the winning snapshot of an article.

    Nothing is written: what the index does not know yet is read into a copy of it.

    Args:
        config: what the snapshots are read and cleaned by.
        file_or_url: a file's path, from here or from a seeds folder, or an article's address in any
            spelling.
        working_directory: where relative paths start.

    Returns:
        Plain values: ``file``, and ``articles``, one for each that the file holds.

    Raises:
        RefeedError: there is no such file and no such article, or the file holds none; or an
            article is asked for and a seeds folder isn't there.
    """
    with closing(Store.open_copy(index_path(config))) as store:
        if not file_or_url.lower().startswith(("http://", "https://")):
            file = _find_file(config, working_directory, file_or_url)
            # A file can be explained where there are no seeds, or not yet.
            with suppress(FolderError):
                _update_index(config, store)
            return _explain_file(config, store, file, None)
        _update_index(config, store)
        row = store.entry(entry_number(key_of(file_or_url)))
        if row is None:
            raise RefeedError(
                f"no snapshot is of {file_or_url}", hint=f"Its key is {key_of(file_or_url)}."
            )
        return _explain_file(config, store, config.seeds[row.seed] / row.path, row.record)


def _find_file(config: Config, working_directory: Path, path: str) -> Path:
    """Find a file from here, or below a seeds folder, as reports name it."""
    places = [working_directory / path, *(folder / path for folder in config.seeds)]
    return next((place for place in places if place.exists()), places[0])


def _update_index(config: Config, store: Store) -> None:
    prepare(config, store)
    with Workers(config, usable_cores(), is_guarded=True) as workers:
        index(config, store, workers, find_changes(config, store, None), UNWATCHED)


def _explain_file(config: Config, store: Store, file: Path, record: int | None) -> dict[str, Any]:
    seed, path = _find_place(config, file)
    zones = {rule.source: rule.timezone for rule in config.rules if rule.timezone}
    try:
        data, status = read(file, config.max_file_mb * 1_000_000)
        modified = status.st_mtime_ns // 1_000_000
        found = reading.read(data, path=path, modified=modified, timezones=zones)
    except SnapshotError as error:
        raise RefeedError(f"{file} is rejected: {error}") from error
    except OSError as error:
        raise RefeedError(f"{file} can't be read: {error.strerror or error}", hint=_HINT) from error
    return {
        "file": str(file),
        "in_seeds": seed is not None,
        "ignored": _explain_ignored(path),
        "problems": list(found.problems),
        "articles": [
            _explain_article(config, store, seed, snapshot)
            for snapshot in found.snapshots
            if record is None or snapshot.record == record
        ],
    }


def _explain_ignored(path: str) -> str:
    """Return why a file or folder of this name isn't read, or ""."""
    *folders, name = path.split("/")
    if any(part.startswith(".") for part in (*folders, name)):
        return "hidden files and folders are left out"
    if not is_snapshot_name(name):
        return f"its name doesn't end in {', '.join(SNAPSHOT_SUFFIXES)}"
    return ""


def _find_place(config: Config, file: Path) -> tuple[int | None, str]:
    for seed, folder in enumerate(config.seeds):
        for candidate, parent in ((file, folder), (file.resolve(), folder.resolve())):
            if candidate.is_relative_to(parent):
                return seed, str(candidate.relative_to(parent))
    return None, file.name


def _explain_article(
    config: Config, store: Store, seed: int | None, snapshot: Snapshot
) -> dict[str, Any]:
    key = key_of(snapshot.url)
    book = rulebook(config)
    link, rules = book.clean_address(snapshot.url), book.rules_for(source_of(key))
    html, edits = cleaning.explain(snapshot.html, link.url, rules, base=snapshot.base)
    original = cleaning.clean(snapshot.html, link.url, cleaning.Rules(), base=snapshot.base)
    if rules.learning is not None:
        verdicts = _find_verdicts(config, store, key)
        article = cleaning.Article(snapshot.title, snapshot.authors)
        _, features = cleaning.clean_and_extract(
            snapshot.html, link.url, rules, article, base=snapshot.base
        )
        known = cleaning.read_learned(select_verdicts(features, verdicts), snapshot.title)
        edits += cleaning.explain_learned(html, rules, known, lambda key: describe(verdicts[key]))
        html = cleaning.remove_learned(html, rules, known)
    if link.rules:
        rule = " + ".join(link.rules)
        edits = (Edit("links", rule, "rewritten", snapshot.url, link.url, "the article"), *edits)
    origins = snapshot.origins
    return {
        "record": snapshot.record,
        "url": {"value": snapshot.url, "from": origins.url},
        "title": {"value": snapshot.title, "from": origins.title},
        "date": {"value": format_rfc3339(snapshot.instant), "from": origins.instant},
        "unread_dates": list(snapshot.unread_dates),
        "authors": {"value": list(snapshot.authors), "from": origins.authors},
        "tags": {"value": list(snapshot.tags), "from": origins.tags},
        "key": key,
        "id": entry_id(key),
        "source": source_of(key),
        "entry": _describe_entry(store, key, seed, snapshot),
        "cleaning": [asdict(edit) for edit in edits],
        "characters": {"before": len(snapshot.html), "after": len(html)},
        "html": {"original": original, "struck": cleaning.strike_out(original, html, edits)},
    }


def _find_verdicts(config: Config, store: Store, key: str) -> dict[int, Verdict]:
    """Return what was learned in the period of an article, or nothing if the index hasn't it."""
    with Workers(config, usable_cores(), is_guarded=True) as workers:
        context = PublishContext(
            config,
            store,
            OutputFolder(config.output, dry_run=True),
            workers,
            UNWATCHED,
            rulebook(config),
            minimums(),
        )
        return Learner(context).find_verdicts_on(entry_number(key))


def _describe_entry(
    store: Store, key: str, seed: int | None, snapshot: Snapshot
) -> dict[str, Any] | None:
    number = entry_number(key)
    versions = [version for version, _, _ in store.versions([number])[number]]
    if not versions:
        return None
    merged = merge(versions)
    return {
        "published": format_rfc3339(merged.published),
        "updated": format_rfc3339(merged.updated),
        "feeds": store.feeds_with(number),
        "snapshots": [
            {
                "path": version.path,
                "record": version.record,
                "date": format_rfc3339(version.instant),
                "text_length": version.text_length or None,
                "wins": version == merged.winner,
                "this": (version.seed, version.path, version.record)
                == (seed, snapshot.path, snapshot.record),
            }
            for version in sorted(versions, key=lambda v: (v.instant, v.path, v.record))
        ],
    }
