"""What holds for any text on a page."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from dataclasses import replace
from html import escape
from urllib.parse import unquote, urljoin

import lxml.html
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conftest import examples
from pages.page_cases import ALL_FORMATS, entry, feed, preview, root_of
from refeed.cleaning.sanitiser import sanitise
from refeed.render.embed_html import embed
from refeed.render.feed_urls import page_url
from refeed.render.index_search import filter_feeds
from refeed.render.page_templates import format_anchor
from refeed.render.pages import FeedSummary, render_index_page
from rendering import render

# Anything that HTML can hold on one line, and more of what could end an element or an attribute.
# U+FFFD is shown as another sign, since validators warn of it.
texts = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd\ufffe\uffff")
    | st.sampled_from("<>&\"'{}%#/?\\ "),
    min_size=1,
).filter(lambda text: not text.isspace())
names = texts.filter(lambda name: not {"", ".", ".."} & set(name.split("/")))


@given(title=texts, entry_title=texts, summary=texts)
def test_a_list_shows_the_text_it_was_given(title: str, entry_title: str, summary: str) -> None:
    story = entry(title=entry_title, summary=summary)
    page = root_of(render("html", feed(title=title, entries=(story,)), ALL_FORMATS))
    assert page.xpath("string(//h1)") == title
    assert page.xpath("string(//title)") == title
    assert page.xpath("string(//h3)") == entry_title
    assert page.xpath("string(//p[@class='excerpt'])") == summary
    assert page.xpath("string((//ul[@class='addresses']//a)[1])") == f"RSS feed of {title}"


@given(title=texts, author=texts, tag=texts)
def test_an_article_shows_the_text_it_was_given(title: str, author: str, tag: str) -> None:
    page = root_of(preview([{"title": title, "authors": [author], "tags": [tag]}]))
    assert page.xpath("string(//*[@role='article']/header/h2)") == title
    assert page.xpath("string(//*[@role='article']/header//bdi)") == author
    assert page.xpath("string(//*[@role='article']/footer//bdi)") == tag


@given(title=texts, feed_title=texts, newest_title=texts)
def test_an_index_shows_the_text_it_was_given(
    title: str, feed_title: str, newest_title: str
) -> None:
    summary = FeedSummary("all", feed_title, 1, newest_title, "https://example.org/", 0)
    page = root_of(render_index_page(title, "https://example.net/", "", [summary], ALL_FORMATS))
    assert page.xpath("string(//h1)") == title
    assert page.xpath("string(//h3/a)") == feed_title
    assert page.xpath("string(//p[@class='newest']/a)") == newest_title


@given(name=names)
def test_links_lead_from_the_index_to_a_feed_and_back(name: str) -> None:
    base = "https://example.net/feeds/"
    summary = FeedSummary(name, "Feed", 1)
    index = root_of(render_index_page("Archive", base, "", [summary], ALL_FORMATS))
    link = urljoin(base, index.xpath("string(//h3/a/@href)"))
    folder = page_url(feed(name=name, base_url=base))
    assert link == folder + "index.html"
    assert unquote(folder.removeprefix(base)) == name + "/"

    page = root_of(render("html", feed(name=name, base_url=base), ALL_FORMATS))
    assert urljoin(folder, page.xpath("string(//nav/a/@href)")) == base + "index.html"
    links = page.xpath("//ul[@class='addresses']//a/@href")
    assert [urljoin(folder, link) for link in links] == page.xpath("//code/text()")


@settings(max_examples=examples(30))  # each makes an index of many feeds and reads three
@given(title=texts, query=st.text())
def test_a_feed_is_found_by_its_title_and_nothing_typed_becomes_markup(
    title: str, query: str
) -> None:
    # A lone accent is no word to search for.
    spelt = unicodedata.normalize("NFKD", title)
    assume(any(not unicodedata.combining(each) and not each.isspace() for each in spelt))
    others = [FeedSummary(f"source/{place}.example", f"{place}.example", 1) for place in range(12)]
    feeds = [FeedSummary("f", title, 1), *others]
    whole = render_index_page("Archive", "https://example.net/", "", feeds, ALL_FORMATS).decode()
    page = root_of(filter_feeds(whole, title).encode())
    assert page.xpath("//section[@id='defined' or @aria-labelledby='defined']//h3/a/text()") == [
        title
    ]
    assert page.xpath("string(//form//input/@value)") == " ".join(title.split())
    tags = {each.tag for each in root_of(whole.encode()).iter()}
    assert {each.tag for each in root_of(filter_feeds(whole, query).encode()).iter()} <= tags


@given(text=st.text())
def test_no_text_keeps_a_page_from_being_written(text: str) -> None:
    story = entry(title=text, html=text, url="https://example.org/" + text)
    render("html", feed(title=text, entries=(story,)), ALL_FORMATS).decode()


def test_the_order_of_sources_does_not_hang_on_the_order_given() -> None:
    sources = [FeedSummary(f"source/{host}", host, 1) for host in ("b.org", "A.org", "c.org")]
    page = render_index_page("Archive", "https://example.net/", "", sources, ALL_FORMATS)
    assert page == render_index_page(
        "Archive", "https://example.net/", "", sources[::-1], ALL_FORMATS
    )


@given(value=st.text(st.sampled_from("<>&'= /ahimgn1l") | st.characters(exclude_categories=["Cs"])))
def test_embedding_adds_nothing_but_what_it_means_to(value: str) -> None:
    html = sanitise(
        f'<p title="{escape(value)}">{escape(value)}<img src="x" alt="{escape(value)}">'
    )
    before, after = (lxml.html.fragment_fromstring(each, "div") for each in (html, embed(html)))
    assert [each.tag for each in before.iter()] == [each.tag for each in after.iter()]
    assert before.text_content() == after.text_content()
    added = [
        set(b.attrib) - set(a.attrib) for a, b in zip(before.iter(), after.iter(), strict=True)
    ]
    assert set().union(*added) <= {"alt", "loading"}


def test_an_entry_keeps_its_anchor_when_all_else_changes() -> None:
    story = entry()
    other = replace(story, title="New", html="<p>New.</p>", updated=story.updated + 1)
    ids = [
        root_of(render("html", feed(entries=(e,)), ())).xpath("//li[@class='item']/@id")
        for e in (story, other)
    ]
    assert ids[0] == ids[1] == ["e-00000000-0000-5000-8000-000000000001"]


def test_an_id_that_is_no_uuid_makes_an_anchor_too() -> None:
    assert format_anchor("tag:example.org,2024:a b") == "e-tag-example-org-2024-a-b"


def test_templates_are_not_loaded_until_a_page_is_made() -> None:
    program = "import sys, refeed.render.pages; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
