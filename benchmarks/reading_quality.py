"""What refeed, trafilatura and readability-lxml take out of labelled pages: a table of figures.

Usage, from the repository's top: python -m benchmarks.reading_quality FOLDER [--half held-out]

FOLDER holds public test sets as `benchmarks.labelled_pages` describes them; they are not part of
this repository. Each page is read and cleaned as the daemon does it. Figures are means over the
pages that have the label, in per cent:

    accepted   an article was found
    address, date, author, title     right; titles also where one holds the other
    F1, precision, recall            of the text, in shingles of four words
    kept, gone                       of the pieces of text that must stay, and that must go
    pictures, subheadings, captions  of the article's own, still there
    lead       the lead picture is there, perhaps in another size: under a name that has a number
               or a long word in common
    lead-exact the lead picture is there under the name that the label has
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING
from urllib.parse import unquote

import readability
import trafilatura
from benchmarks.labelled_pages import load
from lxml import etree
from lxml import html as lxml_html

from refeed import cleaning
from refeed.config import Config
from refeed.errors import RefeedError, SnapshotError
from refeed.identity import key_of
from refeed.reading import read
from refeed.rules.rulebook import rulebook
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.labelled_pages import LabelledPage

_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\w+")
_READING = re.compile(r"<r([tp])\b.*?</r\1>", re.DOTALL)
_LEFT_OUT = re.compile(r"[\s\u00ad\u200b-\u200d\"'`\u2018-\u201f\u00ab\u00bb\u2010-\u2015*#|_-]+")
_SIZE = re.compile(r"\d{2,4}x\d{2,4}|[wh]_?\d{2,4}")
_PICTURE_WORD = re.compile(r"\d{5,}|(?=[a-z0-9]*[a-z])[a-z0-9]{7,}")
_PICTURE_NOUNS = frozenset(
    "gettyimages feature featured picture original thumbnail landscape".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SHINGLE = 4
_DAY = 86_400_000
_MODIFIED = 2_000_000_000_000


@dataclass(slots=True)
class Taken:
    """What one extractor took out of one page."""

    title: str = ""
    url: str = ""
    date: str = ""
    authors: str = ""
    text: str = ""
    html: str = ""
    seconds: float = 0.0
    accepted: bool = True


def take_by_refeed(page: LabelledPage) -> Taken:
    """Read and clean a page; one without an address again as if a browser had saved it."""
    started = process_time()
    taken = Taken()
    try:
        found = read(page.data, path="page.html", modified=_MODIFIED, timezones={})
    except SnapshotError:
        comment = f"<!-- saved from url=(0000){page.url or 'https://example.org/a/b'} -->\n"
        try:
            found = read(
                comment.encode() + page.data, path="page.html", modified=_MODIFIED, timezones={}
            )
        except SnapshotError:
            return Taken(accepted=False)
    else:
        taken.url = found.snapshots[0].url
    snapshot = found.snapshots[0]
    html = cleaning.clean(snapshot.html, snapshot.url, _RULES, base=snapshot.base)
    taken.seconds = process_time() - started
    taken.title = snapshot.title
    if snapshot.origins.instant not in ("file time", "saved date"):
        taken.date = str(snapshot.instant)
    taken.authors = ", ".join(snapshot.authors)
    taken.html = html
    taken.text = visible_text(_READING.sub("", html))
    taken.accepted = bool(taken.text)
    return taken


def take_by_trafilatura(page: LabelledPage) -> Taken:
    """Extract a page by trafilatura with its defaults, without comments."""
    started = process_time()
    found = trafilatura.bare_extraction(page.data, include_comments=False, with_metadata=True)
    if found is None:
        return Taken(accepted=False, seconds=process_time() - started)
    body = etree.tostring(found.body, encoding="unicode")
    body = body.replace("<head", "<h2").replace("</head>", "</h2>")
    return Taken(
        found.title or "",
        found.url or "",
        found.date or "",
        found.author or "",
        found.text or "",
        body.replace("<graphic", "<img"),
        process_time() - started,
    )


def take_by_readability(page: LabelledPage) -> Taken:
    """Extract a page by readability-lxml."""
    started = process_time()
    try:
        document = readability.Document(page.data)
        html = document.summary(html_partial=True)
    except (readability.readability.Unparseable, ValueError, TypeError, AttributeError):
        return Taken(accepted=False, seconds=process_time() - started)
    return Taken(
        title=document.short_title() or "",
        authors=document.author() or "",
        text=visible_text(html),
        html=html,
        seconds=process_time() - started,
    )


def rate(page: LabelledPage, taken: Taken) -> Iterator[tuple[str, float]]:
    """Yield figures from 0 to 1, each with its name."""
    yield "accepted", float(taken.accepted)
    if page.url:
        yield "address", float(_to_key(taken.url) == _to_key(page.url))
    if page.title:
        yield "title", float(_is_title(taken.title, page.title))
    if page.date:
        yield "date", float(_is_day(taken.date, page.date))
    if page.author:
        yield "author", float(_is_author(taken.authors, page.author))
    yield from _rate_text(page, taken.text)
    yield from _rate_parts(page, taken.html)


def _rate_text(page: LabelledPage, text: str) -> Iterator[tuple[str, float]]:
    if page.text:
        wanted, given = _count_shingles(page.text), _count_shingles(text)
        common = (wanted & given).total()
        precision = common / max(given.total(), 1)
        recall = common / max(wanted.total(), 1)
        yield "precision", precision
        yield "recall", recall
        yield "F1", 2 * precision * recall / ((precision + recall) or 1)
    squeezed = _squeeze(text)
    for name, labels, wanted_there in (("kept", page.stays, True), ("gone", page.goes, False)):
        if pieces := [piece for label in labels if (piece := _squeeze(label))]:
            right = [(piece in squeezed) is wanted_there for piece in pieces]
            yield name, sum(right) / len(right)


def _rate_parts(page: LabelledPage, html: str) -> Iterator[tuple[str, float]]:
    given = _list_parts(html)
    if page.html:
        for name, parts in _list_parts(page.html).items():
            if wanted := [part for part in parts if part != _squeeze(page.title)]:
                yield name, sum(part in given[name] for part in wanted) / len(wanted)
    if page.image:
        yield "lead-exact", float(_name_picture(page.image) in given["pictures"])
        yield "lead", float(_shows(html, page.image))


def _shows(html: str, picture: str) -> bool:
    """Tell whether a picture is there, perhaps in another size."""
    shown = lxml_html.fromstring(f"<div>{html}</div>").iter("img")
    own = _list_picture_words(picture)
    return any(
        _name_picture(picture) == _name_picture(source) or own & _list_picture_words(source)
        for source in (image.get("src") or "" for image in shown)
    )


def _list_picture_words(address: str) -> set[str]:
    """Return what names a picture in all sizes: long numbers and words of its file's name."""
    name = unquote(unquote(address)).partition("?url=")
    inner = (name[2] or name[0]).partition("?")[0].partition("&")[0]
    file = _SIZE.sub(" ", inner.rstrip("/").rpartition("/")[2].lower())
    return set(_PICTURE_WORD.findall(file)) - _PICTURE_NOUNS


def _list_parts(html: str) -> dict[str, list[str]]:
    tree = lxml_html.fromstring(f"<div>{html}</div>")
    pictures = [_name_picture(image.get("src") or "") for image in tree.iter("img")]
    headings = [
        _squeeze(each.text_content()) for each in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]
    captions = [_squeeze(each.text_content()) for each in tree.iter("figcaption")]
    return {
        "pictures": list(filter(None, pictures)),
        "subheadings": list(filter(None, headings)),
        "captions": list(filter(None, captions)),
    }


def _name_picture(address: str) -> str:
    return address.partition("?")[0].rstrip("/").rpartition("/")[2][-60:]


def _count_shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    last = max(len(words) - _SHINGLE + 1, 1)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(last))


def _squeeze(text: str) -> str:
    """Return a text without blanks and marks that labels write another way, as quotation marks."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _to_words(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _is_title(given: str, wanted: str) -> bool:
    one, two = _to_words(given), _to_words(wanted)
    return bool(one) and (one in two or two in one)


def _is_day(given: str, wanted: str) -> bool:
    if given.isdecimal():
        days = {str(_to_date(int(given) + shift)) for shift in (-_DAY // 2, 0, _DAY // 2)}
        return wanted in days
    return given[:10] == wanted


def _to_date(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, tz=UTC).date().isoformat()


def _is_author(given: str, wanted: str) -> bool:
    one, two = set(_to_words(given).split()), set(_to_words(wanted).split()) - {"by", "and"}
    return bool(one & two) and len(one & two) * 2 >= max(len(one), len(two))


def _to_key(url: str) -> str:
    try:
        return key_of(url)
    except RefeedError:
        return url


_RULES = rulebook(Config()).rules_for("example.org")
_EXTRACTORS = {
    "refeed": take_by_refeed,
    "trafilatura": take_by_trafilatura,
    "readability-lxml": take_by_readability,
}
_COLUMNS = (
    *("accepted", "address", "title", "date", "author", "F1", "precision", "recall", "kept"),
    *("gone", "pictures", "subheadings", "captions", "lead", "lead-exact", "milliseconds"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="holds the sets")
    parser.add_argument("--half", choices=("development", "held-out", "all"), default="held-out")
    parser.add_argument("--only", help="beginning of the names of the pages")
    parser.add_argument("--extractors", default=",".join(_EXTRACTORS), help="separated by commas")
    parser.add_argument("--details", type=Path, help="write what each page gives there, as JSON")
    options = parser.parse_args()
    figures: dict[str, dict[str, list[float]]] = {}
    details = []
    names = options.extractors.split(",")
    number = 0
    for page in load(options.folder):
        if options.half not in ("all", page.half) or not page.name.startswith(options.only or ""):
            continue
        number += 1
        for name in names:
            taken = _EXTRACTORS[name](page)
            rated = dict(rate(page, taken))
            lists = figures.setdefault(name, defaultdict(list))
            for figure, value in rated.items():
                lists[figure].append(value)
            lists["milliseconds"].append(taken.seconds * 10)
            details.append({"page": page.name, "by": name, "rated": rated, "taken": asdict(taken)})
    _print_table(figures, number)
    if options.details:
        options.details.write_text(json.dumps(details, ensure_ascii=False), encoding="utf-8")


def _print_table(figures: dict[str, dict[str, list[float]]], number: int) -> None:
    print(f"{number} pages\n")
    print("| figure | pages | " + " | ".join(figures) + " |")
    print("| --- | --: |" + " --: |" * len(figures))
    for column in _COLUMNS:
        lists = [each[column] for each in figures.values()]
        count = max(map(len, lists), default=0)
        means = [f"{100 * sum(one) / len(one):.1f}" if one else "" for one in lists]
        print(f"| {column} | {count} | " + " | ".join(means) + " |")


if __name__ == "__main__":
    main()
