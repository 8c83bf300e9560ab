from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feed_cases
from refeed.render import build_frame, render_entry
from refeed.render.publishable import make_publishable
from refeed.render.verify import verify_entry, verify_frame, verify_page
from rendering import render

if TYPE_CHECKING:
    from refeed.render.document_frame import Frame

FEED = feed_cases.feed("ordinary")
ENTRIES = [make_publishable(entry) for entry in FEED.entries]
ENTRY, OTHER = ENTRIES[:2]
NAMES = ["rss", "atom", "json"]
EACH_FORMAT = pytest.mark.parametrize("name", NAMES)
EACH_KIND = pytest.mark.parametrize("name", [*NAMES, "html"])


def written(name: str) -> str:
    return render_entry(name, ENTRY, "")


def framed(name: str) -> Frame:
    return build_frame(name, FEED, ENTRY.updated)


@EACH_KIND
def test_what_is_as_it_should_be_passes(name: str) -> None:
    verify_entry(name, written(name), ENTRY)


@EACH_FORMAT
@pytest.mark.parametrize("keep", [0, 1, 50, -2, -20])
def test_an_entry_cut_short_is_refused(name: str, keep: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        verify_entry(name, written(name)[:keep], ENTRY)


@EACH_FORMAT
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"url": "https://example.org/another"},
        {"html": "<p>another</p>"},
        {"published": 1718775421000},
        {"updated": 1718779000001},
        {"id": "urn:uuid:00000000-0000-5000-8000-000000000009"},
        {"page": "https://feeds.example.net/article/1/"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_differs_is_refused(name: str, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"the .* is .*, not"):
        verify_entry(name, written(name), replace(ENTRY, **change))


def test_an_article_must_link_to_its_entry() -> None:
    with pytest.raises(ValueError, match="no link"):
        verify_entry("html", written("html"), replace(ENTRY, url="https://example.org/another"))


@pytest.mark.parametrize("name", ["rss", "atom"])
@pytest.mark.parametrize(
    "change",
    [
        "{0}{0}",
        "text{0}",
        "{0}text",
        "<a>{0}</a>",
        "{0}</feed><feed>",
        "</feed>{0}<feed>",
        "<!--{0}-->",
        "<!--{0}",
        "{0}<!--",
        "<![CDATA[{0}",
        "{0}&amp",
        "{0}<item/>",
        "\ud800{0}",
    ],
)
def test_what_is_not_one_element_is_refused(name: str, change: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        verify_entry(name, change.format(written(name)), ENTRY)


@pytest.mark.parametrize(
    "change", ["{0},{0}", "{0}]", "[{0}]", '{0}],"items":[{0}', "null", "1", "[]", "", "\ud800"]
)
def test_what_is_not_one_object_is_refused(change: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        verify_entry("json", change.format(written("json")), ENTRY)


@EACH_FORMAT
def test_a_frame_passes_with_an_entry_and_with_none(name: str) -> None:
    verify_frame(name, framed(name), written(name))
    verify_frame(name, framed(name), None)


BROKEN = {
    "it has no end": lambda whole: whole._replace(tail=""),
    "it has half an end": lambda whole: whole._replace(tail=whole.tail[:-5]),
    "it has no beginning": lambda whole: whole._replace(head=""),
    "more comes after it": lambda whole: whole._replace(tail=whole.tail + "<x/>"),
    "it comments entries out": lambda whole: whole._replace(
        head=whole.head + "<!--", tail="-->" + whole.tail
    ),
    "it holds the entry twice": lambda whole: whole._replace(
        tail=written("rss" if "rss" in whole.tail else "atom") + whole.tail
    ),
    "entries are a level too deep": lambda whole: whole._replace(
        head=whole.head + "<a>", tail="</a>" + whole.tail
    ),
    "it begins like a document type": lambda whole: whole._replace(
        head=whole.head.replace("\n", "\n<!DOCTYPE rss>", 1)
    ),
}


@EACH_FORMAT
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_frame_is_refused(name: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        verify_frame(name, BROKEN[fault](framed(name)), written(name))


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_frame_with_other_namespaces_than_entries_are_read_in_is_refused(name: str) -> None:
    head = framed(name).head.replace("search.yahoo.com", "search.example.com")
    with pytest.raises(ValueError, match="namespaces"):
        verify_frame(name, framed(name)._replace(head=head), written(name))


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_one_format_is_not_taken_for_the_other(name: str) -> None:
    other = "atom" if name == "rss" else "rss"
    with pytest.raises(ValueError, match="root element"):
        verify_frame(name, framed(other), written(other))
    with pytest.raises(ValueError, match=r"."):
        verify_entry(name, written(other), ENTRY)


@pytest.mark.parametrize("head", ["null", "[]", "{}", '{"items":null}', '{"items":[1]}'])
def test_json_of_another_kind_is_refused(head: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        verify_frame("json", framed("json")._replace(head=head, tail=""), None)


def test_a_page_must_show_its_articles_in_order() -> None:
    articles = [render_entry("html", entry, FEED.language) for entry in ENTRIES]
    page = render("html", FEED)
    verify_page(page, articles)
    for others in (articles[::-1], [*articles, articles[0]]):
        with pytest.raises(ValueError, match="not in its place"):
            verify_page(page, others)
    with pytest.raises(ValueError, match="cut off"):
        verify_page(page[:-10], articles)


@pytest.mark.parametrize("name", ["rss", "atom"])
@given(cut=st.floats(0, 1))
def test_two_halves_of_an_entry_never_pass_for_two(name: str, cut: float) -> None:
    """Else they could end up in documents of which one has only the first."""
    text = written(name) + render_entry(name, OTHER, "")
    at = round(cut * len(text))
    passed = 0
    for half, entry in ((text[:at], ENTRY), (text[at:], OTHER)):
        try:
            verify_entry(name, half, entry)
        except ValueError:
            continue
        passed += 1
    assert (passed == 2) == (at == len(written(name)))


def test_an_article_without_an_address_is_linked_by_its_page_alone() -> None:
    page = "https://feeds.example.net/article/1/"
    entry = make_publishable(replace(ENTRY, url=page, page=page))
    item = render_entry("html", entry, "")
    verify_entry("html", item, entry)
    with pytest.raises(ValueError, match="no link to"):
        verify_entry("html", item.replace("/index.html", "/other.html"), entry)
