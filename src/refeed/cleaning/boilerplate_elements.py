"""Boilerplate that is known by what it is: its element, class or id, or the links in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove
from refeed.cleaning.element_kinds import MEDIA, is_within
from refeed.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.boilerplate import BoilerplateRules, ElementRule
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_LARGEST_SHARE = 0.5
"""What a rule takes at most of an article's text: beyond it, the rule is mistaken."""


def changes(document: Document, rules: BoilerplateRules) -> Iterator[Change]:
    """Remove what is known by its name, class or id, and bars of links that share the article."""
    gone: set[Element] = set()
    for element, rule in _marked(document, rules):
        if not is_within(element, gone) and _is_minor(element, document):
            gone.add(element)
            yield Remove(element, rule)
    only_shares: dict[Element, bool] = {}
    for link in document.all("a"):
        if not _shares(link, rules) or is_within(link, gone):
            continue
        bar = _share_bar(link, document, rules, only_shares)
        if bar is not link and not document.protected(bar):
            gone.add(bar)
            yield Remove(bar, "share bar")


def _is_minor(element: Element, document: Document) -> bool:
    most = len(document.shown_text(document.body)) * _LARGEST_SHARE
    return len(document.shown_text(element)) <= most


def _marked(document: Document, rules: BoilerplateRules) -> Iterator[tuple[Element, str]]:
    for element, rule in _known(document, rules):
        if (
            not (rule.outside and any(e.tag in rule.outside for e in element.iterancestors()))
            and not (rule.empty_of_media and any(e.tag in MEDIA for e in element.iter()))
            and not document.protected(element)
        ):
            yield element, rule.name


def _known(document: Document, rules: BoilerplateRules) -> Iterator[tuple[Element, ElementRule]]:
    """Yield the elements that a rule knows by their name, or else a class, or else their id."""
    by_tag, by_id = rules.by_tag, rules.by_id
    for element in document.elements:
        rule = by_tag.get(element.tag)
        if rule is None and (classes := element.get("class")) is not None:
            rule = _by_class(classes, rules)
        if rule is None and (name := element.get("id")) is not None:
            rule = by_id.get(name)
        if rule is not None:
            yield element, rule


@lru_cache(maxsize=1024)  # the elements of a page have the same few
def _by_class(classes: str, rules: BoilerplateRules) -> ElementRule | None:
    # CSS modules add a digest to each name: `fullBarrier___2bFWd`.
    names = (name.partition("___")[0] for name in classes.split())
    return next((rules.by_class[name] for name in names if name in rules.by_class), None)


def _share_bar(
    link: Element, document: Document, rules: BoilerplateRules, only_shares: dict[Element, bool]
) -> Element:
    """Return the largest element around a link that holds only links to share the article.

    What is found out of elements is noted in `only_shares`, for the links that come after.
    """
    bar = link
    while (parent := bar.getparent()) is not document.body:
        if parent not in only_shares:
            only_shares[parent] = _only_shares(parent, rules)
        if not only_shares[parent]:
            break
        bar = parent
    return bar


def _only_shares(element: Element, rules: BoilerplateRules) -> bool:
    links = list(element.iter("a"))
    outside = (element.text or "").strip() + "".join(
        (e.tail or "").strip() for e in element.iter() if e is not element
    )
    inside = "".join((e.tail or "").strip() for a in links for e in a.iter() if e is not a)
    return outside == inside and all(_shares(a, rules) for a in links)


def _shares(link: Element, rules: BoilerplateRules) -> bool:
    parts = split(link.get("href") or "")
    if parts is None:
        return False
    path = rules.share_links.get(parts.host.removeprefix("www.").removeprefix("m."))
    return path is not None and path.match(f"{parts.path}?{parts.query or ''}") is not None
