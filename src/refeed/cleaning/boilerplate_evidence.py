"""What an element must show beside its name, class or id before a rule may take it out.

Generators make ids of the words of headings, and people name their own lists `related-links`. So a
name that could be an article's own is not enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.own_links import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from refeed.cleaning.document import Document
    from refeed.cleaning.elements import Element

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FORMS = ("form", "input")
_SUBSCRIBES = re.compile(
    r"subscri|newsletter|sign-?up|list-manage|mailto:|/join|/feed|rss|follow|abonn|suscri|inscri",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"(?:foot|end|side)-?_?notes?\b|\bnotes?\b|\breferences?\b|\bsources?\b|biblio|citation"
    r"|doc-endnote|doc-footnote|fußnote|fussnote",
    re.IGNORECASE,
)
_SAYS_NOTES = re.compile(
    r"\W*(?:(?:foot|end)?notes?|sources?|references?|bibliography|corrections?|quellen?|fußnoten"
    r"|anmerkungen|sources|références|fuentes|notas|fonti|note|fontes|referências|bronnen|źródł[ao]"
    r"|источники?|примечания|参考(?:文献|资料)?|參考(?:文獻|資料)?|来源|來源|注释|註釋|出典|脚注|출처|각주"
    r"|المصادر|المراجع)\b",
    re.IGNORECASE,
)
_PAGE_FOOT = re.compile(
    r"©|\(c\) (?:19|20)|copyright|all rights reserved|alle rechte|tous droits|derechos reservados"
    r"|diritti riservati|direitos reservados|版权|版權|все права|무단",
    re.IGNORECASE,
)
_MOSTLY = 0.5
_LABEL = 40
_SHORT = 80


def has_evidence(kinds: tuple[str, ...], element: Element, document: Document) -> bool:
    """Tell whether one of these kinds of evidence is there, if any is asked for."""
    if not kinds:
        return True
    if element.tag in _HEADINGS or _is_announced(element, document):
        return False
    return any(_KINDS[kind](element, document) for kind in kinds)


def _links_to_the_site(element: Element, document: Document) -> bool:
    """Tell whether most of the text is links to other pages of the article's site."""
    site = site_of(document.url)
    return _is_mostly(element, document, lambda href: site_of(href) == site)


def _links(element: Element, document: Document) -> bool:
    """Tell whether most of the text is links, to wherever."""
    return _is_mostly(element, document, bool)


def _is_mostly(element: Element, document: Document, leads: Callable[[str], bool]) -> bool:
    linked = sum(
        len(document.shown_text(link))
        for link in element.iter("a")
        if leads(link.get("href") or "")
    )
    labels = sum(
        min(len(document.shown_text(e)), _LABEL)
        for e in element.iter(*_HEADINGS)
        if next(e.iter("a"), None) is None
    )
    return linked > 0 and linked >= (len(document.shown_text(element)) - labels) * _MOSTLY


def _has_form(element: Element, _: Document) -> bool:
    return next(element.iter(*_FORMS), None) is not None


def _has_subscription(element: Element, _: Document) -> bool:
    """Tell whether a link leads to where one subscribes."""
    return any(_SUBSCRIBES.search(link.get("href") or "") for link in element.iter("a"))


def _is_short(element: Element, document: Document) -> bool:
    """Tell whether there is only a label: no sentence, no picture with one."""
    text = document.shown_text(element)
    limit = _LABEL if text.endswith((".", "。", "!", "?", "！", "？")) else _SHORT
    return len(text) <= limit // (2 if _is_dense(text) else 1)


def _is_dense(text: str) -> bool:
    """Tell whether a text is in a script of which a sign is a word or a syllable."""
    return sum("\u3040" <= character <= "\ud7ff" for character in text) * 2 > len(text)


def _is_announced(element: Element, document: Document) -> bool:
    """Tell whether the paragraph before leads up to it with a colon."""
    before = element.getprevious()
    return (
        before is not None
        and before.tag == "p"
        and document.shown_text(before).endswith((":", "："))
    )


def _is_page_foot(element: Element, document: Document) -> bool:
    """Tell whether a footer is the page's: not notes, not a name under a quotation, not sources."""
    if _has_notes(element, document):
        return False
    text = document.shown_text(element)
    if not any(map(str.isalnum, text)) or _is_mostly(element, document, bool):
        return True
    whole = len(document.shown_text(document.body))
    parent = element.getparent()
    if len(document.shown_text(parent)) - len(text) < (whole - len(text)) * _MOSTLY:
        return False  # It is the foot of a part.
    site = site_of(document.url)
    return (
        _PAGE_FOOT.search(text) is not None
        or _has_form(element, document)
        or any(site_of(link.get("href") or "") == site for link in element.iter("a"))
    )


def _has_notes(element: Element, document: Document) -> bool:
    named = " ".join(filter(None, (element.get("class"), element.get("id"), element.get("role"))))
    inside = element.find(".//*[@role]")
    if _NOTES.search(named) or (inside is not None and _NOTES.search(inside.get("role"))):
        return True
    if _SAYS_NOTES.match(document.shown_text(element)):
        return True
    ids = {e.get("id") for e in element.iter() if e.get("id")}
    return bool(ids) and any(
        (link.get("href") or "").rpartition("#")[2] in ids
        for link in document.all("a")
        if "#" in (link.get("href") or "") and element not in link.iterancestors()
    )


_KINDS: Mapping[str, Callable[[Element, Document], bool]] = {
    "links to the site": _links_to_the_site,
    "links": _links,
    "form": _has_form,
    "subscription": _has_subscription,
    "short": _is_short,
    "page foot": _is_page_foot,
}
KINDS = frozenset(_KINDS)
"""The kinds of evidence that a rule may ask for."""
