from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.identity import key_of
from refeed.rules import image_rules, link_rules
from refeed.urls import clean_link

if TYPE_CHECKING:
    from pathlib import Path


def test_vectors(shared: Path) -> None:
    text = (shared / "vectors" / "urls.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    wrong = [(url, other) for url, other, kind, _ in rows if not holds(url, other, kind)]
    assert rows
    assert not wrong


def holds(url: str, other: str, kind: str) -> bool:
    if kind in {"same", "different"}:
        return (key_of(url) == key_of(other)) == (kind == "same")
    if kind.startswith("image") and image_rules().unwrap(url).url != other:
        return False
    return clean_link(url, link_rules()).url == other
