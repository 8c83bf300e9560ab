"""Identity, version 1, and cleaning: what is taken off the published link is taken off the key."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from refeed.identity import key_of, version_1
from refeed.rules import image_rules, link_rules, tracking_rules
from refeed.urls import clean_address
from urls.url_cases import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.urls import Tracking

SINCE_VERSION_1: frozenset[str] = frozenset()
"""URLs below with what cleaning takes off by rules that are newer than identity, version 1."""

VALUES = {"source": "rss-0a1b2c3d------2"}
IN_PATHS = {
    "session id": ";jsessionid=0A1B2C",
    "session of ASP.NET": "/(S(lit3py55t21z5v55vlm25s55))",
}
TAILS = {"amazon": "/ref=sr_1_1"}
PATHS = {
    "amazon-products": "/dp/B01",
    "bilibili-pages": "/video/BV1",
    "google-search": "/search",
    "matrix": "/_matrix/a",
    "new-york-times-articles": "/2024/01/02/a.html",
    "twitter-hashtags": "/hashtag/a",
}


def with_and_without(tracking: Tracking) -> Iterator[tuple[str, str]]:
    """Yield a URL with each thing that the rules take off, and the URL without it."""
    plain = "https://example.org/a?b=1"
    names = [*tracking.names, *(f"{prefix}any" for prefix in tracking.prefixes)]
    pairs = [f"{name}=x" for name in names]
    pairs += [f"{name}={VALUES[name]}" for name in tracking.values]
    pairs += [f"{name}=example.org" for name in tracking.own_host]
    yield from ((f"{plain}&{pair}", plain) for pair in pairs)
    for name in tracking.paths:
        yield f"https://example.org/a{IN_PATHS[name]}", "https://example.org/a"
    for host in tracking.sites:
        yield from of_a_site(tracking, host)


def of_a_site(tracking: Tracking, host: str) -> Iterator[tuple[str, str]]:
    for rule in tracking.sites[host]:
        plain = f"https://{host.replace('*', 'com.au')}{PATHS[rule.name] if rule.path else '/a'}"
        if rule.leave:
            yield f"{plain}?utm_source=x", f"{plain}?utm_source=x"
            continue
        names = [*rule.names, *(f"{prefix}any" for prefix in rule.prefixes)]
        for name in names:
            yield f"{plain}?b=1&{name if '=' in name else f'{name}=x'}", f"{plain}?b=1"
        for name in rule.keep:
            yield f"{plain}?{name}=x", f"{plain}?{name}=x"
        if rule.tail:
            yield f"{plain}{TAILS[rule.name]}", plain


TODAY = sorted({*with_and_without(tracking_rules())})
FROZEN = sorted({*with_and_without(version_1.load().tracking)})


@pytest.mark.parametrize(("url", "plain"), TODAY, ids=[url for url, _ in TODAY])
def test_what_cleaning_takes_off_is_no_part_of_the_key(url: str, plain: str) -> None:
    if url not in SINCE_VERSION_1:
        assert tracking_rules().strip(url).url == plain
        assert key_of(url) == key_of(plain)


def test_cleaning_takes_off_all_that_identity_does() -> None:
    for url, plain in FROZEN:
        assert tracking_rules().strip(url).url == plain


CASES = [
    case.url
    for name in ("link", "link-unchanged", "tracking", "tracking-unchanged")
    for case in read(name)
    if case.url.lower().startswith(("http://", "https://"))
    and not image_rules().unwrap(case.url, is_link=True).rules
]


@pytest.mark.parametrize("url", CASES)
def test_the_published_link_has_the_key_of_the_address(url: str) -> None:
    link = clean_address(url, link_rules()).url
    assert key_of(link) == key_of(url)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("redirectors", "addd482086e1788646b579966626f7f29267784cb912c0377c3ff7e3c1df80d0"),
        ("tracking", "5fd02e73e1da60d2fa4ae8b1b8b4b08baa65f4367b1f5e759b415667c9a2c4b0"),
    ],
)
def test_the_rules_of_version_1_are_frozen(name: str, digest: str) -> None:
    data = files(version_1).joinpath(f"{name}.toml").read_bytes()
    assert sha256(data).hexdigest() == digest
