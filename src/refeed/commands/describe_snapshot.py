"""What is known of one snapshot, and by which rules: for `refeed explain` and `refeed preview`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from refeed import cleaning
from refeed.cleaning import Edit
from refeed.identity import entry_id, key_of, source_of
from refeed.learning.verdicts import describe, select_verdicts
from refeed.pictures.addresses import disown, embed, list_foreign, list_names
from refeed.render.dates import format_rfc3339
from refeed.rules.rulebook import rulebook
from refeed.workers.extract_pictures import WantedPictures, find_pictures
from refeed.workers.snapshot_reader import read_file_data, snapshot_reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from refeed.config import Config
    from refeed.learning.verdicts import Verdict
    from refeed.model import Snapshot
    from refeed.reading import SnapshotFile
    from refeed.workers.snapshot_reader import FileData

_NOTHING: Mapping[int, Verdict] = {}


def find_file(config: Config, working_directory: Path, path: str) -> Path:
    """Find a file from here, or below a seeds folder, as reports name it."""
    places = [working_directory / path, *(folder / path for folder in config.seeds)]
    file = next((place for place in places if place.exists()), places[0])
    # By its words alone, `seeds/../other` would be below seeds, and a link's `..` somewhere else.
    return file.resolve() if ".." in file.parts else file


def find_place(config: Config, file: Path) -> tuple[int | None, str]:
    """Return the number of a file's seeds folder and its path there; None and its name if none."""
    for seed, folder in enumerate(config.seeds):
        for candidate, parent in ((file, folder), (file.resolve(), folder.resolve())):
            if candidate.is_relative_to(parent):
                return seed, str(candidate.relative_to(parent))
    return None, file.name


class OpenedFile(NamedTuple):
    """A file that was read, in a seeds folder or not.

    Attributes:
        seed: the number of its seeds folder, or None.
        path: relative to that, or its name.
        data: what was read.
        split: its records.
    """

    seed: int | None
    path: str
    data: FileData
    split: SnapshotFile

    def embed_pictures(self, config: Config, html: str, record: int) -> str:
        """Return a record's HTML with the pictures of it that the file carries in itself.

        Raises:
            OSError: a picture beside the file can't be read.
            SnapshotError: the file can't be read again.
        """
        names = list_names(html)
        if not names:
            return html
        digest = self.data.digest
        wanted = WantedPictures(self.seed, self.path, digest, (record,), tuple(names))
        found = find_pictures(snapshot_reader(config), wanted, self.data)
        return embed(html, dict(found))


def open_file(config: Config, file: Path) -> OpenedFile:
    """Read a file, in a seeds folder or not, and split it into records.

    Raises:
        SnapshotError: nothing of it can be read.
        OSError: it can't be read.
    """
    seed, path = find_place(config, file)
    root = file.parent if seed is None else config.seeds[seed]
    data = read_file_data(str(root), path, config.max_file_mb * 1_000_000)
    return OpenedFile(seed, path, data, snapshot_reader(config).split(seed, path, data))


def describe_snapshot(
    config: Config, snapshot: Snapshot, verdicts: Mapping[int, Verdict] = _NOTHING
) -> tuple[dict[str, Any], str]:
    """Return what was found of a snapshot, as plain values, and its cleaned HTML.

    Args:
        config: what it is cleaned by.
        snapshot: the snapshot.
        verdicts: what was learned in its period, by the keys of features.
    """
    key = key_of(snapshot.url, keeps_fragment=snapshot.keeps_fragment)
    book = rulebook(config)
    link, rules = book.clean_address(snapshot.url), book.rules_for(source_of(key))
    html, edits = cleaning.explain(snapshot.html, link.url, rules, base=snapshot.base)
    edits += tuple(
        Edit("images", "address of refeed's own", "removed", address)
        for address in list_foreign(html, snapshot.media)
    )
    html = disown(html, snapshot.media)
    if verdicts and rules.learning is not None:
        article = cleaning.Article(snapshot.title, snapshot.authors)
        cleaned = cleaning.clean_and_extract(
            snapshot.html, link.url, rules, article, base=snapshot.base
        )
        known = cleaning.read_learned(select_verdicts(cleaned.features, verdicts), snapshot.title)
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
        "format": snapshot.format,
        "language": snapshot.language,
        "site": snapshot.site,
        "pictures": len(snapshot.pictures),
        "key": key,
        "id": entry_id(key),
        "source": source_of(key),
        "link": book.find_link(key, snapshot.url),
        "cleaning": [asdict(edit) for edit in edits],
        "characters": {"before": len(snapshot.html), "after": len(html)},
    }, html
