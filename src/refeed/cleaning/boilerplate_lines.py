"""Boilerplate that is known by how its lines are built and where they stand, on any site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning import labelled_links, own_footer, places_to_follow, related_links, teasers
from refeed.cleaning.article_lines import ArticleLines
from refeed.cleaning.article_links import ArticleLinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.line_rules import LineRules


def changes(document: Document, rules: LineRules) -> Iterator[Change]:
    """Remove lines until no rule finds more."""
    if not document.all("a"):
        return
    links = ArticleLinks(document, rules)
    article = ArticleLines(document)
    left = -1
    while left != len(article.left):
        left = len(article.left)
        labelled_links.remove(article, rules)
        places_to_follow.remove(article, rules.networks)
        if links.are_there:
            teasers.remove(article, links)
            related_links.remove(article, links, rules)
        own_footer.remove(article)
    yield from article.changes()
