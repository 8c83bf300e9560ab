"""Boilerplate that is known by what it is: its element, class or id, or the links in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate import share_bars
from refeed.cleaning.boilerplate.evidence import Evidence
from refeed.cleaning.changes import Remove
from refeed.cleaning.element_kinds import HEADINGS, MEDIA, is_within
from refeed.cleaning.images.sizes import is_photo
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.boilerplate.rules import BoilerplateRules, ElementRule
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_PART_OF_A_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_A_WHOLE_POST = ("tag-", "category-", "topic-", "has-", "is-", "no-", "with-")
"""What classes of a whole article begin with that name its tags, or what it has."""

_WHOLE_POSTS = frozenset({"article", "main", "body"})
_ARTICLES_OWN = frozenset(
    "embed embeds embedded caption credit gallery quote blockquote tweet content figure".split()
)
"""Words in the names of what is shown in an article, whatever other words stand there."""


def changes(document: Document, rules: BoilerplateRules) -> Iterator[Change]:
    """Remove what is known by its name, class or id, and bars of links that share the article."""
    gone: set[Element] = set()
    evidence = Evidence(document)
    for element, likely in _find_known(document, rules):
        if is_within(element, gone):
            continue
        for rule in likely:
            if _applies(rule, element, document, evidence):
                gone.add(element)
                yield Remove(element, rule.name)
                break
    yield from share_bars.changes(document, rules, gone)


def _applies(rule: ElementRule, element: Element, document: Document, evidence: Evidence) -> bool:
    return (
        element.tag != "figcaption"
        and (rule.headings or element.tag not in HEADINGS)
        and not _is_in_a_sentence(element)
        and not (rule.outside and any(e.tag in rule.outside for e in element.iterancestors()))
        and not (rule.empty_of_media and any(e.tag in MEDIA for e in element.iter()))
        and not document.is_protected(element)
        and not _is_a_picture(element, document)
        and _is_minor(element, rule, document)
        and evidence.has_one(rule.evidence, element)
    )


def _is_in_a_sentence(element: Element) -> bool:
    """Tell whether an inline element has words beside it that no other element holds."""
    if element.tag in BLOCKS:
        return False
    before = element.getprevious()
    text = element.getparent().text if before is None else before.tail
    return any(map(str.isalpha, f"{text or ''}{element.tail or ''}"))


def _is_a_picture(element: Element, document: Document) -> bool:
    """Tell whether an element holds no words, and a photo that leads nowhere."""
    if document.shown_text(element):
        return False
    return any(
        is_photo(image) and next(image.iterancestors("a"), None) is None
        for image in element.iter("img")
    )


def _is_minor(element: Element, rule: ElementRule, document: Document) -> bool:
    whole = len(document.shown_text(document.body))
    own = len(document.shown_text(element))
    return own <= min(whole * rule.most, rule.longest) and (not own or whole - own >= rule.left)


def _find_known(
    document: Document, rules: BoilerplateRules
) -> Iterator[tuple[Element, tuple[ElementRule, ...]]]:
    """Yield the elements that rules know by their name, their classes or their id."""
    by_tag, by_id = rules.by_tag, rules.by_id
    for element in document.elements:
        found: tuple[ElementRule, ...] = ()
        if (rule := by_tag.get(element.tag)) is not None:
            found = (rule,)
        names = element.keys()  # Most elements have none, and to ask for each takes long.
        if "class" in names:
            classes = element.get("class")
            found += _find_class_rules(classes, rules)
            if element.tag not in _WHOLE_POSTS:
                found += _find_word_rules(classes, rules)
        if "id" in names:
            name = element.get("id")
            if (rule := by_id.get(name)) is not None:
                found += (rule,)
            if element.tag not in _WHOLE_POSTS:
                found += _find_word_rules(name, rules)
        if found:
            yield element, found


@lru_cache(maxsize=4096)  # the elements of a page have the same few
def _find_class_rules(classes: str, rules: BoilerplateRules) -> tuple[ElementRule, ...]:
    # CSS modules add a digest to each name: `fullBarrier___2bFWd`.
    names = (name.partition("___")[0] for name in classes.split())
    found = [rules.by_class[name] for name in names if name in rules.by_class]
    found.sort(key=lambda rule: len(rule.evidence))
    return tuple(found)


@lru_cache(maxsize=4096)
def _find_word_rules(names: str, rules: BoilerplateRules) -> tuple[ElementRule, ...]:
    own = [name for name in names.split() if not name.startswith(_OF_A_WHOLE_POST)]
    words = [word.lower() for name in own for word in _PART_OF_A_NAME.findall(name)]
    if not _ARTICLES_OWN.isdisjoint(words):
        return ()
    return tuple(dict.fromkeys(rule for word in words for rule in rules.by_word.get(word, ())))
