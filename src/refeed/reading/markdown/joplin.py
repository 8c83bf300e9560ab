"""Notes as Joplin exports them raw: the title, the body, and at the end lines of metadata."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import NotAnArticleError
from refeed.reading.front_matter_values import to_values

if TYPE_CHECKING:
    from refeed.reading.front_matter_values import Values

_METADATA = re.compile(r"id: [0-9a-f]{32}\n(?:[a-z_]+:[^\n]*\n)*type_: (\d+)\s*\Z")
_KINDS = {
    "2": "a folder of Joplin's, not an article",
    "4": "a description of a file of Joplin's, not an article",
    "5": "a tag of Joplin's, not an article",
    "6": "a link between a note and a tag of Joplin's, not an article",
    "13": "an older version of a note of Joplin's, not an article",
}
_NOTE = "1"


class JoplinNote(NamedTuple):
    """A note.

    Attributes:
        values: of its metadata.
        title: its first line.
        body: what stands between.
    """

    values: Values
    title: str
    body: str


def split_joplin_note(text: str) -> JoplinNote | None:
    """Split a note; None if the text is none.

    Raises:
        NotAnArticleError: it is an item of another kind.
    """
    at = text.rfind("\nid: ") + 1 if not text.startswith("id: ") else 0
    if at < 0 or "type_:" not in text[-40:]:
        return None
    metadata = _METADATA.match(text, at)
    if not metadata:
        return None
    if metadata[1] != _NOTE:
        raise NotAnArticleError(_KINDS.get(metadata[1], "an item of Joplin's, not an article"))
    pairs = (line.partition(":") for line in text[at:].splitlines())
    # The source is the program that wrote the note.
    values = to_values({key: value.strip() for key, _, value in pairs if key != "source"})
    title, _, body = text[:at].partition("\n")
    return JoplinNote(values, title.strip(), body.strip())
