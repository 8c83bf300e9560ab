from __future__ import annotations

from hashlib import sha256
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


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://cn.nytimes.com/world/x/?utm_source=a", "https://cn.nytimes.com/world/x"),
        ("https://www.example.org", "https://example.org/"),
        ("https://example.org/?p=1", "https://example.org/?p=1"),
        ("http://example.org:8080/a/?b=%7e", "https://example.org:8080/a?b=~"),
        ("https://example.org/#!/a", "https://example.org/#!/a"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://中文.example/", "https://xn--fiq228c.example/"),
    ],
)
def test_keys(url: str, key: str) -> None:
    assert key_of(url) == key


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


def test_the_rules_of_a_version_never_change() -> None:
    """Ids hang on them: another digest means another version, and a major release."""
    keys = "\n".join(key_of(url) for url in PINNED)
    assert VERSION == 1
    digest = sha256(keys.encode()).hexdigest()
    assert digest == "b4d2743f88d23c4b89ef640bf803df34435e5c985b8ef3a1b33b88b6c9ee90d4"


PINNED = [
    *KNOWN,
    *(
        f"https://{host}/a?{query}"
        for host in (
            *("twitter.com", "x.com", "youtube.com", "youtu.be", "facebook.com", "instagram.com"),
            *("threads.net", "threads.com", "reddit.com", "medium.com", "linkedin.com"),
            *("tiktok.com", "nytimes.com", "washingtonpost.com", "wsj.com", "bloomberg.com"),
            *("forbes.com", "theguardian.com", "cnet.com", "cbsnews.com", "gamespot.com"),
            *("reuters.com", "cnbc.com", "ft.com", "economist.com", "newyorker.com", "wired.com"),
            *("vogue.com", "vanityfair.com", "gq.com", "huffpost.com", "techcrunch.com"),
            *("yahoo.com", "time.com", "bbc.com", "bbc.co.uk", "lefigaro.fr", "nikkei.com"),
            *("wikipedia.org", "spotify.com", "imdb.com", "goodreads.com", "bilibili.com"),
            *("taobao.com", "tmall.com", "aliyun.com", "sohu.com", "xiaohongshu.com", "weibo.com"),
            *("mp.weixin.qq.com", "amazon.com", "amazon.co.jp", "example.org"),
        )
        for query in (FOLDER / "names.txt").read_text(encoding="utf-8").split("\n")
    ),
]

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
