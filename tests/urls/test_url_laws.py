from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import example, given
from hypothesis import strategies as st

from refeed.rules import image_rules, link_rules, tracking_rules
from refeed.urls import (
    clean_link,
    find_host,
    is_plain,
    is_web_url,
    repair,
    resolve,
    split,
)
from urls.url_cases import read

KNOWN = [case.url for name in ("origin", "link", "tracking", "mending") for case in read(name)]
PIECES = st.sampled_from(
    [
        *KNOWN,
        *(
            "https://",
            "http:",
            "//",
            "example.org",
            "/",
            "?",
            "&",
            "#",
            "=",
            "%",
            "%2F",
            "%25",
            "%3A",
        ),
        *(
            "utm_source=x",
            "amp;",
            "&amp;",
            "url=",
            "q=",
            "u=",
            '"',
            "%22",
            "<b>",
            "：",
            " ",
            "\n",
            "[",
        ),
        *(
            "/unsafe/",
            "/plain/",
            "/aHR0c",
            "__;",
            "**a",
            "\ud800",
            "中",
            "@",
            ":",
            "\\",
            "../",
            "=/",
        ),
    ]
)
URLS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=8).map("".join),
    st.tuples(st.sampled_from(KNOWN), st.integers(0, 300), PIECES).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
    ),
)


def is_subsequence(short: str, long: str) -> bool:
    characters = iter(long)
    return all(character in characters for character in short)


@given(URLS)
def test_cleaning_is_idempotent_unless_too_deep(url: str) -> None:
    once = clean_link(url, link_rules())
    twice = clean_link(once.url, link_rules())
    assert twice.rules == () or len(once.rules) >= 5


@given(URLS)
def test_an_unchanged_url_is_the_same_object(url: str) -> None:
    for result in (
        clean_link(url, link_rules()),
        image_rules().unwrap(url),
        repair(url),
        tracking_rules().strip(url),
    ):
        assert (result.url is url) == (not result.rules)


@given(URLS)
def test_a_web_url_stays_one(url: str) -> None:
    if is_web_url(url):
        assert clean_link(url, link_rules()).url.lower().startswith(("http://", "https://"))
        assert image_rules().unwrap(url).url.lower().startswith(("http://", "https://"))
        assert is_web_url(tracking_rules().strip(url).url)


@given(URLS)
@example("https://example.org/a?b=c#d")
@example("https://example.org?b=%e5%bf%83&c=100%")
@example("https://example.org/&&#38;%")
@example("https://example.org/&AMP;%3c/a%3e")
@example("https://example.org/%E2%80%9D")
def test_a_plain_url_is_one_that_nothing_is_done_to(url: str) -> None:
    if is_plain(url):
        assert is_web_url(url)
        assert repair(url).rules == ()
        assert resolve(url, "https://example.org/") == url


def test_most_urls_are_plain() -> None:
    assert is_plain("https://www.example.org/2024/an-article.html?a=b&c=d#part")
    assert is_plain("https://example.org/%e5%bf%83")
    assert not is_plain("https://example.org/?u=http://example.com/")


@given(URLS)
def test_what_is_no_url_is_left_alone(url: str) -> None:
    if not url.lower().startswith(("http:", "https:", "//")):
        assert clean_link(url, link_rules()).url == url
        assert image_rules().unwrap(url).url == url


@given(URLS)
def test_stripping_only_takes_away(url: str) -> None:
    assert is_subsequence(tracking_rules().strip(url).url, url)


@given(URLS)
def test_stripping_is_idempotent(url: str) -> None:
    once = tracking_rules().strip(url)
    assert tracking_rules().strip(once.url).rules == ()


@given(URLS)
def test_mending_is_idempotent(url: str) -> None:
    assert repair(repair(url).url).rules == ()


@given(URLS, URLS)
def test_joining_never_raises_and_is_idempotent(url: str, base: str) -> None:
    joined = resolve(url, base)
    assert resolve(joined, base) == joined or not is_web_url(base)


@given(URLS)
@example("https://example.org")
@example("https://example.org:80/")
@example("https://example.org\n")
@example("https://EXAMPLE.org./a")
@example("//user@example.org?a")
@example("https://example.org/" + "a" * 20_000)
def test_a_host_is_the_one_among_the_parts(url: str) -> None:
    parts = split(url)
    assert find_host(url) == (parts.host if parts else "")


@given(
    st.lists(
        st.sampled_from(["a", "b.html", "..", ".", "é", "%2F", "@", ":", "", ";", "?c", "#d"])
    ),
    st.sampled_from(["https://a.example/b/c", "HTTP://a.example", "httpS://u@a.example:1?q#f"]),
)
def test_a_path_is_resolved_as_by_the_rfc(segments: list[str], base: str) -> None:
    path = "/a/" + "/".join(segments)
    assert resolve(path, base) == urljoin(base, path)
