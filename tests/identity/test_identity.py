from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.errors import UrlError
from refeed.identity import VERSION, entry_id, key_of, source_of

FOLDER = Path(__file__).parent / "cases"


def rows(name: str) -> list[list[str]]:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.split("\n") if line]


SAME, DIFFERENT, REFUSED = rows("same"), rows("different"), [row[0] for row in rows("refused")]
KNOWN = [url for row in (*SAME, *DIFFERENT) for url in row[:2]]


@pytest.mark.parametrize("row", SAME, ids=lambda row: row[0])
def test_same(row: list[str]) -> None:
    assert key_of(row[0]) == key_of(row[1])


@pytest.mark.parametrize("row", DIFFERENT, ids=lambda row: row[0])
def test_different(row: list[str]) -> None:
    assert key_of(row[0]) != key_of(row[1])


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url: str) -> None:
    with pytest.raises(UrlError) as raised:
        key_of(url)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("row", rows("keys"), ids=lambda row: row[0])
def test_the_keys_of_a_version_never_change(row: list[str]) -> None:
    """Ids hang on them: another key means another version, and a major release."""
    url, key = row
    assert key_of(url) == key
    assert VERSION == 1


@pytest.mark.parametrize(
    ("key", "source"),
    [
        ("https://example.org/a?b", "example.org"),
        ("https://example.org:8080/", "example.org:8080"),
        ("https://[2001:db8::1]/a", "[2001:db8::1]"),
    ],
)
def test_sources(key: str, source: str) -> None:
    assert source_of(key) == source


def test_ids() -> None:
    assert entry_id("https://example.org/") == "urn:uuid:527dda32-a0de-5105-a042-cb475b5f7d11"


PIECES = st.sampled_from(
    [
        *KNOWN,
        *(
            "http://",
            "https:",
            "//",
            "/",
            "\\",
            "?",
            "#",
            "#!",
            "&",
            "=",
            "@",
            ":",
            ":80",
            "[",
            "]",
        ),
        *("www.", "m.", "amp.", ".m.wikipedia.org", "amp", ".amp", ".html", "..", ".", "%", "%2e"),
        *(
            "%2F",
            "%41",
            "%e4",
            "amp;",
            "utm_source=x",
            "中",
            "。",
            "ß",
            "İ",
            "❤",
            "\ud800",
            " ",
            "\t",
        ),
        *("a", "A", "example.org", "xn--", "٣", "²", "\u200d", "ª", "％"),
    ]
)
URLS = st.one_of(
    st.text(max_size=40),
    st.text(max_size=30).map("https://".__add__),
    st.lists(PIECES, max_size=10).map("".join),
    st.lists(PIECES, max_size=10).map(lambda pieces: "https://" + "".join(pieces)),
)


@given(URLS)
def test_a_key_is_its_own_key_and_nothing_but_a_url_error_is_raised(url: str) -> None:
    try:
        key = key_of(url)
    except UrlError:
        return
    assert key_of(key) == key
    assert key.isascii()
    assert " " not in key


@given(URLS)
def test_a_source_can_name_a_folder(url: str) -> None:
    try:
        source = source_of(key_of(url))
    except UrlError:
        return
    assert source == source.lower()
    assert source.strip(".")
    assert "/" not in source
    assert "\\" not in source
    assert len(source) <= 250
