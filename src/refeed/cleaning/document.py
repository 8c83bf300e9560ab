"""The parsed article that the steps of cleaning look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from refeed.cleaning.elements import KEEP_MARK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from refeed.cleaning.elements import Element


@dataclass(slots=True)
class Document:
    """An article's HTML as a tree, looked through once: what steps ask for is at hand.

    Attributes:
        body: the root; its children are the article.
        url: the article's address, the base of relative ones.
        has_keep_marks: whether an operator's `keep` matched anything.
        flattened: whether this is only the text of an article nested deeper than the parser goes.
        elements: all of them in document order, the body first.
    """

    body: Element
    url: str
    has_keep_marks: bool = False
    flattened: bool = False
    elements: list[Element] = field(default_factory=list, init=False)
    _by_tag: dict[str, list[Element]] = field(default_factory=dict, init=False)
    _texts: dict[Element, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Look it through."""
        self.look_again()

    def look_again(self) -> None:
        """Look it through, after elements have changed."""
        # The old list lives until now, and with it lxml's objects, which take long to make.
        self.elements = list(self.body.iter())
        self._texts = {}
        self._by_tag = {}
        for element in self.elements:
            if (tag := element.tag) in self._by_tag:
                self._by_tag[tag].append(element)
            else:
                self._by_tag[tag] = [element]

    def tags(self) -> AbstractSet[str]:
        """Return the names that elements have."""
        return self._by_tag.keys()

    def all(self, tag: str) -> Sequence[Element]:
        """Return the elements of this name in document order."""
        return self._by_tag.get(tag, ())

    def among(self, tags: AbstractSet[str]) -> Sequence[Element]:
        """Return the elements of these names in document order."""
        if tags.isdisjoint(self._by_tag):
            return ()
        found = [tag for tag in self._by_tag if tag in tags]
        if len(found) == 1:
            return self._by_tag[found[0]]
        return [element for element in self.elements if element.tag in found]

    def text(self, element: Element) -> str:
        """Return an element's text as it stands."""
        text = self._texts.get(element)
        if text is None:
            text = element.text or ""
            for child in element:
                text += self.text(child) + (child.tail or "")
            self._texts[element] = text
        return text

    def protected(self, element: Element) -> bool:
        """Tell whether an operator's `keep` holds for the element or what is in or around it."""
        if not self.has_keep_marks:
            return False
        around = (*element.iter(), *element.iterancestors())
        return any(e.get(KEEP_MARK) is not None for e in around)
