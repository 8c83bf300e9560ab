"""The job that finds which pictures entries show, and what puts refeed's own in their place.

They are as those in `refeed.workers.jobs`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from refeed.pictures.addresses import drop_pictures, make_address
from refeed.pictures.identify import Picture
from refeed.pictures.localise import list_addresses, localise
from refeed.rules.rulebook import rulebook
from refeed.workers.jobs import build_content, clean_entries, prefetch_entries
from refeed.workers.learning_jobs import remove_learned
from refeed.workers.portions import take_some

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping, Sequence

    from refeed.config import Config
    from refeed.rules.rulebook import Rulebook
    from refeed.store import Content, EntryRow


class PictureTask(NamedTuple):
    """An entry whose pictures are wanted.

    Attributes:
        row: the entry.
        cached: its content, if it is as cleaning would give it.
    """

    row: EntryRow
    cached: Content | None


class FoundPictures(NamedTuple):
    """The addresses of the pictures that an entry shows, and its content if it was cleaned."""

    addresses: tuple[str, ...]
    cleaned: Content | None


def find_pictures(config: Config, tasks: Sequence[PictureTask]) -> list[FoundPictures | None]:
    """Find which pictures entries show; None for a snapshot that changed since it was indexed."""
    book = rulebook(config)
    prefetch_entries(config, [task.row for task in tasks if task.cached is None])
    return take_some(
        (_find(config, book, task) for task in tasks),
        lambda found: len(found.cleaned.html) if found and found.cleaned else 0,
    )


def _find(config: Config, book: Rulebook, task: PictureTask) -> FoundPictures | None:
    cleaned = clean_entries(config, [task.row])[0] if task.cached is None else None
    content = task.cached or cleaned
    if content is None:
        return None
    html = remove_learned(book, task.row, content).html
    return FoundPictures(tuple(list_addresses(html)), cleaned)


def pack_pictures(pictures: Mapping[str, Picture]) -> bytes:
    """Encode what the picture store has of an entry's pictures, for one column."""
    return json.dumps(pictures, ensure_ascii=False, sort_keys=True).encode()


def show_content(
    book: Rulebook, row: EntryRow, content: Content, without: Collection[str] = ()
) -> Content:
    """Return the content of an entry as it is shown.

    That is without what was learned, and with those pictures of the picture store that the row has.

    Args:
        book: the rules of cleaning.
        row: the entry.
        content: as it was cleaned.
        without: names of pictures that can't be published: the web's own stay in their place, and
            those that the snapshot carried are left out.
    """
    shown = remove_learned(book, row, content)
    if row.pictures:
        shown = _show_own_pictures(shown, row.pictures, without)
    return build_content(drop_pictures(shown.html, without)) if without else shown


def _show_own_pictures(content: Content, packed: bytes, without: Container[str]) -> Content:
    named = {url: Picture(*rest) for url, rest in json.loads(packed).items()}
    own = {url: picture for url, picture in named.items() if picture.name not in without}
    html = localise(content.html, own)
    if html == content.html:
        return content
    lead = own.get(content.image)
    return replace(content, html=html, image=make_address(lead.name) if lead else content.image)
