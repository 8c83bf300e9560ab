"""Messages are split at their boundaries, however these and the lines are written."""

from __future__ import annotations

import pytest

from refeed.reading.mime_parts import parse_message, walk


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("stated", "written"),
    [
        (b"boundary=b", b"b"),
        (b'boundary="a b"', b"a b"),
        (b"boundary*=us-ascii'en'a%20b", b"a b"),
        (b'boundary*0="be"; boundary*1="gin"', b"begin"),
        (b'boundary="*b*"', b"*b*"),
        ("boundary=ä".encode(), "ä".encode()),
    ],
)
@pytest.mark.parametrize("has_end", [True, False])
def test_parts(stated: bytes, written: bytes, line_end: bytes, *, has_end: bool) -> None:
    head = [b"Subject: a", b"Content-Type: multipart/mixed; " + stated, b""]
    mark = b"--" + written
    # The second part is empty, and one boundary is the beginning of a line of the third.
    body = [mark, b"", b"first", mark, b"", mark, b"X-A: b", b"", mark + b"x", b"third"]
    end = [mark + b"--", b"behind"] if has_end else []
    message = parse_message(line_end.join([*head, *body, *end]))
    assert message.media_type == "multipart/mixed"
    third = mark + b"x" + line_end + b"third"
    assert [part.body for part in walk(message)] == [b"first", b"", third]


def test_a_picture_with_raw_bytes_in_its_id_is_passed_over() -> None:
    from refeed.reading import read

    data = (
        b"From: Jo <jo@example.org>\nSubject: Boats\nMessage-ID: <a@example.org>\n"
        b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b"<p>The ferry.</p>\n--b\nContent-Type: image/png\nContent-ID: <q@\xff>\n\nx\n--b--\n"
    )
    (snapshot,) = read(data, path="a.eml", modified=0, timezones={}).snapshots
    assert "The ferry." in snapshot.html
