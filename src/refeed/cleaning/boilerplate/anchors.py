"""What makes a text boilerplate beside its words: where it stands, and where its links lead.

A sentence of an article may begin like a notice. A notice stands by itself, in no heading, list,
quotation or caption, and has the link that it speaks of.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refeed.cleaning.boilerplate.own_links import find_site, is_front_page, is_itself
from refeed.cleaning.element_kinds import HEADINGS, collapse
from refeed.text.blocks import BLOCKS
from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from refeed.cleaning.boilerplate.text_rule import TextRule
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_NEVER = frozenset("li dt dd blockquote q pre code figcaption caption th td".split())
_SPARED = _NEVER | HEADINGS
_SUBSCRIBES = Pattern(
    r"subs|newsletter|sign-?_?up|list-manage|mailto:|mail|/join|/feed|rss|follow|abo(?:nn|\b)"
    r"|abone|prenumer|nyhets?brev|nyhedsbrev|nieuwsbrief|uutiskirje|bolet[ií][mn]|b[uü]lten|hirlevel"
    r"|zpravodaj|odber|rassylk|podpis|tilaa|dang-ky|suscri|inscri|iscriv|offer|register|login|sso\.|t\.me/|telegram",
    re.IGNORECASE,
)
_GIVING_SERVICES = (
    r"//(?:[\w-]+\.)?(?:patreon\.com|ko-fi\.com|buymeacoffee\.com|paypal\.(?:com|me)|liberapay\.com"
    r"|opencollective\.com|flattr\.com|steadyhq\.com|tipeee\.com|donorbox\.org|boosty\.to|afdian\.|patronite\.pl"
    r"|cafecito\.app|saweria\.co|trakteer\.id|kreosus\.com|apoia\.se|buymeacoff\.ee|ofuse\.me)"
)
_GIVES = Pattern(
    rf"{_GIVING_SERVICES}|donat|/support-us|spende|unterstuetz|unterstütz|soutenir|/dons?\b|apoy[ao]|apoi[oe]"
    r"|sostieni|steun|wesprzyj|github\.com/sponsors/",
    re.IGNORECASE,
)
_GIVES_TO_THE_SITE = Pattern(
    rf"{_GIVES.pattern}|/doar|doaç|doac|doneer|donar|/dona\b|stöd|/stod|stott|støtt|podpor|destek|tamogat"
    r"|ondersteun|pidtrymk|/lid\b|lidmaatschap|soci[oa]s?\b|support",
    re.IGNORECASE,
)
_GIVES_BY_A_SERVICE = Pattern(_GIVING_SERVICES, re.IGNORECASE)
_OFFERS_AN_APP = Pattern(
    r"//(?:play\.google\.com/store|(?:apps|itunes)\.apple\.com/|appgallery\.|[\w.-]*\.onelink\.me)"
    r"|/(?:mobile-)?apps?(?:[/?.-]|$)",
    re.IGNORECASE,
)
_CHANNEL = Pattern(
    r"//(?:www\.)?(?:whatsapp\.com/channel/|news\.google\.[a-z.]{2,6}/publications/"
    r"|(?:www\.)?google\.[a-z.]{2,6}/preferences/source|invite\.viber\.com/|zalo\.me/|lin\.ee/)",
    re.IGNORECASE,
)
_MAIL = Pattern(r"[\w.+-]@([\w-]+(?:\.[\w-]+)+)")
_CAPTION = Pattern(r"caption|credit", re.IGNORECASE)
_PICTURES = ("img", "video", "audio")
_AROUND = 3
_EDGES = BLOCKS | {"br"}
_WORDS_AROUND = 100
_LABEL = 40
_SHORTEST_NAME = 4


class _Text(NamedTuple):
    """A text that a rule knows, the links in it, and the article."""

    links: Sequence[Element]
    text: str
    document: Document

    @property
    def url(self) -> str:
        return self.document.url

    def list_targets(self) -> list[str]:
        """Return where the links lead."""
        return [link.get("href") or "" for link in self.links]

    def cut_links(self) -> str:
        """Return the text without that of the links."""
        text = self.text
        for link in self.links:
            text = text.replace(self.document.shown_text(link), "", 1)
        return collapse(text)


def is_by_itself(place: Element, inside: Iterable[Element], *, headings: bool = False) -> bool:
    """Tell whether a text stands in no heading, list, quotation or caption.

    Args:
        place: the element that it stands in.
        inside: the elements in it.
        headings: whether it may be a heading.
    """
    spared = _NEVER if headings else _SPARED
    return not (
        any(e.tag in spared for group in ((place,), place.iterancestors()) for e in group)
        # What holds nothing goes later.
        or any(e.tag in spared and "".join(e.itertext()).strip() for e in inside)
    )


def is_a_credit(place: Element) -> bool:
    """Tell whether a text stands right below a picture, or is said to be about one."""
    for element in islice((place, *place.iterancestors()), _AROUND):
        if _CAPTION.search(element.get("class") or ""):
            return True
    before = place.getprevious()
    while before is not None and before.tag == "br" and not (before.tail or "").strip():
        before = before.getprevious()
    if before is None or (before.tail or "").strip():
        return next(place.iter(*_PICTURES), None) is not None
    last = deque(before.iter(), maxlen=1).pop()
    return last.tag in _PICTURES or next(place.iter(*_PICTURES), None) is not None


def has_anchor(rule: TextRule, links: Sequence[Element], text: str, document: Document) -> bool:
    """Tell whether the links of a text are those that a rule needs."""
    return not rule.needs or _ANCHORS[rule.needs](_Text(links, text, document))


def is_about_itself(links: Sequence[Element], text: str, document: Document) -> str:
    """Return the name of a rule if a line says only where it is from, in any language, or "".

    So it does if it has two links, to the article and to the front page of its site, or no words
    but those of links to the article; or if it is nothing but a sign that is a link.
    """
    line = _Text(links, text, document)
    if not _are_words([text]):
        return "" if line.cut_links() else "link of a sign"
    others = [href for href in line.list_targets() if not is_itself(href, document.url)]
    if len(others) == len(links):
        return ""
    if not others:
        return "" if _are_words([line.cut_links()]) else "link to the article itself"
    is_pair = len(others) == 1 == len(links) - 1 and is_front_page(others[0], document.url)
    return "where it appeared" if is_pair and len(line.cut_links()) <= _WORDS_AROUND else ""


def ends_its_line(link: Element) -> bool:
    """Tell whether no words come behind a link before the next line or block."""
    element = link
    while element.tag not in _EDGES and element.tag != "body":
        if _are_words([element.tail]):
            return False
        for sibling in element.itersiblings():
            if sibling.tag in _EDGES:
                return True
            if _are_words([*sibling.itertext(), sibling.tail]):
                return False
        element = element.getparent()
    return True


def _are_words(texts: Iterable[str | None]) -> bool:
    return any(map(str.isalnum, "".join(filter(None, texts))))


def _has_links(text: _Text) -> bool:
    return bool(text.links)


def _leads_home(text: _Text) -> bool:
    """A link to the article itself, or to the front page of a site."""
    return any(is_itself(a, text.url) or is_front_page(a, text.url) for a in text.list_targets())


def _leads_to_article(text: _Text) -> bool:
    """A link to the article itself, or one that holds the whole text."""
    is_all_link = bool(text.links) and not _are_words([text.cut_links()])
    return is_all_link or any(is_itself(a, text.url) for a in text.list_targets())


def _leads_to_subscription(text: _Text) -> bool:
    """A link to where one subscribes."""
    return any(map(_SUBSCRIBES.search, text.list_targets()))


def _leads_to_giving(text: _Text) -> bool:
    """A link to where one gives to the site."""
    return any(map(_GIVES.search, text.list_targets()))


def _leads_to_giving_on_the_site(text: _Text) -> bool:
    """A link to where one gives to the site, there or at a service for that."""
    site = find_site(text.url)
    return any(
        _GIVES_BY_A_SERVICE.search(a) or (_GIVES_TO_THE_SITE.search(a) and find_site(a) == site)
        for a in text.list_targets()
    )


def _names_the_site(text: _Text) -> bool:
    """The name that the host has, whatever signs are between its letters."""
    name = find_site(text.url).partition(".")[0].replace("-", "").lower()
    return len(name) >= _SHORTEST_NAME and name in "".join(filter(str.isalnum, text.text.lower()))


def _leads_to_an_app(text: _Text) -> bool:
    """A link to where an app is to be had."""
    return any(map(_OFFERS_AN_APP.search, text.list_targets()))


def _leads_to_a_channel(text: _Text) -> bool:
    """A link to where a messenger or a news service shows what the site publishes."""
    return any(map(_CHANNEL.search, text.list_targets()))


def _writes_to_the_site(text: _Text) -> bool:
    """A mail address of the article's site, written or linked."""
    site = find_site(text.url)
    addresses = _MAIL.compile().findall("\n".join([text.text, *text.list_targets()]))
    return any(find_site(f"https://{host}") == site for host in addresses)


def _is_label_with_site_links(text: _Text) -> bool:
    """Links to other pages of the site, and besides them a label."""
    site = find_site(text.url)
    targets = text.list_targets()
    return (
        bool(targets)
        and all(find_site(a) == site for a in targets)
        and len(text.cut_links()) <= _LABEL
    )


def _leads_to_itself(text: _Text) -> bool:
    return any(is_itself(a, text.url) for a in text.list_targets())


def _stays_on_the_site(text: _Text) -> bool:
    site = find_site(text.url)
    return all(find_site(a) == site for a in text.list_targets())


_ANCHORS: Mapping[str, Callable[[_Text], bool]] = {
    "any link": _has_links,
    "link home": _leads_home,
    "link to the article": _leads_to_article,
    "link to the article itself": _leads_to_itself,
    "no other site": _stays_on_the_site,
    "link to subscribe": _leads_to_subscription,
    "link to give": _leads_to_giving,
    "link to give on the site": _leads_to_giving_on_the_site,
    "name of the site": _names_the_site,
    "link to an app": _leads_to_an_app,
    "link to a channel": _leads_to_a_channel,
    "address of the site to write to": _writes_to_the_site,
    "links to the site": _is_label_with_site_links,
}
