"""What is there and what is not, in which type, and to which methods."""

from __future__ import annotations

import fcntl
import os
import signal
from typing import TYPE_CHECKING

import pytest

from serving import RSS, ask, register

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.server import HttpServer
    from serving import Answer

TYPES = {
    "/": "text/html; charset=utf-8",
    "/index.html": "text/html; charset=utf-8",
    "/all/": "text/html; charset=utf-8",
    "/all/rss.xml": "application/rss+xml; charset=utf-8",
    "/all/atom.xml": "application/atom+xml; charset=utf-8",
    "/all/feed.json": "application/feed+json",
    "/feeds.opml": "text/x-opml; charset=utf-8",
    "/source/example.org:8080/": "text/html; charset=utf-8",
    "/%E7%BB%8F%E6%B5%8E/rss.xml": "application/rss+xml; charset=utf-8",
    "/%61ll/rss%2Exml?version=2": "application/rss+xml; charset=utf-8",
    "http://localhost/all/rss.xml": "application/rss+xml; charset=utf-8",
    "http://localhost": "text/html; charset=utf-8",
}

ABSENT = """
/nothing /all/nothing.xml /all/rss.xml/ /all/rss.xml/x /all/nothing/ /bare/ /bare /source /source/
/.refeed-files /all/.rss.xml.new /.hidden/rss.xml /%2ehidden/rss.xml /all/notes.txt
/../secret.xml /../../etc/passwd /all/../../secret.xml /all/../index.html /./index.html
/..%2fsecret.xml /%2e%2e/secret.xml /%2E%2E%2Fsecret.xml /all%2f..%2f..%2fsecret.xml
/%252e%252e/secret.xml /%252e%252e%252fsecret.xml /..%252fsecret.xml /%c0%ae%c0%ae/secret.xml
/%uff0e%uff0e/secret.xml /..\\secret.xml /..%5csecret.xml /all\\rss.xml /all%5Crss.xml
/all/rss.xml%00 /all/rss.xml%00.html /%00 /all%2Frss.xml /all/rss.xml%0a /%ff.xml /%E7%BB/rss.xml
//all/rss.xml /all//rss.xml ///etc/passwd //localhost/all/rss.xml /...%2f/secret.xml /.../secret.xml
/~root/x.xml /C:/x.xml /file:///etc/passwd.xml /*/rss.xml /all/rss.xml;x=1 /all/RSS.XML /all/%
/link.xml /linked/secret.xml /loop/rss.xml /fifo.xml /all.xml/ /dir.xml
http://localhost/../secret.xml http://localhost//all/rss.xml https://evil.localhost/..%2fsecret.xml
""".split()


@pytest.mark.parametrize(("target", "kind"), TYPES.items())
def test_what_is_published_is_there_in_its_type(server: HttpServer, target: str, kind: str) -> None:
    answer = ask(server, target)
    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert ("img-src" in policy) is kind.startswith("text/html")


def test_nothing_else_is_there(server: HttpServer, output: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(b"secret")
    (output / "link.xml").symlink_to(secret)
    (output / "linked").symlink_to(tmp_path)
    (output / "loop").symlink_to(output / "loop")
    (output / "dir.xml").mkdir()
    os.mkfifo(output / "fifo.xml")
    found = {target: ask(server, target).status for target in ABSENT}
    assert found == dict.fromkeys(ABSENT, 404)
    assert b"secret" not in ask(server, "/linked/secret.xml").body
    assert ask(server, "/all/rss.xml").body == RSS


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/all", "./all/"),
        ("/%61ll?x", "./all/"),
        ("/source/example.org:8080", "./example.org%3A8080/"),
    ],
)
def test_a_folder_without_its_slash_is_elsewhere(
    server: HttpServer, target: str, location: str
) -> None:
    answer = ask(server, target)
    assert (answer.status, answer.headers["location"]) == (301, location)


@pytest.mark.parametrize("target", ["/", "/all/rss.xml", "/all", "/nothing", "/healthz"])
@pytest.mark.parametrize("header", ["Accept-Encoding: gzip", "Accept: */*"])
def test_head_is_get_without_the_body(server: HttpServer, target: str, header: str) -> None:
    def steady(answer: Answer) -> dict[str, str]:
        return {name: value for name, value in answer.headers.items() if name != "date"}

    whole, head = ask(server, target, header), ask(server, target, header, method="HEAD")
    assert (head.status, steady(head), head.body) == (whole.status, steady(whole), b"")
    assert whole.body


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"]
)
def test_no_other_method_is_allowed(server: HttpServer, method: str) -> None:
    answer = ask(server, "/all/rss.xml", method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_what_is_not_refeeds_is_not_there(server: HttpServer, output: Path) -> None:
    for path in ("notes.html", "backup.json", "private/index.html", "all/rss.xml.xml"):
        (output / path).parent.mkdir(exist_ok=True)
        (output / path).write_bytes(b"somebody's own")
        assert ask(server, f"/{path}").status == 404
    assert ask(server, "/private/").status == 404
    assert ask(server, "/private").status == 404
    register(output, "private/index.html")
    assert ask(server, "/private").status == 301
    assert ask(server, "/private/").body == b"somebody's own"


def test_without_a_manifest_nothing_is_there(server: HttpServer, output: Path) -> None:
    (output / ".refeed-files").unlink()
    assert ask(server, "/all/rss.xml").status == 404
    (output / ".refeed-files").symlink_to(output / "all" / "rss.xml")
    assert ask(server, "/all/rss.xml").status == 404
    (output / ".refeed-files").unlink()
    os.mkfifo(output / ".refeed-files")
    assert ask(server, "/all/rss.xml").status == 404
    (output / ".refeed-files").unlink()
    register(output, "all/rss.xml")
    assert ask(server, "/all/rss.xml").body == RSS


def test_a_manifest_may_be_long(server: HttpServer, output: Path) -> None:
    register(output, *(f"source/{number:0>40}/rss.xml" for number in range(300_000)))
    assert ask(server, "/all/rss.xml").body == RSS
    assert ask(server, "/other.xml").status == 404


def test_a_file_that_comes_or_goes_does_so_at_once(server: HttpServer, output: Path) -> None:
    file = output / "new" / "rss.xml"
    assert ask(server, "/new/rss.xml").status == 404
    register(output, "new/rss.xml")
    assert ask(server, "/new/rss.xml").status == 404
    file.parent.mkdir()
    file.write_bytes(b"<rss/>")
    assert ask(server, "/new/rss.xml").body == b"<rss/>"
    file.unlink()
    assert ask(server, "/new/rss.xml").status == 404


def test_a_range_is_answered_by_the_whole(server: HttpServer) -> None:
    answer = ask(server, "/all/rss.xml", "Range: bytes=0-3")
    assert (answer.status, answer.body) == (200, RSS)


def test_a_file_too_big_to_remember_is_sent_whole(server: HttpServer, output: Path) -> None:
    data = bytes(range(256)) * 70_000
    (output / "all" / "atom.xml").write_bytes(data)
    answer = ask(server, "/all/atom.xml", "Accept-Encoding: gzip")
    assert "content-encoding" not in answer.headers
    assert answer.body == data
    again = ask(server, "/all/atom.xml", f"If-None-Match: {answer.headers['etag']}")
    assert again.status == 304
    assert ask(server, "/all/atom.xml", method="HEAD").headers["content-length"] == str(len(data))


def test_a_file_that_somebody_has_a_lease_on_is_not_waited_for(
    server: HttpServer, output: Path
) -> None:
    # As NFS and Samba take them; who opens such a file has to wait until it is given back.
    with (output / "bare" / "rss.xml").open("r+b") as leased:
        try:
            fcntl.fcntl(leased, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError as error:
            pytest.skip(f"no lease to be had here: {error.strerror}")
        # What it is asked back by; SIGIO would end this process.
        fcntl.fcntl(leased, fcntl.F_SETSIG, signal.SIGURG)
        assert ask(server, "/bare/rss.xml").status == 503
        assert ask(server, "/all/rss.xml").status == 200
    assert ask(server, "/bare/rss.xml").status == 200


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [("jpg", "image/jpeg"), ("avif", "image/avif"), ("svg", "image/svg+xml")],
)
def test_pictures_stay_in_caches_and_never_run(
    server: HttpServer, output: Path, suffix: str, kind: str
) -> None:
    path = f"media/{'0a' * 16}.{suffix}"
    (output / "media").mkdir()
    (output / path).write_bytes(b"<svg/>" * 1000)
    register(output, path)
    answer = ask(server, f"/{path}", "Accept-Encoding: gzip")
    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "max-age=31536000, immutable"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "style-src 'unsafe-inline'", "sandbox"} <= set(policy)
    # What is packed by itself isn't packed again.
    assert ("content-encoding" in answer.headers) == (suffix == "svg")
    assert ask(server, f"/media/{'0a' * 16}.html").status == 404
    assert ask(server, f"/media/{'0a' * 16}.png").status == 404
