"""What of a page goes with its article's text: pictures, tables, code, subheadings.

Extractors of text leave these out. They count where they stand between texts that were chosen, in
the element that holds most of these; a picture also between the article's heading and its text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.runs import squeeze
from refeed.reading.saved_page.tree import is_behind_paywall, is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.reading.saved_page.runs import Run
    from refeed.reading.saved_page.tree import Element

PICTURES = frozenset("img picture video audio iframe embed object amp-img figure".split())
_WHOLE = frozenset("blockquote dl math pre table".split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FURNITURE_TAGS = frozenset("nav footer form button dialog".split())
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|promo\w*|share|sharing|social\w*|newsletter|subscri\w*"
    r"|sidebar|comments?|disqus|author\w*|avatar|byline|advert\w*|ads?|sponsor\w*|outbrain|taboola"
    r"|teasers?|read-?more|more-from|popular|trending|navigation|nav|menu|breadcrumbs?|footer|logo"
    r"|signup|cookie\w*|consent|paywall|pagination|profile|emoji|icon)(?:$|[\s_-])"
    r"|(?:^|\s)widget(?:$|\s)",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"caption|legend|credit|bildunter", re.IGNORECASE)
_LONGEST_CAPTION = 600
_SMALL = 64
_CAPTIONED = frozenset({"figure", "figcaption"})
_MOST_LINKED = 0.5
_MOST_TEXT = 0.9


class Article:
    """The chosen part of a page.

    Attributes:
        main: the smallest element that holds most of the chosen text.
        order: the place of each element in the page.
        begin: the place from which pictures count.
        first: the place of the first chosen text in `main`.
        last: of the last one.
        end: the block of the last one.
        next_text: the place of the first text behind it that was not chosen, captions aside.
        holding: the elements that hold chosen text.
        furniture: the elements that are in parts of the page that are no article's.
    """

    def __init__(self, body: Element, runs: list[Run], title: str) -> None:
        chosen = [run for run in runs if run.is_kept]
        self.order = {element: at for at, element in enumerate(body.iter())}
        self.main = _find_main(body, chosen)
        self.inside = set(self.main.iter())
        places = {self.order[run.places[0][0]]: run for run in chosen if run.block in self.inside}
        self.first, self.last = min(places), max(places)
        self.end = places[self.last].block
        self.next_text = self._find_next_text(runs)
        self.begin = min(self._find_heading(runs, title), self.order[self.main])
        self.holding = _list_ancestors(run.block for run in chosen)
        self.furniture = self._list_furniture()
        self._lengths: dict[Element, int] = {}

    def _find_heading(self, runs: list[Run], title: str) -> int:
        """Return the place of the last heading before the text that is the title."""
        letters = squeeze(title)
        places = [
            self.order[run.block]
            for run in runs
            if run.letters == letters
            and find_heading(run) is not None
            and self.order[run.block] < self.first
        ]
        return max(places, default=self.first)

    def _find_next_text(self, runs: list[Run]) -> int:
        behind = (
            place
            for run in runs
            if not run.is_kept
            and (place := self.order[run.places[0][0]]) > self.last
            and not is_within(run.block, _CAPTIONED)
            and run.block.tag not in _CAPTIONED
        )
        return next(behind, len(self.order))

    def _list_furniture(self) -> set[Element]:
        found: set[Element] = set()
        for element in self.order:
            if element.getparent() in found:
                found.add(element)
            elif element not in self.holding and isinstance(element.tag, str):
                if is_behind_paywall(element):
                    continue
                names = f"{element.get('class') or ''} {element.get('id') or ''}"
                if _is_control(element) or (
                    names != " " and _FURNITURE.search(names[:_LONGEST_CAPTION])
                ):
                    found.add(element)
        return found

    def measure(self, element: Element) -> int:
        """Return how many characters an element's text has."""
        if element not in self._lengths:
            self._lengths[element] = len(" ".join("".join(element.itertext()).split()))
        return self._lengths[element]


def _is_control(element: Element) -> bool:
    """Tell whether an element is one of the site's controls, but no button that shows a picture."""
    frames = element.iter("figure", "picture") if element.tag == "button" else ()
    return element.tag in _FURNITURE_TAGS and next(iter(frames), None) is None


def choose_parts(article: Article) -> Iterator[Element]:
    """Yield the elements that are kept whole, beside the chosen runs."""
    for element, at in article.order.items():
        if at < article.begin or element in article.furniture:
            continue
        if at >= article.last:
            # What is behind the text is mostly of other articles.
            if element.tag == "figure" and element in article.inside and _is_own(element, article):
                yield element
        elif element.tag in PICTURES:
            if is_picture(element):
                figure = _find_figure(element, article)
                if not _is_teaser(figure, article):
                    yield figure
        elif element.tag == "figcaption" or (
            at > article.first
            and element.tag in _WHOLE
            and element in article.inside
            and _is_own(element, article)
        ):
            yield element


def choose_subheadings(runs: list[Run], article: Article, dropped: set[Run]) -> None:
    """Choose the subheadings that chosen text follows, but those that were left out on purpose."""
    is_followed = False
    for run in reversed(runs):
        if find_heading(run) is None:
            is_followed = run.is_kept
        elif (
            is_followed
            and run.block in article.inside
            and article.first < article.order[run.block] < article.last
            and run.block not in article.furniture
            and run not in dropped
        ):
            run.is_kept = True


def find_heading(run: Run) -> Element | None:
    """Return the heading that a run is the text of."""
    around = (run.block, *run.inline, run.block.getparent())
    return next((each for each in around if each is not None and each.tag in HEADINGS), None)


def find_picture(body: Element, address: str, article: Article) -> Element | None:
    """Return the page's own picture of an address, before the text's end, with its caption."""
    name = _name_file(address)
    for image in body.iter("img"):
        sources = " ".join(filter(None, (image.get("src"), image.get("srcset"))))
        if name and name in sources and article.order[image] < article.last:
            return _find_figure(image, article)
    return None


def _name_file(address: str) -> str:
    name = address.partition("?")[0].rpartition("/")[2]
    return name if "." in name and len(name) > len(".jpg") + 1 else ""


def _find_main(body: Element, chosen: list[Run]) -> Element:
    weights: dict[Element, int] = {}
    for run in chosen:
        for element in (run.block, *run.block.iterancestors()):
            weights[element] = weights.get(element, 0) + len(run.letters)
    total = weights[body]
    main, inner = body, body
    while inner is not None:
        main = inner
        inner = next((each for each in main if weights.get(each, 0) >= total * _MOST_TEXT), None)
    return main


def is_picture(element: Element) -> bool:
    """Tell whether a picture is no icon."""
    if element.tag != "img":
        return True
    sizes = [
        int(size)
        for name in ("width", "height")
        if (size := (element.get(name) or "").removesuffix("px").strip()).isdecimal()
    ]
    # A side of 0 or 1 is what scripts change when they load the picture.
    return not sizes or max(sizes) >= _SMALL or max(sizes) <= 1


def _is_teaser(figure: Element, article: Article) -> bool:
    """Tell whether a picture's text is a link to something else.

    It is none where the picture itself leads elsewhere, as to a larger one.
    """
    if not article.measure(figure) or not _is_linked(figure, article):
        return False
    links = list(figure.iter("a"))
    shown = {link.get("href") for link in links if link.find(".//img") is not None}
    named = {link.get("href") for link in links if article.measure(link)}
    return not shown or bool(shown & named)


def _is_linked(element: Element, article: Article) -> bool:
    around = next(element.iterancestors("a"), None)
    linked = sum(article.measure(link) for link in element.iter("a"))
    return around is not None or linked > article.measure(element) * _MOST_LINKED


def _find_figure(picture: Element, article: Article) -> Element:
    """Return the element that holds a picture and what belongs to it, as its caption."""
    best = picture
    for each in picture.iterancestors():
        if best.tag == "figure" or each is article.main or each in article.holding:
            break
        length = article.measure(each)
        if length > _LONGEST_CAPTION:
            break
        if each.tag == "figure" or length == article.measure(best) or _has_caption(each):
            best = each
    return best


def _has_caption(element: Element) -> bool:
    return any(
        each.tag == "figcaption" or _CAPTION.search(each.get("class") or "")
        for each in element.iterdescendants()
        if isinstance(each.tag, str)
    )


def _is_own(element: Element, article: Article) -> bool:
    """Tell whether a table, list or quotation is data and not layout or a list of links."""
    if element.tag in ("pre", "math"):
        return True
    if element.tag == "figure" and element.find(".//img") is None:
        return False
    if element.tag == "table" and element.find(".//table") is not None:
        return False
    linked = sum(len(" ".join("".join(a.itertext()).split())) for a in element.iter("a"))
    return article.measure(element) > 0 and linked <= article.measure(element) * _MOST_LINKED


def _list_ancestors(blocks: Iterable[Element]) -> set[Element]:
    found: set[Element] = set()
    for block in blocks:
        for each in (block, *block.iterancestors()):
            if each in found:
                break
            found.add(each)
    return found
