"""Publishes pictures, each as a file of its own, before what shows it.

They are those that snapshots carry, and those of the web that are in the picture store.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from refeed.model import MEDIA_FOLDER
from refeed.pictures.addresses import find_name
from refeed.workers.extract_pictures import WantedPictures, extract_pictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.publish.context import PublishContext
    from refeed.publish.output_folder import OutputFolder
    from refeed.store import EntryRow, Store

MEDIA: Final = "the pictures"
"""Replaces the feed's name in the index of published files; no feed can have this name."""


def write_media(
    context: PublishContext, entries: Sequence[tuple[EntryRow, Sequence[str]]]
) -> dict[int, frozenset[str]]:
    """Write and stage the pictures that entries show, as far as they aren't there as written.

    Args:
        context: what publishing works with.
        entries: each with the names of its pictures.

    Returns:
        The names that neither an entry's snapshot nor the picture store has any more, by entry.

    Raises:
        FolderError: somebody else's file has the place of a picture.
        OSError: no room, no permission.
    """
    names = {name for _, shown in entries for name in shown}
    if not names:
        return {}
    written = context.store.written_media(map(_file_of, names))
    # A file that somebody replaced doesn't wait for the next look at all of them.
    there = {path for path, stamp in written.items() if context.output.stat(path) == stamp}
    missing = {name for name in names if _file_of(name) not in there}
    if missing:
        context.output.register(map(_file_of, missing - context.store.known_media(missing)))
        context.store.put_media(missing)
        missing -= set(_copy(context, missing))
        missing -= set(_extract(context, entries, missing))
    lost = {row.entry: missing.intersection(shown) for row, shown in entries}
    return {entry: frozenset(names) for entry, names in lost.items() if names}


def delete_unused(store: Store, output: OutputFolder, *, whole: bool) -> None:
    """Delete the pictures that no document shows.

    Args:
        store: the index.
        output: the folder.
        whole: whether to look also for files that the index doesn't know.
    """
    unused = store.unused_media()
    files = set(map(_file_of, unused))
    if whole:
        used = store.used_media()
        unknown = [path for path in output.list_pictures() if find_name(path) not in used]
        files.update(path for path in unknown if path in files or not output.is_foreign(path))
    if files:
        output.delete(files)
        for path in sorted(files):
            store.drop_output(path)
        store.drop_media(unused)


def _file_of(name: str) -> str:
    return f"{MEDIA_FOLDER}/{name}"


def _copy(context: PublishContext, missing: Iterable[str]) -> Iterator[str]:
    """Write pictures of the picture store; yield the names of those that it has."""
    if context.pictures is None:
        return
    for name in sorted(missing):
        data = context.pictures.read(name)
        if data is not None:
            _write(context, name, data)
            yield name


def _extract(
    context: PublishContext,
    entries: Sequence[tuple[EntryRow, Sequence[str]]],
    missing: Iterable[str],
) -> Iterator[str]:
    """Write pictures; yield the names of those that were found."""
    left = set(missing)
    while wanted := list(_group(entries, left)):
        tasks = context.workers.map(
            extract_pictures,
            wanted,
            fallback=lambda *_: {},
            chunk_size=1,
            files=lambda task: ((task.seed or 0, task.path),),
        )
        found = False
        for task, pictures in tasks:
            for name, data in pictures.items():
                if name in left:
                    _write(context, name, data)
                    left.remove(name)
                    found = True
                    yield name
            if not pictures:
                left.difference_update(task.names)
        if not found:
            return


def _group(
    entries: Sequence[tuple[EntryRow, Sequence[str]]], names: set[str]
) -> Iterator[WantedPictures]:
    """Yield snapshot files with the pictures that are wanted of them."""
    by_file: dict[tuple[int, str, bytes], dict[str, None]] = defaultdict(dict)
    records: dict[tuple[int, str, bytes], set[int]] = defaultdict(set)
    for row, shown in entries:
        for name in shown:
            if name in names:
                place = row.seed, row.path, row.digest
                by_file[place][name] = None
                records[place].add(row.record)
    for place, of_file in by_file.items():
        yield WantedPictures(*place, tuple(sorted(records[place])), tuple(of_file))


def _write(context: PublishContext, name: str, data: bytes) -> None:
    output, path = context.output, _file_of(name)
    with output.draft(path) as draft:
        draft.write(data)
        if not draft.is_intact():
            raise OSError(f"{path} does not hold what was written to it")
        output.stage(draft)
    context.store.put_output(path, MEDIA, *output.stat(path))
