"""The pictures that an article ends in: those right behind its text, before any other text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.parts import PICTURES, is_picture
from refeed.reading.saved_page.tree import is_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.saved_page.parts import Article
    from refeed.reading.saved_page.tree import Element

_BESIDE = frozenset({"aside", "header"})
_FILE = re.compile(r"[^?#]+\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)


def find_closing_pictures(article: Article) -> Iterator[Element]:
    """Yield the pictures, as far as no text stands before them or with them but a caption.

    A picture that leads to another page is of that page.
    """
    around = {article.end, *article.end.iterancestors()}
    for element, at in article.order.items():
        if at <= article.last or element.tag not in PICTURES or element not in article.inside:
            continue
        if at > article.next_text:
            return
        if (
            element not in article.furniture
            and not is_within(element, _BESIDE)
            and is_picture(element)
            and not _has_text_beside(element, around, article)
            and not _leads_away(element)
        ):
            yield element


def _has_text_beside(picture: Element, around: set[Element], article: Article) -> bool:
    """Tell whether a picture is in a box with words, as a card of another article is."""
    holder = picture
    while (parent := holder.getparent()) is not None and parent not in around:
        holder = parent
    captions = sum(article.measure(each) for each in holder.iter("figcaption"))
    return article.measure(holder) > captions


def _leads_away(picture: Element) -> bool:
    links = [*picture.iterancestors("a"), *picture.iter("a")]
    return any(not _FILE.match(link.get("href") or "") for link in links)
