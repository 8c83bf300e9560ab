"""Headers of files that the configuration decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refeed.server import HttpServer, build_file_headers
from serving import ANYWHERE, ask, publish

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = "access-control-allow-origin"


@pytest.mark.parametrize(
    ("headers", "cached", "allowed"),
    [
        (build_file_headers(), "no-cache", None),
        (build_file_headers(300), "max-age=300", None),
        (build_file_headers(cors=True), "no-cache", "*"),
    ],
)
def test_a_feed_says_how_long_it_holds_and_who_may_read_it(
    tmp_path: Path, headers: dict[str, str], cached: str, allowed: str | None
) -> None:
    publish(tmp_path)
    with HttpServer(tmp_path, ANYWHERE, headers=headers) as server:
        address = server.addresses[0]
        first = ask(address, "/all/rss.xml")
        again = ask(address, "/all/rss.xml", f"If-None-Match: {first.headers['etag']}")
        folder = ask(address, "/all")
        assert [first.status, again.status, folder.status] == [200, 304, 301]
        for answer in (first, again, folder):
            assert answer.headers["cache-control"] == cached
            assert answer.headers.get(ALLOWED) == allowed
        for path in ("/healthz", "/metrics", "/nothing"):
            assert ALLOWED not in ask(address, path).headers
