"""The cases of tests/render/cases: a feed, and the documents that it must become.

After a wanted change of the output, write the expected documents anew, and read the difference:

    PYTHONPATH=src python tests/feed_cases.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from refeed.model import Entry, Feed, Link
from refeed.render import FORMATS, render

CASES = Path(__file__).parent / "render" / "cases"
FORMAT_NAMES = ("rss", "atom", "json")


def names() -> list[str]:
    """The cases there are."""
    return sorted(path.stem for path in CASES.glob("*.json") if "." not in path.stem)


def feed(case: str) -> Feed:
    """The feed of a case."""
    fields = json.loads((CASES / f"{case}.json").read_bytes())
    entries = tuple(map(_entry, fields["entries"]))
    links = tuple(Link(**link) for link in fields.get("links", ()))
    return Feed(**{**fields, "entries": entries, "links": links})


def expected(case: str, name: str) -> Path:
    """Where the document of a case in a format is."""
    return CASES / f"{case}.{FORMATS[name].file}"


def _entry(fields: dict[str, Any]) -> Entry:
    texts = dict.fromkeys(("html", "summary", "image"), "")
    return Entry(
        **{
            **texts,
            **fields,
            "updated": fields.get("updated", fields["published"]),
            "authors": tuple(fields.get("authors", ())),
            "tags": tuple(fields.get("tags", ())),
        }
    )


if __name__ == "__main__":
    for each in names():
        for form in FORMAT_NAMES:
            expected(each, form).write_bytes(render(form, feed(each)))
