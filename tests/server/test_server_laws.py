"""What holds whatever a client writes."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from refeed.server.conditions import outcome
from refeed.server.negotiation import CODINGS, coding_for
from refeed.server.paths import content_type, feed_of, path_of

PIECES = [b"/", b"..", b".", b"%2e", b"%2F", b"%5c", b"\\", b"%00", b"%25", b"?", b"#", b"all"]
PIECES += [b"rss.xml", b"%E7%BB%8F", b"%ff", b"http://a", b"%", b":", b"~", b" ", b"\xff"]
TARGETS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3)).map(b"".join)


@given(TARGETS | TARGETS.map(b"/".__add__))
def test_no_target_leads_out_of_the_folder_or_to_what_is_hidden(target: bytes) -> None:
    path = path_of(target)
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
    assert path_of(b"/" + quote(path).encode()) == path
    assert path_of(b"/" + quote(path).encode() + b"/?a") == path + "/"


@given(st.text(alphabet="gzipbridentity*xq=;., 0159\t").map(lambda text: text.encode("latin-1")))
def test_there_is_a_coding_unless_all_are_refused(accepted: bytes) -> None:
    coding = coding_for(accepted)
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
    assert outcome(headers, b'"tag"', 0) in {
        HTTPStatus.OK,
        HTTPStatus.NOT_MODIFIED,
        HTTPStatus.PRECONDITION_FAILED,
    }


def test_only_what_is_published_has_a_type() -> None:
    assert content_type("all/rss.xml") == "application/rss+xml; charset=utf-8"
    archived = "all/archive/2024-06-19T053702.499.feed.json"
    assert (content_type(archived), feed_of(archived)) == ("application/feed+json", "all")
    assert feed_of("news/archive/rss.xml") == "news/archive"
    assert content_type("all/2020.xml") == "application/xml; charset=utf-8"
    assert [content_type(name) for name in ("a/notes.txt", "a/xml", "a.xml/b", "xml", "")] == [
        None
    ] * 5
