"""Completes what files say by rules for their folders: the operator's, and those of mirrors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.identity import build_opaque
from refeed.reading.address_parts import join_address
from refeed.reading.article_url import parse_url
from refeed.reading.dates.parts import DateTextError
from refeed.reading.dates.text import parse_date
from refeed.reading.front_matter_values import normalize_key
from refeed.reading.mirror import find_address, is_page_of_mirror, stands_at_address
from refeed.reading.saved_page import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refeed.reading.claims import Claim, Record

ORIGIN = "folder rule"
MIRROR = "path of the mirror"
DATE_PARTS = ("year", "month", "day")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

_MARKDOWN = re.compile(r"\.(?:md|markdown|mkd|mdown|mdx|qmd|rmd|rst)\Z", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?<=[^/.])\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\Z")
_OF_LANGUAGE = "{language}"
# A path without a scheme, as Hugo, Zola and Jekyll take one: also without a slash at its head.
_OWN_PATH = re.compile(r"/?[^\s/:?#\[\]{}<>|][^\s:\[\]{}<>|]*/?|/")
_SUFFIX = re.compile(r"\.[A-Za-z]{2,5}\Z")
_JEKYLL_STYLES = frozenset(("date", "pretty", "ordinal", "weekdate", "none"))
_INDEX = re.compile(r"(?:\A|/)_?index\Z", re.IGNORECASE)
_SECTION = re.compile(r"(?:\A|/)_index(?:\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?\Z")
_PAGE_INDEX = re.compile(r"(?:\A|(?<=/))index\.[sx]?html?\Z", re.IGNORECASE)
_DAY = re.compile(r"\s*((?:19|20)[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_DAY_BEFORE = re.compile(r"((?:19|20)[0-9]{2})[-_.]([0-9]{2})[-_.]([0-9]{2})(?![0-9])[-_. ]*")


class FolderRule(NamedTuple):
    """What is known of the files in a folder.

    Attributes:
        path: of the folder, relative to the seeds folder; "" for that itself.
        name: what stands for a host in the identity of an article without an address.
        url: the pattern of the addresses of files that name none, or "".
        publishes: whether articles without an address are published.
        formats: which are taken, in lower case; none for all.
        timezone: the IANA name of the zone of times without one, or "".
        authors: of articles that name none.
        tags: likewise.
    """

    path: str
    name: str = "files"
    url: str = ""
    publishes: bool = False
    formats: tuple[str, ...] = ()
    timezone: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


NO_RULE = FolderRule("")


def find_rule(rules: Sequence[FolderRule], path: str) -> FolderRule:
    """Return the rule with the longest path that a file is below."""
    if not rules:
        return NO_RULE
    fitting = (rule for rule in rules if not rule.path or path.startswith(f"{rule.path}/"))
    return max(fitting, key=lambda rule: len(rule.path), default=NO_RULE)


def complete(record: Record, rule: FolderRule, path: str, number: int) -> Record:
    """Add to a record what its folder says: an address if it has none, an author, tags.

    Args:
        record: the claims of the file.
        rule: of `find_rule`.
        path: of the file, relative to its seeds folder.
        number: of the record in the file.

    Raises:
        SnapshotError: the pattern needs a value that the file lacks. `NotAnArticleError` for a page
            of a mirror that lists articles.
    """
    if rule is NO_RULE and record.format == "native":
        return record
    if rule.authors:
        record = record._replace(authors=(*record.authors, (rule.authors, ORIGIN)))
    if rule.tags and not record.tags:
        record = record._replace(tags=tuple((tag, ORIGIN) for tag in rule.tags))
    below = path.removeprefix(f"{rule.path}/") if rule.path else path
    is_page = path.lower().endswith(SUFFIXES) or is_page_of_mirror(path)
    if record.is_listing and is_page and _is_copied_site(record, rule, below):
        raise NotAnArticleError("a page of a mirror that lists articles")
    stated = next((text for text, _ in record.urls if _is_path(text) or _is_address(text)), "")
    if _is_address(stated):
        return record
    if rule.url and (stated or not record.identity):
        return _add_address(record, rule.url, stated, below)
    address = find_address(below) if is_page or stated else ""
    if address and (stated or not record.identity):
        own = tuple((join_address(address, text), by) for text, by in record.urls if _is_path(text))
        of_file = ((address, MIRROR),) if is_page else ()
        return record._replace(urls=(*own, *record.urls, *of_file), identity="")
    known = record.identity or any(_is_address(text) for text, _ in record.urls)
    if rule.publishes and not known:
        place = f"{path}#{number}" if number else path
        return record._replace(identity=build_opaque("path", rule.name, place))
    return record


def check_format(rule: FolderRule, form: str) -> None:
    """Check that a folder takes a format.

    Raises:
        NotAnArticleError: it doesn't.
    """
    if form.lower() not in rule.formats:
        folder = f' of "{rule.path}"' if rule.path else ""
        raise NotAnArticleError(f"{form.lower()}, which formats{folder} in [[folders]] leave out")


def _is_address(text: str) -> bool:
    try:
        parse_url(text)
    except SnapshotError:
        return False
    return True


def _is_copied_site(record: Record, rule: FolderRule, below: str) -> bool:
    """Tell whether a page is one of many of its site, as a mirror has them all."""
    if rule.url or find_address(below):
        return True
    return any(stands_at_address(below, url) for url, _ in record.urls)


def _is_path(text: str) -> bool:
    """Tell whether a text is a path on a site; that of the front page some state on each page."""
    return text.startswith("/") and not text.startswith("//") and len(text) > 1


def _add_address(record: Record, pattern: str, stated: str, below: str) -> Record:
    """Add the address by a pattern, or by a path of its site that the file states.

    Raises:
        SnapshotError: the pattern needs a value that the file lacks.
    """
    if _SECTION.search(_MARKDOWN.sub("", below)):
        raise NotAnArticleError("the page of a section, as Hugo and Zola have them")
    language = _find_language(below) if _OF_LANGUAGE in pattern else ""
    site = "/".join(pattern.split("/")[:3])
    if stated:
        url = join_address(site, stated)
    else:
        path = _find_own_path(record.values, is_folder=pattern.endswith("/"))
        url = site + path if path else _fill(pattern, record, below, language)
    return record._replace(
        urls=((url, ORIGIN), *record.urls), identity="", language=record.language or language
    )


def _find_own_path(values: Mapping[str, str], *, is_folder: bool) -> str:
    """Return the path that a post's front matter states, or ""; one of a folder ends in a slash."""
    for key in ("url", "permalink", "path"):
        path = values.get(key, "").strip()
        # Jekyll fills in `:title`, and has names for its own patterns.
        if _OWN_PATH.fullmatch(path) and path not in _JEKYLL_STYLES:
            lacks_end = is_folder and not path.endswith("/") and not _SUFFIX.search(path)
            return f"/{_quote(path.removeprefix('/'), '/%')}{'/' if lacks_end else ''}"
    return ""


def _find_language(below: str) -> str:
    """Return the language that the name of a translation ends in, as `index.de.md`, or ""."""
    found = _LANGUAGE.search(_MARKDOWN.sub("", below))
    return found[1] if found else ""


def _fill(pattern: str, record: Record, below: str, language: str) -> str:
    """Fill in a pattern. Raises SnapshotError: a value is missing."""
    stem = _MARKDOWN.sub("", below).removesuffix(f".{language}")
    stem = _PAGE_INDEX.sub("index", stem)
    path = _INDEX.sub("", stem)
    if slug := record.values.get("slug", "").strip("/"):  # it names the post in its folder
        path = f"{path.rpartition('/')[0]}/{slug}".removeprefix("/")
    values = {
        "path": _quote(path, "/"),
        "slug": _find_slug(record.values, stem),
        "language": language,
    }
    for name in ("path", "language"):  # of the folder itself; of the site's first language
        if not values[name]:
            pattern = pattern.replace(f"{{{name}}}/", "")

    def find(name: str) -> str:
        if name in DATE_PARTS:
            return _find_day(record.strong_dates, stem)[DATE_PARTS.index(name)]
        if name in values:
            return values[name]
        return _quote(record.values.get(normalize_key(name), ""))

    def replace(found: re.Match[str]) -> str:
        value = find(found[1])
        is_left_out = found[1] == "language" or (found[1] == "path" and _INDEX.search(stem))
        if not value and not is_left_out:
            what = "date" if found[1] in DATE_PARTS else f"front matter {found[1]}"
            raise SnapshotError(f"no URL: the pattern of [[folders]] needs a {what}: {pattern}")
        return value

    return PLACEHOLDER.sub(replace, pattern)


def _find_slug(values: Mapping[str, str], stem: str) -> str:
    if values.get("slug"):
        return _quote(values["slug"].strip("/"))
    name = _INDEX.sub("", stem).rpartition("/")[2]
    name = name.rpartition(".")[0] or name if name.lower().endswith(SUFFIXES) else name
    return _quote(_DAY_BEFORE.sub("", name, count=1) or name)


def _find_day(dates: Iterable[Claim], stem: str) -> tuple[str, str, str]:
    """Return year, month and day as front matter writes them, or the file's name; "" if unknown."""
    for text, _ in dates:
        day = _DAY.match(text)
        if day:
            return day[1], day[2].zfill(2), day[3].zfill(2)
        try:
            when = parse_date(text)
        except DateTextError:
            continue
        return f"{when.year:04}", f"{when.month:02}", f"{when.day:02}"
    for name in reversed(stem.split("/")):
        day = _DAY_BEFORE.match(name)
        if day:
            return day[1], day[2], day[3]
    return "", "", ""


def _quote(text: str, safe: str = "") -> str:
    return quote(text.strip().encode("utf-8", "surrogateescape"), safe=safe)
