"""The configuration: TOML and environment in, a frozen and checked `Config` out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from pathlib import Path

    from refeed.selection import Condition


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Which steps of cleaning run, and what the operator adds to their rules.

    Attributes:
        structure: mend relative and glued URLs and lazy-loaded images.
        links: unwrap redirectors and take tracking parameters off.
        trackers: remove tracking pixels, beacons and scripts.
        boilerplate: remove footers, feed promotion, share bars by rule.
        strip_parameters: names of query parameters to take off links besides the built-in ones.
        keep_parameters: names never to take off.
    """

    structure: bool = True
    links: bool = True
    trackers: bool = True
    boilerplate: bool = True
    strip_parameters: tuple[str, ...] = ()
    keep_parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Images:
    """What becomes of image addresses.

    Attributes:
        mode: ``origin`` (unwrap proxies), ``keep``, or ``proxy`` (unwrap, then wrap in `template`).
        template: for ``proxy``: an http(s) URL with ``{url}`` where the percent-encoded original goes.
    """

    mode: str = "origin"
    template: str = ""


@dataclass(frozen=True, slots=True)
class SourceRule:
    """The operator's rules for one source.

    Attributes:
        source: the host, as in the feeds' names, or ``*`` for every source.
        timezone: an IANA name: what a time without a zone means there. "" where not stated.
        drop: CSS selectors of elements to remove.
        drop_text: regular expressions; a block whose whole text matches one is removed.
        keep: CSS selectors of elements that no boilerplate rule may remove.
    """

    source: str
    timezone: str = ""
    drop: tuple[str, ...] = ()
    drop_text: tuple[re.Pattern[str], ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedRule:
    """A feed that the operator defines.

    Attributes:
        name: its folder in the output.
        title: for people.
        match: conditions; an entry is in the feed when it meets all of them.
    """

    name: str
    title: str
    match: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator can set. Paths are absolute."""

    seeds: tuple[Path, ...]
    output: Path
    state: Path
    base_url: str = "http://127.0.0.1:8080/"
    title: str = "refeed"
    language: str = ""
    limit: int = 50
    formats: tuple[str, ...] = ("rss", "atom", "json", "html")
    by_source: bool = True
    max_file_mb: int = 20
    cleaning: Cleaning = Cleaning()
    images: Images = Images()
    rules: tuple[SourceRule, ...] = ()
    feeds: tuple[FeedRule, ...] = ()
