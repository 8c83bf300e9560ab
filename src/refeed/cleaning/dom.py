"""The parsed article that the steps of cleaning read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lxml import etree

from refeed.cleaning.element_kinds import KEEP_MARK, collapse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from refeed.cleaning.element_kinds import Element


class Document:
    """An article's HTML as a tree, looked through once and again after a change.

    Attributes:
        body: the root; its children are the article.
        url: the article's address.
        base: what relative addresses are relative to.
        has_keep_marks: whether an operator's `keep` matched anything.
        text_read: its text before boilerplate is removed.
    """

    __slots__ = (
        "_collapsed",
        "_elements",
        "_found",
        "_source",
        "_texts",
        "base",
        "body",
        "has_keep_marks",
        "text_read",
        "url",
    )

    def __init__(
        self,
        body: Element,
        url: str,
        source: str = "",
        *,
        base: str = "",
        has_keep_marks: bool = False,
    ) -> None:
        self.body = body
        self.url = url
        self.base = base or url
        # What is looked for in it is ASCII, and is found sooner where nothing else is.
        self._source = source.encode("ascii", "ignore").decode("ascii")
        self.has_keep_marks = has_keep_marks
        self.text_read = ""
        self._elements: list[Element] = []
        self._found: dict[str, list[Element]] | None = None
        self._texts: dict[Element, str] = {}
        self._collapsed: dict[Element, str] = {}

    @property
    def elements(self) -> Sequence[Element]:
        """All elements in document order, the body first."""
        if self._found is None:
            self._look_through()
        return self._elements

    def all(self, tag: str) -> Sequence[Element]:
        """Return the elements of this name in document order."""
        return (self._found or self._look_through()).get(tag, ())

    def among(self, tags: AbstractSet[str]) -> Sequence[Element]:
        """Return the elements of these names in document order."""
        by_tag = self._found or self._look_through()
        found = {tag for tag in by_tag if tag in tags}
        if not found:
            return ()
        if len(found) == 1:
            return by_tag[next(iter(found))]
        return [element for element in self._elements if element.tag in found]

    def may_hold(self, hints: Sequence[str]) -> bool:
        """Tell whether one of some words of ASCII may have stood in the markup.

        Finding that out costs little.
        """
        source = self._source
        for hint in hints:  # noqa: SIM110 - any() takes twice the time
            if hint in source:
                return True
        return False

    def tags(self) -> AbstractSet[str]:
        """Return the names that elements have."""
        return (self._found or self._look_through()).keys()

    def _look_through(self) -> dict[str, list[Element]]:
        # The old list lives until now, and with it lxml's objects, which take long to make.
        self._elements = list(self.body.iter())
        found: defaultdict[str, list[Element]] = defaultdict(list)
        for element in self._elements:
            found[element.tag].append(element)
        self._found = found
        return found

    def invalidate(self) -> None:
        """Look it through again when asked next: elements or texts are others now."""
        self._found = None
        self._texts = {}
        self._collapsed = {}

    def text(self, element: Element) -> str:
        """Return an element's text as it stands."""
        text = self._texts.get(element)
        if text is None:
            if len(element):
                text = etree.tostring(element, encoding="unicode", method="text", with_tail=False)
            else:
                text = element.text or ""
            self._texts[element] = text
        return text

    def shown_text(self, element: Element) -> str:
        """Return an element's text with its white space collapsed."""
        text = self._collapsed.get(element)
        if text is None:
            text = self._collapsed[element] = collapse(self.text(element))
        return text

    def is_protected(self, element: Element) -> bool:
        """Tell whether an operator's `keep` holds for the element or what is in or around it."""
        if not self.has_keep_marks:
            return False
        around = (*element.iter(), *element.iterancestors())
        return any(e.get(KEEP_MARK) is not None for e in around)
