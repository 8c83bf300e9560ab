"""Removes trackers: pixels, counters, beacons and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refeed.cleaning.changes import Remove, SetAttribute
from refeed.cleaning.embeds import FRAMES, find_frame_address
from refeed.cleaning.images.sizes import is_pixel
from refeed.urls import Pattern, find_host, resolve, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document

_CODE = frozenset({"script", "style", "link", "meta", "base", "template"})
_LAZY_BLOCKS = frozenset({"div", "span"})
_LAZY_HINTS = ("data-src",)


@dataclass(frozen=True, slots=True)
class Counter:
    """An address that counts readers.

    Attributes:
        name: human-readable.
        host: the host, or the end of it after a dot.
        path: what the path and query must begin like.
    """

    name: str
    host: str
    path: Pattern


@dataclass(frozen=True, slots=True)
class TrackerRules:
    """The counters that are known.

    Attributes:
        counters: by the last two parts of their hosts.
        programs: names by what the addresses of programs hold that run on any host.
    """

    counters: Mapping[str, tuple[Counter, ...]]
    programs: Mapping[str, str]

    def find_counter(self, address: str) -> str:
        """Return the name of the counter that an address belongs to, or ""."""
        host = find_host(address)
        known = self.counters.get(_find_site(host))
        parts = split(address) if known else None
        if known is None or parts is None:
            return self._find_program(address)
        place = parts.path + ("?" + parts.query if parts.query else "")
        for counter in known:
            if (host == counter.host or host.endswith("." + counter.host)) and counter.path.match(
                place
            ):
                return counter.name
        return ""

    def _find_program(self, address: str) -> str:
        if ".php?" not in address:
            return ""
        return next((name for part, name in self.programs.items() if part in address), "")


def tracker_rules(table: Mapping[str, Any]) -> TrackerRules:
    """Make rules of the table of `rules/trackers.toml`."""
    counters: dict[str, list[Counter]] = {}
    for row in table["counter"]:
        counter = Counter(row["name"], row["host"], Pattern(row.get("path", "/")))
        counters.setdefault(_find_site(counter.host), []).append(counter)
    programs = {row["holds"]: row["name"] for row in table["program"]}
    return TrackerRules({site: tuple(known) for site, known in counters.items()}, programs)


def remove_frames(document: Document, rules: TrackerRules) -> Iterator[Change]:
    """Remove frames that count, advertise or are liked: what is left becomes a link."""
    for frame in document.among(FRAMES):
        address = resolve(find_frame_address(frame), document.base)
        if address and (name := rules.find_counter(address)):
            yield Remove(frame, name)


def changes(document: Document, rules: TrackerRules) -> Iterator[Change]:
    """Remove code, known counters, pixels and the attributes that report a click."""
    for element in document.among(_CODE):
        yield Remove(element, element.tag)
    for image in document.all("img"):
        if name := rules.find_counter(image.get("src") or ""):
            yield Remove(image, name)
        elif is_pixel(image):
            yield Remove(image, "pixel")
    if document.may_hold(_LAZY_HINTS):
        for block in document.among(_LAZY_BLOCKS):
            if name := rules.find_counter(block.get("data-src") or ""):
                yield Remove(block, name)
    for link in document.all("a"):
        if link.get("ping") is not None:
            yield SetAttribute(link, "ping", None, "click beacon")


def _find_site(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])
