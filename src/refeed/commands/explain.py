"""`refeed explain`: how one snapshot was read, merged and cleaned, by which rules."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

from refeed import cleaning, reading
from refeed.commands.describe_snapshot import (
    describe_snapshot,
    find_file,
    find_place,
    open_file,
)
from refeed.commands.explain_pictures import explain_pictures
from refeed.config import is_archived
from refeed.errors import FolderError, NotAnArticleError, RefeedError, SnapshotError
from refeed.identity import key_of, source_of
from refeed.merge import merge
from refeed.model import MEDIA_FOLDER
from refeed.pictures.addresses import PREFIX, disown
from refeed.progress import UNWATCHED
from refeed.publish.context import build_dry_context
from refeed.publish.learn import Learner
from refeed.reading.beside import normalize_reference
from refeed.render.dates import format_rfc3339
from refeed.rules.rulebook import rulebook
from refeed.seeds.changes import find_changes
from refeed.seeds.layouts import is_left_out
from refeed.seeds.names import is_snapshot_name, snapshot_suffixes
from refeed.store import Store, entry_number
from refeed.sync.first_seen import load_first_seen
from refeed.sync.index import index, prepare
from refeed.sync.state import index_path
from refeed.text.printable import escape_unprintable
from refeed.workers.pool import Workers, usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.commands.describe_snapshot import OpenedFile
    from refeed.config import Config
    from refeed.learning.verdicts import Verdict
    from refeed.model import Snapshot
    from refeed.store import EntryRow

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
    folder, _, name = escape_unprintable(found["file"]).rpartition("/")
    return render(
        "explanation.html",
        title=name,
        folder=folder,
        articles=articles,
        language="",
        english=True,
    )


def explain(
    config: Config, file_or_url: str, working_directory: Path, *, with_html: bool = False
) -> dict[str, Any]:
    """Explain a snapshot file, or the winning snapshot of an article.

    Nothing is written: what the index does not know yet is read into a copy of it.

    Args:
        config: what the snapshots are read and cleaned by.
        file_or_url: a file's path, from here or from a seeds folder, or an article's address in any
            spelling.
        working_directory: where relative paths start.
        with_html: whether the articles have what `render_page` shows.

    Returns:
        Plain values: ``file``, and ``articles``, one for each that the file holds.

    Raises:
        RefeedError: there is no such file and no such article, or the file holds none; or an
            article is asked for and a seeds folder isn't there.
    """
    with closing(Store.open_copy(index_path(config))) as store:
        if not file_or_url.lower().startswith(("http://", "https://", "mid://", "path://")):
            file = find_file(config, working_directory, file_or_url)
            # A file can be explained where there are no seeds, or not yet.
            with suppress(FolderError):
                _update_index(config, store)
            return _explain_file(config, store, file, None, with_html=with_html)
        _update_index(config, store)
        row = _find_entry(store, file_or_url)
        if row is None:
            raise RefeedError(
                f"no snapshot is of {file_or_url}", hint=f"Its key is {key_of(file_or_url)}."
            )
        file = config.seeds[row.seed] / row.path
        return _explain_file(config, store, file, row.record, with_html=with_html)


def _find_entry(store: Store, url: str) -> EntryRow | None:
    """Find the entry of an address; that with its fragment, if there is one."""
    keys = [key_of(url, keeps_fragment=True), key_of(url)]
    rows = (store.entry(entry_number(key)) for key in dict.fromkeys(keys))
    return next((row for row in rows if row), None)


def _update_index(config: Config, store: Store) -> None:
    dates = load_first_seen(config)
    prepare(config, store, dates)
    with Workers(config, usable_cores(), is_guarded=True) as workers:
        changes = find_changes(config, store, None)
        index(config, store, workers, changes, UNWATCHED, dates=dates, is_dry_run=True)


def _explain_file(
    config: Config, store: Store, file: Path, record: int | None, *, with_html: bool
) -> dict[str, Any]:
    seed, path = find_place(config, file)
    ignored = _explain_ignored(path, None if seed is None else config.seeds[seed])
    try:
        opened = open_file(config, file)
        found = reading.summarize([result for _, result in reading.read_each(opened.split)])
        snapshots = load_first_seen(config).explain(opened.data.data, found.snapshots)
    except NotAnArticleError as error:
        raise RefeedError(f"{file} is passed over: {error}") from error
    except SnapshotError as error:
        if ignored:
            raise RefeedError(f"{file} is not read: {ignored}") from error
        raise RefeedError(f"{file} is rejected: {error}") from error
    except OSError as error:
        raise RefeedError(f"{file} can't be read: {error.strerror or error}", hint=_HINT) from error
    return {
        "file": str(file),
        "in_seeds": seed is not None,
        "ignored": ignored,
        "problems": list(found.problems),
        "passed_over": list(found.passed_over),
        "missing_pictures": list(opened.data.beside.missing),
        "articles": [
            _explain_article(config, store, snapshot, opened, with_html=with_html)
            for snapshot in snapshots
            if record is None or snapshot.record == record
        ],
    }


def _explain_ignored(path: str, seeds: Path | None) -> str:
    """Return why a file isn't read, by its name or the layout of its folder, or ""."""
    *folders, name = path.split("/")
    if any(part.startswith(".") for part in (*folders, name)):
        return "hidden files and folders are left out"
    if not is_snapshot_name(name, "/" + "/".join(folders)):
        return f"its name doesn't end in {', '.join(snapshot_suffixes())}"
    if seeds is not None and is_left_out(str(seeds), path):
        return "it belongs to a page or an export beside it, see docs/formats.md"
    return ""


def _explain_article(
    config: Config, store: Store, snapshot: Snapshot, opened: OpenedFile, *, with_html: bool
) -> dict[str, Any]:
    key = key_of(snapshot.url, keeps_fragment=snapshot.keeps_fragment)
    verdicts = _find_verdicts(config, store, key)
    described, html = describe_snapshot(config, snapshot, verdicts)
    missing = opened.data.beside.missing
    references = [normalize_reference(picture.reference) for picture in snapshot.pictures]
    found = described | {
        "pictures": sum(reference not in missing for reference in references),
        "entry": _describe_entry(config, store, key, opened.seed, snapshot),
        "web_pictures": explain_pictures(config, html),
        "cleaning": [_name_files(edit) for edit in described["cleaning"]],
    }
    if with_html:
        edits = [cleaning.Edit(**edit) for edit in described["cleaning"]]
        found["html"] = _show_both(config, snapshot, html, edits, opened)
    return found


def _name_files(edit: dict[str, str]) -> dict[str, str]:
    """Return an edit with the files of pictures in place of addresses that nobody has seen."""
    return {name: text.replace(PREFIX, f"{MEDIA_FOLDER}/") for name, text in edit.items()}


def _show_both(
    config: Config,
    snapshot: Snapshot,
    html: str,
    edits: Sequence[cleaning.Edit],
    opened: OpenedFile,
) -> dict[str, str]:
    """Return an article as it was read, and with what was removed struck out."""
    link = rulebook(config).clean_address(snapshot.url).url
    original = cleaning.clean(snapshot.html, link, cleaning.Rules(), base=snapshot.base)
    both = {"original": original, "struck": cleaning.strike_out(original, html, edits)}
    for name, shown in both.items():
        own = disown(shown, snapshot.media)
        with suppress(OSError, SnapshotError):  # then it is shown without
            own = opened.embed_pictures(config, own, snapshot.record)
        both[name] = disown(own, ())
    return both


def _find_verdicts(config: Config, store: Store, key: str) -> dict[int, Verdict]:
    """Return what was learned in the period of an article, or nothing if the index hasn't it."""
    if not rulebook(config).learns(source_of(key)):
        return {}
    with Workers(config, usable_cores(), is_guarded=True) as workers:
        context = build_dry_context(config, store, workers)
        return Learner(context).find_verdicts_on(entry_number(key))


def _describe_entry(
    config: Config, store: Store, key: str, seed: int | None, snapshot: Snapshot
) -> dict[str, Any] | None:
    number = entry_number(key)
    versions = [version for version, _, _ in store.versions([number])[number]]
    if not versions:
        return None
    merged = merge(versions)
    feeds = store.feeds_with(number)
    places = {name: store.place_in_feed(name, number) for name in feeds}
    return {
        "published": format_rfc3339(merged.published),
        "updated": format_rfc3339(merged.updated),
        "feeds": feeds,
        "not_shown": list(_list_not_shown(config, store, places)),
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


def _list_not_shown(config: Config, store: Store, places: dict[str, int]) -> Iterator[str]:
    """Yield why feeds don't show an entry that is in them.

    Args:
        config: says how much they show.
        store: knows what they had no room for when they were published.
        places: which of the feed's entries it is, the newest being 1.
    """
    counts, left_out = store.feed_counts(), store.left_out()
    for name, place in places.items():
        if is_archived(config, name):
            continue
        newest = min(config.limit or counts[name], counts[name])
        shown = newest - left_out.get(name, 0)
        if place > newest:
            yield f"{name} shows the newest {newest:,}, and this is number {place:,}"
        elif place > shown:
            yield (
                f"{name} has room for the newest {shown:,}, and this is number {place:,}:"
                f" max_feed_kb = {config.max_feed_kb}"
            )
