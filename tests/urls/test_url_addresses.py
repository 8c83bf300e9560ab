from __future__ import annotations

import pytest

from refeed.urls import drop_credentials, is_web_url, resolve

BASE = "https://example.org/news/1.html?a=1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("2.html", "https://example.org/news/2.html"),
        (" /x\n", "https://example.org/x"),
        ("../y", "https://example.org/y"),
        ("?b=2", "https://example.org/news/1.html?b=2"),
        ("//cdn.example.org/a.png", "https://cdn.example.org/a.png"),
        ("http://example.com/", "http://example.com/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+1", "tel:+1"),
        ("magnet:?xt=urn", "magnet:?xt=urn"),
        ("#part", "#part"),
        ("", ""),
        ("//[broken/x", "https://[broken/x"),
    ],
)
def test_absolute(url: str, expected: str) -> None:
    assert resolve(url, BASE) == expected


def test_without_a_base_a_reference_stays() -> None:
    assert resolve("/x", "") == "/x"
    assert resolve("/x", "https://[broken") == "/x"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "HTTP://EXAMPLE.ORG:8080/a b",
        "https://bücher.example/",
        "https://a_b-.example.org./x",
        "http://localhost/x",
        "http://127.0.0.1:80/",
        "http://[::1]/",
        "https://user:pw@example.org/",
        "https://❤️.example/",
        "https://日本。例え.example/",
    ],
)
def test_web_urls(url: str) -> None:
    assert is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "/a",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "ftp://example.org/",
        "http://",
        "http://这是一句话",
        "http://这是一句话。还有一句",
        "http://反对“教育”.example/",
        "http://https://example.org/",
        "https://example.org:port/",
        "https://exa mple.org/",
        "https://[nonsense]/",
        "https://example/",
    ],
)
def test_no_web_urls(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://jane:s3cret@example.org/a?b@c", "https://example.org/a?b@c"),
        ("http://jane@example.org:8080", "http://example.org:8080"),
        ("HTTPS://a@b:c@example.org#d", "HTTPS://example.org#d"),
        ("//jane@example.org/", "//example.org/"),
        ("https:jane@example.org/", "https:example.org/"),
        ("\\\\jane@example.org", "\\\\example.org"),
        (" ht\ntps://jane@example.org", "https://example.org"),
        ("https://example.org/@jane", "https://example.org/@jane"),
        ("https://example.org?to=jane@example.org", "https://example.org?to=jane@example.org"),
        ("/@jane", "/@jane"),
        ("mailto:jane@example.org", "mailto:jane@example.org"),
    ],
)
def test_user_and_password_are_dropped(url: str, expected: str) -> None:
    assert drop_credentials(url) == expected
    assert drop_credentials(expected) == expected
