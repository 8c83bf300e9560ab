"""The last line of an article that links to the article itself, as footers of feeds do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.own_links import is_itself, lead_to_itself
from refeed.cleaning.length_limit import TOO_LONG

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.dom import Document

RULE = "link to the article itself"
_LAST = 8
"""Links of a closing line, and of what may stand behind it before other rules find it."""

_LONGEST = 300
_LONGEST_LINK = 60
_LARGEST_LINK_SHARE = 0.3
_SENTENCE = re.compile(r"[.!?…][”»\")]?\s+(?=\S)|[。！？]")
_FEWEST_SENTENCES = 2
_FEWEST_WORDS = 4
_ENDS = (".", "…", "!", "?", "。", "！", "？", "]", ")", "”", "»", "۔", "।", "؟")


def may_be_there(document: Document) -> bool:
    """Tell whether one of the last links leads to the article."""
    return lead_to_itself(document.all("a")[-_LAST:], document.url)


def remove(article: ArticleLines) -> None:
    """Take out the last line if it links to the article, or the link alone if it ends a text."""
    if not article.left:
        return
    last, url = article.left[-1], article.document.url
    if last.is_heading or last.outermost_list is not None or not last.may_be_furniture:
        return
    if last.text.startswith(TOO_LONG):
        return
    own = [link for link in last.links if is_itself(link.get("href") or "", url)]
    if not own:
        return
    others = article.length - len(last.text)
    if _ends_a_text(last.text, article.document.shown_text(own[-1])):
        article.remove_elements([own[-1]], RULE)
    elif len(last.text) <= _LONGEST and others >= len(last.text) and not _is_prose(last):
        article.remove([last], RULE)


def _is_prose(line: ArticleLine) -> bool:
    """Tell whether a line is the article's: of sentences with a link in them, and no footer.

    That is a line with several sentences beside its links, or with one that its link is part of.
    """
    linked = len(line.text) - len(line.outside)
    sentences = len(_SENTENCE.split(line.outside.rstrip(".!?…。！？ ")))
    if sentences >= _FEWEST_SENTENCES and linked <= len(line.text) * _LARGEST_LINK_SHARE:
        return True
    return bool(line.outside) and any(map(_is_part_of_a_sentence, line.link_texts))


def _is_part_of_a_sentence(link: str) -> bool:
    """Tell whether a link reads like words of a sentence, not like a title or a name."""
    return link[:1].islower() and len(link.split()) >= _FEWEST_WORDS


def _ends_a_text(text: str, link: str) -> bool:
    """Tell whether a text ends before the link that it ends with."""
    before = text.removesuffix(link)
    return (
        before != text
        and len(link) <= _LONGEST_LINK <= len(before)
        and before.rstrip(" ([（【").endswith(_ENDS)
    )
