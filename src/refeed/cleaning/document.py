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
    """An article's HTML as a tree.

    What steps ask for is found in one walk and holds until `forget`, which `changes.apply` calls.

    Attributes:
        body: the root; its children are the article.
        url: the article's address, the base of relative ones.
        has_keep_marks: whether an operator's `keep` matched anything.
        flattened: whether this is only the text of an article nested deeper than the parser goes.
    """

    body: Element
    url: str
    has_keep_marks: bool = False
    flattened: bool = False
    _elements: list[Element] = field(default_factory=list, init=False)
    _changed: bool = field(default=True, init=False)
    _by_tag: dict[str, list[Element]] = field(default_factory=dict, init=False)
    _texts: dict[Element, str] = field(default_factory=dict, init=False)

    def elements(self) -> Sequence[Element]:
        """Return all elements in document order, the body first."""
        if self._changed:
            # The old list lives until now, and with it lxml's objects, which take long to make.
            self._elements = list(self.body.iter())
            self._changed = False
            self._texts = {}
            by_tag: dict[str, list[Element]] = {}
            self._by_tag = by_tag
            for element in self._elements:
                if (tag := element.tag) in by_tag:
                    by_tag[tag].append(element)
                else:
                    by_tag[tag] = [element]
        return self._elements

    def tags(self) -> AbstractSet[str]:
        """Return the names that elements have."""
        self.elements()
        return self._by_tag.keys()

    def all(self, tag: str) -> Sequence[Element]:
        """Return the elements of this name in document order."""
        self.elements()
        return self._by_tag.get(tag, ())

    def among(self, tags: AbstractSet[str]) -> Sequence[Element]:
        """Return the elements of these names in document order."""
        found = [tag for tag in self.tags() if tag in tags]
        if len(found) > 1:
            return [element for element in self._elements if element.tag in found]
        return self._by_tag[found[0]] if found else ()

    def text(self, element: Element) -> str:
        """Return an element's text as it stands."""
        self.elements()
        text = self._texts.get(element)
        if text is None:
            text = element.text or ""
            for child in element:
                text += self.text(child) + (child.tail or "")
            self._texts[element] = text
        return text

    def forget(self) -> None:
        """Look anew when asked again: elements or texts have changed."""
        self._changed = True

    def protected(self, element: Element) -> bool:
        """Tell whether an operator's `keep` holds for the element or what is in or around it."""
        if not self.has_keep_marks:
            return False
        around = (*element.iter(), *element.iterancestors())
        return any(e.get(KEEP_MARK) is not None for e in around)
