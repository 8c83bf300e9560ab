"""Bars of links that share the article, known by where the links lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.cleaning.boilerplate.own_links import find_site
from refeed.cleaning.changes import Remove, Unwrap
from refeed.cleaning.element_kinds import MEDIA, is_within
from refeed.urls import find_host, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from refeed.cleaning.boilerplate.rules import BoilerplateRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

    _Test: TypeAlias = Callable[[Element], bool]

_SHOWN = MEDIA - {"hr"}
_PHOTO_FILE = re.compile(r"[^?#]+\.(?:jpe?g|webp|avif)(?:$|[?#])", re.IGNORECASE)
# Shops and petitions name the page before, too: `ref`, `from`, `sref`.
_SHARED = re.compile(
    r"(?:[a-z]+\.)?(?:(?:share|page|post|article|canonical)?_?(?:url|uri|link|href)|u|share|text|body"
    r"|status|message|content|title|description|address|permalink|to|q|p\[url\])",
    re.IGNORECASE,
)
_NAMES_A_SIGN = re.compile(
    r"pin(?:[\s_-]?it)?\b|share|icon|button|facebook|twitter|tweet|logo", re.IGNORECASE
)
_PRINT_PATHS = tuple(
    f"/{word}{end}"
    for word in ("print", "drucken", "imprimer", "imprimir", "stampa", "drukuj", "yazdir")
    for end in ("", "/", ".html", ".php")
)
_PRINT_QUERIES = ("print=", "format=print", "view=print", "output=print")
_SMALLEST_PHOTO = 100
_LONGEST_LABEL = 60
_LONGEST_OUTSIDE = 30


def changes(document: Document, rules: BoilerplateRules, gone: set[Element]) -> Iterator[Change]:
    """Remove bars of links that share the article, and leave the pictures beside and in them.

    Args:
        document: the article.
        rules: which addresses share a page.
        gone: what is removed already; bars are added.
    """
    judged: dict[Element, bool] = {}
    shares = _build_test(document.url, rules)
    for link in document.all("a"):
        if not shares(link) or is_within(link, gone):
            continue
        if any(_is_photo(image, link) for image in link.iter("img")):
            yield Unwrap(link, "share link around a picture")
            continue
        bar = _find_share_bar(link, document, shares, judged)
        if bar is not None and not document.is_protected(bar):
            gone.add(bar)
            yield Remove(bar, "share bar")


def _find_share_bar(
    link: Element, document: Document, shares: _Test, judged: dict[Element, bool]
) -> Element | None:
    """Return the largest element around a link that holds only links to share the article.

    Where it stands beside a picture this is the link alone; in a sentence it is none.
    """
    bar = None
    inner = link
    while (parent := inner.getparent()) is not document.body:
        if parent not in judged:
            judged[parent] = _holds_only_shares(parent, shares) and not _has_words(parent, document)
        if not judged[parent]:
            break
        if _holds_others(parent):
            return link if bar is None else bar
        bar = inner = parent
    return bar


def _holds_others(element: Element) -> bool:
    """Tell whether an element shows something outside of its links, or a photo in one."""
    for shown in element.iter(*_SHOWN):
        link = next(shown.iterancestors("a"), None)
        if link is None or (shown.tag == "img" and _is_photo(shown, link)):
            return True
    return False


def _holds_only_shares(element: Element, shares: _Test) -> bool:
    links = list(element.iter("a"))
    if not all(map(shares, links)):
        return False
    outside = (element.text or "").strip() + "".join(
        (e.tail or "").strip() for e in element.iter() if e is not element
    )
    inside = "".join((e.tail or "").strip() for a in links for e in a.iter() if e is not a)
    return outside == inside or _is_a_label(outside.replace(inside, "", 1), links)


def _is_a_label(text: str, links: list[Element]) -> bool:
    """Tell whether a text beside links is signs between them, or what stands before a row."""
    if not any(map(str.isalnum, text)):
        return True
    return len(text) <= _LONGEST_OUTSIDE and (
        text.rstrip("|·•/, ").endswith((":", "：")) or len(links) > 1
    )


def _has_words(element: Element, document: Document) -> bool:
    """Tell whether there is a caption, or more than a label besides the links."""
    if element.tag == "figcaption":
        return True
    linked = sum(len(document.shown_text(link)) for link in element.iter("a"))
    return len(document.shown_text(element)) - linked > _LONGEST_LABEL


def _build_test(url: str, rules: BoilerplateRules) -> _Test:
    """Return what tells whether a link shares the article of an address.

    So it does by where it leads, if it is a mail to nobody, or if it takes the article's own
    address to another site. A page of the site for the printer counts for that.
    """
    own = url.partition("//")[2].partition("?")[0].removeprefix("www.").rstrip("/")
    may_be_taken = "/" in own

    def shares(link: Element) -> bool:
        address = link.get("href") or ""
        path = rules.share_links.get(find_host(address).removeprefix("www.").removeprefix("m."))
        parts = split(address) if path else None
        if path and parts and path.match(f"{parts.path}?{parts.query or ''}"):
            return True
        before, _, query = address.partition("?")
        if query and before == "mailto:":
            return True
        if "/print/" in before or before.endswith(_PRINT_PATHS) or query.startswith(_PRINT_QUERIES):
            return find_site(address) == find_site(url)
        takes = may_be_taken and own in unquote(query) and _takes(query, own)
        return takes and find_site(address) != find_site(url)

    return shares


def _takes(query: str, own: str) -> bool:
    """Tell whether a query has an address to share, not as that of the page before."""
    is_own = re.compile(rf"{re.escape(own)}/?(?:[\s?#&]|\Z)")
    pairs = (pair.partition("=") for pair in query.split("&"))
    return any(
        is_own.search(unquote(value if equals else name))
        for name, equals, value in pairs
        if not equals or _SHARED.fullmatch(name)
    )


def _is_photo(image: Element, link: Element) -> bool:
    """Tell whether an image in a share link is what is shared, not the sign for sharing."""
    address = image.get("src") or ""
    if address and address.partition("?")[0] in unquote(link.get("href") or ""):
        return True
    sizes = [image.get(name) or "" for name in ("width", "height")]
    if all(size.isdigit() for size in sizes):
        return all(int(size) >= _SMALLEST_PHOTO for size in sizes)
    name = f"{image.get('alt') or ''} {address.rpartition('/')[2]}"
    return _PHOTO_FILE.match(address) is not None and not _NAMES_A_SIGN.search(name)
