"""What holds whatever a client writes."""

from __future__ import annotations

from http import HTTPStatus
from itertools import pairwise
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from refeed.server.conditional import evaluate
from refeed.server.negotiation import CODINGS, choose_coding
from refeed.server.paths import find_content_type, find_feed_name, parse_path
from refeed.server.request_head import RequestError, RequestParser

PIECES = [b"/", b"..", b".", b"%2e", b"%2F", b"%5c", b"\\", b"%00", b"%25", b"?", b"#", b"all"]
PIECES += [b"rss.xml", b"%E7%BB%8F", b"%ff", b"http://a", b"%", b":", b"~", b" ", b"\xff"]
TARGETS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3)).map(b"".join)


@given(TARGETS | TARGETS.map(b"/".__add__))
def test_no_target_leads_out_of_the_folder_or_to_what_is_hidden(target: bytes) -> None:
    path = parse_path(target)
    if path is None:
        return
    assert not path.startswith("/")
    assert path.isprintable() or "\n" not in path
    for part in path.removesuffix("/").split("/") if path else ():
        assert part
        assert not part.startswith(".")
        assert not {"\\", "\0"} & set(part)


@given(st.lists(st.from_regex(r"[\w-][\w. :~-]*", fullmatch=True), min_size=1, max_size=4))
def test_every_name_is_found_as_it_is_written(parts: list[str]) -> None:
    path = "/".join(parts)
    assert parse_path(b"/" + quote(path).encode()) == path
    assert parse_path(b"/" + quote(path).encode() + b"/?a") == path + "/"


@given(st.text(alphabet="gzipbridentity*xq=;., 0159\t").map(lambda text: text.encode("latin-1")))
def test_there_is_a_coding_unless_all_are_refused(accepted: bytes) -> None:
    coding = choose_coding(accepted)
    assert coding in CODINGS or b"q=0" in accepted.replace(b" ", b"").replace(b"\t", b"")


@given(
    st.dictionaries(
        st.sampled_from(
            [b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"]
        ),
        st.binary(max_size=40),
    )
)
def test_no_condition_is_too_strange(headers: dict[bytes, bytes]) -> None:
    assert evaluate(headers, b'"tag"', 0) in {
        HTTPStatus.OK,
        HTTPStatus.NOT_MODIFIED,
        HTTPStatus.PRECONDITION_FAILED,
    }


def test_only_what_is_published_has_a_type() -> None:
    assert find_content_type("all/rss.xml") == "application/rss+xml; charset=utf-8"
    archived = "all/archive/2024-06-19T053702.499.feed.json"
    assert (find_content_type(archived), find_feed_name(archived)) == (
        "application/feed+json",
        "all",
    )
    assert find_feed_name("news/archive/rss.xml") == "news/archive"
    older = "all/older/2024-06-19.html"
    assert (find_content_type(older), find_feed_name(older)) == ("text/html; charset=utf-8", "all")
    assert find_feed_name("news/older/index.html") == "news/older"
    others = ("all/2020.xml", "a/notes.txt", "a/xml", "rss.xml/b", "xml", "")
    assert {find_content_type(name) for name in others} == {None}


HEADS = st.sampled_from(
    [
        b"GET /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
        b"\r\n\r\nHEAD /b HTTP/1.1\r\nHost: b\r\n\r\n",
        b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /d HTTP/1.1\r\nHost: a\r\n\r\r\n",
        b"GET /e HTTP/1.1\r\n\r\n",
        b"GET /f HTTP/1.1\nHost: a\n\n",
    ]
)


@given(st.lists(HEADS, min_size=1, max_size=5).map(b"".join), st.data())
def test_requests_are_the_same_however_their_bytes_are_cut(
    sent: bytes, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=8))
    places = [0, *sorted(cuts), len(sent)]
    assert parse_all([sent[start:end] for start, end in pairwise(places)]) == parse_all([sent])


def test_no_request_is_parsed_before_the_one_ahead_is_taken() -> None:
    parser = RequestParser()
    parser.feed(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + b"nonsense\r\n\r\n")
    request = parser.parse()
    assert request is not None
    assert request.target == b"/a"
    assert parser.has_unparsed


def parse_all(parts: list[bytes]) -> list[tuple[bytes, bytes] | HTTPStatus]:
    """Return method and target of each request, and what was wrong behind them."""
    parser = RequestParser()
    parsed: list[tuple[bytes, bytes] | HTTPStatus] = []
    try:
        for part in parts:
            parser.feed(part)
            while (request := parser.parse()) is not None:
                parsed.append((request.method, request.target))
    except RequestError as error:
        parsed.append(error.status)
    return parsed
