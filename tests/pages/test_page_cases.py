"""Each file of `cases` makes a page. It says what is in it; the laws hold for all of them."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import html5lib
import pytest

from pages.page_cases import cases, root_of
from refeed.render.page_templates import render_style

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from pages.page_cases import Case

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


@every_case
def test_the_page_holds_what_the_case_expects(case: Case) -> None:
    root = root_of(case.page())
    found = {path: root.xpath(path) for path in case.content["expect"]}
    assert found == case.content["expect"]


@every_case
def test_the_page_is_html_without_a_parse_error(case: Case) -> None:
    html5lib.HTMLParser(strict=True).parse(case.page(), transport_encoding="utf-8")


@every_case
def test_the_same_arguments_give_the_same_bytes(case: Case) -> None:
    assert case.page() == case.page()


@every_case
def test_the_page_runs_and_fetches_nothing(case: Case) -> None:
    root = root_of(case.page())
    style = "".join(root.xpath("//style/text()"))
    fetched = root.xpath(
        "//link[@rel='stylesheet' or @rel='preload']/@href | //*[not(self::img)]/@src"
    )
    assert fetched in ([], [f"{up_of(root)}refeed.css"])
    favicon, icon = root.xpath("//link[@rel='icon']/@href")
    up = favicon.removesuffix("favicon.ico")
    assert icon == f"{up}icon.svg"
    assert not up.replace("../", "")
    assert root.xpath("//script | //iframe | //@style | //@*[starts-with(name(), 'on')]") == []
    assert "@import" not in style
    assert "url(" not in style


@every_case
def test_the_page_is_no_feed_itself(case: Case) -> None:
    # Liferea makes entries of a page's `article`s, besides those of the feed that it finds there.
    assert root_of(case.page()).xpath("//article") == []


@every_case
def test_the_policy_allows_the_page_its_own_style_and_no_script(case: Case) -> None:
    root = root_of(case.page())
    styles = root.xpath("//style/text()")
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
    directives = [each.strip() for each in policy.split(";")]
    assert "default-src 'none'" in directives
    (style,) = [f"'sha256-{digest}'" for digest in digests] or ["'self' file:"]
    assert f"style-src {style}" in directives
    assert "script-src" not in policy


@every_case
def test_ids_are_unique_and_links_within_the_page_lead_somewhere(case: Case) -> None:
    root = root_of(case.page())
    ids = root.xpath("//@id")
    targets = {href[1:] for href in root.xpath("//a/@href") if href.startswith("#")}
    labels = set(" ".join(root.xpath("//@aria-labelledby")).split())
    assert len(ids) == len(set(ids))
    assert targets | labels <= set(ids)


@every_case
def test_a_keyboard_and_a_screen_reader_find_their_way(case: Case) -> None:
    root = root_of(case.page())
    first_link = root.xpath("(//a)[1]")[0]
    headings = [
        int(each.tag[1])
        for each in root.iter("h1", "h2", "h3", "h4", "h5", "h6")
        if not each.xpath("ancestor::div[@class='text']")
    ]
    assert first_link.get("href") == "#" + root.xpath("//main/@id")[0]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))
    assert root.xpath("//input/@id") == root.xpath("//label/@for")
    assert all(
        each.text_content().strip() or any(each.xpath("img/@alt")) for each in root.iter("a")
    )


def up_of(root: HtmlElement) -> str:
    """Return the relative address of the output folder from a page."""
    (favicon,) = root.xpath("//link[@rel='icon'][@sizes]/@href")
    return str(favicon).removesuffix("favicon.ico")


def test_colours_can_be_read_in_both_schemes() -> None:
    style = render_style().decode()
    schemes = [
        dict(re.findall(r"--(\w+): (#\w{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    schemes = [scheme for scheme in schemes if scheme]
    assert len(schemes) == 2
    for scheme in schemes:
        for ground in ("ground", "raised"):
            for text in ("text", "quiet", "link", "visited"):
                assert _contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
            assert _contrast(scheme["edge"], scheme[ground]) >= 3


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
