"""Boilerplate by rule: footers, feed promotion, share bars, subscribe prompts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refeed.cleaning.document import (
    BLOCKS,
    MEDIA,
    Remove,
    RemoveLine,
    collapsed,
    lines_of,
    text_of,
    texts_of,
)
from refeed.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.cleaning.document import (
        Change,
        Document,
        Element,
    )

_LARGEST_SHARE = 0.5
"""What a rule on elements takes at most of an article's text: beyond it, the rule is mistaken."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """Takes out a block or a line by what it says.

    Attributes:
        name: for people.
        hints: the rule is tried only where one of these stands in the HTML.
        text: must match the whole text, white space collapsed.
        above: elements that go too when they stand right above.
        at_end: holds only for what has little of the article behind it.
        links: holds also for a link to the article itself in the midst of a line.
    """

    name: str
    hints: tuple[str, ...]
    text: re.Pattern[str]
    above: frozenset[str]
    at_end: bool
    links: bool


@dataclass(frozen=True, slots=True)
class ElementRule:
    """Takes out elements by what they are.

    Attributes:
        name: for people.
        outside: never inside one of these elements.
        empty_of_media: whether the rule spares elements that hold an image, a film or a sound.
    """

    name: str
    outside: frozenset[str] = frozenset()
    empty_of_media: bool = False


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """All rules, in the form in which they are looked up."""

    texts: tuple[TextRule, ...]
    by_tag: Mapping[str, ElementRule]
    by_class: Mapping[str, ElementRule]
    by_id: Mapping[str, ElementRule]
    share_links: Mapping[str, re.Pattern[str]]


_LONGEST = 800
"""Characters of the longest block that a rule on text looks at."""

_END = 400
"""Characters that may still come behind what counts as the end of an article."""


def boilerplate_rules(table: Mapping[str, Any]) -> BoilerplateRules:
    """Make rules of the table of `rules/boilerplate.toml`."""
    by: dict[str, dict[str, ElementRule]] = {"tags": {}, "classes": {}, "ids": {}}
    for row in table["element"]:
        rule = ElementRule(
            row["name"], frozenset(row.get("outside", ())), row.get("empty_of_media", False)
        )
        for kind, known in by.items():
            known.update(dict.fromkeys(row.get(kind, ()), rule))
    texts = tuple(
        TextRule(
            row["name"],
            tuple(row["hints"]),
            re.compile(row["text"], re.IGNORECASE),
            frozenset(row.get("above", ())),
            at_end=row.get("at_end", False),
            links=row.get("links", False),
        )
        for row in table["text"]
    )
    share_links = {row["host"]: re.compile(row["path"]) for row in table["share_link"]}
    return BoilerplateRules(texts, by["tags"], by["classes"], by["ids"], share_links)


def elements(document: Document, rules: BoilerplateRules) -> Iterator[Change]:
    """Remove what is known by its name, class or id, and bars of links that share the article."""
    gone: set[Element] = set()
    most = len(text_of(document.body)) * _LARGEST_SHARE
    for element, rule in _marked(document, rules):
        if not _within(element, gone) and len(text_of(element)) <= most:
            gone.add(element)
            yield Remove(element, rule)
    for link in document.all("a"):
        if not _shares(link.get("href") or "", rules) or _within(link, gone):
            continue
        bar = _share_bar(link, document, rules)
        if bar is not link and not document.protected(bar):
            gone.add(bar)
            yield Remove(bar, "share bar")


def texts(document: Document, rules: BoilerplateRules, html: str) -> Iterator[Change]:
    """Remove blocks and lines that say what only boilerplate says.

    Args:
        document: the article.
        rules: what to look for.
        html: the article as text, in which the rules' hints are looked for.
    """
    likely = [rule for rule in rules.texts if any(map(html.__contains__, rule.hints))]
    return _by_text(document, likely) if likely else iter(())


def _marked(document: Document, rules: BoilerplateRules) -> Iterator[tuple[Element, str]]:
    for element in document.all():
        rule = _rule_of(element, rules)
        if (
            rule is not None
            and not (rule.outside and any(e.tag in rule.outside for e in element.iterancestors()))
            and not (rule.empty_of_media and any(e.tag in MEDIA for e in element.iter()))
            and not document.protected(element)
        ):
            yield element, rule.name


def _rule_of(element: Element, rules: BoilerplateRules) -> ElementRule | None:
    if (rule := rules.by_tag.get(element.tag)) is not None:
        return rule
    if (names := element.get("class")) is not None:
        for name in names.split():
            # CSS modules add a digest to each name: `fullBarrier___2bFWd`.
            if (rule := rules.by_class.get(name.partition("___")[0])) is not None:
                return rule
    if (name := element.get("id")) is not None:
        return rules.by_id.get(name)
    return None


def _share_bar(link: Element, document: Document, rules: BoilerplateRules) -> Element:
    """Return the largest element around a link that holds only links to share the article."""
    bar = link
    while (parent := bar.getparent()) is not document.body and _only_shares(parent, rules):
        bar = parent
    return bar


def _only_shares(element: Element, rules: BoilerplateRules) -> bool:
    links = list(element.iter("a"))
    outside = (element.text or "").strip() + "".join(
        (e.tail or "").strip() for e in element.iter() if e is not element
    )
    inside = "".join((e.tail or "").strip() for a in links for e in a.iter() if e is not a)
    return outside == inside and all(_shares(a.get("href") or "", rules) for a in links)


def _shares(address: str, rules: BoilerplateRules) -> bool:
    parts = split(address)
    if parts is None:
        return False
    path = rules.share_links.get(parts.host.removeprefix("www.").removeprefix("m."))
    return path is not None and path.match(f"{parts.path}?{parts.query or ''}") is not None


def _by_text(document: Document, rules: list[TextRule]) -> Iterator[Change]:
    gone: set[Element] = set()
    anywhere = [rule for rule in rules if not rule.at_end]
    texts = texts_of(document)
    for block in document.all(*BLOCKS):
        if block is document.body or _within(block, gone) or document.protected(block):
            continue
        text = collapsed(texts[block])
        rule = _matching(text, anywhere) if len(text) <= _LONGEST else None
        if rule is not None and not any(e.tag in MEDIA and e.tag != "hr" for e in block.iter()):
            gone.add(block)
            yield from _above(block, rule)
            yield Remove(block, rule.name)
    yield from _lines(document, rules, gone, texts)
    yield from _links_to_itself(document, [rule for rule in rules if rule.links])


def _lines(
    document: Document, rules: list[TextRule], gone: set[Element], texts: Mapping[Element, str]
) -> Iterator[Change]:
    """From the last line to the first, since a line's text may hang on the break before it."""
    behind = 0
    anywhere = [rule for rule in rules if not rule.at_end]
    for line in reversed(list(lines_of(document, texts))):
        holder = line.parts[0].element
        if _within(holder, gone):
            continue
        rule = _matching(line.text, rules if behind <= _END else anywhere)
        if rule is not None and not document.protected(holder):
            yield RemoveLine(line, rule.name)
        else:
            behind += len(line.text)


def _links_to_itself(document: Document, rules: list[TextRule]) -> Iterator[Change]:
    for link in document.all("a") if rules else ():
        rule = _matching(text_of(link), rules)
        if rule is not None and (link.get("href") or "").rstrip("/") == document.url.rstrip("/"):
            yield Remove(link, rule.name)


def _matching(text: str, rules: list[TextRule]) -> TextRule | None:
    return next((rule for rule in rules if text and rule.text.fullmatch(text)), None)


def _above(block: Element, rule: TextRule) -> Iterator[Change]:
    """Yield the removal of rules and breaks that set the block apart from the article."""
    before = block.getprevious()
    while before is not None and before.tag in rule.above and not (before.tail or "").strip():
        yield Remove(before, rule.name)
        before = before.getprevious()


def _within(element: Element, gone: set[Element]) -> bool:
    return bool(gone) and (element in gone or any(e in gone for e in element.iterancestors()))
