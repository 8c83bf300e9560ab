"""How other programs lay out the folders that they save pages in: what of them is looked at.

- A browser saves beside `NAME.html` what the page loads, in a folder `NAME_files`: it is left out.
- ArchiveBox keeps each page in many forms, in a folder with an `index.json`: the best form is read.
  That index states the page's address, so it counts as a part of that file.
- Medium's export has much that is nobody else's business beside its folder `posts`: only that
  is looked at.
- Substack's export has texts in `posts`, and a table of their titles beside that, which counts as a
  part of each.

One question is answered, whether a child of a folder is looked at, from the names in that folder.
So a walk through a folder and a look at one path in it agree.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from refeed import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator

_HOST: Final = re.compile(
    r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}|localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?:[:+][0-9]{1,5})?"
)

_HTML: Final = (".html", ".htm")
_SUBSTACK_POST: Final = re.compile(r"[0-9]+\.")
_MIRROR: Final = re.compile(rf"/{_HOST.pattern}(?:/|\Z)", re.IGNORECASE)
_IN_MIRROR: Final = re.compile(rf"/{_HOST.pattern}/.*\.html?(?:\?[^/]*)?\Z", re.IGNORECASE)


class FolderNames:
    """The names in a folder on disk; asked for one name, it looks for that alone.

    Args:
        folder: absolute.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a file or folder of this name."""
        return os.path.lexists(f"{self._folder}/{name}")

    def __iter__(self) -> Iterator[str]:
        """Yield all names; none if the folder can't be listed."""
        try:
            return iter(os.listdir(self._folder))  # noqa: PTH208 - names are text here
        except OSError:
            return iter(())


Names: TypeAlias = frozenset[str] | FolderNames
"""The names of the files and folders in a folder."""


class _Layout(NamedTuple):
    """What is looked at in a folder, but for companion folders.

    Attributes:
        only: these names alone; None for all.
        without: none of these.
    """

    only: Collection[str] | None = None
    without: Collection[str] = ()

    def takes(self, name: str) -> bool:
        return (self.only is None or name in self.only) and name not in self.without


def find_left_out(files: Collection[str], folders: Collection[str], path: str) -> frozenset[str]:
    """Return the names in a folder that are not looked at.

    Args:
        files: the names of all files in it.
        folders: the names of all folders in it.
        path: its own.
    """
    marks = _load_marks()
    is_marked = not (marks.isdisjoint(files) and marks.isdisjoint(folders))
    companions = [name for name in folders if _find_stem(name)]
    never = frozenset(name for name in folders if name in _load()["never"])
    if not is_marked and not companions:
        return never
    names = frozenset((*files, *folders))
    layout = _find_layout(names, path)
    left_out = {name for name in companions if _is_companion(name, names)}
    if layout != _Layout():
        left_out.update(name for name in names if not layout.takes(name))
    return never | left_out


def _is_taken(name: str, names: Names, folder: str) -> bool:
    if name in _load()["never"]:
        return False
    return not _is_companion(name, names) and _find_layout(names, folder).takes(name)


def _is_companion(name: str, names: Names) -> bool:
    stem = _find_stem(name)
    return stem != "" and any(stem + suffix in names for suffix in _load()["page_suffixes"])


def _find_layout(names: Names, folder: str) -> _Layout:
    box = _load()["archivebox"]
    if box["settings"] in names:
        return _Layout(without=box["besides"])
    if _is_medium_export(names):
        return _Layout(only=(_load()["medium"]["folder"],))
    if folder.rpartition("/")[2] in box["extracts"] and box["extract"] in names:
        return _Layout(only=(box["extract"],))
    if _is_page_folder(names):
        return _Layout(only=_choose_forms(names, folder))
    return _Layout()


def _is_page_folder(names: Names) -> bool:
    """Tell whether ArchiveBox keeps a page in a folder of these names."""
    box = _load()["archivebox"]
    return box["index"] in names and any(mark in names for mark in box["marks"])


def _is_medium_export(names: Names) -> bool:
    return all(mark in names for mark in _load()["medium"]["marks"])


def is_left_out(root: str, path: str) -> bool:
    """Tell whether a path is not looked at, since it or a folder around it isn't.

    Args:
        root: the seeds folder.
        path: of a file or folder, relative to it; it need not be there.
    """
    folder = root
    for name in path.split("/") if path else ():
        if not _is_taken(name, FolderNames(folder), folder):
            return True
        folder = f"{folder}/{name}"
    return False


def find_affected(root: str, path: str) -> Iterator[str]:
    """Yield the paths that a change of a path affects, besides itself: whether they are looked at.

    Args:
        root: the seeds folder.
        path: relative to it. Something may be there now that wasn't, or no longer be there.
    """
    box, letter = _load()["archivebox"], _load()["substack"]
    parent, _, name = path.rpartition("/")
    if name == letter["index"]:
        yield f"{parent}/{letter['folder']}" if parent else letter["folder"]
    elif name in _load_marks():
        # Many programs write an index.json.
        around = FolderNames(f"{root}/{parent}" if parent else root)
        if name != box["index"] or any(mark in around for mark in box["marks"]):
            yield parent
    for folder in _list_ancestors(path):
        names = FolderNames(f"{root}/{folder}" if folder else root)
        if _is_page_folder(names) or _is_medium_export(names):
            yield folder
    for suffix in _load()["page_suffixes"]:
        if name.endswith(suffix):
            stem = path.removesuffix(suffix)
            for end in _load()["companion_ends"]:
                if os.path.lexists(f"{root}/{stem}{end}"):
                    yield stem + end


def find_index(path: str) -> str:
    """Return the path of what states a file's address or title, or "".

    That is ArchiveBox's index for a form of its page, and Substack's table for a post.

    Args:
        path: of the file, absolute.
    """
    if not path.endswith(_HTML) and "?" not in path:
        return ""
    box = _load()["archivebox"]
    parent, _, name = path.rpartition("/")
    if parent.endswith(f"/{_load()['substack']['folder']}") and _SUBSTACK_POST.match(name):
        table = f"{parent.rpartition('/')[0]}/{_load()['substack']['index']}"
        return table if os.path.lexists(table) else ""
    mirror = _IN_MIRROR.search(path)
    if name == box["extract"] and parent.rpartition("/")[2] in box["extracts"]:
        parent = parent.rpartition("/")[0]
    elif name not in box["pages"]:
        parent = path[: mirror.start()] if mirror else ""
        if not mirror or not _is_page_folder(FolderNames(parent)):
            return ""
    index = f"{parent}/{box['index']}"
    return index if os.path.lexists(index) else ""


def may_have_index(folder: str, names: Container[str]) -> bool:
    """Tell whether `find_index` may find one for some file in a folder.

    Args:
        folder: absolute.
        names: of the files in it.
    """
    box = _load()["archivebox"]
    own = folder.rpartition("/")[2]
    is_told = own in box["extracts"] or own == _load()["substack"]["folder"]
    return is_told or box["index"] in names or _MIRROR.search(folder) is not None


def is_companion_name(name: str) -> bool:
    """Tell whether a folder's name is that of one that a browser saves with a page."""
    return _find_stem(name) != ""


def is_mark(name: str) -> bool:
    """Tell whether a file or folder of this name changes what is looked at around it."""
    return name in _load_marks()


def _choose_forms(names: Names, folder: str) -> Collection[str]:
    """Return the names of the best form of an ArchiveBox page.

    What failed leaves an empty file or folder.

    Args:
        names: in the page's folder.
        folder: its path.
    """
    box = _load()["archivebox"]
    for page in box["pages"]:
        if page in names and _has_bytes(f"{folder}/{page}"):
            return (page,)
    files = tuple(box["file_ends"])
    mirrors = [name for name in names if _HOST.fullmatch(name) and not name.endswith(files)]
    for extract in () if mirrors else box["extracts"]:
        if extract in names and _has_bytes(f"{folder}/{extract}/{box['extract']}"):
            return (extract,)
    return mirrors or [each for each in box["archives"] if each in names]


def _has_bytes(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 - a path is text here
    except OSError:
        return False


def _list_ancestors(path: str) -> Iterator[str]:
    """Yield the folders around a path, the seeds folder first."""
    parts = path.split("/")[:-1]
    for depth in range(len(parts) + 1):
        yield "/".join(parts[:depth])


def _find_stem(name: str) -> str:
    """Return the name of the page, without suffix, that a folder would be the companion of."""
    ends = _load_ends()
    if not name.endswith(ends):
        return ""
    return next(name.removesuffix(end) for end in ends if name.endswith(end))


@cache
def _load() -> dict[str, Any]:
    return rules.table("layouts")


@cache
def _load_ends() -> tuple[str, ...]:
    return tuple(_load()["companion_ends"])


@cache
def _load_marks() -> frozenset[str]:
    box = _load()["archivebox"]
    own = (box["index"], box["settings"], box["extract"], *box["marks"])
    return frozenset((*own, *_load()["medium"]["marks"], _load()["substack"]["index"]))
