"""What holds for any Markdown: no word is lost, code stays as it is, work grows with length."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives import without_coverage
from conftest import examples
from refeed.errors import SnapshotError
from refeed.reading import read
from refeed.reading.claims import Record
from refeed.reading.markdown.rendering import LONGEST, render
from refeed.reading.text_files import read_text
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from refeed.model import Snapshot

FRONT_MATTER = "---\ntitle: T\nurl: https://example.org/a\n---\n"
WORDS = st.sampled_from("gates open at six and close ten 门 開く".split())
MARKS = st.sampled_from(
    (
        *"* ** _ ` `` ``` ~~ == > - + # ## | || [ ] ( ) ]( ![ [[ ]] ![[ $ $$ : \\".split(),
        *"& < ^[ [^1] ~".split(),
        *("\n", "\n\n", "    ", "  \n", "\n- ", "\n1. ", "\n> ", "\n```\n", "\n|-|-|\n", "\n: "),
        *("{{ ", " }}", "{% ", " %}", "{{< ", " >}}", "\n===\n", "\n---\n", "\n$$\n", "\n%%"),
        *("> [!note] ", "[ ] ", " https://", "<b>", "</b>", "<div>\n", "\n</div>\n", "{: ", "{#"),
    )
)
TEXTS = st.lists(WORDS | MARKS, max_size=40).map(" ".join) | st.lists(WORDS | MARKS).map("".join)
# Where a text names what is not shown: addresses, attributes, comments, languages of code, labels.
HIDDEN = re.compile(
    r"<[^<>]*>|\]\([^()]*\)|\]:.*|%%(?:.*?%%|.*)|(?:`{3,}|~{3,})[^\n]*|\{[{%<:#].*?(?:[%>]?\}|$)"
    r"|\[\[[^\[\]]*\]\]|\[\^[^\[\]]*\]|\][ \n]*\[[^\[\]]*\]|&\w*|\^\w+|<.*",
    re.DOTALL,
)
WORD = re.compile(r"gates|open|at|six|and|close|ten|门|開く")


def read_one(text: str) -> Snapshot:
    """Read a file of one article."""
    (snapshot,) = read(text.encode(), path="a.md", modified=1, timezones={}).snapshots
    return snapshot


@given(TEXTS, st.sampled_from((None, {"title": "T"})))
def test_no_word_is_lost(text: str, known: dict[str, str] | None) -> None:
    shown = WORD.findall(visible_text(render(text, known)))
    for word in WORD.findall(HIDDEN.sub(" ", text)):
        assert word in shown
        shown.remove(word)


@given(TEXTS, st.sampled_from((None, {"title": "T"})))
def test_any_text_is_rendered_and_the_same_each_time(
    text: str, known: dict[str, str] | None
) -> None:
    assert render(text, known) == render(text, known)


@given(TEXTS, TEXTS)
@settings(max_examples=examples(50))
def test_what_was_rendered_before_does_not_matter(before: str, text: str) -> None:
    alone = render(text, None)
    render(before, {"title": "T"})
    assert render(text, None) == alone


@given(st.lists(WORDS | MARKS | st.text(max_size=3), max_size=20).map(" ".join))
def test_code_stays_as_it_is(code: str) -> None:
    code = re.sub(r"[\r\x00\ud800-\udfff\x85\u2028\u2029]", "", code)
    for known in (None, {"title": "T"}):
        shown = render(f"Text:\n\n~~~~~~\n{code}\n~~~~~~\n", known)
        inner = re.search(r"<pre><code>(.*)</code></pre>", shown, re.DOTALL)
        assert inner
        assert unescape(inner[1]) == f"{code}\n"


@given(TEXTS)
def test_all_but_the_body_is_known_without_it(text: str) -> None:
    data = (FRONT_MATTER + "The gates. " + text).encode()
    whole = read(data, path="a.md", modified=1, timezones={})
    index = read(data, path="a.md", modified=1, timezones={}, with_bodies=False)
    if whole.snapshots[0].format == "Markdown":
        assert [s._replace(html="") for s in whole.snapshots] == list(index.snapshots)


HOSTILE = {
    "brackets": "[",
    "pictures": "![",
    "links of notes": "[[a",
    "stars": "*a ",
    "underlines": "_a",
    "code": "`a ",
    "elements": "<a ",
    "comments": "<!--",
    "quotations": "> ",
    "lists": "- ",
    "quotations of lists": "> - ",
    "tables": "|a|\n|-|\n",
    "code of templates": "{% highlight a %}\n",
    "tags": "{% a ",
    "shortcodes": "{{< a ",
    "formulas": "$$a\n",
    "formulas in brackets": "\\\\[\n",
    "addresses": "<http://",
    "footnotes": "[^a]: b\n",
    "definitions": "[a]: b\n",
    "fences": "```a\n",
    "callouts": "> [!a] b\n",
    "properties": "Title: b\n",
    "labels": "#a ",
    "HTML": "<div>\n\n",
}


def count_calls(text: str) -> int:
    """Count the calls of Python functions that reading a text takes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        read(text.encode(), path="a.md", modified=1, timezones={})
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_length(name: str) -> None:
    head = FRONT_MATTER.replace("title", "layout: post\ntitle") + "Some *text*.\n\n"
    pattern = HOSTILE[name]
    small, large = (count_calls(head + pattern * (n // len(pattern))) for n in (2_000, 8_000))
    assert large < small * 5


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "[", "*", "` ", "  "])
def test_ten_thousand_levels_lose_no_word(mark: str) -> None:
    snapshot = read_one(f"{FRONT_MATTER}Some *text*.\n\n{mark * 10_000}the bottom\n")
    assert "the bottom" in visible_text(snapshot.html)


def test_a_body_that_is_too_long_is_shown_as_it_is() -> None:
    snapshot = read_one(FRONT_MATTER + "They open at **six**.\n\n" * (LONGEST // 20))
    assert snapshot.html.startswith("<p>They open at **six**.</p>\n<p>")


def test_aliases_in_front_matter_are_not_expanded() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    text = f"---\na0: &a0 [x]\n{levels}title: T\nurl: https://example.org/a\n---\nThe *gates*.\n"
    snapshot = read_one(text)
    assert (snapshot.title, snapshot.html) == ("T", "<p>The <em>gates</em>.</p>")


def test_a_draft_is_passed_over() -> None:
    with pytest.raises(SnapshotError, match=r"^a draft$") as passed:
        read_one(FRONT_MATTER.replace("title", "draft: true\ntitle") + "The *gates*.")
    assert type(passed.value).__name__ == "NotAnArticleError"


@pytest.mark.parametrize(
    "text",
    [
        "---\nslug: lock-gates\nurl: https://example.org/a\ntags: [a]\nSea son: '6'\n---\n*b*",
        '+++\nslug = "lock-gates"\nurl = "https://example.org/a"\n"Sea son" = 6\n+++\n*b*',
        "Title: T\nSlug: lock-gates\nURL: https://example.org/a\nSea son: 6\n\n*b*",
    ],
    ids=["YAML", "TOML", "properties"],
)
def test_the_values_of_front_matter_are_kept_for_addresses(text: str) -> None:
    (record,) = read_text(text, "a.md")
    assert isinstance(record, Record)
    assert record.values["slug"] == "lock-gates"
    assert record.values["season"] == "6"
    assert "tags" not in record.values


@pytest.mark.parametrize(
    ("body", "with_bodies", "expected"),
    [
        ("<p>The gates open.</p>\n\n<p>At six.</p>", "True", "set()"),
        ("The *gates* open.", "False", "set()"),
        ("The *gates* open.", "True", "{'markdown_it'}"),
    ],
    ids=["HTML", "the index", "a body"],
)
def test_the_library_is_imported_only_for_a_body_in_markdown(
    body: str, with_bodies: str, expected: str
) -> None:
    code = (
        "import sys; from refeed.reading import read; "
        f"read({(FRONT_MATTER + body).encode()!r}, path='a.md', modified=1, timezones={{}}, "
        f"with_bodies={with_bodies}); print({{'markdown_it'}} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=without_coverage(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected
