"""WARC files: which of their pages are articles, and what is known of these."""

from __future__ import annotations

import gc
import gzip
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING
from weakref import ref

import brotli
import pytest
from fastwarc.stream_io import ZstdWriter

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.model import CarriedPicture
from refeed.reading import read, saved_page
from refeed.reading.claims import Record
from refeed.reading.web_archives import warc
from warcs import INSTANT, PACKINGS, crawl, http, members, page, record, whole

if TYPE_CHECKING:
    from refeed.reading import Reading

SITE = "https://news.example.org"
FERRY = f"{SITE}/2024/ferry"
BRIDGE = f"{SITE}/2024/bridge"
WORDS = "nobody has heard it do so"


def read_warc(data: bytes, path: str = "crawl.warc.gz") -> Reading:
    return read(data, path=path, modified=0, timezones={})


def urls(reading: Reading) -> list[str]:
    return [snapshot.url for snapshot in reading.snapshots]


@pytest.mark.parametrize("packing", PACKINGS)
def test_each_page_is_a_snapshot(packing: str) -> None:
    info = record("", b"software: x", kind="warcinfo", content_type="application/warc-fields")
    log = record("metadata://gnu.org/software/wget/warc/wget.log", b"log", kind="resource")
    pages = [crawl(FERRY, page("The ferry")), crawl(BRIDGE, page("The bridge"))]
    reading = read_warc(PACKINGS[packing]([info, *pages, log]))
    assert urls(reading) == [FERRY, BRIDGE]
    assert [s.title for s in reading.snapshots] == ["The ferry", "The bridge"]
    assert [s.format for s in reading.snapshots] == ["WARC", "WARC"]
    assert all(
        s.instant == INSTANT and s.origins.instant == "saved date" for s in reading.snapshots
    )
    assert all(WORDS in s.html for s in reading.snapshots)
    assert reading[1:] == ((), ())


def test_a_file_packed_by_zstd_is_read() -> None:
    packed = Written()
    writer = ZstdWriter(packed)
    writer.write(crawl(FERRY, page()))
    writer.close()
    assert urls(read_warc(packed.data, "crawl.warc.zst")) == [FERRY]


class Written:
    """What was written to it."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_resource_and_brackets_around_the_address() -> None:
    data = record(f"<{FERRY}>", page().encode(), kind="resource", content_type="text/html")
    assert urls(read_warc(data, "x.warc")) == [FERRY]


def test_a_response_without_a_type_may_be_a_page() -> None:
    assert urls(read_warc(record(FERRY, http(page().encode(), media_type="")))) == [FERRY]


def test_when_the_server_says_that_a_page_changed_goes_before_when_it_was_saved() -> None:
    block = http(page().encode(), Last_Modified="Sun, 05 May 2024 05:08:09 GMT")
    snapshot = read_warc(record(FERRY, block)).snapshots[0]
    assert snapshot.instant == INSTANT - 86_400_000
    assert snapshot.origins.instant == "Last-Modified header"


def count_left_out(reading: Reading) -> list[str]:
    return [line.partition("pages that are no articles: ")[2] for line in reading[2]]


LISTED = "".join(f'<h2><a href="/{n}">No. {n}</a></h2><p>{"The ferry. " * 9}' for n in range(8))
LIST = f"<html><title>News</title><h1>News</h1>{LISTED}</html>"


def test_a_page_that_lists_articles_is_left_out_of_a_crawl() -> None:
    reading = read_warc(crawl("https://news.example.org/", LIST) + crawl(FERRY, page()))
    assert urls(reading) == [FERRY]
    assert count_left_out(reading) == ["1 that list others"]


def test_a_page_that_lists_articles_and_was_archived_alone_is_an_article() -> None:
    assert urls(read_warc(crawl(FERRY, LIST))) == [FERRY]


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts)


HTML = page().encode()
BODIES = {
    "chunked": (chunked(HTML), {"Transfer_Encoding": "chunked"}),
    "not chunked any more": (HTML, {"Transfer_Encoding": "chunked"}),
    "gzip": (gzip.compress(HTML), {"Content_Encoding": "gzip"}),
    "gzip in chunks": (
        chunked(gzip.compress(HTML)),
        {"Content_Encoding": "x-gzip", "Transfer_Encoding": "chunked"},
    ),
    "not gzip any more": (HTML, {"Content_Encoding": "gzip"}),
    "deflate": (zlib.compress(HTML), {"Content_Encoding": "deflate"}),
    "deflate without header": (zlib.compress(HTML)[2:-4], {"Content_Encoding": "deflate"}),
    "br": (brotli.compress(HTML), {"Content_Encoding": "br"}),
    "not br any more": (HTML, {"Content_Encoding": "br"}),
    "br of gzip": (brotli.compress(gzip.compress(HTML)), {"Content_Encoding": "gzip, br"}),
    "unknown to everybody": (HTML, {"Content_Encoding": "utf-8"}),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_unpacked(name: str) -> None:
    body, fields = BODIES[name]
    snapshot = read_warc(record(FERRY, http(body, **fields))).snapshots[0]
    assert snapshot.title == "The ferry"
    assert WORDS in snapshot.html


def test_a_body_packed_by_zstd_is_unpacked() -> None:
    packed = Written()
    writer = ZstdWriter(packed)
    writer.write(HTML)
    writer.close()
    block = http(packed.data, Content_Encoding="zstd")
    assert WORDS in read_warc(record(FERRY, block)).snapshots[0].html


CHINESE = (
    "<p>这条河上的渡船没有发动机，靠一根缆绳和水流每天来回十二次，人们已经习惯了它的安静。</p>" * 8
)
JAPANESE = (
    "<p>この川の渡し船にはエンジンがない。一本の綱と川の流れだけで、一日に十二回行き来する。</p>"
    * 8
)
RUSSIAN = (
    "<p>Паром пересекает реку двенадцать раз в день, и никто его не слышит, кроме птиц.</p>" * 8
)
KOREAN = (
    "<p>이 강의 나룻배에는 엔진이 없다. 밧줄과 물살만으로 하루에 열두 번을 오고 가는 배이다.</p>"
    * 8
)
TEXTS = {"gbk": CHINESE, "shift_jis": JAPANESE, "windows-1251": RUSSIAN, "euc-kr": KOREAN}


@pytest.mark.parametrize("label", TEXTS)
@pytest.mark.parametrize("declared", ["by the header", "by the page", "wrongly", "not at all"])
def test_a_page_in_a_legacy_encoding_is_read(label: str, declared: str) -> None:
    meta = {"by the page": label, "wrongly": "utf-8"}.get(declared, "")
    head = f'<meta charset="{meta}">' if meta else ""
    body = page("T", sentences=0, head=head, body=TEXTS[label]).encode(label)
    header = {"by the header": label, "wrongly": "utf-8"}.get(declared, "")
    media_type = f"text/html; charset={header}" if header else "text/html"
    snapshot = read_warc(record(FERRY, http(body, media_type=media_type))).snapshots[0]
    assert TEXTS[label][3:30] in snapshot.html


def test_the_header_goes_before_the_page_about_the_encoding() -> None:
    body = page(head='<meta charset="shift_jis">', body=RUSSIAN).encode("cp1251")
    block = http(body, media_type="text/html;charset=windows-1251")
    assert RUSSIAN[3:30] in read_warc(record(FERRY, block)).snapshots[0].html


def test_pictures_in_the_file_that_the_page_shows_are_listed() -> None:
    shown = '<img src="/img/a.png"><img data-src="/img/b.jpg?w=1&amp;h=2"><img src="/img/none.gif">'
    reading = read_warc(
        members(
            [
                crawl(FERRY, page(body=shown)),
                record(f"{SITE}/img/a.png", http(b"\x89PNG" * 10, media_type="image/png")),
                record(
                    f"{SITE}/img/b.jpg?w=1&h=2",
                    http(chunked(b"12345"), media_type="image/jpeg", Transfer_Encoding="chunked"),
                ),
                record(f"{SITE}/img/other.png", http(b"\x89PNG", media_type="image/png")),
            ]
        )
    )
    assert reading.snapshots[0].pictures == (
        CarriedPicture("/img/a.png", "image/png", 40),
        CarriedPicture("/img/b.jpg?w=1&h=2", "image/jpeg", 5),
    )


ADVERT = "https://ads.example.net/boat"
SHORT = page("Boats", sentences=3).replace("<h1>", "<p>").replace("article>", "div>")
OTHERS = {
    "an error": ([record(BRIDGE, http(page().encode(), status="404 Not Found"))], "1 of errors"),
    "little text": ([crawl(BRIDGE, page(sentences=1))], "1 of less than 200 letters"),
    "no text": ([record(BRIDGE, http(b""))], "1 of less than 200 letters"),
    "a robots.txt in HTML": ([crawl(f"{SITE}/robots.txt", page())], "1 of errors"),
    "a fragment": (
        [crawl(f"{SITE}/more?page=2", page().partition("<article>")[2])],
        "1 loaded by scripts",
    ),
    "a frame by its request": (
        [
            record(ADVERT, b"GET / HTTP/1.1\r\nSec-Fetch-Dest: iframe\r\n\r\n", kind="request"),
            crawl(ADVERT, page("Boats")),
        ],
        "1 in frames",
    ),
    "an answer to a script, requested after": (
        [
            crawl(BRIDGE, page("The bridge")),
            record(BRIDGE, b"GET / HTTP/1.1\r\nsec-fetch-dest: empty\r\n\r\n", kind="request"),
        ],
        "1 loaded by scripts",
    ),
    "an answer to a script, as Browsertrix has it": (
        [crawl(BRIDGE, page("The bridge"), WARC_Resource_Type="xhr")],
        "1 loaded by scripts",
    ),
    "a frame that a page shows": (
        [
            crawl(BRIDGE, page("Widget")),
            crawl(f"{SITE}/2023/boat", page("Boat", body='<iframe src="/2024/bridge"></iframe>')),
        ],
        "1 in frames",
    ),
    "a short page of another site": ([crawl(ADVERT, SHORT)], "1 in frames"),
    "a page without any title": (
        [crawl(BRIDGE, page().replace("h1>", "p>").replace("title>", "b>"))],
        "1 in frames",
    ),
    "a revisit": ([record(BRIDGE, http(b""), kind="revisit")], "1 archived elsewhere"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_article_is_counted(name: str) -> None:
    records, count = OTHERS[name]
    reading = read_warc(members([crawl(FERRY, page()), *records]))
    boat = [f"{SITE}/2023/boat"] if name == "a frame that a page shows" else []
    assert urls(reading) == [FERRY, *boat]
    assert count_left_out(reading) == [count]
    assert reading.problems == ()


KEPT = {
    "a page that was asked for as one, then by a script": [
        record(BRIDGE, b"GET / HTTP/1.1\r\nSec-Fetch-Dest: document\r\n\r\n", kind="request"),
        record(BRIDGE, b"GET / HTTP/1.1\r\nSec-Fetch-Dest: empty\r\n\r\n", kind="request"),
        crawl(BRIDGE, page("The bridge")),
    ],
    "a page that the archive lists": [
        record(f"urn:pageinfo:{BRIDGE}", b"{}", kind="resource", content_type="application/json"),
        crawl(BRIDGE, page("The bridge"), WARC_Resource_Type="document"),
        crawl(f"{SITE}/2023/boat", page("Boat", body='<iframe src="/2024/bridge"></iframe>')),
    ],
    "a note of another host of the site": [
        crawl("https://notes.example.org/bridge", SHORT),
        crawl("https://example.org/about", page("About")),
    ],
    "a short article of another site": [crawl("https://blog.example.net/a", page(sentences=3))],
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_an_article_is_none_of_these(name: str) -> None:
    reading = read_warc(members([crawl(FERRY, page()), *KEPT[name]]))
    assert count_left_out(reading) == []
    assert len(reading.snapshots) > 1


ERRORS = (
    *("404", "404 Not Found", "Error 404", "404 - Page not found | The River Post"),
    *("Page not found – The River Post", "503 Service Temporarily Unavailable", "Access Denied"),
    *("Attention Required! | Cloudflare", "Just a moment...", "Are you a robot?", "HTTP 500 Error"),
)
ARTICLES = (
    *("404 Media is a year old", "Not found: the ship that left in 1911", "500 words on ferries"),
    *("Gone", "Just a moment in the life of a ferry", "Access denied to the archives of a river"),
)


@pytest.mark.parametrize("title", ERRORS)
def test_the_title_of_an_error_is_known(title: str) -> None:
    error = crawl(BRIDGE, page(title, sentences=4))
    with pytest.raises(NotAnArticleError, match="a page of an error"):
        read_warc(error)
    reading = read_warc(members([crawl(FERRY, page()), error]))
    assert urls(reading) == [FERRY]
    assert reading.problems == ()


def test_an_article_that_is_titled_like_an_error_is_read() -> None:
    title = "410 – The sack of Rome"
    assert [s.title for s in read_warc(crawl(FERRY, page(title))).snapshots] == [title]


@pytest.mark.parametrize("title", ARTICLES)
def test_a_title_that_begins_like_an_error_is_none(title: str) -> None:
    assert [snapshot.title for snapshot in read_warc(crawl(FERRY, page(title))).snapshots] == [
        title
    ]


def test_redirects_are_no_pages() -> None:
    moved = http(page().encode(), status="301 Moved Permanently", Location=FERRY)
    reading = read_warc(members([record(BRIDGE, moved), crawl(FERRY, page())]))
    assert urls(reading) == [FERRY]
    assert reading[1:] == ((), ())


def test_a_file_without_pages_is_no_article() -> None:
    data = record(f"{SITE}/a.png", http(b"\x89PNG", media_type="image/png"))
    with pytest.raises(NotAnArticleError, match="a WARC archive without HTML pages"):
        read_warc(data)


def test_a_file_without_articles_is_none_either() -> None:
    with pytest.raises(NotAnArticleError, match="no articles: 2 of less than 200 letters"):
        read_warc(members([crawl(FERRY, page(sentences=1)), crawl(BRIDGE, page(sentences=0))]))


BROKEN = "its compressed data is broken or cut off"
NOISE = [f"<p>{sha256(b'%d' % n).hexdigest()}</p>" for n in range(90)]
THREE = [
    crawl(f"{SITE}/{n}", page(f"Part {n}", body="".join(NOISE[n * 30 : n * 30 + 30])))
    for n in range(3)
]


def damage(data: bytes, at: int) -> bytes:
    return data[:at] + b"\0\0\0\0" + data[at + 4 :]


def test_members_before_and_after_a_broken_one_are_read() -> None:
    first, second, third = (members([each]) for each in THREE)
    reading = read_warc(first + damage(second, 120) + third)
    assert urls(reading) == [f"{SITE}/0", f"{SITE}/2"]
    assert [problem.partition(": ")[2] for problem in reading.problems][-1] == BROKEN


def test_what_came_before_a_break_is_read() -> None:
    data = whole(THREE)
    reading = read_warc(damage(data, len(data) - 40))
    assert urls(reading)[:2] == [f"{SITE}/0", f"{SITE}/1"]
    assert BROKEN in reading.problems[-1]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_page_that_is_cut_off_is_told(packing: str) -> None:
    data = PACKINGS[packing](THREE)
    reading = read_warc(data[:-60])
    assert urls(reading) == [f"{SITE}/0", f"{SITE}/1"]
    assert reading.problems


def test_nothing_but_broken_data_is_rejected() -> None:
    with pytest.raises(SnapshotError, match=BROKEN):
        read_warc(members(THREE[:1])[:40])


def test_a_page_in_an_unknown_form_affects_no_other() -> None:
    bad = record(BRIDGE, http(b"%PDF-1.4 " + bytes(range(256)) * 4))
    reading = read_warc(members([bad, crawl(FERRY, page())]))
    assert urls(reading) == [FERRY]
    assert reading.problems == (f"record 2: {BRIDGE}: a PDF, not text",)


def test_records_do_not_hold_parsed_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tree:
        """A parsed page."""

    def read_page(page: Record) -> Record:
        tree = Tree()
        trees.append(ref(tree))

        def find_body() -> str:
            return f"{page.html} {tree}"

        return page._replace(html="", find_body=find_body)

    trees: list[ref[Tree]] = []
    monkeypatch.setattr(saved_page, "read_page", read_page)
    records = list(warc.read(members([crawl(FERRY, page()), crawl(BRIDGE, page())]), ""))
    gc.collect()
    assert [tree() for tree in trees] == [None, None]
    for each in records:
        assert isinstance(each, Record)
        assert each.find_body
        assert WORDS in each.find_body()
