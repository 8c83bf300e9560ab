"""Paragraphs that hold blocks: HTML has no such thing, and each parser makes something else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.document import BLOCKS, Change, Document, Split, Unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator


def changes(document: Document) -> Iterator[Change]:
    """Split paragraphs around the blocks in them, as a browser does (HTML standard, 13.2.6.4.7).

    Where a block is deeper, in a link or in bold, the paragraph goes and what it held stays.
    """
    for paragraph in reversed(document.all("p")):
        if any(e.tag in BLOCKS for child in paragraph if child.tag not in BLOCKS for e in child.iter()):
            yield Unwrap(paragraph, "block in a paragraph")
        elif any(child.tag in BLOCKS for child in paragraph):
            yield Split(paragraph, "block in a paragraph")
