"""Pictures for tests, and snapshots in each format that carry them."""

from __future__ import annotations

import plistlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from refeed.pictures.identify import identify
from warcs import crawl, members

FILES = {
    file.name: file.read_bytes()
    for file in sorted((Path(__file__).parent / "pictures/files").iterdir())
}
SITE = "https://boats.example.org"
_CROSSERS = "miller baker warden teacher postman smith carter painter".split()


def tell(number: int) -> str:
    """Return a paragraph: each is another one."""
    return " ".join(
        f"On day {number + 1} the {who} crossed the river by the ferry, for the {place + 2}th time."
        for place, who in enumerate(_CROSSERS)
    )


def name_of(file: str) -> str:
    """Return the name by which a picture is published."""
    picture = identify(FILES[file])
    assert picture is not None
    return picture.name


def data_address(file: str) -> str:
    """Return the `data:` address of a picture."""
    kind = "jpeg" if file.endswith(".jpg") else file.rpartition(".")[2]
    return f"data:image/{kind};base64,{b64encode(FILES[file]).decode()}"


def page_with(*sources: str, head: str = "") -> str:
    """Return a page with an article that shows pictures between its paragraphs."""
    shown = "".join(
        f'<p>{tell(number)}</p><figure><img src="{source}"></figure>'
        for number, source in enumerate(sources)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>The ferry</title>'
        f'<link rel="canonical" href="{SITE}/ferry">{head}</head>'
        f"<body><article><h1>The ferry</h1>{shown}<p>{tell(30)}</p></article></body></html>"
    )


def mail_with(*files: str) -> bytes:
    """Return a mail that shows pictures which it carries."""
    html = "".join(f'<p>{tell(n)}</p><img src="cid:{file}@boats">' for n, file in enumerate(files))
    head = (
        "From: Ann <ann@boats.example.org>\nSubject: The ferry\nMessage-ID: <1@boats.example.org>\n"
        "Date: Wed, 19 Jun 2024 01:04:05 +0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="xxx"\n\n'
        f"--xxx\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    )
    parts = "".join(
        f"--xxx\nContent-Type: image/{file.rpartition('.')[2]}\nContent-ID: <{file}@boats>\n"
        f"Content-Transfer-Encoding: base64\n\n{b64encode(FILES[file]).decode()}\n"
        for file in files
    )
    return f"{head}{parts}--xxx--\n".encode()


def mhtml_with(*files: str) -> bytes:
    """Return a page as Chromium saves it in one file."""
    html = page_with(*(f"{SITE}/img/{file}" for file in files))
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {SITE}/ferry\r\n"
        "Subject: The ferry\r\nDate: Wed, 19 Jun 2024 01:04:05 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="xxx"\r\n\r\n\r\n'
        f"--xxx\r\nContent-Type: text/html\r\nContent-Location: {SITE}/ferry\r\n\r\n{html}\r\n"
    )
    parts = "".join(
        f"--xxx\r\nContent-Type: image/{file.rpartition('.')[2]}\r\n"
        f"Content-Transfer-Encoding: base64\r\nContent-Location: {SITE}/img/{file}\r\n\r\n"
        f"{b64encode(FILES[file]).decode()}\r\n"
        for file in files
    )
    return f"{head}{parts}--xxx--\r\n".encode()


def warc_with(*files: str) -> bytes:
    """Return a page and what it shows as a crawler stores them."""
    html = page_with(*(f"/img/{file}" for file in files))
    return members(
        [
            crawl(f"{SITE}/ferry", html),
            *(crawl_picture(f"{SITE}/img/{file}", FILES[file]) for file in files),
        ]
    )


def crawl_picture(url: str, data: bytes) -> bytes:
    """Return the record of a picture."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n" + data
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2024-06-19T01:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def wacz_with(*files: str) -> bytes:
    """Return the same as Webrecorder packs it."""
    return _zip({"archive/data.warc.gz": warc_with(*files)})


def maff_with(*files: str) -> bytes:
    """Return the page in Mozilla's archive format."""
    about = (
        '<?xml version="1.0"?><RDF:RDF><RDF:Description>'
        f'<MAF:originalurl RDF:resource="{SITE}/ferry"/>'
        '<MAF:indexfilename RDF:resource="index.html"/></RDF:Description></RDF:RDF>'
    )
    page = page_with(*(f"index_files/{file}" for file in files))
    shown = {f"1/index_files/{file}": FILES[file] for file in files}
    return _zip({"1/index.rdf": about.encode(), "1/index.html": page.encode(), **shown})


def webarchive_with(*files: str) -> bytes:
    """Return the page as Safari saves it."""
    main = {
        "WebResourceData": page_with(*(f"img/{file}" for file in files)).encode(),
        "WebResourceURL": f"{SITE}/ferry",
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "UTF-8",
    }
    others = [
        {
            "WebResourceData": FILES[file],
            "WebResourceURL": f"{SITE}/img/{file}",
            "WebResourceMIMEType": "image/png",
        }
        for file in files
    ]
    return plistlib.dumps({"WebMainResource": main, "WebSubresources": others})


def singlefile_with(*files: str) -> bytes:
    """Return the page as SingleFile writes it, with what it shows more than once in variables."""
    shown = "".join(
        f'<p>{tell(number)}</p><img style="background-image:var(--sf-img-{number})!important" '
        'src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2260%22 '
        'height=%2240%22><rect fill-opacity=%220%22/></svg>">'
        for number, _ in enumerate(files)
    )
    variables = "".join(
        f'--sf-img-{number}: url("{data_address(file)}");' for number, file in enumerate(files)
    )
    page = page_with(head=f"<style>:root{{{variables}}}</style>")
    return page.replace("<h1>The ferry</h1>", f"<h1>The ferry</h1>{shown}").encode()


def _zip(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()
