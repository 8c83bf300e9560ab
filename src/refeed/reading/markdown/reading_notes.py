"""Finds what a note, a clipping or a post claims. Its body is rendered when it is asked for."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from refeed.model import CarriedPicture
from refeed.reading.address_line import add_address_line
from refeed.reading.body_byline import split_byline
from refeed.reading.dates.text import is_date
from refeed.reading.front_matter import build_record, list_plain_values
from refeed.reading.front_matter_yaml import list_items
from refeed.reading.markdown.drafts import check_that_it_is_no_draft
from refeed.reading.markdown.headings import take_off_heading
from refeed.reading.markdown.jekyll_tags import split_jekyll_tags
from refeed.reading.markdown.joplin import split_joplin_note
from refeed.reading.markdown.plain_text import to_plain_text
from refeed.reading.markdown.properties import split_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.claims import Claim, Record
    from refeed.reading.front_matter_values import Values

FORMAT = "Markdown"
_ORIGIN = "properties"
_FILE_NAME = "file name"
_DATED = re.compile(r"((?:19|20)\d{2}-\d{2}-\d{2})(?=\D)")
_UNTOLD = re.compile(
    r"[\W_]*(?:untitled|index|readme|note|page|post|document)?[\W\d_]*", re.IGNORECASE
)
# What only the front matter of site generators has.
_OF_POSTS = frozenset(
    """
    layout permalink slug draft categories comments weight canonical canonicalurl
    externalurl template redirectfrom eleventynavigation menu toc math mathjax showtoc
    """.split()
)
_ONLY_OF_POSTS = frozenset(("layout", "permalink", "slug"))
# Beginnings of keys that say when a note was made.
_OF_NOTES = ("created", "clipped", "saved", "added", "datesaved", "datecreated", "dateadded")
_POST_FOLDER = re.compile(r"(?:\A|/)_(?:posts|drafts)/|(?:\A|/)content/.*/")
_TEMPLATE = re.compile(
    r"\{%-?\s*end(?:highlight|codeblock|raw)\b|\{\{[<%]\s*/?\w|\{\{\s*(?:site|page)\."
)
# What Mustache escapes in HTML, as exports of Omnivore are; people write none of the last three.
_CHARACTERS = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'",
    "#x2F": "/", "#x60": "`", "#x3D": "=",
}  # fmt: skip
_REFERENCE = re.compile(rf"&({'|'.join(_CHARACTERS)});")
_ESCAPED = re.compile("&#x(?:2F|60|3D);")
# At the head of MDX.
_IMPORTS = re.compile(r"\A(?:(?:import|export)\s[^\n]*(?:\n|\Z)|[ \t]*\n)+")
_PICTURE = re.compile(
    r"!\[[^\[\]\n]{0,500}\]\(<?([^()<>\s\n]{1,1000})|!\[\[([^\[\]|#\n]{1,500})"
    r"|<img\b[^<>]{0,1000}?\ssrc=[\"']([^\"'<>\n]{1,1000})"
    # `{{< figure src="boat.png" >}}`, `{% include figure.html src="boat.png" %}`
    r"|\{[{%][^{}\n]{0,60}?\b(?:figure|img|image)\b[^{}\n]{0,500}?\s(?:src|path|url)=[\"']?"
    r"([^\"'\s{}<>]{1,1000})",
    re.IGNORECASE,
)
_MEDIA_TYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}

# `Author *2024年6月19日 09:00* *Beijing*`
_EMPHASIZED = re.compile(r"(?<![*_\w])[*_]{1,2}([^*_\n]{6,40})[*_]{1,2}(?![*_\w])")
_HEAD_LENGTH = 2000
_HEAD_LINES = 4
_LONGEST_DATE = 40


def read_markdown(record: Record, values: Values, path: str) -> Record:
    """Return the record of a file with a body in Markdown.

    Args:
        record: what header and front matter claim, with the body as its `html`.
        values: of the front matter.
        path: of the file.

    Raises:
        NotAnArticleError: it is a draft, or something else that is not to be published.
    """
    has_header = any(origin == "header link" for _, origin in record.urls)
    record = _take_off_byline(record)
    if not has_header and _ESCAPED.search(record.html):
        record = record._replace(html=_REFERENCE.sub(_unescape, record.html))
    is_post = _is_post(values, record.html, path, has_header=has_header)
    has_title = bool(record.titles)
    if path.lower().endswith(".mdx"):
        record = record._replace(html=_IMPORTS.sub("", record.html))
    note = split_joplin_note(record.html)
    head = split_head(note.body if note else record.html)
    found = {**head.values, **(note.values if note else {})}
    plain = {**list_plain_values(found), **list_plain_values(values)}
    record = add_properties(record._replace(html=head.body), found)
    is_noted = any(key.startswith(_OF_NOTES) for key in plain)
    has_address = bool(record.urls)
    check_that_it_is_no_draft(
        plain,
        path,
        has_address=has_address,
        is_clipping=has_address and (is_noted or "originalurl" in found),
    )
    is_post = is_post or (
        bool(head.values)
        and not (values or has_header or note)
        and (not record.urls or not _ONLY_OF_POSTS.isdisjoint(head.values))
    )
    is_note = (
        not is_post
        or any(key.startswith(_OF_NOTES) for key in values)
        # Posts have their titles in front matter.
        or (not has_title and head.body.startswith("# "))
    )
    if not record.urls and head.link:
        record = record._replace(urls=((head.link, "address line"),))
    if not record.urls:
        record = add_address_line(record, is_note=is_note)
    record = _add_titles(record, note.title if note else "", path)
    if is_post and not record.titles:
        record = record._replace(titles=_make_title(path))
    if not (is_post or record.strong_dates or record.weak_dates):
        record = record._replace(weak_dates=tuple(_list_dates_at_head(record.html)))
    if not has_header and (dated := _DATED.match(path.rpartition("/")[2])):
        record = record._replace(weak_dates=(*record.weak_dates, (dated[1], _FILE_NAME)))
    if is_post:
        record = record._replace(tags=split_jekyll_tags(record.tags, values, path))
    body = record.html
    title = record.titles[0][0] if record.titles else ""
    known = {**plain, "title": title} if is_post else None
    return record._replace(
        html="",
        find_body=partial(_render, body, known),
        format=FORMAT,
        pictures=(*record.pictures, *list_local_pictures(body)),
        values=record.values if has_header else plain,
    )


def _unescape(reference: re.Match[str]) -> str:
    return _CHARACTERS[reference[1]]


def _render(body: str, known: dict[str, str] | None) -> str:
    from refeed.reading.markdown.rendering import render

    return render(body, known)


def _take_off_byline(record: Record) -> Record:
    """Take the native format's byline off the body."""
    byline = split_byline(record.html)
    if not byline.origin:
        return record
    time = ((byline.time, "time element"),) if byline.time else ()
    author = (((byline.author,), byline.origin),) if byline.author else ()
    return record._replace(
        html=byline.html.strip(),
        weak_dates=(*record.weak_dates, *time),
        authors=(*author, *record.authors),
    )


def _is_post(values: Values, body: str, path: str, *, has_header: bool) -> bool:
    """Tell whether a file is a post of a site generator, whose tags are none of its text."""
    if not _OF_POSTS.isdisjoint(values) or _POST_FOLDER.search(path):
        return True
    # Notes have aliases, too: other names, no paths.
    if any("/" in alias for alias in list_items(values.get("aliases", ()))):
        return True
    record = build_record(values, html="", epoch=None)
    if record.urls:
        return False
    return bool(values) or (has_header and _TEMPLATE.search(body) is not None)


def add_properties(record: Record, values: Values) -> Record:
    """Add what properties claim, which front matter knows better."""
    found = build_record(values, html="", epoch=None)

    def rename(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple((text, _ORIGIN) for text, _ in claims)

    return record._replace(
        urls=record.urls + rename(found.urls),
        titles=record.titles + rename(found.titles),
        strong_dates=record.strong_dates + rename(found.strong_dates),
        late_dates=record.late_dates + rename(found.late_dates),
        authors=record.authors + tuple((names, _ORIGIN) for names, _ in found.authors),
        tags=record.tags + rename(found.tags),
        language=record.language or found.language,
        site=record.site or found.site,
    )


def _add_titles(record: Record, first_line: str, path: str) -> Record:
    """Make the titles plain text, and take the heading that is the title off the body."""
    titles = [(to_plain_text(text), origin) for text, origin in record.titles]
    if first_line:
        titles.append((to_plain_text(first_line), "first line"))
    given = next((text for text, _ in titles if text), "")
    title, body = take_off_heading(record.html, given, is_named=_has_telling_name(path))
    if title and not given:
        titles.append((title, "first heading"))
    return record._replace(titles=tuple(claim for claim in titles if claim[0]), html=body)


def _list_dates_at_head(body: str) -> Iterator[Claim]:
    """Yield the dates that are set apart at the head: as clippers keep the line below a title."""
    lines = filter(None, map(str.strip, body[:_HEAD_LENGTH].splitlines()))
    for line in islice(lines, _HEAD_LINES):
        texts = [line, *(found[1] for found in _EMPHASIZED.finditer(line))]
        yield from (
            (text, "date line") for text in texts if len(text) < _LONGEST_DATE and is_date(text)
        )


def _make_title(path: str) -> tuple[Claim, ...]:
    """Return the title of a post without one: its file's name, which is a slug, as words."""
    name = _DATED.sub("", path.rpartition("/")[2].rpartition(".")[0]).strip("-_ ")
    words = name.replace("-", " ").replace("_", " ").strip() if " " not in name else name
    return ((words[:1].upper() + words[1:], _FILE_NAME),) if words else ()


def _has_telling_name(path: str) -> bool:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return not _UNTOLD.fullmatch(_DATED.sub("", stem))


def list_local_pictures(body: str) -> tuple[CarriedPicture, ...]:
    """Return the pictures that lie beside the file, as far as their references tell."""
    found: dict[str, CarriedPicture] = {}
    for groups in _PICTURE.findall(body):
        reference = next(filter(None, groups)).strip()
        ending = reference.rpartition(".")[2].lower()
        is_local = not re.match(r"[a-z][a-z0-9+.-]*:|//|/|\{|#", reference, re.IGNORECASE)
        if is_local and (ending in _MEDIA_TYPES or groups[0]):
            found[reference] = CarriedPicture(reference, _MEDIA_TYPES.get(ending, ""), 0)
    return tuple(found.values())
