"""What a file beside another one states of it: ArchiveBox's index, Substack's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.reading import archivebox, substack

if TYPE_CHECKING:
    from refeed.reading.claims import Record


def add_index(record: Record, index: bytes, path: str) -> Record:
    """Add the claims of an index.

    Args:
        record: of the file that it is about.
        index: its bytes.
        path: of the file.

    Raises:
        NotAnArticleError: it says that the file is a draft.
    """
    if index.lstrip()[:1] == b"{":
        return archivebox.add_index(record, index)
    return substack.add_row(record, index, path)
