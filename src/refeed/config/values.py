"""The settings: each key with its type and default, frozen and checked.

The text below a key is shown by editors, see `json_schema`. This module does not import pydantic,
since workers load it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from refeed.config import field_types as kind
from refeed.config.socket_address import Listen
from refeed.config.url_checks import EVERY_SOURCE
from refeed.model import ALL, SOURCE_FOLDER
from refeed.selection import FeedRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

FORMATS: Final = ("rss", "atom", "json", "html")
ARCHIVES: Final = (ALL, SOURCE_FOLDER)
"""Refeed's own feeds that can have archives: that of everything, those of the sources."""
BASE_URL: Final = "http://127.0.0.1:8080/"


class _OwnFeed:
    """A feed, which the file writes as `FeedTable`."""

    def __get_pydantic_core_schema__(self, _: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        from refeed.config.feed_table import FeedTable

        schema = handler.generate_schema(FeedTable)
        return core_schema.no_info_after_validator_function(FeedTable.to_rule, schema)


@dataclass(frozen=True)
class Cleaning:
    """How articles are cleaned."""

    structure: kind.Switch = True
    """Repair relative addresses, glued addresses and images that load lazily."""
    links: kind.Switch = True
    """Replace links to redirectors by their targets, and remove tracking parameters."""
    trackers: kind.Switch = True
    """Remove tracking pixels, beacons and scripts."""
    boilerplate: kind.Switch = True
    """Remove footers, promotion of the feed and share bars by rule."""
    learn: kind.Switch = True
    """Remove what recurs in a source's articles where boilerplate stands."""
    strip_parameters: kind.Many[kind.Parameter] = ()
    """Names of query parameters to remove from links, besides those that refeed knows."""
    keep_parameters: kind.Many[kind.Parameter] = ()
    """Names of query parameters never to remove."""


@dataclass(frozen=True)
class Images:
    """What images are shown, and from where."""

    mode: Annotated[str, kind.choose("origin", "keep", "proxy", "local")] = "origin"
    """"origin" is the image's own address, where it goes through an image proxy; "keep" leaves it
    as it is; "proxy" puts the image's own into the template; "local" publishes the pictures that
    are in the store, and shows the others as "origin" does."""
    template: kind.ImageTemplate = ""
    """For the mode "proxy": a URL with {url} where the percent-encoded address of it goes."""
    store: kind.OptionalFolder = ""
    """For the mode "local": the folder that keeps pictures from the web. It is no cache."""
    fetch: kind.Switch = False
    """Whether `refeed run` fetches the pictures that entries show and the store lacks."""
    contact: kind.OptionalLine = ""
    """How the operators of hosts reach you, as a URL or a mail address; by default base_url, unless
    that is on this machine. It is sent with each request."""
    allow_private: kind.Many[kind.PrivatePlace] = ()
    """Hosts, IP addresses and networks that may be asked for pictures though only this machine or
    its network can reach them."""
    proxy: kind.ProxyUrl = ""
    """An HTTP proxy through which pictures are asked for. It connects to addresses that refeed has
    looked up and checked."""
    max_mb: Annotated[int, kind.count(1, 100)] = 20
    """Pictures of more megabytes than this are not fetched."""
    max_seconds: Annotated[float, kind.seconds(1, 3_600)] = 30.0
    """The seconds in which a picture has to come."""
    max_store_gb: Annotated[int, kind.count(0, 1_000_000)] = 20
    """The gigabytes of pictures from which nothing more is fetched; 0 is no limit."""


@dataclass(frozen=True)
class Watch:
    """How `refeed run` watches for changes."""

    settle: Annotated[float, kind.seconds(0, 3_600)] = 0.5
    """The seconds for which a file keeps its size and time before it is read, unless it was closed
    after writing or renamed into its place."""
    rescan: Annotated[float, kind.seconds(1, 604_800)] = 300.0
    """The seconds between scans of all folders, whatever changes were reported."""
    polling: kind.Switch = False
    """List the folders again and again, for file systems that report no changes."""


@dataclass(frozen=True, slots=True)
class SourceRule:
    """Rules for one source."""

    source: kind.RuleSource
    """The host, as in the feeds' names; "*" is every source."""
    timezone: kind.Timezone = ""
    """The zone of times that come without one, as an IANA name."""
    drop: kind.Many[kind.Selector] = ()
    """Elements to remove, as CSS selectors."""
    drop_text: kind.Many[kind.BlockExpression] = ()
    """Regular expressions of Python's; a line of text in which one is found is removed."""
    keep: kind.Many[kind.Selector] = ()
    """Elements that no rule for boilerplate may remove, as CSS selectors."""
    learn: kind.Switch = True
    """Whether boilerplate is learned from the source's articles."""
    always: kind.Many[kind.Line] = ()
    """Texts of lines to remove wherever they stand."""
    never: kind.Many[kind.Line] = ()
    """Texts of lines, and addresses of images, that are never learned to be boilerplate."""


@dataclass(frozen=True, slots=True)
class FolderTable:
    """What is known of the files in one folder, and in the folders below it."""

    path: kind.FolderBelow
    """The folder, below a folder of seeds; "" or "." is the folder of seeds itself. Of several
    tables, the one with the longest path counts."""
    url: kind.AddressPattern = ""
    """The address of files that name none: {path} is the file's below the folder, {slug} the front
    matter's or the file's name, {year}, {month} and {day} are of its date, {language} is that of a
    translation, index.de.md; any other name in braces is a key of the front matter."""
    without_address: Annotated[str, kind.choose("reject", "publish")] = "reject"
    """Whether articles without an address are rejected, or published with refeed's own page as
    their link."""
    formats: kind.Many[kind.SnapshotFormat] = ()
    """The formats that are read, as `refeed explain` names them, in lower case; all, if none is
    named."""
    timezone: kind.Timezone = ""
    """The zone of times that come without one, as an IANA name; it counts before a source's."""
    author: kind.Many[kind.Line] = ()
    """Who wrote the articles that name no author."""
    tags: kind.Many[kind.Line] = ()
    """The tags of articles that have none."""


@dataclass(frozen=True)
class Server:
    """The web server of `refeed run` and `refeed serve`."""

    enabled: kind.Switch = True
    """Whether `refeed run` serves the feeds, too."""
    listen: kind.ListenAddress = Listen()  # noqa: RUF009 - it is frozen
    """A host, a port or both, or "unix:" and the path of a socket."""
    secret_path: kind.Secret = ""
    """Only paths that begin with it are answered: letters, digits, - and _, at least 16."""
    max_age: Annotated[int, kind.count(0, 31_536_000)] = 0
    """The seconds for which readers and proxies may use a feed without asking again."""
    cors: kind.Switch = False
    """Whether pages of other sites may read the feeds by script."""


@dataclass(frozen=True)
class WebSub:
    """The hub that tells subscribers of changes."""

    hub: kind.HubUrl = ""
    """The address of a WebSub hub, which has to reach base_url."""


@dataclass(frozen=True)
class Log:
    """What `refeed run` logs."""

    level: Annotated[str, kind.choose("debug", "info", "warning", "error")] = "info"
    """The least that is logged; "debug" logs each decision."""


@dataclass(frozen=True)
class Config:
    """The configuration of refeed."""

    seeds: kind.Some[kind.Folder] = (Path("seeds"),)
    """The folders of article snapshots to watch, none inside another."""
    output: kind.Folder = Path("feeds")
    """The folder to publish feeds in."""
    state: kind.Folder = Path(".refeed")
    """The folder of the index, a cache."""
    base_url: kind.BaseUrl = BASE_URL
    """The address that the output folder is served at; by default that of server.listen."""
    title: kind.Line = "refeed"
    """The title of the collection, and of the feed of everything."""
    language: kind.Language = ""
    """The language of the feeds as BCP 47 has it, or "" for a mixture."""
    timezone: kind.Timezone = "UTC"
    """The zone of the dates that pages show, as an IANA name."""
    limit: Annotated[int, kind.count(0, 1_000_000)] = 50
    """The newest entries that each feed has; 0 is all."""
    max_feed_kb: Annotated[int, kind.count(0, 1_000_000)] = 2_000
    """The kilobytes that no document of a feed exceeds; its oldest entries that would are left to
    the archive, or left out. 0 is no limit."""
    archive: kind.Many[Annotated[str, kind.choose(*ARCHIVES)]] = ()
    """Which of refeed's own feeds have an archive of the entries beyond the newest."""
    formats: kind.Some[Annotated[str, kind.choose(*FORMATS)]] = FORMATS
    """The formats of each feed."""
    pages: Annotated[str, kind.choose("all", "newest")] = "all"
    """Which articles have web pages of their own, where "html" is among the formats: all, or the
    newest, those that feeds show."""
    search_engines: kind.Switch = False
    """Whether articles' own pages may be listed by search engines, which find the originals."""
    by_source: kind.Switch = True
    """Whether each source has a feed of its own."""
    max_file_mb: Annotated[int, kind.count(1, 1_000)] = 20
    """Files of more megabytes than this are not read."""
    first_seen: kind.FirstSeen = ""
    """The file that keeps when contents without a date were first seen; "git" takes that from the
    history of the repository that the seeds are in."""
    on_publish: kind.Command = ""
    """A shell command, run in the output folder after feeds changed, with their names on its
    standard input, one a line; never twice at once."""
    on_publish_timeout: Annotated[float, kind.seconds(1, 86_400)] = 300.0
    """The seconds after which it is killed."""
    cleaning: Cleaning = Cleaning()
    images: Images = Images()
    watch: Watch = Watch()
    server: Server = Server()
    websub: WebSub = WebSub()
    log: Log = Log()
    rules: tuple[SourceRule, ...] = ()
    folders: tuple[FolderTable, ...] = ()
    feeds: tuple[Annotated[FeedRule, _OwnFeed()], ...] = ()


GROUPS: Final[Mapping[str, type[Any]]] = {
    "cleaning": Cleaning,
    "images": Images,
    "watch": Watch,
    "server": Server,
    "websub": WebSub,
    "log": Log,
}
"""The tables of settings."""


def rule_for(config: Config, source: str) -> SourceRule:
    """Return the rule for a source: that for every source and its own, combined.

    Lists are joined, the ones for every source first; the source's own time zone has priority.
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
        learn=common.learn and own.learn,
        always=common.always + own.always,
        never=common.never + own.never,
    )


def is_archived(config: Config, feed: str) -> bool:
    """Tell whether a feed's older entries are published too, in documents of their own."""
    kind = feed.partition("/")[0]
    if kind in ARCHIVES:
        return kind in config.archive
    return any(own.archive for own in config.feeds if own.name == feed)


def has_all_pages(config: Config) -> bool:
    """Tell whether each article has a page of its own."""
    return "html" in config.formats and config.pages == "all"
