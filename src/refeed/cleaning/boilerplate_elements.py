"""Boilerplate that is known by what it is: its element, class or id, or the links in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.cleaning import share_bars
from refeed.cleaning.boilerplate_evidence import Evidence
from refeed.cleaning.changes import Remove
from refeed.cleaning.element_kinds import HEADINGS, MEDIA, is_within

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
    evidence = Evidence(document)
    for element, rule in _find_known(document, rules):
        if not is_within(element, gone) and _applies(rule, element, document, evidence):
            gone.add(element)
            yield Remove(element, rule.name)
    yield from share_bars.changes(document, rules, gone)


def _applies(rule: ElementRule, element: Element, document: Document, evidence: Evidence) -> bool:
    return (
        (rule.headings or element.tag not in HEADINGS)
        and not (rule.outside and any(e.tag in rule.outside for e in element.iterancestors()))
        and not (rule.empty_of_media and any(e.tag in MEDIA for e in element.iter()))
        and not document.is_protected(element)
        and _is_minor(element, document)
        and evidence.has_one(rule.evidence, element)
    )


def _is_minor(element: Element, document: Document) -> bool:
    most = len(document.shown_text(document.body)) * _LARGEST_SHARE
    return len(document.shown_text(element)) <= most


def _find_known(
    document: Document, rules: BoilerplateRules
) -> Iterator[tuple[Element, ElementRule]]:
    """Yield the elements that a rule knows by their name, or else a class, or else their id."""
    by_tag, by_id = rules.by_tag, rules.by_id
    for element in document.elements:
        rule = by_tag.get(element.tag)
        if rule is None and (classes := element.get("class")) is not None:
            rule = _find_class_rule(classes, rules)
        if rule is None and (name := element.get("id")) is not None:
            rule = by_id.get(name)
        if rule is not None:
            yield element, rule


@lru_cache(maxsize=1024)  # the elements of a page have the same few
def _find_class_rule(classes: str, rules: BoilerplateRules) -> ElementRule | None:
    # CSS modules add a digest to each name: `fullBarrier___2bFWd`.
    names = (name.partition("___")[0] for name in classes.split())
    found = [rules.by_class[name] for name in names if name in rules.by_class]
    return min(found, key=lambda rule: len(rule.evidence), default=None)
