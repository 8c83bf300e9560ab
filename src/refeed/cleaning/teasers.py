"""Teasers of other articles: a linked heading, and the beginning of a text that is cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.element_kinds import HEADINGS

if TYPE_CHECKING:
    from refeed.cleaning.article_lines import ArticleLines
    from refeed.cleaning.article_links import ArticleLinks
    from refeed.cleaning.element_kinds import Element

RULE = "teaser of another article"
_LONGEST = 700
_LARGEST_SHARE = 0.3
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s\])）]*(?:\S.{0,30})?$")


def remove(article: ArticleLines, links: ArticleLinks) -> None:
    """Take out the elements that hold a teaser and nothing else."""
    if article.document.tags().isdisjoint(HEADINGS):
        return
    found = [_find_teaser(title, article) for title in _find_titles(article, links)]
    teasers = list(dict.fromkeys(teaser for teaser in found if teaser is not None))
    shown = article.document.shown_text
    length = sum(len(shown(teaser)) for teaser in teasers)
    if (
        teasers
        and length <= article.whole * _LARGEST_SHARE
        and article.length - length >= article.fewest
    ):
        article.remove_elements(teasers, RULE)


def _find_titles(article: ArticleLines, links: ArticleLinks) -> list[Element]:
    """Return the headings that are a link to another article."""
    return [
        next(e for e in line.around if e.tag in HEADINGS)
        for line in article.left
        if line.is_heading
        and len(line.targets) == 1
        and not any(map(str.isalpha, line.outside))
        and links.leads_to_another(line.targets[0])
    ]


def _find_teaser(title: Element, article: ArticleLines) -> Element | None:
    """Return the largest short element around a title whose text is cut off, or None."""
    shown = article.document.shown_text
    found = None
    for around in title.iterancestors():
        if around.tag == "body" or len(text := shown(around)) > _LONGEST:
            break
        if len(text) > len(shown(title)) and _CUT_OFF.search(text):
            found = around
    return found
