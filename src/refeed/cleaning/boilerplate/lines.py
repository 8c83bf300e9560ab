"""Boilerplate that is known by how its lines are built and where they stand, on any site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate import (
    labelled_links,
    own_footer,
    places_to_follow,
    related_links,
    section_links,
    teasers,
    trailing_labels,
)
from refeed.cleaning.boilerplate.article_lines import ArticleLines
from refeed.cleaning.boilerplate.article_links import ArticleLinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document

_MOST_ROUNDS = 10
"""As each looks at all lines, many more would take time by the square of the size."""


def changes(document: Document, rules: LineRules) -> Iterator[Change]:
    """Remove lines until no rule finds more, or after `_MOST_ROUNDS`."""
    has_places = places_to_follow.may_be_there(document, rules.networks)
    has_label = trailing_labels.may_be_there(document, rules)
    has_labels = labelled_links.may_be_there(document, rules)
    if not (has_places or has_label or has_labels or document.all("a")):
        return
    links = ArticleLinks(document, rules)
    has_links = links.may_be_lines()
    has_footer = own_footer.may_be_there(document)
    has_sections = section_links.may_be_there(document, rules)
    if not (has_labels or has_places or has_links or has_footer or has_label or has_sections):
        return
    article = ArticleLines(document)
    if has_sections:
        section_links.remove(article, rules)
    for _ in range(_MOST_ROUNDS):
        left = len(article.left)
        if has_labels:
            labelled_links.remove(article, rules)
        if has_places:
            places_to_follow.remove(article, rules.networks)
        if has_links:
            teasers.remove(article, links)
            related_links.remove(article, links, rules)
        if has_footer:
            own_footer.remove(article)
        trailing_labels.remove(article, rules)
        if len(article.left) == left:
            break
    yield from article.changes()
