"""Teasers of other articles: a linked heading, and the beginning of a text that is cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.element_kinds import HEADINGS, MEDIA

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLines
    from refeed.cleaning.boilerplate.article_links import ArticleLinks
    from refeed.cleaning.element_kinds import Element

RULE = "teaser of another article"
_LONGEST = 700
_LONGEST_LABEL = 60
_LARGEST_SHARE = 0.3
_SHOWN = tuple(MEDIA - {"hr"})
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s\])）]*(?:\S.{0,30})?$")


def remove(article: ArticleLines, links: ArticleLinks) -> None:
    """Take out the elements that hold a teaser and nothing else."""
    if article.document.tags().isdisjoint(HEADINGS):
        return
    titles = _find_titles(article, links)
    if not titles:
        return
    found = [_find_teaser(title, article) for title in titles]
    teasers = list(dict.fromkeys(teaser for teaser in found if teaser is not None))
    shown = article.document.shown_text
    length = sum(len(shown(teaser)) for teaser in teasers)
    if (
        teasers
        and length <= article.whole * _LARGEST_SHARE
        and article.is_enough(article.length - length)
    ):
        article.remove_elements(teasers, RULE)


def _find_titles(article: ArticleLines, links: ArticleLinks) -> list[Element]:
    """Return the headings that are a link to another article."""
    return [
        next(e for e in line.around if e.tag in HEADINGS)
        for line in article.left
        if line.links
        and line.is_heading
        and len(line.targets) == 1
        and not any(map(str.isalpha, line.outside))
        and links.leads_to_another(line.targets[0])
    ]


def _find_teaser(title: Element, article: ArticleLines) -> Element | None:
    """Return the largest short element that is a title and what belongs to it, or None."""
    shown = article.document.shown_text
    own = shown(title)
    found = None
    for around in title.iterancestors():
        if around.tag == "body" or len(text := shown(around)) > _LONGEST:
            break
        before, _, behind = text.partition(own)
        if len(before) > _LONGEST_LABEL or not _holds_only(around, title):
            break
        if behind and _CUT_OFF.search(behind):
            found = around
    return found


def _holds_only(around: Element, title: Element) -> bool:
    """Tell whether the pictures around a title lead where it leads, and no code is there."""
    link = next(title.iter("a"), None)
    if link is None:
        link = next(title.iterancestors("a"))
    href = link.get("href")
    pictures = (next(image.iterancestors("a"), None) for image in around.iter(*_SHOWN))
    return next(around.iter("pre", "blockquote", "table"), None) is None and all(
        around_picture is not None and around_picture.get("href") == href
        for around_picture in pictures
    )
