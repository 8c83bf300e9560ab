"""The client asks nobody that it must not ask, and takes no more than it can hold."""

from __future__ import annotations

import socket
import subprocess
from contextlib import closing
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from picture_hosts import PictureHost, PictureProxy, drip, end, endless, redirect, reply
from refeed.web_pictures.access import parse_access
from refeed.web_pictures.answers import Answer, Fault, PictureError, PictureRequest
from refeed.web_pictures.client import ClientRules, HostTurns, PictureClient
from refeed.web_pictures.wire import parse_proxy
from stored_pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from http.server import BaseHTTPRequestHandler as Handler
    from pathlib import Path

    Page = Callable[[Handler], None]

ARTICLE = "http://news.example/article#part"
FORBIDDEN = "127.0.0.2"


def answer_with(status: int, body: bytes = b"", **headers: str) -> Page:
    return lambda handler: reply(handler, status, body, **headers)


def cut_short(handler: Handler) -> None:
    reply(handler, 200, b"a", Content_Length="9")
    end(handler)


def answer_garbage(handler: Handler) -> None:
    handler.wfile.write(b"\x00\x01\r\n\r\n")
    end(handler)


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD: dict[str, Page] = {
    "/endless": endless,
    "/announced": answer_with(200, b"a", Content_Length="2000000000"),
    "/head": drip(HEAD + b"X-Slow: "),
    "/body": drip(HEAD + b"Content-Length: 50000\r\n\r\n"),
    "/chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n"),
    "/loop": redirect("/loop"),
    "/cut": cut_short,
    "/silent": end,
    "/garbage": answer_garbage,
    "/broken": answer_with(500),
    "/busy": answer_with(503, Retry_After="120"),
    "/often": answer_with(429, Retry_After="120"),
    "/nothing-new": answer_with(304),
}


@pytest.fixture
def secret() -> Iterator[PictureHost]:
    """A host that must not be asked."""
    with PictureHost({"/": png(1)}, FORBIDDEN) as host:
        yield host


def client(
    *allowed: str,
    seconds: float = 20,
    resolve: Callable[[str, int], Sequence[str]] | None = None,
    proxy: str = "",
) -> PictureClient:
    rules = ClientRules(
        parse_access(allowed or ("127.0.0.1",)),
        "refeed/1 (+https://feeds.example/)",
        100_000,
        seconds,
        parse_proxy(proxy),
    )
    more = {"resolve": resolve} if resolve else {}
    return PictureClient(rules, HostTurns(), lambda: 1_000_000.0, **more)


def fetch(url: str, asking: PictureClient | None = None, **more: str) -> Answer:
    with closing(asking or client()) as one:
        return one.fetch(PictureRequest(url, ARTICLE, **more))


def fail(url: str, asking: PictureClient | None = None, **more: str) -> PictureError:
    with pytest.raises(PictureError) as caught:
        fetch(url, asking, **more)
    return caught.value


def test_a_picture_comes_with_what_it_is_named_by() -> None:
    def answer(handler: Handler) -> None:
        reply(handler, 200, png(1), ETag='"x"', Last_Modified="then")

    with PictureHost({"/a.png": answer}) as host:
        assert fetch(host.url("/a.png")) == Answer(png(1), '"x"', "then")
    headers = host.asked[0].headers
    assert headers["user-agent"] == "refeed/1 (+https://feeds.example/)"
    assert headers["referer"] == "http://news.example/article"
    assert headers["accept-encoding"] == "identity"


def test_redirects_are_followed() -> None:
    pages: dict[str, bytes | Page] = {
        "/a": redirect("/b"),
        "/b": redirect("c?d=1", 308),
        "/c?d=1": png(1),
    }
    with PictureHost(pages) as host:
        assert fetch(host.url("/a")).data == png(1)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "public Internet"),
        ("http://[::ffff:169.254.169.254]/", "public Internet"),
        ("http://[fe80::1]/", "public Internet"),
        ("http://10.0.0.1/", "public Internet"),
        ("http://{forbidden}/", "public Internet"),
        ("http://2130706434:{port}/", "public Internet"),
        ("http://0x7f.2:{port}/", "public Internet"),
        ("http://[::ffff:7f00:2]:{port}/", "public Internet"),
        ("http://[64:ff9b::127.0.0.2]:{port}/", "public Internet"),
        ("//{forbidden}/", "public Internet"),
        ("http://127.0.0.1:22/", "port"),
        ("file:///etc/passwd", "none of the web's"),
        ("ftp://127.0.0.1/a.png", "none of the web's"),
        ("data:image/png;base64,AAAA", "none of the web's"),
        ("http://[bad/", "no address"),
        ("http://127.0.0.1:99999/", "none"),
    ],
)
def test_no_redirect_leads_to_a_forbidden_place(
    secret: PictureHost, place: str, reason: str
) -> None:
    place = place.format(forbidden=f"{FORBIDDEN}:{secret.port}", port=secret.port)
    with PictureHost({"/a": redirect(place)}) as host:
        error = fail(host.url("/a"))
        assert reason in error.reason
        assert error.fault is Fault.PICTURE
    assert secret.asked == []


def test_a_name_that_leads_elsewhere_when_it_is_asked_again(secret: PictureHost) -> None:
    answers = chain([["127.0.0.1"]], repeat([FORBIDDEN]))
    asking = client(resolve=lambda *_: next(answers))
    url = f"http://pictures.example:{secret.port}/"
    # The port is the secret host's: at the first address nobody listens there.
    assert "connected" in fail(url, asking).reason
    assert "public Internet" in fail(url, asking).reason
    assert secret.asked == []


def test_the_address_that_was_checked_is_connected_to(secret: PictureHost) -> None:
    answers = chain([["127.0.0.1"]], repeat([FORBIDDEN]))
    with PictureHost({"/a": redirect("/b"), "/b": png(1)}) as host:
        asking = client(resolve=lambda *_: next(answers))
        url = f"http://pictures.example:{host.port}/a"
        # The second request goes over the connection of the first.
        assert fetch(url, asking).data == png(1)
        assert "public Internet" in fail(url, asking).reason
        assert host.paths() == ["/a", "/b"]
    assert secret.asked == []


def test_of_several_addresses_only_those_are_tried_that_may_be(secret: PictureHost) -> None:
    with PictureHost({"/a": png(1)}) as host:
        asking = client(resolve=lambda *_: [FORBIDDEN, "127.0.0.1"])
        assert fetch(f"http://pictures.example:{host.port}/a", asking).data == png(1)
    assert secret.asked == []


def test_an_operator_may_list_hosts_and_networks() -> None:
    with PictureHost({"/a": png(1)}) as host:
        url = f"http://localhost:{host.port}/a"
        assert "public Internet" in fail(url, client("10.0.0.0/8")).reason
        for allowed in ("localhost", "127.0.0.0/8"):
            assert fetch(url, client(allowed, "::1")).data == png(1)


@pytest.mark.parametrize(
    ("path", "reason", "fault"),
    [
        ("/endless", "larger than 0.1 MB", Fault.PICTURE),
        ("/announced", "larger than 0.1 MB", Fault.PICTURE),
        ("/head", "took too long", Fault.SLOW),
        ("/body", "took too long", Fault.SLOW),
        ("/chunks", "took too long", Fault.SLOW),
        ("/loop", "redirects without end", Fault.PICTURE),
        ("/cut", "ended before it was whole", Fault.SLOW),
        ("/silent", "ended the connection", Fault.SLOW),
        ("/garbage", "ended the connection", Fault.SLOW),
        ("/none", "it answered 404", Fault.PICTURE),
        ("/broken", "it answered 500", Fault.SLOW),
        ("/busy", "it answered 503", Fault.HOST),
        ("/often", "it answered 429", Fault.HOST),
        ("/nothing-new", "it answered 304", Fault.PICTURE),
    ],
)
def test_hosts_that_answer_badly(path: str, reason: str, fault: Fault) -> None:
    with PictureHost(BAD) as host:
        error = fail(host.url(path), client(seconds=1))
        assert reason in error.reason
        assert error.fault is fault
        assert error.retry_after == (120 if path in {"/busy", "/often"} else 0)


def test_a_password_for_a_proxy_is_any_text() -> None:
    proxy = parse_proxy("http://ada:%E5%AF%86@proxy.example:3128")
    assert proxy is not None
    assert proxy.headers == {"proxy-authorization": "Basic YWRhOuWvhg=="}


def test_a_proxy_connects_to_the_address_that_was_checked(secret: PictureHost) -> None:
    with PictureHost({"/a.png": png(1)}) as host, PictureProxy() as proxy:
        url = f"http://pictures.example:{host.port}/a.png"
        through = f"http://ada:love@{proxy.address}:{proxy.port}"
        asking = client(resolve=lambda *_: ["127.0.0.1"], proxy=through)
        assert fetch(url, asking).data == png(1)
        assert proxy.asked == [(f"127.0.0.1:{host.port}", "Basic YWRhOmxvdmU=")]
        assert host.asked[0].headers["host"] == f"pictures.example:{host.port}"
        forbidden = client("::1", resolve=lambda *_: [secret.address], proxy=through)
        assert "public Internet" in fail(f"http://a.example:{secret.port}/", forbidden).reason
        assert len(proxy.asked) == 1


def test_a_proxy_that_refuses_is_no_way_to_the_host() -> None:
    with PictureHost({"/a.png": png(1)}) as host, PictureProxy(refuses=True) as proxy:
        asking = client(proxy=f"http://{proxy.address}:{proxy.port}")
        error = fail(host.url("/a.png"), asking)
        assert (error.reason, error.fault) == ("its host can't be connected to", Fault.HOST)
        assert host.asked == []


def test_cookies_are_not_kept() -> None:
    pages = {"/a": answer_with(200, png(1), Set_Cookie="id=1; Path=/")}
    with PictureHost(pages) as host, closing(client()) as asking:
        for _ in range(2):
            asking.fetch(PictureRequest(host.url("/a"), ARTICLE))
    assert ["cookie" in each.headers for each in host.asked] == [False, False]


def test_a_host_that_wants_its_own_pages_in_referer() -> None:
    def answer(handler: Handler) -> None:
        is_own = handler.headers["Referer"].startswith(f"http://127.0.0.1:{host.port}")
        reply(handler, *((200, png(1)) if is_own else (403, b"")))

    with PictureHost({"/a": answer}) as host:
        assert fetch(host.url("/a")).data == png(1)
    assert len(host.asked) == 2


def test_an_address_of_https_is_not_told_in_plain_text() -> None:
    with PictureHost({"/a": png(1)}) as host, closing(client()) as asking:
        asking.fetch(PictureRequest(host.url("/a"), "https://news.example/private"))
    assert "referer" not in host.asked[0].headers


def test_what_was_no_picture_is_not_sent_again() -> None:
    pages = {"/a": answer_with(304)}
    with PictureHost(pages) as host:
        error = fail(host.url("/a"), etag='"x"', last_modified="then", reason="it is a page")
        assert (error.reason, error.etag, error.last_modified) == ("it is a page", '"x"', "then")
    assert host.asked[0].headers["if-none-match"] == '"x"'


def test_a_connection_that_the_host_ended_meanwhile_is_made_again() -> None:
    def answer(handler: Handler) -> None:
        reply(handler, 200, png(1))
        end(handler)

    with PictureHost({"/a": answer}) as host, closing(client()) as asking:
        for _ in range(3):
            assert asking.fetch(PictureRequest(host.url("/a"), ARTICLE)).data == png(1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of pictures.example, which signs itself, and its key."""
    file = tmp_path_factory.mktemp("tls") / "host.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=pictures.example", "-addext", "subjectAltName=DNS:pictures.example"]
    subprocess.run(
        [*request, *named, "-keyout", file, "-out", file.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


def secure(host: PictureHost, name: str) -> str:
    return f"https://{name}:{host.port}/a"


def test_a_secure_host_is_asked_by_its_name(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    asking = client(resolve=lambda *_: ["127.0.0.1"])
    with PictureHost({"/a": png(1)}, certificate=certificate) as host, closing(asking):
        for _ in range(2):
            found = asking.fetch(PictureRequest(secure(host, "pictures.example"), ""))
            assert found.data == png(1)
        with pytest.raises(PictureError, match="certificate is not trusted"):
            asking.fetch(PictureRequest(secure(host, "other.example"), ""))
    assert host.asked[0].headers["host"] == f"pictures.example:{host.port}"


def test_a_certificate_of_nobody_is_refused(certificate: Path) -> None:
    asking = client(resolve=lambda *_: ["127.0.0.1"])
    with PictureHost({"/a": png(1)}, certificate=certificate) as host:
        error = fail(secure(host, "pictures.example"), asking)
        assert (error.reason, error.fault) == (
            "its host's certificate is not trusted",
            Fault.HOST,
        )
    assert host.asked == []


def test_a_handshake_that_never_ends_is_cut() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with closing(silent):
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/a"
        assert fail(url, client(seconds=1)).reason == "it took too long"


@pytest.mark.parametrize("url", ["", "a.png", "http://", "javascript:alert(1)", "http://a b/"])
def test_what_is_no_address(url: str) -> None:
    assert fail(url).fault is Fault.PICTURE
