"""WACZ, Safari's web archives, MAFF."""

from __future__ import annotations

import plistlib
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.model import CarriedPicture
from refeed.reading import read
from warcs import INSTANT, crawl, members, page

if TYPE_CHECKING:
    from refeed.reading import Reading

URL = "https://news.example.org/2024/ferry"
WORDS = "nobody has heard it do so"


def read_as(data: bytes, path: str) -> Reading:
    return read(data, path=path, modified=0, timezones={})


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def test_pages_of_a_wacz_are_those_of_its_warcs() -> None:
    framing = crawl("https://news.example.org/2024/b", page("B", body=f'<iframe src="{URL}">'))
    listed = b'{"format": "json-pages-1.0"}\n{"url": "%s"}\nbroken\n[1]\n' % URL.encode()
    reading = read_as(
        zipped(
            {
                "datapackage.json": b"{}",
                "archive/a.warc.gz": members([crawl(URL, page())]),
                "archive/b.warc.gz": members([framing]),
                "indexes/index.cdx": b"",
                "pages/pages.jsonl": listed,
            }
        ),
        "a.wacz",
    )
    assert [snapshot.url for snapshot in reading.snapshots] == [
        URL,
        "https://news.example.org/2024/b",
    ]
    assert {snapshot.format for snapshot in reading.snapshots} == {"WACZ"}
    assert reading[1:] == ((), ())


def webarchive(form: plistlib.PlistFormat, **main: object) -> bytes:
    resource = {
        "WebResourceURL": URL,
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1251",
        "WebResourceData": page(body='<p>Паром без мотора</p><img src="/a.png">').encode("cp1251"),
        **main,
    }
    picture = {
        "WebResourceURL": "https://news.example.org/a.png",
        "WebResourceMIMEType": "image/png",
        "WebResourceData": b"\x89PNG",
    }
    value = {"WebMainResource": resource, "WebSubresources": [picture, 1]}
    return plistlib.dumps(value, fmt=form)


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_web_archive_of_safari_is_a_page(form: plistlib.PlistFormat) -> None:
    (snapshot,) = read_as(webarchive(form), "a.webarchive").snapshots
    assert (snapshot.url, snapshot.title, snapshot.format) == (URL, "The ferry", "webarchive")
    assert "Паром без мотора" in snapshot.html
    assert snapshot.pictures == (CarriedPicture("/a.png", "image/png", 4),)


def test_a_web_archive_of_a_picture_is_no_article() -> None:
    data = webarchive(plistlib.FMT_BINARY, WebResourceMIMEType="image/png")
    with pytest.raises(NotAnArticleError, match="without an HTML page"):
        read_as(data, "a.webarchive")


RDF = f"""<?xml version="1.0"?>
<RDF:RDF xmlns:MAF="http://maf.mozdev.org/metadata/rdf#" xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <RDF:Description RDF:about="urn:root">
    <MAF:originalurl RDF:resource="{URL}?a=1&amp;b=2"/>
    <MAF:title RDF:resource="Fähre"/>
    <MAF:archivetime RDF:resource="Mon, 06 May 2024 05:08:09 GMT"/>
    <MAF:indexfilename RDF:resource="index.html"/>
    <MAF:charset RDF:resource="UTF-8"/>
  </RDF:Description>
</RDF:RDF>""".encode()


def test_each_folder_of_a_maff_is_a_page() -> None:
    html = page("").encode()
    files = {"1/index.rdf": RDF, "1/index.html": html, "2/index.rdf": RDF}
    reading = read_as(zipped(files), "a.maff")
    (snapshot,) = reading.snapshots
    assert (snapshot.url, snapshot.title) == (f"{URL}?a=1&b=2", "Fähre")
    assert snapshot.instant == INSTANT
    assert WORDS in snapshot.html
    assert reading.problems == ("record 2: 2 in it has no HTML page",)


def bomb(name: str) -> bytes:
    return zipped({name: bytes(40_000_000)})


HOSTILE = {
    "a cut WACZ": (zipped({"archive/a.warc": b"x"})[:-20], "a.wacz"),
    "a WACZ of zeros": (bomb("archive/a.warc"), "a.wacz"),
    "a MAFF of zeros": (bomb("1/index.rdf"), "a.maff"),
    "a WACZ without WARC": (zipped({"a": b""}), "a.wacz"),
    "a MAFF without pages": (zipped({"a": b""}), "a.maff"),
    "a cut web archive": (webarchive(plistlib.FMT_BINARY)[:-40], "a.webarchive"),
    "a list": (plistlib.dumps([1], fmt=plistlib.FMT_BINARY), "a.webarchive"),
    "an array in itself": (
        b"bplist00\xa1\x00\x08"
        + bytes(6)
        + b"\x01\x01"
        + b"".join(n.to_bytes(8, "big") for n in (1, 0, 10)),
        "a.webarchive",
    ),
    "entities": (
        b'<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "b">]><plist>&a;</plist>',
        "a.webarchive",
    ),
    "XML that nests": (b'<?xml version="1.0"?><plist>' + b"<array>" * 100_000, "a.webarchive"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_broken_or_hostile_is_rejected(name: str) -> None:
    data, path = HOSTILE[name]
    with pytest.raises(SnapshotError):
        read_as(data, path)
