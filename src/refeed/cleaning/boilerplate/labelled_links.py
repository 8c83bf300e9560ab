"""Labels with what they name: tags, sponsors, the author."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate import author_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import Labels, LineRules
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

TAGS = "tags"
SPONSORS = "sponsor"
_END = 400
_LEVELS = 4
_BEGINNING = 200
_LONGEST = 400
_LONGEST_LABEL = 60
_MOST_ITEMS = 100
_LONGEST_TAG = 60
_LARGEST_SHARE = 0.3


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether a link stands behind such a label, or the author's."""
    return author_box.may_be_there(document, rules) or any(
        rules.tags.make_up(text) or rules.sponsors.name(text)
        for link in document.all("a")
        if 0 < len(text := _find_text_before(link, document)) <= _LONGEST_LABEL
    )


def _find_text_before(link: Element, document: Document) -> str:
    """Return the text right before a link, that of the block before if it begins its own."""
    element = link
    for _ in range(_LEVELS):
        before, parent = element.getprevious(), element.getparent()
        text: str = ((parent.text if before is None else before.tail) or "").strip()
        if text:
            return text
        if before is not None:
            return document.text(before).strip() if before.tag != "a" else ""
        if parent.tag == "body":
            return ""
        element = parent
    return ""


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out lines of tags, lists under a label of tags or sponsors, and the author's box."""
    tags: list[ArticleLine] = []
    sponsors: list[ArticleLine] = []
    for at, line in enumerate(article.left):
        if len(line.text) > _LONGEST:
            continue
        if line.links:
            if _is_at_an_edge(line, article) and _is_labelled(line, rules.tags):
                tags.append(line)
        elif len(line.text) <= _LONGEST_LABEL:
            behind = article.left[at + 1 : at + 1 + _MOST_ITEMS]
            if rules.tags.make_up(line.text):
                items = list(takewhile(_is_tag, behind))
                if items and _is_at_an_edge(items[-1], article):
                    tags += [line, *items]
            elif rules.sponsors.name(line.text):
                sponsors += _find_sponsors(line, behind, article)
    article.remove(tags, TAGS)
    article.remove(sponsors, SPONSORS)
    author_box.remove(article, rules)


def _find_sponsors(
    label: ArticleLine, behind: Sequence[ArticleLine], article: ArticleLines
) -> list[ArticleLine]:
    """Return a label and the list under it, or the lines that have links, if they end the text."""
    its_list = behind[0].outermost_list if behind else None
    items = list(
        takewhile(lambda line: bool(line.links) and line.outermost_list is its_list, behind)
    )
    length = sum(len(line.text) for line in items)
    ends = bool(items) and article.count_behind(items[-1]) <= _END
    return [label, *items] if ends and length <= article.whole * _LARGEST_SHARE else []


def _is_labelled(line: ArticleLine, labels: Labels) -> bool:
    return (
        bool(line.links)
        and line.may_be_furniture
        and all(len(text) <= _LONGEST_TAG for text in line.link_texts)
        and labels.make_up(line.outside)
    )


def _is_tag(line: ArticleLine) -> bool:
    return (
        bool(line.links)
        and not any(map(str.isalpha, line.outside))
        and all(len(text) <= _LONGEST_TAG for text in line.link_texts)
    )


def _is_at_an_edge(line: ArticleLine, article: ArticleLines) -> bool:
    behind = article.count_behind(line)
    return behind <= _END or article.length - behind - len(line.text) <= _BEGINNING
