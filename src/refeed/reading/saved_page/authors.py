"""Finds the authors of a page's article."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from refeed.reading.dates.text import is_date
from refeed.reading.publication_date import METADATA
from refeed.reading.saved_page.byline_text import are_names, drop_label, is_label, read_labelled
from refeed.reading.saved_page.linked_data import list_texts
from refeed.reading.saved_page.tree import is_aside, read_text, split_camel_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element, PageTree

Bylines: TypeAlias = tuple[tuple[str, ...], str]
"""Texts with names, and by which rule they were found."""

_METAS = tuple(
    """
    author article:author authors byl byline article_author cxenseparse:author citation_author
    dc.creator dcterms.creator parsely-author sailthru.author article:author_name
    twitter:creator:name og:author og:article:author mrf:authors rnews:author vr:author
    dc.author article-author author_name authorname creator
    """.split()
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:bylines?|by-?author|(?:post|entry|article|story|news)[_-]+(?:author|byline)"
    r"|author(?:s|[_-]*(?:name|link|title))?|c-byline\w*|writer|reporter|journalist|contributor|autor(?:e|es|a|in|en)?|auteurs?|redakteur|redaktor|verfasser"
    r"|skribent|forfatter|kirjoittaja|yazar|penulis|fn)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_CLASS = re.compile(
    r"bio|about|avatar|image|photo|social|follow|comment|related|box|(?<!v)(?<!h-)card|info|desc|email|twitter|date",
    re.IGNORECASE,
)
_WRITTEN_BY = re.compile(
    r"written by|verfasst von|geschrieben von|écrit par|rédigé par|escrito por|scritto da|autor"
    r"|geschreven door|skrevet av|skriven av|автор|author",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?list|commentlist|disqus|replies)(?:$|[\s_-])", re.IGNORECASE
)
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|redakteure?|journalists?|profiles?|contributors?"
    r"|editors|staff|columnists?|by|newsteam|reporters?|autoren-und-redaktion)/[^/?#]+/?$",
    re.IGNORECASE,
)
_WRITERS_PAGE = re.compile(
    r"/(?:people|autora|autori|autorzy|redacteurs?|writers?|bloggers?|columnistas?|periodistas?|giornalisti"
    r"|journalistes?|skribenter|forfatter|toimittaja|kirjoittaja|yazar(?:lar)?|penulis)/[^/?#]+/?$",
    re.IGNORECASE,
)
_USERS_PAGE = re.compile(r"/users?/([^/?#]{2,60}?)(?:\.html?)?/?$", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:[|•·–—→]|\s-\s|\b(?:fotos?|photos?|bild(?:er)?|illustration)\b\s*:?"
    r"|\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?|updated|published|posted"
    r"|on|am|le|el|at)\s+(?=\w*\s*\d)|\n|@\w+|(?:^|\s)(?=\d{1,2}[./ ])|,\s+(?=\d)).*$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_A_NAME = re.compile(r"https?:|www\.|(?<!\w)\d{3}|[{}<>]|\.(?:com|de|org|net)\b", re.IGNORECASE)
_NOBODY = frozenset(
    """
    admin administrator author authors autor auteur guest human kontakt mehr name noauthor webmaster
    publiziertam veröffentlicht lesedauer follow datum by von par por di door beitrag
    agencies agenturen stand
    """.split()
)
_PERSON, _ORGANIZATION = re.compile("Person"), re.compile("Organization")
_LINK, _SHORT = "link to the author", 3
_RELATED = etree.XPath("descendant-or-self::*[@rel]")
_NAMED = etree.XPath("descendant-or-self::*[@class or self::byline]")
_ITEMS = etree.XPath("descendant-or-self::*[@itemprop]")
_NEAR_PARENTS = 2
_NUMBER = re.compile(r"\d")
_FEW = 6
_LINES = frozenset("p span div em i h4 h5 h6 strong b byline address li td".split())
_EMPHASIZED = (["strong"], ["b"], ["em"], ["i"])
_INLINE = frozenset("a span em i strong b small font".split())
_LONGEST, _MOST, _MOST_WORDS = 80, 200, 12


def find_authors(
    page: PageTree,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
    hosts: Iterable[str],
) -> Iterator[Bylines]:
    """Yield the bylines of a page, the most trusted first.

    Args:
        page: the page.
        metas: its metadata.
        linked: its own objects of JSON-LD.
        hosts: names of the site, which are no authors.
    """
    ignored = {_fold(host) for host in hosts} | _NOBODY
    organizations = set(_list_named(linked, _ORGANIZATION))
    weak: list[Bylines] = []
    for bylines, origin in _list_bylines(page, metas, linked):
        names = _tidy_all(bylines, ignored)
        if not names:
            continue
        if origin == METADATA and all(_is_weak(name, organizations) for name in names):
            weak.append((names, origin))
            continue
        if origin == _LINK:
            yield from weak
            weak.clear()
        yield names, origin
    yield from weak
    # A site may be named for the person who writes it.
    if names := _tidy_all(_list_named(linked, _PERSON), set(_NOBODY)):
        yield names, METADATA


def _tidy_all(bylines: Iterable[str], ignored: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in bylines if (name := _tidy(text, ignored))))


def _is_weak(name: str, organizations: set[str]) -> bool:
    """Tell whether a name in the metadata is of an account or a house: a byline is better."""
    is_account = " " not in name and (name.islower() or "_" in name or len(name) <= _SHORT)
    return is_account or name in organizations


def _list_named(linked: Sequence[LinkedObject], kind: re.Pattern[str]) -> Iterator[str]:
    """Yield the names of authors that JSON-LD says to be of some kind."""
    for one in linked:
        value = one.get("author")
        for author in value if isinstance(value, list) else [value]:
            if isinstance(author, dict) and kind.search(str(author.get("@type"))):
                yield from list_texts(author, "name")


def _list_bylines(
    page: PageTree,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
) -> Iterator[Bylines]:
    for name in ("author", "creator"):
        for one in linked:
            yield tuple(list_texts(one, name)), METADATA
    for name in _METAS:
        yield tuple(metas.get(name, ())), METADATA
    for number in ("1", "2"):
        labels = metas.get(f"twitter:label{number}", ())
        if any(map(_WRITTEN_BY.search, labels)):
            yield tuple(metas.get(f"twitter:data{number}", ())), METADATA
    root = page.root
    yield tuple(_list_texts(_take_first_group(_RELATED(root)), _is_rel_author)), "rel=author"
    named = _NAMED(root)
    yield from (((text,), "byline") for text in _list_texts(named, _is_byline))
    yield tuple(_list_texts(_ITEMS(root), _is_item)), "itemprop"
    head = _take_head(page)
    yield from _list_labelled(head)
    yield from (((text,), _LINK) for text in _list_texts(root.iter("a"), _is_page_link))
    yield from (((text,), _LINK) for text in _list_texts(head, _is_writer_link))
    for one in linked:
        if one.get("@type") == "Person":
            yield tuple(list_texts(one, "name")), METADATA
    yield from (((text,), "byline") for text in islice(_list_texts(head, _is_user), 1))


def _take_head(page: PageTree) -> list[Element]:
    """Return the elements above the text, whose first paragraph is below the first heading.

    A long paragraph that is emphasized, or has none beside it, may be a standfirst.
    """
    is_below = next(page.root.iter("h1"), None) is None
    for number, element in enumerate(page.elements):
        is_below = is_below or element.tag == "h1"
        if is_below and element.tag in ("p", "div") and _is_paragraph(element):
            behind = element.itersiblings("p")
            if element.tag != "p" or any(map(_is_paragraph, islice(behind, _FEW))):
                return page.elements[:number]
    return page.elements


def _is_paragraph(element: Element) -> bool:
    text = (element.text or "").strip()
    if element.tag == "p" and (text or [each.tag for each in element] not in _EMPHASIZED):
        text = read_text(element)
    return len(text.encode()) > _LONGEST  # A sentence of Chinese has a third of the characters.


def _list_texts(elements: Iterable[Element], is_meant: Callable[[Element], bool]) -> Iterator[str]:
    number = 0
    for element in elements:
        if (
            is_meant(element)
            and (is_meant is _is_item or not is_aside(element))
            and not _is_in_comments(element)
        ):
            number += 1
            if number > _MOST:
                return
            named = _find_name(element)
            text = _read_parts(named) or named.get("content") or named.get("value") or ""
            if text:
                yield text


def _take_first_group(elements: Iterable[Element]) -> list[Element]:
    """Return the links to authors of the first byline: a page may list articles of others, too."""
    every = (
        each
        for each in elements
        if _is_rel_author(each) and not is_aside(each) and not _is_in_comments(each)
    )
    links = list(islice(every, _MOST))
    around = set(links[0].iterancestors()) if links else set()
    return [
        link
        for link in links
        if any(each in around for each in islice(link.iterancestors(), _NEAR_PARENTS))
    ]


def _is_in_comments(element: Element) -> bool:
    return any(
        _COMMENTS.search(f"{each.get('class') or ''} {each.get('id') or ''}")
        for each in (element, *element.iterancestors())
        if each.tag not in ("body", "html")
    )


def _list_labelled(elements: Iterable[Element]) -> Iterator[Bylines]:
    """Yield the names of short texts that are nothing but `By` and names, or a page's facts."""
    for element in elements:
        text = element.text
        if text and element.tag in _LINES and len(text) <= _LONGEST * 2:
            line = " ".join(text.split())
            name = read_labelled(line) or _read_behind_label(line, element)
            if name and not is_aside(element) and not _is_in_comments(element):
                yield (name,), "byline"


def _read_behind_label(line: str, element: Element) -> str:
    """Return the names behind an element that is a label, or in the one that follows it inside.

    Args:
        line: the text at the element's head.
        element: the element.
    """
    if not is_label(line):
        return ""
    if len(element):
        found = read_text(element[0])
    elif (element.tail or "").strip():
        found = " ".join((element.tail or "").split())
    else:
        behind = element.getnext()
        found = read_text(behind) if behind is not None else ""
    return found if are_names(found) else ""


def _read_parts(element: Element) -> str:
    """Return the links of a byline, which are its names, or else its parts set apart."""
    links = [read_text(link) for link in element.iterdescendants("a")]
    if links and all(link and not _NUMBER.search(link) for link in links) and len(links) <= _FEW:
        return ", ".join(links)
    parts = (" ".join(part.replace("\u00ad", "").split()) for part in element.itertext())
    return " | ".join(filter(None, parts))


def _find_name(element: Element) -> Element:
    """Return the part of a byline that is marked as a name, or all of it."""
    for each in element.iterdescendants("a", "span", "meta"):
        if _is_rel_author(each) or "name" in (each.get("itemprop") or "").split():
            return each
    return element


def _is_rel_author(element: Element) -> bool:
    return "author" in (element.get("rel") or "").lower().split()


def _is_page_link(element: Element) -> bool:
    address = element.get("href") or ""
    if _AUTHORS_PAGE.search(address):
        return True
    # Links to accounts elsewhere and to log in look the same, but for their text.
    user = _USERS_PAGE.search(address)
    return user is not None and _fold(user[1]) in _fold(read_text(element))


def _is_writer_link(element: Element) -> bool:
    """Tell whether a link to a writer's page is a line by itself or with a label."""
    if element.tag != "a" or not _WRITERS_PAGE.search(element.get("href") or ""):
        return False
    line = _read_line(element)
    return are_names(read_text(element)) and (are_names(line) or bool(read_labelled(line)))


def _is_user(element: Element) -> bool:
    """Tell whether an element is the name of an account behind a label, as `Posted by`."""
    if "username" not in (element.get("class") or "").lower().split():
        return False
    return is_label(_read_line(element).partition(read_text(element))[0].strip())


def _read_line(element: Element) -> str:
    """Return the text of the block that an element stands in, or its beginning."""
    around = (each for each in element.iterancestors() if each.tag not in _INLINE)
    block = next(around, element)
    parts = (part[:_MOST] for part in islice(block.itertext(), _MOST))
    return " ".join("".join(parts).split())


def _is_item(element: Element) -> bool:
    return "author" in (element.get("itemprop") or "").split()


def _is_byline(element: Element) -> bool:
    names = element.get("class")
    if element.tag == "byline":
        return True
    if not names or _NO_CLASS.search(names):
        return False
    return _CLASS.search(split_camel_case(names)) is not None


def _tidy(text: str, ignored: set[str]) -> str:
    """Return a byline without labels, dates and roles, or "" if it names nobody."""
    line = " ".join(text.split())
    if line.startswith(("http:", "https:")):
        return ""
    for _ in range(2):
        line = drop_label(line)
    line = _END.sub("", line).strip(" ,;:|–—-")
    if not line or len(line) > _LONGEST or len(line.split()) > _MOST_WORDS:
        return ""
    if _NOT_A_NAME.search(line) or _fold(line) in {*ignored, ""} or is_date(line):
        return ""
    if line.islower() and " " in line:
        return ""
    return line


def _fold(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())
