"""Finds the title of a page's article, without the name of its site."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from refeed.reading.publication_date import METADATA
from refeed.reading.saved_page.linked_data import list_texts
from refeed.reading.saved_page.tree import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.reading.claims import Claim
    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element

HEADING = "first heading"
_OTHER_METAS = ("twitter:title", "dc.title", "citation_title", "sailthru.title", "parsely-title")
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\w+")
_SEPARATORS = r"\s+[-–—|·•»«:/~]+\s+|\s*[|｜»]\s*|\s+::\s+|\s*[—–_]\s*(?=\S+\s*$)"
_SEPARATOR = re.compile(_SEPARATORS)
_FRONT_PAGE = re.compile(
    r"(?:https?://[^/]+)?/?(?:(?:index|home)(?:\.\w+)?)?(?:[?#].*)?"
    r"|https?://web\.archive\.org/web/\w+/https?://[^/]+/?",
    re.IGNORECASE,
)
_AROUND = " -–—|｜·•»«:/~_"
_LONGEST = 1000
_SHORTEST = 5
_MOST_HEADINGS = 40
_SHARED = 0.6


def find_titles(
    root: Element,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
    names: Sequence[str],
) -> list[Claim]:
    """Return the titles of a page, the most trusted first.

    That is the heading of the first level that shares words with `og:title` or the title element,
    if there is one such; then JSON-LD's headline; `og:title` and others, cut to the heading that
    they begin with; the title element. The site's name is taken off.

    Args:
        root: of the page.
        metas: its metadata.
        linked: its own objects of JSON-LD.
        names: what the site is called: its name, its host.
    """
    element = next(root.iter("title"), None)
    named = read_text(element)[:_LONGEST] if element is not None else ""
    og_titles = [_join(text) for text in metas.get("og:title", ())]
    headings = _list_headings(root, names)
    known = [drop_site(text, names) for text in (*og_titles[:1], named) if text]
    own = [text for text in headings if any(_share_words(text, each) for each in known)]
    found: list[Claim] = []
    if len(own) == 1:
        found.append((own[0], HEADING))
    for one in linked:
        found += ((_join(text), METADATA) for text in list_texts(one, "headline"))
    others = [_join(text) for name in _OTHER_METAS for text in metas.get(name, ())]
    found += ((_cut(text, headings, names), METADATA) for text in (*og_titles, *others))
    if named:
        lower = [] if headings else _list_lower_headings(root)
        found.append((_cut(named, (*headings, *lower), names), "title element"))
    if not own and len(headings) == 1:
        found.append((headings[0], HEADING))
    return [(text, origin) for text, origin in found if text]


def drop_site(title: str, names: Sequence[str]) -> str:
    """Return a title without the site's name at its end or beginning.

    Args:
        title: as it stands in the page.
        names: what the site is called: its name, its host.
    """
    parts = [part for part in _SEPARATOR.split(title) if part.strip()]
    if len(parts) > 1:
        if _is_name(parts[-1], names):
            return title[: title.rindex(parts[-1])].rstrip(_AROUND)
        if _is_name(parts[0], names):
            return title[title.index(parts[0]) + len(parts[0]) :].lstrip(_AROUND)
    return title


def _is_name(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text is a name of the site, or has one of its names in it."""
    own = _fold(text)
    for name in filter(None, map(_fold, names)):
        shorter, longer = sorted((own, name), key=len)
        if own == name or (len(shorter) >= _SHORTEST and shorter in longer):
            return True
    return False


def _list_headings(root: Element, names: Sequence[str]) -> list[str]:
    """Return the different headings of the first level that aren't the site's."""
    found: dict[str, None] = {}
    for number, heading in enumerate(root.iter("h1")):
        if number >= _MOST_HEADINGS:
            break
        text = read_text(heading)[:_LONGEST]
        folded = _fold(text)
        if folded and folded not in map(_fold, names) and not _is_front_page(heading):
            found[text] = None
    return list(found)


def _list_lower_headings(root: Element) -> list[str]:
    texts = [read_text(each)[:_LONGEST] for each in islice(root.iter("h2", "h3"), _MOST_HEADINGS)]
    return [text for text in texts if len(_list_words(text)) > 1]


def _is_front_page(heading: Element) -> bool:
    """Tell whether a heading is a link to its site's front page."""
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    address = (links[0].get("href") or "").strip() if len(links) == 1 else "-"
    return _FRONT_PAGE.fullmatch(address) is not None


def _cut(title: str, headings: Sequence[str], names: Sequence[str]) -> str:
    """Return a title cut to a heading that it begins or ends with, or else without the site."""
    folded = _fold(title)
    for heading in headings:
        own = _fold(heading)
        # A heading of one short word may be a category.
        if len(own) * 4 >= len(folded) and (folded.startswith(own) or folded.endswith(own)):
            return heading
    return drop_site(title, names)


def _share_words(heading: str, title: str) -> bool:
    one, two = set(_list_words(heading)), set(_list_words(title))
    if len(one) == 1 and len(two) > 2:  # noqa: PLR2004 - a word of a title may be its category
        return False
    return bool(one) and len(one & two) >= _SHARED * min(len(one), len(two))


def _list_words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _fold(text: str) -> str:
    return "".join(_list_words(text))


def _join(text: str) -> str:
    return " ".join(text[:_LONGEST].replace("\u00ad", "").split())
