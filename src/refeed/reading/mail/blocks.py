"""Flattens the HTML of a mail: a list of paragraphs and other blocks, without the tables around.

Newsletters are set in tables within tables. A table that only places things is taken apart; one
that shows data stays as it is.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from refeed.reading.link_scan import scan_links
from refeed.text.xml_chars import drop_forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_TAGS = 300_000
_LONGEST = 20_000_000
_DEEPEST = 400
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr html main nav ol p pre section table tbody td tfoot th thead tr"
    " ul video audio".split()
)
_WHOLE = frozenset("details dl figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul video audio".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NOT_SHOWN = frozenset("head script style template title meta link noscript object".split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
# These are also set around pictures, so that there is no white space, and set back within.
_SHRUNK = re.compile(
    r"(?:max-height|font-size|opacity|line-height)\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE
)
_LONGEST_HIDDEN = 1_000
"""Characters of a text that is taken for hidden."""

_PADDING = re.compile(
    r"(?:[\u034f\u061c\u115f\u17b4\u17b5\u200b-\u200f\u2007\u2060-\u2064\u00ad\ufeff\u180e]\s*){4,}"
)
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u034f\u00ad]+")
_DATA_CELL = 120
_SMALL = 50
"""Pixels up to which a picture is an icon."""

_TINY = 3
_NUMBER = re.compile(r"\s*(\d{1,5})(?:px)?\s*$")


class Block(NamedTuple):
    """A paragraph, heading, list, table or other block of a mail.

    Attributes:
        html: it.
        text: what it says, on one line.
        is_mark: whether it is only the start or end tag of a quotation.
        is_heading: whether it is a heading.
        links: where its links lead.
        linked: how many characters of the text are links.
        pictures: how many it has, icons left out.
        icons: how many.
    """

    html: str
    text: str = ""
    is_mark: bool = False
    is_heading: bool = False
    links: tuple[str, ...] = ()
    linked: int = 0
    pictures: int = 0
    icons: int = 0


class Flattened(NamedTuple):
    """The blocks of a mail.

    Attributes:
        blocks: in order.
        language: of the text, or "".
        direction: `rtl`, or "".
        base: what relative addresses are relative to, or "".
    """

    blocks: tuple[Block, ...]
    language: str = ""
    direction: str = ""
    base: str = ""


def flatten(html: str) -> Flattened | None:
    """Return the blocks of a mail's HTML, or None if there is too much of it to be taken apart."""
    from lxml import etree
    from lxml import html as parser

    if len(html) > _LONGEST or html.count("<") > _MOST_TAGS or _measure_depth(html) > _DEEPEST:
        return None
    reader = parser.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = parser.document_fromstring(_PADDING.sub(" ", drop_forbidden(html)), parser=reader)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    body = root.find("body")
    base = root.find(".//base")
    _remove_hidden(root)
    holders = _find_holders(root)
    top = root if body is None else body
    return Flattened(
        tuple(_Walk(holders).walk(top)),
        language=root.get("lang") or top.get("lang") or "",
        direction="rtl"
        if "rtl" in (root.get("dir", "").lower(), top.get("dir", "").lower())
        else "",
        base="" if base is None else base.get("href", ""),
    )


_TAG = re.compile(
    r"<(/?)(div|table|tbody|tr|td|span|font|center|b|i|p|a|section|blockquote)\b", re.IGNORECASE
)


def _measure_depth(html: str) -> int:
    """Return how deep elements nest at most, or more: some end without an end tag."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + (tag[2].lower() != "p")
        deepest = max(deepest, depth)
    return deepest


def _remove_hidden(root: Any) -> None:  # noqa: ANN401 - lxml has no types
    """Remove what mail programs don't show, but never much text."""
    hidden = [
        element
        for element in root.iter()
        if element.tag in _NOT_SHOWN
        or (element.tag == "img" and _is_tiny(element))
        or ("style" in element.attrib and _is_hidden(element))
    ]
    for element in hidden:
        parent = element.getparent()
        is_long = element.tag not in _NOT_SHOWN and _is_long(element)
        if parent is not None and not is_long and element.tag not in ("body", "html"):
            _remove(element, parent)


def _is_hidden(element: Any) -> bool:  # noqa: ANN401
    style = element.get("style")
    if _HIDDEN.search(style):
        return True
    if not _SHRUNK.search(style):
        return False
    inner = iter(element.iter())
    next(inner)
    return not any(
        one.tag == "img" or "font-size" in one.get("style", "") for one in inner
    ) and not _is_long(element)


def _is_long(element: Any) -> bool:  # noqa: ANN401
    length = 0
    for text in element.itertext():
        length += len(text.strip())
        if length > _LONGEST_HIDDEN:
            return True
    return False


def _remove(element: Any, parent: Any) -> None:  # noqa: ANN401
    """Remove an element, not the text behind it."""
    if element.tail:
        # A reference may stand for a character that lxml reads and doesn't write.
        tail = drop_forbidden(element.tail)
        before = element.getprevious()
        if before is not None:
            before.tail = drop_forbidden(before.tail or "") + tail
        else:
            parent.text = drop_forbidden(parent.text or "") + tail
    element.tail = None
    parent.remove(element)


def _find_holders(root: Any) -> set[Any]:  # noqa: ANN401
    """Return the elements that have a block among their descendants."""
    holders: set[Any] = set()
    for element in root.iter():
        if element.tag in _BLOCKS:
            parent = element.getparent()
            while parent is not None and parent not in holders:
                holders.add(parent)
                parent = parent.getparent()
    return holders


class _Walk:
    """Takes elements apart into blocks; what is between two blocks is a paragraph."""

    def __init__(self, holders: set[Any]) -> None:
        self._holders = holders

    def walk(self, element: Any, link: str = "") -> Iterator[Block]:  # noqa: ANN401
        """Yield the blocks in an element. `link` is where the link around it leads."""
        run: list[str] = [escape(element.text or "", quote=False)]
        for child in element:
            if child.tag == "br" and run and run[-1] == "<br>":
                yield from self._end(run, link)
                run = []
            elif child.tag == "br":
                run.append("<br>")
            elif child.tag in _BLOCKS or child in self._holders:
                yield from self._end(run, link)
                run = []
                yield from self._walk_block(child, link)
            else:
                run.append(_write(child))
            tail = child.tail or ""
            if tail.strip() or (tail and child.tag != "br"):
                run.append(escape(tail, quote=False))
        yield from self._end(run, link)

    def _walk_block(self, element: Any, link: str) -> Iterator[Block]:  # noqa: ANN401
        tag = element.tag
        if tag == "blockquote":
            yield Block("<blockquote>", is_mark=True)
            yield from self.walk(element, link)
            yield Block("</blockquote>", is_mark=True)
        elif tag == "figure":
            yield _make_block(_write_figure(element))
        elif tag in _WHOLE and not self._is_taken_apart(element):
            block = _make_block(_write(element), is_heading=tag in _HEADINGS)
            if block.text or block.pictures or block.icons or tag not in ("p", *_HEADINGS):
                yield block
        else:
            yield from self.walk(element, element.get("href", link) if tag == "a" else link)

    def _is_taken_apart(self, element: Any) -> bool:  # noqa: ANN401
        if element.tag == "table":
            return _is_layout(element)
        if element.tag in ("ul", "ol", "dl", "details"):
            return next(element.iter("table"), None) is not None
        return element in self._holders

    def _end(self, run: list[str], link: str) -> Iterator[Block]:
        """Yield the paragraph that a run of inline content makes, if it shows anything."""
        html = "".join(run).strip()
        while html.endswith("<br>"):
            html = html[:-4].rstrip()
        while html.startswith("<br>"):
            html = html[4:].lstrip()
        if not html:
            return
        if link:
            html = f'<a href="{escape(link)}">{html}</a>'
        block = _make_block(f"<p>{html}</p>")
        if block.text or block.pictures or block.icons:
            yield block


_IMAGE = re.compile(r"<img\b([^<>]*)>")
_SIZE = re.compile(r"\b(?:width|height)=\"(\d{1,5})(?:px)?\"|\b(?:width|height)\s*:\s*(\d{1,5})px")
_ANY_TAG = re.compile(r"<[^<>]*>")


def _make_block(html: str, *, is_heading: bool = False) -> Block:
    text = _SPACE.sub(" ", unescape(_ANY_TAG.sub(" ", html))).strip()
    links, linked = [], 0
    for link in scan_links(html):
        links.append(link.url)
        linked += len(_SPACE.sub(" ", unescape(_ANY_TAG.sub("", link.label))).strip())
    pictures = icons = 0
    for image in _IMAGE.finditer(html):
        sizes = [int(size[1] or size[2]) for size in _SIZE.finditer(image[1])]
        is_icon = bool(sizes) and max(sizes) <= _SMALL
        icons += is_icon
        pictures += not is_icon
    return Block(html, text, False, is_heading, tuple(links), linked, pictures, icons)  # noqa: FBT003


def _is_tiny(image: Any) -> bool:  # noqa: ANN401
    """Tell whether a picture is there to be counted, not seen."""
    sizes = [_NUMBER.match(image.get(name, "")) for name in ("width", "height")]
    return any(size and int(size[1]) <= _TINY for size in sizes)


def _is_layout(table: Any) -> bool:  # noqa: ANN401
    """Tell whether a table only places things."""
    inner = iter(table.iter("table"))
    next(inner)
    states_it = table.get("role", "").lower() in ("presentation", "none")
    if states_it or next(inner, None) is not None:
        return True
    if next(table.iter("th", "caption", "thead"), None) is not None:
        return False
    rows = [row.findall("td") for row in table.iter("tr")]
    wide = [row for row in rows if len(row) > 1]
    if len(wide) < 2:  # noqa: PLR2004 - no column is made of one cell
        return True
    return table.get("border", "0") in ("", "0") and not _holds_data(table, wide)


def _holds_data(table: Any, rows: list[list[Any]]) -> bool:  # noqa: ANN401
    """Tell whether the cells of a table hold little, and nothing but text."""
    if next(table.iter("img", "h1", "h2", "h3", "ul", "ol", "p"), None) is not None:
        return False
    lengths = [len("".join(cell.itertext()).strip()) for row in rows for cell in row]
    return max(lengths) <= _DATA_CELL and sum(map(bool, lengths)) * 2 >= len(lengths)


def _write_figure(figure: Any) -> str:  # noqa: ANN401
    """Return a figure as its pictures and captions, without tables."""
    if next(figure.iter("table"), None) is None:
        return _write(figure)
    parts = [_write(one) for one in figure.iter("img", "figcaption")]
    return f"<figure>{''.join(parts)}</figure>"


def _write(element: Any) -> str:  # noqa: ANN401
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
