"""Replaces frames and objects by links, since feed readers drop them."""

from __future__ import annotations

import re
from copy import deepcopy
from html import unescape
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace, Unwrap
from refeed.cleaning.element_kinds import (
    DROP_MARK,
    KEEP_MARK,
    is_within,
    make_element,
    shows_nothing,
)
from refeed.cleaning.images.lazy_addresses import find_addresses, is_picture_file
from refeed.cleaning.images.sizes import is_pixel
from refeed.cleaning.players import find_page, find_page_by_number
from refeed.text.blocks import BLOCKS
from refeed.text.visible_text import shorten
from refeed.urls import drop_credentials, is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

FRAMES = frozenset({"iframe", "embed", "object", "frame"})
"""Elements that show another document."""

_PLACEHOLDERS = frozenset({"div", "figure", "section"})
_MAKERS = ("youtu", "vimeo", "player", "/embed")
_PARAMETERS = frozenset({"movie", "src", "url", "data", "filename"})
_HREF = re.compile(r"\bhref\s*=\s*[\"'](https?://[^\"']+)")
_NOT_A_FRAMES = re.compile(
    r"poster|thumb|image|placeholder|icon|background|preview|origin|plugin|codebase|classid"
    r"|longdesc|consent|privacy|policy|service"
)
_TITLES = ("title", "playlabel", "data-title", "aria-label", "videotitle")
_HELD_BACK = re.compile(r"youtube|vimeo|dailymotion|bilibili|lyte|\byt\b", re.IGNORECASE)
_FRAME_NAME = re.compile(r"frame|embed")
_MAY_BE_AROUND = BLOCKS | {"html", "noscript"}


def open_templates(document: Document) -> Iterator[Change]:
    """Open the templates from which an element of a page's own takes its frame after a click."""
    for template in document.all("template"):
        if "-" in template.getparent().tag and next(template.iter(*FRAMES), None) is not None:
            yield Unwrap(template, "frame that waits for a click")


def changes(document: Document, html: str) -> Iterator[Change]:
    """Put a link where a frame, object or embed with a web address is; take out the others.

    Args:
        document: the article.
        html: what it was parsed from, in which a player's name is soon found.
    """
    for frame in document.among(FRAMES):
        if next(frame.iterancestors(*FRAMES), None) is not None:
            continue  # Its object has found the address.
        address = drop_credentials(resolve(find_frame_address(frame), document.base))
        if is_hidden_frame(frame) and not (find_page(address) or document.is_protected(frame)):
            yield Remove(frame, "frame that nobody sees")
        elif _is_linked(frame, document):
            yield Remove(frame, "embed of a post that is linked")
        elif not is_web_url(address):
            if frame.tag == "object" and next(frame.iter("img", "a", "p"), None) is not None:
                yield Unwrap(frame, "what is shown without the object")
            else:
                yield Remove(frame, "embed without address")
        elif frame.tag in {"object", "embed"} and _is_picture(frame, address):
            yield Replace(frame, _copy_marks(_build_image(frame, address), frame), "embed to image")
        else:
            yield Replace(frame, _build_link(frame, address), "embed to link")
    yield from _link_waiting_players(document, html)


def _is_linked(frame: Element, document: Document) -> bool:
    """Tell whether a frame shows a post of WordPress that a quotation beside it links to."""
    secret = frame.get("data-secret")
    return secret is not None and any(
        quotation.get("data-secret") == secret and next(quotation.iter("a"), None) is not None
        for quotation in document.all("blockquote")
    )


def find_frame_address(frame: Element) -> str:
    """Return the address of what a frame, object or embed shows, or ""; a known player's first."""
    first = ""
    for address in _find_own_addresses(frame):
        if find_page(address):
            return address
        first = first or address
    return first


def is_hidden_frame(frame: Element) -> bool:
    """Tell whether a frame that loads something has no size, or a style hides it."""
    return bool((frame.get("src") or frame.get("data") or "").strip()) and (
        frame.get("hidden") is not None or is_pixel(frame)
    )


def _find_own_addresses(frame: Element) -> Iterator[str]:
    for name in ("src", "data"):
        value = (frame.get(name) or "").strip()
        if value and not value.startswith(("about:", "data:", "javascript:", "blob:", "#")):
            yield value
    for name in ("data-src", "data-lazy-src"):
        yield from filter(None, [(frame.get(name) or "").strip()])
    names = {n: v for n, v in frame.attrib.items() if not _NOT_A_FRAMES.search(n)}
    yield from find_addresses(names)
    for parameter in frame.iter("param"):
        if (parameter.get("name") or "").lower() in _PARAMETERS and parameter.get("value"):
            yield parameter.get("value").strip()
    for inner in frame.iterdescendants(*FRAMES):
        yield from filter(None, [find_frame_address(inner)])
    # libxml2 reads the content of an iframe as text, as browsers do.
    if frame.tag == "iframe" and (link := _HREF.search(frame.text or "")):
        yield unescape(link.group(1))


def _link_waiting_players(document: Document, html: str) -> Iterator[Change]:
    """Find players that wait for a click: elements of a page's own, and what stands in for one."""
    others = {tag for tag in document.tags() if "-" in tag}
    has_blocks = not document.tags().isdisjoint(_PLACEHOLDERS) and _names_a_player(html)
    if not others and not has_blocks:
        return
    done: set[Element] = set()
    for element in document.among(others | _PLACEHOLDERS if has_blocks else others):
        page = _find_waiting_page(element, document, is_custom=element.tag in others)
        if not page or is_within(element, done):
            continue
        if next(element.iter(*FRAMES), None) is not None:
            continue
        if any(_leads_to(page, link) for link in element.iter("a")):
            continue
        done.add(element)
        link = _build_link(element, page)
        if shows_nothing(element):
            yield Replace(element, link, "embed to link")
        else:
            yield Replace(element, _append_link(element, link), "embed to link")


def _names_a_player(text: str) -> bool:
    return "data-" in text and any(map(text.__contains__, _MAKERS))


def _find_waiting_page(element: Element, document: Document, *, is_custom: bool) -> str:
    if not is_custom and not any(name.startswith("data-") for name in element.attrib):
        return ""
    attributes = {name: value for name, value in element.attrib.items() if name != "style"}
    if not (is_custom or _names_a_player(" ".join([*attributes, *attributes.values()]))):
        return ""
    for value in attributes.values():
        if "//" in value and (page := find_page(resolve(value.strip(), ""))):
            return page
    if is_custom and _FRAME_NAME.search(element.tag):
        address = resolve((element.get("src") or "").strip(), document.base)
        if is_web_url(address):
            return address
    if is_custom or _HELD_BACK.search(" ".join([*attributes, *attributes.values()])):
        return find_page_by_number(element)
    return ""


def _leads_to(page: str, link: Element) -> bool:
    href = link.get("href") or ""
    return href.startswith(page) or find_page(href) == page


def _append_link(element: Element, link: Element) -> Element:
    """Return the element with the link behind what it holds."""
    whole = deepcopy(element)
    whole.tail = None
    whole.append(link)
    return whole


def _is_picture(frame: Element, address: str) -> bool:
    kind = (frame.get("type") or "").lower()
    return kind.startswith("image/") or (not kind and is_picture_file(address))


def _build_image(frame: Element, address: str) -> Element:
    text = frame.get("title") or " ".join("".join(frame.itertext()).split())
    return make_element("img", src=address, alt=text)


def _build_link(frame: Element, address: str) -> Element:
    title = next(filter(None, (frame.get(name) for name in _TITLES)), "")
    link = _build_paragraph(address, title)
    return _copy_marks(link if _may_be_block(frame) else link[0], frame)


def _copy_marks(replacement: Element, frame: Element) -> Element:
    replacement.attrib.update({m: frame.get(m) for m in (KEEP_MARK, DROP_MARK) if frame.get(m)})
    return replacement


def _may_be_block(frame: Element) -> bool:
    around = [e.tag for e in frame.iterancestors()]
    return "p" not in around and all(tag in _MAY_BE_AROUND for tag in around)


def _build_paragraph(address: str, title: str) -> Element:
    address = find_page(address) or address
    label = " ".join(title.split()) or shorten(address.partition("//")[2].rstrip("/"), 60)
    paragraph = make_element("p")
    paragraph.append(make_element("a", label, href=address))
    return paragraph
