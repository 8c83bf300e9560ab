"""The readers of the formats of snapshot files, and which of them reads a file.

The content decides, with the name as a hint. Files that are text in some encoding and begin with a
header, front matter, HTML or Markdown are read by `refeed.reading.text_files`. Each other format
has a reader here, whose module is imported when a file of that format is met.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from refeed.reading import evernote, json_files, link_lists
from refeed.reading.feeds import files as feed_files
from refeed.reading.mail import files as mail_files
from refeed.reading.web_archives.formats import (
    MAFF_SUFFIXES,
    MHTML_SUFFIXES,
    WACZ_SUFFIXES,
    WARC_SUFFIXES,
    WEBARCHIVE_SUFFIXES,
    is_maff,
    is_mhtml,
    is_wacz,
    is_warc,
    is_webarchive,
    read_maff,
    read_mhtml,
    read_wacz,
    read_warc,
    read_webarchive,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

HEAD_LENGTH = 4096
"""How many bytes of a file `Reader.recognize` is given."""

# The native header's epoch, and front matter in YAML.
_IS_TEXT = re.compile(rb"<!--(?:-?\d+|NaN|null|undefined)-->|---\s").match

Records: TypeAlias = "Iterable[Record | SnapshotError]"
"""What a file holds, in its order: records, or why one of them can't be read."""


class Reader(NamedTuple):
    """Reads the files of one format.

    Attributes:
        name: of the format, for instance ``MHTML``; it is shown by `refeed explain`, and in lower
            case it is what `formats` in the configuration takes.
        suffixes: endings of file names, in lower case with the dot, that are looked at for it.
        recognize: tells from the first `HEAD_LENGTH` bytes of a file, white space and a byte order
            mark before them left out, and from its path, whether it is of the format.
        read: returns what a file holds, from all of its bytes and its path relative to its seeds
            folder. It opens no file, and raises only `SnapshotError`: nothing of the file can be
            read; `NotAnArticleError` if nothing is wrong with it.
    """

    name: str
    suffixes: tuple[str, ...]
    recognize: Callable[[bytes, str], bool]
    read: Callable[[bytes, str], Records]


READERS: tuple[Reader, ...] = (
    Reader("WACZ", WACZ_SUFFIXES, is_wacz, read_wacz),
    Reader("webarchive", WEBARCHIVE_SUFFIXES, is_webarchive, read_webarchive),
    Reader("MAFF", MAFF_SUFFIXES, is_maff, read_maff),
    Reader("MHTML", MHTML_SUFFIXES, is_mhtml, read_mhtml),
    Reader("WARC", WARC_SUFFIXES, is_warc, read_warc),
    Reader("mbox", mail_files.MBOX_SUFFIXES, mail_files.recognize_mbox, mail_files.read_mbox),
    Reader("mail", mail_files.SUFFIXES, mail_files.recognize_mail, mail_files.read_mail),
    Reader("Evernote", evernote.SUFFIXES, evernote.recognize_export, evernote.read_export),
    Reader("feed", feed_files.SUFFIXES, feed_files.recognize_feed, feed_files.read_feed),
    Reader(
        "JSON Feed", json_files.FEED_SUFFIXES, json_files.recognize_json_feed, json_files.read_json
    ),
    Reader("JSON", json_files.SUFFIXES, json_files.recognize_json, json_files.read_json),
    Reader("list of links", link_lists.SUFFIXES, link_lists.recognize_list, link_lists.refuse_list),
)
"""Those that come with refeed, in the order in which they are asked."""


def choose_reader(data: bytes, path: str, others: tuple[Reader, ...] = ()) -> Reader | None:
    """Return the reader of a file, or None if it is for `refeed.reading.text_files`.

    Args:
        data: all of the file's bytes.
        path: relative to its seeds folder.
        others: readers of other packages, asked first.
    """
    head = data[:HEAD_LENGTH].lstrip(b"\xef\xbb\xbf \t\r\n")
    # Most files are of text and say so at once; they need not be asked about each format.
    readers = others if _IS_TEXT(head) else (*others, *READERS)
    for reader in readers:
        if reader.recognize(head, path):
            return reader
    return None
