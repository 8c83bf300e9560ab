"""What holds for all saved pages, whatever is in them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives import without_coverage
from cleaning_rules import rules_from
from refeed.cleaning import clean
from refeed.reading import read
from refeed.reading.claims import Record
from refeed.reading.saved_page import read_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.model import Snapshot

CASES = Path(__file__).parent / "cases"
PAGES = [
    case.with_suffix("")
    for case in sorted(CASES.glob("page-*.htm*.json"))
    if "rejected" not in case.read_text(encoding="utf-8")
]
CANONICAL = '<link rel="canonical" href="https://example.org/river">'
HEAD = f"<!DOCTYPE html><html><head><title>River</title>{CANONICAL}</head><body>"
SENTENCE = "The water rose overnight, and by noon the bridge was closed to all but the mail. "


def read_one(html: str | bytes, *, with_bodies: bool = True) -> Snapshot:
    data = html if isinstance(html, bytes) else html.encode()
    reading = read(data, path="page.html", modified=1, timezones={}, with_bodies=with_bodies)
    return reading.snapshots[0]


def test_a_page_is_read_the_same_whatever_was_read_before() -> None:
    pages = [path.read_bytes() for path in PAGES]
    assert len(pages) > 20
    forwards = [read_one(page) for page in pages]
    backwards = [read_one(page) for page in reversed(pages)]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_all_but_the_body_is_known_without_looking_for_it(path: Path) -> None:
    page = path.read_bytes()
    whole = read_one(page)
    assert read_one(page, with_bodies=False) == whole._replace(html="", media=frozenset())


def test_a_record_gives_its_body_again_and_is_not_changed() -> None:
    record = Record(html=HEAD + f"<p>{SENTENCE * 3}</p>" * 3, urls=())
    found = read_page(record)
    assert found.find_body is not None
    assert found.find_body() == found.find_body() != ""
    assert record.html.startswith("<!DOCTYPE html>")


def test_what_is_known_from_around_a_page_goes_before_what_it_says() -> None:
    around = Record(
        html=HEAD.replace("<html", '<html lang="de"') + f"<p>{SENTENCE * 3}</p>",
        urls=(("https://example.org/from-around", "WARC-Target-URI"),),
        titles=(("From around", "subject"),),
        base="https://example.org/base/",
        language="en",
        site="Around",
    )
    found = read_page(around)
    assert found.urls[0] == around.urls[0]
    assert found.titles[0] == around.titles[0]
    assert (found.base, found.language, found.site) == (around.base, "en", "Around")


def test_extraction_is_imported_when_the_body_of_a_page_is_asked_for() -> None:
    code = f"""
import sys
from refeed.reading import read
heavy = {{"trafilatura", "htmldate", "justext", "bs4", "lxml.html"}}
def show(data, **options):
    read(data, path="a.html", modified=1, timezones={{}}, **options)
    print(sorted(heavy & set(sys.modules)))
page = {HEAD + '<time datetime="2024-03-04T00:00:00Z">Monday</time>' + SENTENCE!r}.encode()
show(b"<!--1718775422000-->\\n[A](https://example.org/a)\\n------\\n<p>x</p>")
show(page, with_bodies=False)
show(page)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=without_coverage(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    native, index, body = done.stdout.splitlines()
    assert native == "[]"
    assert index == "['lxml.html']"
    assert "trafilatura" in body


SOUP = (
    f"<p>{SENTENCE}</p>",
    "<title>River - Post",
    "</title>",
    "<h1>River</h1>",
    "<h1><a href='/'>",
    "<meta property=og:image content='http://['>",
    "<meta property=og:url content='http://[/a'>",
    "<meta name=author content='http://[,'>",
    "<meta property='article:published_time og:title' content=2024-03-04>",
    "<base href='http://['>",
    "<link rel=canonical href='//[/'>",
    '<script type="application/ld+json">{"@graph":[{"@id":{},"author":[[1],{"name":{}}],',
    '<script type="application/ld+json">{"@type":["A",1],"headline":[],"image":{"url":3}}',
    "</script>",
    "<a rel=author href='/author/x'>By </a>",
    "<span class='byline author' itemprop='author name'>",
    "<time datetime='99999-99-99'>x 2024</time>",
    "<figure itemid='http://['><img src='data:image/png,' width=99999999999999999999>",
    "<img src='./a_files/b.jpg' srcset=', ,'>",
    "<table><td><ruby>a<rt>b<p>",
    "<frameset><frame></frameset>",
    "</html>",
    "<body dir=rtl style='direction:rtl' lang='<'>",
    "<svg><title>x<math><p>",
    "<noscript><template>",
    "<!-- saved from url=(9)http://[ -->",
    "<?php ?>",
    "<plaintext>",
    "\x0b\ufffe\U0010ffff",
    "&#xD800;&#0;&unknown;",
)


@given(st.lists(st.sampled_from(SOUP), max_size=12))
def test_any_soup_of_tags_is_a_page(parts: list[str]) -> None:
    page = f"<html><link rel=canonical href=https://example.org/a>{''.join(parts)}"
    found = read_one(page)
    assert found.url
    clean(found.html, found.url, rules_from(""))


@pytest.mark.parametrize(
    "make",
    [
        lambda times: f"<p>{SENTENCE}</p>" * times,
        lambda times: "".join(f"<div>word{number}</div>" for number in range(times)),
        lambda times: f"<p>{SENTENCE}</p><div>{'<img src=a.jpg>' * times}</div><p>{SENTENCE}</p>",
        lambda times: "<figure><img src=a.jpg><figcaption>x</figcaption></figure>" * times,
        lambda times: "<time>4 March</time><h1>aa bb</h1>" * times,
        lambda times: '<span class="author">by x</span>' * times,
        lambda times: "<h2>x</h2>" * times,
        lambda times: '<li><a href="/a">The mill is sold</a></li>' * times,
        lambda times: "<div>" * times + SENTENCE,
        lambda times: f"<p {' '.join(f'a{n}=1' for n in range(times))}>{SENTENCE}",
    ],
    ids="paragraphs words pictures figures times authors headings links depth attributes".split(),
)
def test_the_work_for_a_page_grows_with_its_length(make: Callable[[int], str]) -> None:
    read_one(HEAD + SENTENCE)  # imports
    small, large = (count_calls(HEAD + make(times)) for times in (2_100, 6_300))
    assert large < small * 4


def count_calls(page: str) -> int:
    """Return how many functions are called to read a page."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_one(page)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + SENTENCE,
        "<p>" + "<span>" * 10_000 + SENTENCE,
        "<table><tr><td>" * 5_000 + SENTENCE,
        "<a href=x>" * 10_000 + SENTENCE,
        f"<p>{SENTENCE}" + "<p>a b" * 450_000,
        f"<p>{SENTENCE * 40_000}</p>",
        f'<p>{SENTENCE}</p><img src="data:image/png;base64,{"A" * 5_000_000}">',
        f"<p>{SENTENCE}</p><script>{'var a;' * 500_000}</script>",
    ],
    ids="divs spans tables links tags text data script".split(),
)
def test_the_text_of_a_page_that_is_too_much_is_kept(html: str) -> None:
    found = read_one(HEAD + html)
    assert found.title == "River"
    assert SENTENCE.strip() in clean(found.html, found.url, rules_from(""))


def test_entities_are_read_once_and_others_are_not_expanded() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = f"<p>{SENTENCE}&amp;lt; &b; &x; {SENTENCE}</p>"
    found = read_one(HEAD.replace("<!DOCTYPE html>", doctype) + body)
    assert "&amp;lt;" in found.html
    assert "aaaa" not in found.html
    assert "root:" not in found.html


def test_characters_that_no_tree_can_hold_are_left_out() -> None:
    found = read_one(f"{HEAD}<nav>x</nav>\ufffe&#xb;\x0b&#xffff;<p>{SENTENCE}\ufffe</p>")
    assert found.html == f"<p>{SENTENCE}</p>"


def test_what_a_page_carries_stays_with_its_reference() -> None:
    address = "data:image/png;base64," + "A" * 4_000
    found = read_one(f'{HEAD}<p>{SENTENCE}</p><img src="{address}"><p>{SENTENCE}</p>')
    assert [picture.reference for picture in found.pictures] == [address]
    assert f'src="{address}"' in found.html


def test_figures_captions_and_subheadings_are_there_after_cleaning() -> None:
    path = next(path for path in PAGES if path.name == "page-body-of-blocks.html")
    found = read_one(path.read_bytes())
    html = clean(found.html, found.url, rules_from(""))
    for part in (
        '<img src="https://example.org/img/bridge.jpg"',
        "<figcaption>The bridge, seen from the mill.</figcaption>",
        "<h2>The year of the frost</h2>",
        "Ice at the piers.",
        "<pre>level 2.4 m</pre>",
        "<th>Level</th>",
    ):
        assert part in html
    for part in ("Home", "Share this", "The mill is sold", "quite wet", "rights reserved"):
        assert part not in html


@pytest.mark.parametrize("end", ["_files", "_fichiers", "_bestanden", "_pliki", "_文件", ".fld"])
def test_pictures_lie_beside_a_page_in_any_language(end: str) -> None:
    head = "<head><link rel=canonical href=https://a.example/b></head>"
    page = f"<html>{head}<img src='./b{end}/c.png'>"
    (snapshot,) = read(page.encode(), path="b.html", modified=1, timezones={}).snapshots
    assert [picture.reference for picture in snapshot.pictures] == [f"./b{end}/c.png"]
