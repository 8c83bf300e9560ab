"""Web pages with labels, of public test sets of article extractors.

`load` takes a folder with a folder for each set that is there, named as on GitHub with a plus sign
for the slash, as `git clone` leaves it:

    adbar+trafilatura/                                tests/evaldata.json, tests/eval, tests/cache
    scrapinghub+article-extraction-benchmark/         ground-truth.json, html
    mozilla+readability/                              test/test-pages
    postlight+parser/                                 fixtures, src/extractors/custom
    AndyTheFactory+newspaper4k/                       tests/data/html, txt, metadata
    flairNLP+fundus/                                  tests/resources/parser/test_data
    tiptopjaw+web-content-extraction-benchmark/       benchmark/ground-truth, release/html

Labels that are no addresses (some of trafilatura's are the names of files) are left out, and those
in the Wayback Machine are of the page that was archived. Of fundus, whose labels are what parsers
written for each publisher find, pages are left out whose version can't be told; of the last one,
whose labels a model wrote and people checked, all pages but articles.

A page's half is decided by a digest of its name, so that rules made with one half can be judged by
the other.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIXTURE = re.compile(r"""['"`]\.?/?fixtures/([^'"`]+\.html)['"`]""")
_STRING = r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)"""
_ADDRESS = re.compile(rf"\b(?:url|uri)\s*=\s*{_STRING}")
_EQUAL = re.compile(
    rf"assert\.(?:strictE|e)qual\(\s*(title|author|date_published|lead_image_url|first13|text)\s*,"
    rf"\s*{_STRING}\s*\)"
)
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and what is known of it; what is not is empty.

    Attributes:
        name: set and file.
        data: the page.
        url: its address.
        title: of the article.
        date: `YYYY-MM-DD`.
        author: names, in any writing.
        image: the address of the lead image.
        text: all of the article's text.
        html: the article's HTML, as a person or a tool took it out of the page.
        stays: pieces of text that are the article's.
        goes: pieces of text that are not.
    """

    name: str
    data: bytes
    url: str = ""
    title: str = ""
    date: str = ""
    author: str = ""
    image: str = ""
    text: str = ""
    html: str = ""
    stays: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """Return `development` or `held-out`."""
        odd = hashlib.sha256(self.name.encode()).digest()[0] % 2
        return "held-out" if odd else "development"


def load(folder: Path) -> Iterator[LabelledPage]:
    """Yield the pages of all sets in a folder."""
    for name, reader in _SETS.items():
        if (folder / name).is_dir():
            yield from reader(folder / name)


def _load_trafilatura(root: Path) -> Iterator[LabelledPage]:
    known = json.loads((root / "tests/evaldata.json").read_text(encoding="utf-8"))
    for url, page in known.items():
        places = [root / "tests" / each / page["file"] for each in ("cache", "eval")]
        path = next(filter(lambda place: place.is_file(), places), None)
        if path is None:
            continue
        yield LabelledPage(
            name=f"trafilatura/{page['file']}",
            data=path.read_bytes(),
            url=_find_address(url),
            title=page.get("title") or "",
            date=(page.get("date") or "")[:10],
            author=_join_names(page.get("author")),
            stays=tuple(page["with"]),
            goes=(*page["without"], *page.get("comments", ())),
        )


def _load_scrapinghub(root: Path) -> Iterator[LabelledPage]:
    known = json.loads((root / "ground-truth.json").read_text(encoding="utf-8"))
    for name, page in known.items():
        data = gzip.decompress((root / "html" / f"{name}.html.gz").read_bytes())
        yield LabelledPage(f"scrapinghub/{name}", data, url=page["url"], text=page["articleBody"])


def _load_mozilla(root: Path) -> Iterator[LabelledPage]:
    for folder in sorted((root / "test/test-pages").iterdir()):
        html = (folder / "expected.html").read_text(encoding="utf-8")
        known = json.loads((folder / "expected-metadata.json").read_text(encoding="utf-8"))
        yield LabelledPage(
            f"mozilla/{folder.name}",
            (folder / "source.html").read_bytes(),
            title=known.get("title") or "",
            text=lxml_html.fromstring(f"<div>{html}</div>").text_content(),
            html=html,
        )


def _load_postlight(root: Path) -> Iterator[LabelledPage]:
    for test in sorted((root / "src/extractors/custom").glob("*/index.test.js")):
        text = test.read_text(encoding="utf-8")
        fixtures = list(_FIXTURE.finditer(text))
        for number, fixture in enumerate(fixtures):
            path = root / "fixtures" / fixture[1]
            if not path.is_file():
                continue
            after = fixtures[number + 1].start() if number + 1 < len(fixtures) else len(text)
            before = text.rfind("{\n", 0, fixture.start())
            address = _ADDRESS.search(text, max(0, before), after)
            found = {m[1]: _read_string(m, 2) for m in _EQUAL.finditer(text, fixture.end(), after)}
            excerpt = found.get("first13") or found.get("text") or ""
            yield LabelledPage(
                f"postlight/{fixture[1]}",
                path.read_bytes(),
                url=_read_string(address, 1) if address else "",
                title=found.get("title", ""),
                date=found.get("date_published", "")[:10],
                author=found.get("author", ""),
                image=found.get("lead_image_url", ""),
                stays=(excerpt,) if excerpt else (),
            )


def _load_newspaper(root: Path) -> Iterator[LabelledPage]:
    for path in sorted((root / "tests/data/html").glob("*.html")):
        words = root / "tests/data/txt" / f"{path.stem}.txt"
        known = root / "tests/data/metadata" / f"{path.stem}.json"
        if not words.is_file():
            continue
        meta = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
        yield LabelledPage(
            f"newspaper4k/{path.name}",
            path.read_bytes(),
            url=meta.get("url") or "",
            title=meta.get("title") or "",
            date=(meta.get("publish_date") or "")[:10],
            text=words.read_text(encoding="utf-8"),
        )


def _load_fundus(root: Path) -> Iterator[LabelledPage]:
    for labels in sorted((root / "tests/resources/parser/test_data").glob("*/*.json")):
        versions = json.loads(labels.read_text(encoding="utf-8"))
        known = json.loads((labels.parent / "meta.info").read_text(encoding="utf-8"))
        keys = sorted(versions, key=lambda key: [int(part) for part in key[1:].split("_")])
        paths = sorted(labels.parent.glob(f"{labels.stem}_2*.html.gz"))
        if len(keys) != len(paths):
            keys, paths = keys[-1:], paths[-1:]
        for key, path in zip(keys, paths, strict=True):
            page = versions[key]
            parts = [("p", text) for text in page["body"]["summary"]]
            for section in page["body"]["sections"]:
                parts += [("h2", text) for text in section["headline"]]
                parts += [("p", text) for text in section["paragraphs"]]
            covers = (each for each in page.get("images") or () if each["is_cover"])
            yield LabelledPage(
                f"fundus/{labels.parent.name}/{path.name}",
                gzip.decompress(path.read_bytes()),
                url=known.get(path.name, {}).get("url", ""),
                title=page["title"] or "",
                date=page["publishing_date"][:10],
                author=_join_names(page.get("authors")),
                image=next((each["versions"][-1]["url"] for each in covers), ""),
                text="\n".join(text for _, text in parts),
                html="".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts),
            )


def _load_wcxb(root: Path) -> Iterator[LabelledPage]:
    for path in sorted((root / "benchmark/ground-truth").glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        known = page["ground_truth"]
        if page["_internal"]["page_type"]["primary"] not in ("article", "blog"):
            continue
        yield LabelledPage(
            f"wcxb/{path.stem}",
            gzip.decompress((root / "release/html" / f"{path.stem}.html.gz").read_bytes()),
            url=page["url"],
            title=known.get("title") or "",
            date=(known.get("publish_date") or "")[:10],
            author=known.get("author") or "",
            text=known.get("main_content") or "",
            stays=tuple(known.get("with") or ()),
            goes=tuple(filter(str.strip, known.get("without") or ())),
        )


_SETS = {
    "adbar+trafilatura": _load_trafilatura,
    "scrapinghub+article-extraction-benchmark": _load_scrapinghub,
    "mozilla+readability": _load_mozilla,
    "postlight+parser": _load_postlight,
    "AndyTheFactory+newspaper4k": _load_newspaper,
    "flairNLP+fundus": _load_fundus,
    "tiptopjaw+web-content-extraction-benchmark": _load_wcxb,
}


def _find_address(label: str) -> str:
    """Return the address of a label, of an archived page its own; "" if it is none."""
    address = _ARCHIVED.sub("", label.strip())
    return address if address.startswith(("http://", "https://")) else ""


def _join_names(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list) else str(names or "")


def _read_string(match: re.Match[str], group: int) -> str:
    """Return the value of a string literal of JavaScript, which is in one of three groups."""
    text = next(filter(None, match.groups()[group - 1 : group + 2]), "")
    return _ESCAPE.sub(_read_escape, text)


def _read_escape(match: re.Match[str]) -> str:
    kind = match[1]
    if kind[0] in "ux" and len(kind) > 1:
        return chr(int(kind[1:], 16))
    return {"n": "\n", "t": "\t", "\n": ""}.get(kind, kind)
