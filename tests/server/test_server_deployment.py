"""The configurations in docs/deployment.md, run where the server is installed.

What can't be on every machine is replaced: ports, paths, certificates and the password.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from refeed.config import parse
from serving import RSS, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from refeed.server import HttpServer

DOCS = (REPOSITORY / "docs" / "deployment.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"<!-- test: (.+?) -->\n```\w+\n(.*?)```", DOCS, re.DOTALL))
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"reader:pass").decode()}
# By bcrypt at its least cost; at its usual one each request would take most of a second.
HASH = "$2b$04$8XnbuXFditzdgImJHsO5J.MYj17uz/UDIFfN6.TGOKZ53y4b4LT4S"

NGINX = """
{user} daemon off; worker_processes 1; pid {place}/pid; error_log {place}/errors;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {place}; proxy_temp_path {place};
    fastcgi_temp_path {place}; uwsgi_temp_path {place}; scgi_temp_path {place};
    {server}
}}
"""


def test_every_snippet_is_tested() -> None:
    tested = {
        "secret",
        "others",
        "hub",
        "nginx proxy",
        "nginx static",
        "caddy proxy",
        "caddy static",
    }
    assert set(SNIPPETS) == tested
    assert DOCS.count("\n```") == 2 * len(tested)


def test_the_hub_can_be_named(tmp_path: Path) -> None:
    config = parse(tomllib.loads(SNIPPETS["hub"]), base=tmp_path)
    assert config.websub.hub.startswith("https://")


def test_others_reach_the_address_that_feeds_name(tmp_path: Path) -> None:
    config = parse(tomllib.loads(SNIPPETS["others"]), base=tmp_path)
    assert config.server.listen.host == "0.0.0.0"  # noqa: S104 - what the document advises
    assert config.base_url.endswith(f":{config.server.listen.port}/")


def test_the_secret_is_a_good_one(tmp_path: Path) -> None:
    config = parse(tomllib.loads(SNIPPETS["secret"]), base=tmp_path)
    assert config.server.secret_path
    assert config.base_url.endswith(f"/{config.server.secret_path}/")


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_as_a_proxy(server: HttpServer, tmp_path: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"),
            *("-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "pem")),
        ],
        check=True,
        capture_output=True,
    )
    (told,) = re.findall(r"^    (printf .*) > /etc/nginx/feeds.htpasswd$", DOCS, re.MULTILINE)
    asked = told.replace("-apr1", "-apr1 pass")
    line = subprocess.run(("sh", "-c", asked), check=True, capture_output=True).stdout
    (tmp_path / "htpasswd").write_bytes(line)
    replaced = {
        "/etc/ssl/feeds.example.org.pem": str(tmp_path / "pem"),
        "/etc/ssl/feeds.example.org.key": str(tmp_path / "key"),
        "/etc/nginx/feeds.htpasswd": str(tmp_path / "htpasswd"),
        "http://127.0.0.1:8080": server.addresses[0].rstrip("/"),
    }
    with nginx("nginx proxy", "443", replaced, tmp_path) as port:

        def fetch(path: str, headers: Mapping[str, str]) -> Answer:
            context = ssl._create_unverified_context()  # noqa: S323, SLF001 - made just now
            return get(
                http.client.HTTPSConnection("localhost", port, context=context), path, headers
            )

        assert fetch("/all/rss.xml", {}).status == 401
        is_right(lambda path, headers: fetch(path, {**LOGIN, **headers}))


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_alone(output: Path, tmp_path: Path) -> None:
    (output / "link.xml").symlink_to("/etc/passwd")
    replaced = {"/var/lib/refeed/feeds": str(output)}
    with nginx("nginx static", "80", replaced, tmp_path) as port:
        fetch = plain(port)
        is_right(fetch)
        assert fetch("/link.xml", {}).status in (403, 404)


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed")
def test_caddy_as_a_proxy(server: HttpServer, tmp_path: Path) -> None:
    replaced = {
        "$2a$14$HASH": HASH,
        "127.0.0.1:8080": server.addresses[0].removeprefix("http://").rstrip("/"),
    }
    with caddy("caddy proxy", replaced, tmp_path) as port:
        fetch = plain(port)
        assert fetch("/all/rss.xml", {}).status == 401
        is_right(lambda path, headers: fetch(path, {**LOGIN, **headers}))


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed")
def test_caddy_alone(output: Path, tmp_path: Path) -> None:
    with caddy("caddy static", {"/var/lib/refeed/feeds": str(output)}, tmp_path) as port:
        is_right(plain(port))


def is_right(fetch: Callable[[str, Mapping[str, str]], Answer]) -> None:
    """Ask as a feed reader does: types, conditions, codings, and what nobody may see."""
    whole = fetch("/all/rss.xml", {})
    assert (whole.status, whole.body) == (200, RSS)
    assert whole.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert whole.headers["cache-control"] == "no-cache"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["referrer-policy"] == "no-referrer"
    for condition in (
        {"If-None-Match": whole.headers["etag"]},
        {"If-Modified-Since": whole.headers["last-modified"]},
    ):
        again = fetch("/all/rss.xml", condition)
        assert (again.status, again.body) == (304, b"")
    assert fetch("/all/rss.xml", {"If-None-Match": '"other"'}).status == 200
    coded = fetch("/all/rss.xml", {"Accept-Encoding": "gzip"})
    assert gzip.decompress(coded.body) == RSS
    tag = {"Accept-Encoding": "gzip", "If-None-Match": coded.headers["etag"]}
    assert fetch("/all/rss.xml", tag).status == 304
    kinds = {
        "/": "text/html; charset=utf-8",
        "/all/": "text/html; charset=utf-8",
        "/all/atom.xml": "application/atom+xml; charset=utf-8",
        "/all/feed.json": "application/feed+json",
        "/feeds.opml": "text/x-opml; charset=utf-8",
    }
    assert {path: fetch(path, {}).headers["content-type"] for path in kinds} == kinds
    for hidden in ("/.refeed-files", "/all/.rss.xml.new", "/source/", "/../secret.xml"):
        assert fetch(hidden, {}).status in (400, 403, 404)


def plain(port: int) -> Callable[[str, Mapping[str, str]], Answer]:
    return lambda path, headers: get(http.client.HTTPConnection("127.0.0.1", port), path, headers)


def get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> Answer:
    connection.timeout = 10
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **headers})
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, fields, answer.read())
    finally:
        connection.close()


@contextmanager
def nginx(snippet: str, its_port: str, replaced: Mapping[str, str], place: Path) -> Iterator[int]:
    port = free_port()
    ours = {
        f"listen {its_port}": f"listen 127.0.0.1:{port}",
        f"listen [::]:{its_port}": f"listen 127.0.0.1:{free_port()}",
    }
    server = filled(SNIPPETS[snippet], {**ours, **replaced})
    config = place / "nginx.conf"
    # Its workers must be able to read what this user has made.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(NGINX.format(place=place, server=server, user=user), encoding="utf-8")
    with started(["nginx", "-e", str(place / "errors"), "-c", str(config)], port, place):
        yield port
    told = [(place / name).read_text(encoding="utf-8") for name in ("errors", "log")]
    assert not [line for text in told for line in text.splitlines() if "[warn]" in line]


@contextmanager
def caddy(snippet: str, replaced: Mapping[str, str], place: Path) -> Iterator[int]:
    port = free_port()
    site = filled(SNIPPETS[snippet], {"feeds.example.org": f"http://127.0.0.1:{port}", **replaced})
    config = place / "Caddyfile"
    config.write_text(f"{{\n\tadmin off\n}}\n{site}", encoding="utf-8")
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    with started(command, port, place):
        yield port


def filled(snippet: str, replaced: Mapping[str, str]) -> str:
    for old, new in replaced.items():
        assert old in snippet
        snippet = snippet.replace(old, new)
    return snippet


@contextmanager
def started(command: list[str], port: int, place: Path) -> Iterator[None]:
    """Run a server until the end of the block."""
    environment = {**os.environ, "HOME": str(place), "XDG_DATA_HOME": str(place)}
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        end = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                told = (place / "log").read_text(encoding="utf-8")
                assert process.poll() is None, told
                assert time.monotonic() < end, told
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
