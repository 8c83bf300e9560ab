"""What an operator can set, frozen and checked; the one home of defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from refeed.selection import ALL, SOURCE_FOLDER

if TYPE_CHECKING:
    import re
    from pathlib import Path

    from refeed.selection import FeedRule

FORMATS: Final = ("rss", "atom", "json", "html")
ARCHIVES: Final = (ALL, SOURCE_FOLDER)
"""Of refeed's own feeds those that can have archives: that of everything, those of the sources."""
EVERY_SOURCE: Final = "*"
BASE_URL: Final = "http://127.0.0.1:8080/"


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
        template: for ``proxy``: an http(s) URL with one ``{url}`` where the percent-encoded
            original goes.
    """

    mode: str = "origin"
    template: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """How the daemon hears of changes.

    Attributes:
        settle: the seconds for which a file keeps its size and time before it is read, unless it
            was closed after writing or renamed into its place.
        rescan: the seconds between looks through all of the folders, whatever was heard.
        polling: whether to list the folders again and again instead of using inotify.
    """

    settle: float = 0.5
    rescan: float = 300
    polling: bool = False


@dataclass(frozen=True, slots=True)
class SourceRule:
    """The operator's rules for one source.

    Attributes:
        source: the host, as in the feeds' names, or ``*`` for every source.
        timezone: an IANA name: what a time without a zone means there. "" where not stated.
        drop: CSS selectors of elements to remove.
        drop_text: regular expressions; a line of text in which one is found is removed.
        keep: CSS selectors of elements that no boilerplate rule may remove.
    """

    source: str
    timezone: str = ""
    drop: tuple[str, ...] = ()
    drop_text: tuple[re.Pattern[str], ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens: at a host and port, or at a Unix socket.

    Attributes:
        host: a name or an IP address, without brackets; "" for a Unix socket.
        port: 0 for one that the system chooses.
        path: of the Unix socket, absolute, or "".
    """

    host: str = "127.0.0.1"
    port: int = 8080
    path: str = ""

    def __str__(self) -> str:
        """Return it as the configuration writes it."""
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Server:
    """How the output folder is served.

    Attributes:
        enabled: whether the daemon serves it.
        listen: where.
        secret_path: the first part of every path that is answered, or "" for none.
    """

    enabled: bool = True
    listen: Listen = Listen()
    secret_path: str = ""


@dataclass(frozen=True, slots=True)
class WebSub:
    """Who tells subscribers of changes at once (W3C WebSub).

    Attributes:
        hub: the http(s) address of a hub, or "" for none.
    """

    hub: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator can set.

    Attributes:
        seeds: the folders of snapshots, absolute, at least one, none inside another.
        output: the folder that feeds are published in, absolute.
        state: the folder of what refeed remembers, a cache, absolute.
        base_url: the http(s) address that the output folder is served at, ending in `/`.
        title: what the whole is called, one line.
        language: a BCP 47 tag, or "" where it isn't stated.
        limit: the newest entries that a feed has, 0 for all.
        archive: which of refeed's own feeds are archived, of `ARCHIVES`.
        formats: of `FORMATS`, at least one, without repeats.
        by_source: whether each source has a feed of its own.
        max_file_mb: the size in megabytes from which a file isn't read.
        cleaning: how articles are cleaned.
        images: what becomes of image addresses.
        watch: how the daemon hears of changes.
        server: how the output folder is served.
        websub: who tells subscribers of changes at once.
        rules: at most one for a source.
        feeds: the feeds that the operator defines, their names distinct.
    """

    seeds: tuple[Path, ...]
    output: Path
    state: Path
    base_url: str = BASE_URL
    title: str = "refeed"
    language: str = ""
    limit: int = 50
    archive: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    by_source: bool = True
    max_file_mb: int = 20
    cleaning: Cleaning = Cleaning()
    images: Images = Images()
    watch: Watch = Watch()
    server: Server = Server()
    websub: WebSub = WebSub()
    rules: tuple[SourceRule, ...] = ()
    feeds: tuple[FeedRule, ...] = ()


def rule_for(config: Config, source: str) -> SourceRule:
    """Return what holds for a source: the rule for every source and its own, in one.

    Lists add up, the ones for every source first; of the time zones the source's own counts.
    """
    common, own = (
        next((rule for rule in config.rules if rule.source == name), SourceRule(name))
        for name in (EVERY_SOURCE, source)
    )
    return SourceRule(
        source=source,
        timezone=own.timezone or common.timezone,
        drop=common.drop + own.drop,
        drop_text=common.drop_text + own.drop_text,
        keep=common.keep + own.keep,
    )


def timezone_of(config: Config, source: str) -> str:
    """Return the IANA name of the zone that a time without one has there, or ""."""
    return rule_for(config, source).timezone


def is_archived(config: Config, feed: str) -> bool:
    """Tell whether a feed's older entries are published too, in documents of their own."""
    kind = feed.partition("/")[0]
    if kind in ARCHIVES:
        return kind in config.archive
    return any(own.archive for own in config.feeds if own.name == feed)
