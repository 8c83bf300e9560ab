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
    _by_tag: dict[str, list[Element]] = field(default_factory=dict, init=False)
    _texts: dict[Element, str] = field(default_factory=dict, init=False)

    def elements(self) -> Sequence[Element]:
        """Return all elements in document order, the body first."""
        if not self._elements:
            self._elements = list(self.body.iter())
            for element in self._elements:
                self._by_tag.setdefault(element.tag, []).append(element)
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
        text = self._texts.get(element)
        if text is None:
            parts = [element.text or ""]
            for child in element:
                parts += (self.text(child), child.tail or "")
            text = self._texts[element] = "".join(parts)
        return text

    def forget(self) -> None:
        """Look anew when asked again: elements or texts have changed."""
        self._elements = []
        self._by_tag = {}
        self._texts = {}

    def protected(self, element: Element) -> bool:
        """Tell whether an operator's `keep` holds for the element or what is in or around it."""
        if not self.has_keep_marks:
            return False
        around = (*element.iter(), *element.iterancestors())
        return any(e.get(KEEP_MARK) is not None for e in around)
