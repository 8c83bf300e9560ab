"""An entry's weight is at least the bytes that it takes in a document, whatever the format."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from refeed.model import Entry
from refeed.render import render_entry
from refeed.render.publishable import make_publishable
from refeed.store import Content
from refeed.store.rows import ENTRY_WEIGHT, pack_texts

PARTS = ["&", '"', "<", ">", "\\", "\n", "\t", "'", "%", "a", "word ", "é", "文", "😀", "\u2028"]
HTML = [*PARTS, "&amp;", "&lt;", "\r", '<img src="https://a.example/b.png">', "<p>", "</p>"]

texts = st.builds("".join, st.lists(st.sampled_from(PARTS), max_size=30)).flatmap(
    lambda text: st.integers(1, 40).map(lambda times: text * times)
)
html = st.builds("".join, st.lists(st.sampled_from(HTML), min_size=1, max_size=40)).flatmap(
    lambda text: st.integers(1, 300).map(lambda times: text * times)
)
addresses = texts.map("https://a.example/{}".format)
names = st.lists(texts | st.sampled_from(PARTS), max_size=40).map(tuple)


@given(html, texts, addresses, addresses, texts, names, names)
def test_no_document_holds_more_of_an_entry_than_its_weight(  # noqa: PLR0913, PLR0917 - drawn
    html: str,
    summary: str,
    image: str,
    url: str,
    title: str,
    authors: tuple[str, ...],
    tags: tuple[str, ...],
) -> None:
    entry = Entry(UUID(int=1).urn, url, title, html, summary, image, 10**12, 10**12, authors, tags)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE s (url, title, authors, tags)")
        row = (url, title, pack_texts(authors), pack_texts(tags))
        db.execute("INSERT INTO s VALUES (?, ?, ?, ?)", row)
        (besides,) = db.execute(f"SELECT {ENTRY_WEIGHT} FROM s").fetchone()
    weight = Content(html, summary, image).weight() + besides
    for name in ("rss", "atom", "json"):
        assert len(render_entry(name, make_publishable(entry), "").encode()) <= weight
