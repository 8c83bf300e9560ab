"""Evidence that an element must have, beside its name, class or id, for a rule to remove it.

Generators make ids of the words of headings, and people name their own lists `related-links`. So a
name that could be an article's own is not enough.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.own_links import find_site
from refeed.cleaning.element_kinds import HEADINGS, is_dense
from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_FORMS = ("form", "input")
_SUBSCRIBES = Pattern(
    r"subscri|newsletter|sign-?up|list-manage|mailto:|/join|/feed|rss|follow|abonn|suscri|inscri",
    re.IGNORECASE,
)
_NOTES = Pattern(
    r"(?:foot|end|side)-?_?notes?\b|\bnotes?\b|\breferences?\b|\bsources?\b|biblio|citation"
    r"|doc-endnote|doc-footnote|fußnote|fussnote",
    re.IGNORECASE,
)
SAYS_NOTES = Pattern(
    r"\W*(?:(?:foot|end)?notes?|sources?|references?|bibliography|corrections?|quellen?|fußnoten"
    r"|anmerkungen|sources|références|fuentes|notas|fonti|note|fontes|referências|bronnen|źródł[ao]"
    r"|источники?|примечания|参考(?:文献|资料)?|參考(?:文獻|資料)?|来源|來源|注释|註釋|出典|脚注|출처|각주"
    r"|المصادر|المراجع)\b",
    re.IGNORECASE,
)
_PAGE_FOOT = Pattern(
    r"©|\(c\) (?:19|20)|copyright|all rights reserved|alle rechte|tous droits|derechos reservados"
    r"|diritti riservati|direitos reservados|版权|版權|все права|무단",
    re.IGNORECASE,
)
_SHOWN = Pattern(
    r"\.(?:jpe?g|png|webp|avif)\b|youtube(?:-nocookie)?\.com/(?:watch|embed)|youtu\.be/|vimeo\.com/\d",
    re.IGNORECASE,
)
"""Links to a picture or film: what is shown, not a menu."""

_COMMENT = Pattern(r"comment|kommentar|coment|commento|reactie|reply|response", re.IGNORECASE)
_REPLIES = Pattern(r"[?&]replyto(?:com)?=|#(?:respond|reply)\b|/reply\b", re.IGNORECASE)
_REPLY = Pattern(r"(?:^|[\s_-])reply|antworten", re.IGNORECASE)
_SAYS_REPLY = Pattern(
    r"\W*(?:reply(?: to .{1,60})?|antworten?|répondre|responder|rispondi|beantwoorden|reageer"
    r"|odpowiedz|ответить|відповісти|svara|svar|vastaa|yanıtla|balas|返信(?:する)?|回[复覆應应]|답글|رد)\W*",
    re.IGNORECASE,
)
_LABEL = 40
_SHORT = 80
_SEVERAL = 2


class Evidence:
    """Looks for evidence in one article."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def has_one(self, kinds: tuple[str, ...], element: Element) -> bool:
        """Tell whether one of these kinds of evidence is there, if any is asked for."""
        if not kinds:
            return True
        if self._is_announced(element):
            return False
        return any(_KINDS[kind](self, element) for kind in kinds)

    def is_mostly_links_to_the_site(self, element: Element) -> bool:
        """Tell whether most of the text is links to other pages of the article's site."""
        site = find_site(self._document.url)
        return self._is_mostly(element, lambda href: find_site(href) == site)

    def is_mostly_links(self, element: Element) -> bool:
        """Tell whether most of the text is links, to wherever but pictures and films."""
        return self._is_mostly(element, lambda href: bool(href) and not _SHOWN.search(href))

    def has_form(self, element: Element) -> bool:
        """Tell whether there is a form or a field."""
        return next(element.iter(*_FORMS), None) is not None

    def has_subscription(self, element: Element) -> bool:
        """Tell whether a link leads to where one subscribes."""
        return any(_SUBSCRIBES.search(link.get("href") or "") for link in element.iter("a"))

    def is_short(self, element: Element) -> bool:
        """Tell whether there is only a label: no sentence."""
        text = self._document.shown_text(element)
        limit = _LABEL if text.endswith((".", "。", "!", "?", "！", "？")) else _SHORT
        return len(text) <= limit // (2 if is_dense(text) else 1)

    def is_thread(self, element: Element) -> bool:
        """Tell whether there are two comments or more, with links to reply to them."""
        comments = (e for e in element.iterdescendants() if _COMMENT.search(e.get("class") or ""))
        replies = (a for a in element.iter("a", "button") if self._replies(a))
        return _are_several(comments) and _are_several(replies)

    def _replies(self, link: Element) -> bool:
        return (
            _REPLIES.search(link.get("href") or "") is not None
            or _REPLY.search(link.get("class") or "") is not None
            or _SAYS_REPLY.fullmatch(self._document.shown_text(link)) is not None
        )

    def is_page_foot(self, element: Element) -> bool:
        """Tell whether a footer is the page's: not notes, sources, a name under a quotation."""
        text = self._document.shown_text(element)
        if self._has_notes(element):
            return False
        if not any(map(str.isalnum, text)) or self.is_mostly_links(element):
            return True
        if self._is_in_a_part(element):
            return False
        site = find_site(self._document.url)
        return (
            _PAGE_FOOT.search(text) is not None
            or self.has_form(element)
            or any(find_site(link.get("href") or "") == site for link in element.iter("a"))
        )

    def _is_in_a_part(self, element: Element) -> bool:
        """Tell whether what an element stands in is less than half of all that is not in it."""
        text = self._document.shown_text
        own = len(text(element))
        return len(text(element.getparent())) - own < (len(text(self._document.body)) - own) / 2

    def _is_mostly(self, element: Element, leads: Callable[[str], bool]) -> bool:
        text = self._document.shown_text
        linked = sum(len(text(a)) for a in element.iter("a") if leads(a.get("href") or ""))
        labels = sum(
            min(len(text(e)), _LABEL)
            for e in element.iter(*HEADINGS)
            if next(e.iter("a"), None) is None
        )
        return linked > 0 and linked >= (len(text(element)) - labels) / 2

    def _is_announced(self, element: Element) -> bool:
        """Tell whether the paragraph before leads up to it with a colon."""
        before = element.getprevious()
        return (
            before is not None
            and before.tag == "p"
            and self._document.shown_text(before).endswith((":", "："))
        )

    def _has_notes(self, element: Element) -> bool:
        names = [e.get("role") for e in element.iter() if e.get("role")]
        names += filter(None, (element.get("class"), element.get("id")))
        if _NOTES.search(" ".join(names)) or SAYS_NOTES.match(self._document.shown_text(element)):
            return True
        return any(e.get("id") in self._targets for e in element.iter())

    @cached_property
    def _targets(self) -> set[str]:
        """What links of the article lead to, within it."""
        hrefs = (link.get("href") or "" for link in self._document.all("a"))
        return {href.rpartition("#")[2] for href in hrefs if "#" in href} - {""}


def _are_several(elements: Iterable[Element]) -> bool:
    return len(list(islice(elements, _SEVERAL))) == _SEVERAL


_KINDS: Mapping[str, Callable[[Evidence, Element], bool]] = {
    "links to the site": Evidence.is_mostly_links_to_the_site,
    "links": Evidence.is_mostly_links,
    "form": Evidence.has_form,
    "subscription": Evidence.has_subscription,
    "short": Evidence.is_short,
    "thread": Evidence.is_thread,
    "page foot": Evidence.is_page_foot,
}
