"""Hostile HTML from public collections: judged by the tree that a browser would make of it."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

import html5lib
import pytest

from cleaning_rules import rules_from
from refeed.cleaning import clean
from refeed.errors import SnapshotError
from refeed.reading import read
from refeed.reading.markdown.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from refeed.cleaning import Rules

HARMLESS = frozenset(
    "a abbr acronym address area article aside audio b bdi bdo big blockquote br caption center "
    "cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 "
    "h4 h5 h6 header hgroup hr i img ins kbd li main map mark menu nav ol p picture pre q rp rt "
    "rtc ruby s samp section small source span strike strong sub summary sup table tbody td tfoot "
    "th thead time tr track tt u ul var video wbr".split()
)
ADDRESSES = frozenset("href src srcset poster cite action formaction background data ping".split())
SCHEMES = ("https:", "http:", "mailto:", "tel:", "magnet:")
OF_THE_PAGE = frozenset(
    "style srcdoc http-equiv action formaction form id name is slot target usemap".split()
)
XHTML = "{http://www.w3.org/1999/xhtml}"


def dangers(html: str) -> Iterator[str]:
    """Yield what may run, load, navigate, submit or style in a fragment."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=True)
    for element in tree.iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if not isinstance(element.tag, str):
            yield "a comment"
            continue
        if not element.tag.startswith(XHTML):
            yield f"an element of another language: {element.tag}"
            continue
        tag = element.tag.removeprefix(XHTML)
        yield from _element(tag, element)


def _element(tag: str, element: Element) -> Iterator[str]:
    if tag == "iframe":
        # A player of a site that is known, on its own.
        if not element.get("src", "").startswith("https://"):
            yield f"a frame of {element.get('src')}"
    elif tag not in HARMLESS:
        yield f"<{tag}>"
    for name, value in element.attrib.items():
        if name.startswith("on") or name in OF_THE_PAGE or ":" in name or "{" in name:
            yield f"<{tag} {name}>"
        elif name in ADDRESSES:
            yield from _address(tag, name, value)


def _address(tag: str, name: str, value: str) -> Iterator[str]:
    values = [part.split()[0] for part in value.split(",") if part.strip()]
    for address in values if name == "srcset" else [value]:
        # As browsers do: no white space or control character counts in a scheme.
        bare = re.sub("[\x00-\x20]", "", address).lower()
        if not bare.startswith(SCHEMES):
            yield f"<{tag} {name}={address!r}>"


def _in_rss(html: str) -> str:
    return (
        "<rss version='2.0'><channel><item><link>https://news.example.org/story</link>"
        f"<title>a</title><description>{escape(html)}</description></item></channel></rss>"
    )


def _in_atom(html: str) -> str:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title>"
        f"<content type='xhtml'><div>{html}</div></content><link href='https://news.example.org/story'/></entry></feed>"
    )


def _in_json_feed(html: str) -> str:
    item = {"id": "1", "url": "https://news.example.org/story", "content_html": html}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]})


def _in_wallabag(html: str) -> str:
    entry = {"is_archived": 0, "url": "https://news.example.org/story", "content": html}
    return json.dumps([entry])


def _in_mail(html: str) -> str:
    head = "Message-ID: <a@example.org>\nSubject: a\nContent-Type: text/html; charset=utf-8\n\n"
    return f"{head}<p>a</p>{html}"


WRAPPED: dict[str, Callable[[str], str]] = {
    "RSS": _in_rss,
    "Atom": _in_atom,
    "JSON Feed": _in_json_feed,
    "wallabag": _in_wallabag,
    "mail": _in_mail,
}


@pytest.fixture(scope="module")
def rules() -> list[Rules]:
    """Everything on, and everything off that can be."""
    switches = ("structure", "links", "trackers", "boilerplate")
    off = "\n".join(f"{name} = false" for name in switches)
    return [rules_from(""), rules_from(f'{off}\nimages = "keep"')]


def test_nothing_dangerous_survives(shared: Path, rules: list[Rules]) -> None:
    vectors = (shared / "vectors/xss.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(vectors) > 500
    found = []
    for line in vectors:
        html = json.loads(line)["html"]
        for each in rules:
            cleaned = clean(html, "https://news.example.org/story", each)
            found += [(danger, html) for danger in dangers(cleaned)]
    assert found == []


def test_nothing_dangerous_survives_in_markdown(shared: Path, rules: list[Rules]) -> None:
    vectors = (shared / "vectors/xss.jsonl").read_text(encoding="utf-8").splitlines()
    attack = "javascript:alert(1)"
    attacks = [f"[a]({attack}) ![a]({attack}) <{attack}> [[a|<b onclick=x>]] ![[{attack}.png]]"]
    attacks += [f'{{{{< figure src="{attack}" link="{attack}" caption="<b onclick=x>" >}}}}']
    found = []
    for html in [json.loads(line)["html"] for line in vectors] + attacks:
        for text, known in (
            (f"A *note*.\n\n{html}\n", {"title": html}),
            (f"> [!a] {html}\n\n- {html}\n\n`a` {html}", None),
        ):
            body = render(text + "{{ page.title }}", known)
            cleaned = clean(body, "https://news.example.org/story", rules[0])
            found += [(danger, html) for danger in dangers(cleaned)]
    assert found == []


@pytest.mark.parametrize("wrap", WRAPPED)
def test_nothing_dangerous_survives_in_a_file(shared: Path, rules: list[Rules], wrap: str) -> None:
    vectors = (shared / "vectors/xss.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    read_count = 0
    for line in vectors:
        html = json.loads(line)["html"]
        data = WRAPPED[wrap](html).encode(errors="replace")
        try:
            reading = read(data, path="a.xml", modified=1, timezones={})
        except SnapshotError:
            continue
        read_count += 1
        for snapshot in reading.snapshots:
            cleaned = clean(snapshot.html, "https://news.example.org/story", rules[0])
            found += [(danger, html) for danger in dangers(cleaned)]
    assert found == []
    assert read_count > len(vectors) * 0.9


def test_nothing_dangerous_survives_in_a_saved_page(shared: Path, rules: list[Rules]) -> None:
    vectors = (shared / "vectors/xss.jsonl").read_text(encoding="utf-8").splitlines()
    head = (
        "<!DOCTYPE html><html><head><title>Story</title>"
        '<link rel="canonical" href="https://news.example.org/story"></head><body><article>'
    )
    # With less text the body is looked for in other ways, which take longer and lose more attacks.
    text = (
        "<p>The water rose overnight, and by noon the bridge was closed to all but mail.</p>"
        "<p>Nobody in the village had seen the river so high, and the ferry stayed tied up.</p>"
        "<p>The baker went from door to door with what was left, and took no money for it.</p>"
        "<p>By evening the mill had a foot of water in it, and still the rain went on.</p>"
    )
    found = []
    attacks_read = 0
    for line in vectors:
        html = json.loads(line)["html"]
        page = f"{head}{text}{html}{text}</article></body></html>"
        data = page.encode("utf-8", "surrogatepass")
        snapshot = read(data, path="page.html", modified=1, timezones={}).snapshots[0]
        attacks_read += any(dangers(snapshot.html))
        cleaned = clean(snapshot.html, snapshot.url, rules[0], base=snapshot.base)
        found += [(danger, html) for danger in dangers(cleaned)]
    assert found == []
    assert attacks_read > len(vectors) / 4


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<svg><a/></svg>",
        "<p onclick=x>",
        "<a href='java\tscript:x'>",
        "<img src=data:image/png;base64,x>",
        "<img srcset='https://a/ 1x, javascript:x 2x'>",
        "<p style='position:fixed'>",
        "<form><input></form>",
        "<!-- x -->",
        "<iframe src=//a></iframe>",
        "<math href='javascript:x'></math>",
    ],
)
def test_a_danger_is_seen(html: str) -> None:
    assert list(dangers(html))
