"""HTML to a tree and back, by libxml2."""

from __future__ import annotations

import html as entities
import threading
from typing import TYPE_CHECKING

from lxml import etree

from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from refeed.cleaning.elements import Element


class _Parser(threading.local):
    """A parser for each thread: making one takes a quarter of the time that an article takes it."""

    def __init__(self) -> None:
        self._parser = etree.HTMLParser(
            encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True
        )

    def root(self, html: str) -> Element:
        """Return the root of a document whose body holds the HTML."""
        return etree.HTML(f"<html><body>{html}".encode(), self._parser)

    def gave_up(self) -> bool:
        """Tell whether what was parsed last is nested deeper than the parser goes."""
        limit = etree.ErrorTypes.ERR_RESOURCE_LIMIT
        return len(self._parser.error_log.filter_types([limit])) > 0


_PARSER = _Parser()


def parsed(html: str) -> tuple[Element, bool]:
    """Return a body that holds the HTML, and whether this is only its text: it nests too deeply."""
    root = _PARSER.root(html)
    flattened = _PARSER.gave_up()
    if flattened:
        root = _PARSER.root(f"<p>{entities.escape(visible_text(html))}")
    body = next(root.iterchildren("body"), None)
    return (etree.SubElement(root, "body") if body is None else body), flattened


def written(body: Element) -> str:
    """Return the HTML of what a body holds."""
    body.tail = None
    html: str = etree.tostring(body, encoding="unicode", method="html")
    return html[html.index(">") + 1 : html.rindex("</body>")]
