"""Trackers: pixels, counters, beacons and scripts leave the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refeed.cleaning.changes import Remove, SetAttribute
from refeed.urls import Pattern, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_CODE = frozenset({"script", "style", "link", "meta", "base", "template"})
_LAZY_BLOCKS = frozenset({"div", "span"})
_SIZE = re.compile(r"\s*0*([0-9]+(?:\.[0-9]*)?)\s*(?:px)?\s*$")
_STYLE_SIZE = re.compile(
    r"(?:^|[;\s])(width|height)\s*:\s*0*([0-9]+(?:\.[0-9]*)?)(?:px|pt|em|rem)?\s*(?=[;!]|$)"
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_PICTURE_FILE = re.compile(r"[^?#]+\.(?:jpe?g|png|webp|avif)(?:$|[?#])", re.IGNORECASE)
_LARGEST_PIXEL = 2.0


@dataclass(frozen=True, slots=True)
class Counter:
    """An address that counts readers.

    Attributes:
        name: for people.
        host: the host, or the end of it after a dot.
        path: what the path and query must begin like.
    """

    name: str
    host: str
    path: Pattern


@dataclass(frozen=True, slots=True)
class TrackerRules:
    """The counters that are known, by the last two parts of their hosts."""

    counters: Mapping[str, tuple[Counter, ...]]

    def counter_of(self, address: str) -> str:
        """Return the name of the counter that an address belongs to, or ""."""
        parts = split(address)
        if parts is None:
            return ""
        host = parts.host
        place = parts.path + ("?" + parts.query if parts.query else "")
        for counter in self.counters.get(_site(host), ()):
            if (host == counter.host or host.endswith("." + counter.host)) and counter.path.match(
                place
            ):
                return counter.name
        return ""


def tracker_rules(table: Mapping[str, Any]) -> TrackerRules:
    """Make rules of the table of `rules/trackers.toml`."""
    counters: dict[str, list[Counter]] = {}
    for row in table["counter"]:
        counter = Counter(row["name"], row["host"], Pattern(row.get("path", "/")))
        counters.setdefault(_site(counter.host), []).append(counter)
    return TrackerRules({site: tuple(known) for site, known in counters.items()})


def changes(document: Document, rules: TrackerRules) -> Iterator[Change]:
    """Remove code, known counters, pixels and the attributes that report a click."""
    for element in document.among(_CODE):
        yield Remove(element, element.tag)
    for image in document.all("img"):
        if name := rules.counter_of(image.get("src") or ""):
            yield Remove(image, name)
        elif is_pixel(image):
            yield Remove(image, "pixel")
    for block in document.among(_LAZY_BLOCKS):
        if name := rules.counter_of(block.get("data-src") or ""):
            yield Remove(block, name)
    for link in document.all("a"):
        if link.get("ping") is not None:
            yield SetAttribute(link, "ping", None, "click beacon")


def is_pixel(image: Element) -> bool:
    """Tell whether an image is shown so small, or not at all, that it can only count.

    Both sides must be known to be small: a wide picture with `height="1"` is a mistake in a page,
    not a pixel. An image that a style hides counts, unless its address names a picture file: pages
    hide pictures too, until a script shows them.
    """
    sizes = {name: _number(image.get(name)) for name in ("width", "height")}
    if style := (image.get("style") or "").lower():
        if _INVISIBLE.search(style) and not _PICTURE_FILE.match(image.get("src") or ""):
            return True
        sizes |= {name: float(value) for name, value in _STYLE_SIZE.findall(style)}
    return all(size is not None and size <= _LARGEST_PIXEL for size in sizes.values())


def _number(value: str | None) -> float | None:
    match = _SIZE.match(value) if value else None
    return float(match.group(1)) if match else None


def _site(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])
