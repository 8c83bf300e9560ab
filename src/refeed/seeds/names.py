"""Which names of files are looked at."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from refeed.reading.mirror import is_mirror, is_page_name
from refeed.reading.readers import READERS
from refeed.seeds.added_readers import load_added_readers
from refeed.seeds.layouts import is_companion_name

TEXT_SUFFIXES: Final = (
    *(".txt", ".md", ".markdown", ".html", ".htm", ".xhtml"),
    *(".mkd", ".mdown", ".mdx", ".qmd", ".rmd", ".rst"),
)
"""Of the files that `refeed.reading.text_files` reads."""

_HIDDEN: Final = (".", "#")
# wget keeps the query of an address in the name: `index.html?p=3`.
_PAGES: Final = (".html", ".htm")
_MBOXES: Final = ("mbox", "inbox")
# Thunderbird's mailboxes have no suffix.
_OF_MAILBOXES: Final = (".sbd", "/Local Folders")
_MAILDIR: Final = ("/cur", "/new")
# `1700000000.M1P2.host:2,S`: the name of a message in a Maildir begins with the time.
_MESSAGE: Final = re.compile(r"[0-9]{6,}\.[^/]+")


_PICTURES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".jfif")


def is_picture_name(name: str, folder: str) -> bool:
    """Tell whether a file may be a picture that a snapshot beside it shows.

    Args:
        name: of the file, without its folder.
        folder: the path of its folder: in those that browsers save with a page, names say nothing.
    """
    return name.lower().endswith(_PICTURES) or is_companion_name(folder.rpartition("/")[2])


@cache
def snapshot_suffixes() -> tuple[str, ...]:
    """Return the ends of names, in lower case, that are looked at, each once."""
    readers = (*READERS, *load_added_readers().readers)
    of_readers = (suffix for reader in readers for suffix in reader.suffixes)
    return tuple(dict.fromkeys((*TEXT_SUFFIXES, *of_readers)))


def is_snapshot_name(name: str, folder: str = "", root: str = "") -> bool:
    """Tell whether a file is looked at: by its suffix, as a mail, or as a page of a mirror.

    Args:
        name: of the file, without its folder. Hidden ones are not looked at.
        folder: the path of its folder: in `cur` and `new`, those of a Maildir, are mails without a
            suffix; in Thunderbird's folders are mailboxes without one; below a folder named as a
            host, as in a mirror, are pages without one.
        root: the path of the seeds folder, whose own name makes no mirror.
    """
    if name.startswith(_HIDDEN):
        return False
    suffixes = snapshot_suffixes()
    if name.endswith(suffixes) or (lower := name.lower()).endswith(suffixes) or lower in _MBOXES:
        return True
    if "?" in name and lower.partition("?")[0].endswith(_PAGES):
        return True
    if folder.endswith(_OF_MAILBOXES):
        return "." not in name
    if folder.endswith(_MAILDIR):
        return _MESSAGE.fullmatch(name) is not None
    return is_page_name(name) and is_mirror(folder.removeprefix(root))
