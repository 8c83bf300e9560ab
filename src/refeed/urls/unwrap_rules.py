"""The rules of `refeed.urls.unwrap`: where in a URL another one is, and how it is encoded.

A rule is a table with these keys:

    hosts     where it holds: `example.org` (and `www.` before it), `*.example.org` (every host
              below that), `example.*` (under every country), or a host with other `*` in it
    contains  instead of hosts: it holds on any host, for URLs with one of these texts in them
    path      a regular expression for the whole path; a slash at the end doesn't matter
    query     names of parameters, in order of trust, whatever their case: the first that holds a
              URL is it
    rest      a regular expression for everything after the host, with the group `url`, and perhaps
              `scheme` before it, `path` after it and a slash, and `search`, a query that stands
              elsewhere
    decoder   how the URL is written: see `refeed.urls.decoders`; "parameter" unless stated
    options   the wrapper's own parameters: what else follows a URL that was pasted in raw is the
              URL's
    search    the parameter that holds the URL's query
    bare      true: the URL may lack its scheme, as in `example.org/picture.jpg`
    scheme    the scheme of a bare URL; https unless stated
    relative  true: the URL may be a path on the wrapper's own host
    base      what a path is put behind instead, `https://example.org/`
    cut       a regular expression of what is taken off the URL
    single    true: no other parameter may hold a URL
    picture   true: the URL must have the name of a picture
    vague     true: the same, but on links only, where much that isn't a proxy looks like this one
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.urls.decoders import DECODERS, FAILURES, escape, is_encoded, percent_decode
from refeed.urls.lazy_pattern import Pattern
from refeed.urls.rule_table import check_table
from refeed.urls.web_url import drop_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from refeed.urls.rule_table import Table
    from refeed.urls.url_parts import Parts

_ABSOLUTE = re.compile(r"(https?):/+(?=[^/])", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_TARGET = re.compile(
    r"https?://[\w-]+(?:\.[\w-]+)+\.?(?::\d+)?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL
)
_BARE = re.compile(
    r"(?:ssl:)?(?://)?"
    r"([\w-]+(?:\.[\w-]+)*\.(?!(?:jpe?g|png|gif|webp|avif|svg)\b)(?:[^\W\d_]{2,24}|xn--[\w-]+)"
    r"(?::\d+)?/.+)",
    re.IGNORECASE | re.DOTALL,
)
_URL_VALUE = re.compile(r"(?:^|&)[^=&]*=https?(?::|%3a)", re.IGNORECASE)
_COUNTRY = r"(?:com?\.)?[a-z]{2,3}"


@dataclass(frozen=True, slots=True)
class Found:
    """A URL found in another.

    Attributes:
        url: absolute, http or https.
        open_end: whether it was raw and its wrapper's last, so that a fragment would be its own.
    """

    url: str
    open_end: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the module's docstring describes its parts."""

    name: str
    hosts: tuple[str, ...]
    domains: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    contains: tuple[str, ...]
    path: Pattern | None
    query: tuple[str, ...]
    rest: Pattern | None
    decode: Callable[[str], str]
    options: frozenset[str]
    search: str
    bare: bool
    scheme: str
    relative: bool
    base: str
    cut: Pattern | None
    single: bool
    picture: bool
    vague: bool

    def find_inner(self, parts: Parts) -> Found | None:
        """Find the URL in a URL's parts, one layer down; None where this rule finds none."""
        if self.path is not None and not self.path.fullmatch(parts.path):
            return None
        if self.single and len(_URL_VALUE.findall(parts.query or "")) != 1:
            return None
        if self.query and parts.query:
            for value, is_last in self._find_values(parts.query):
                if url := self._read_target(value, parts):
                    return Found(url, is_last and not is_encoded(value))
        return None if self.rest is None else self._find_in_rest(self.rest, parts)

    def _find_values(self, query: str) -> Iterator[tuple[str, bool]]:
        pieces = query.split("&")
        named = [piece.partition("=") for piece in pieces]
        for wanted in self.query:
            for at, (name, _, value) in enumerate(named):
                # `amp;` is what is left of an `&amp;` that was escaped twice.
                if value and name.lower().removeprefix("amp;") == wanted:
                    end = self._find_end_of_raw(value, pieces, at + 1)
                    yield "&".join([value, *pieces[at + 1 : end]]), end == len(pieces)

    def _find_end_of_raw(self, value: str, pieces: list[str], at: int) -> int:
        if self.options and "?" in value and not is_encoded(value):
            while at < len(pieces) and _read_name(pieces[at]) not in self.options:
                at += 1
        return at

    def _find_in_rest(self, rest: Pattern, parts: Parts) -> Found | None:
        text = parts.path if parts.query is None else f"{parts.path}?{parts.query}"
        match = rest.fullmatch(text)
        if match is None:
            return None
        groups = match.groupdict()
        value = groups["url"]
        raw = not is_encoded(value)
        if not raw:  # then a raw `?` is the wrapper's
            value = value.partition("?")[0]
        elif self.options:
            value = self._drop_options(value)
        if groups.get("path"):
            value = f"{value}/{groups['path']}"
        if groups.get("scheme"):
            value = f"{groups['scheme']}://{value}"
        url = self._read_target(value, parts)
        if not url:
            return None
        return Found(url + self._find_search(groups.get("search"), parts), raw and "#" not in url)

    def _drop_options(self, value: str) -> str:
        head, mark, query = value.partition("?")
        kept = "&".join(
            piece for piece in query.split("&") if _read_name(piece) not in self.options
        )
        return f"{head}{mark}{kept}" if kept else head

    def _find_search(self, search: str | None, parts: Parts) -> str:
        if search:
            return percent_decode(search)
        for piece in (parts.query or "").split("&") if self.search else ():
            name, _, value = piece.partition("=")
            if name == self.search and value:
                return f"?{percent_decode(value)}"
        return ""

    def _read_target(self, value: str, parts: Parts) -> str:
        """Read one value; "" where it is no http(s) URL with a host that has a dot."""
        try:
            url = escape(self.decode(value).strip())
        except FAILURES:
            return ""
        if url.startswith("%22") and url.endswith("%22"):
            url = url[3:-3]
        if self.cut is not None:
            url = self.cut.sub("", url)
        url = drop_credentials(self._make_absolute(url, parts))
        return url if _TARGET.fullmatch(url) else ""

    def _make_absolute(self, url: str, parts: Parts) -> str:
        absolute = _ABSOLUTE.match(url)
        if absolute:  # servers and mail programs make one slash of two
            return f"{absolute[1]}://{url[absolute.end() :]}"
        if self.bare and (bare := _BARE.fullmatch(url)):
            return f"{'https' if url.startswith('ssl:') else self.scheme}://{bare[1]}"
        if not url or _OTHER_SCHEME.match(url):
            return ""
        if self.relative and url.startswith("//"):
            return f"https:{url}"
        if self.base:
            return self.base + url.lstrip("/")
        return f"{parts.root}/{url.removeprefix('/')}" if self.relative else ""


def _read_name(piece: str) -> str:
    return piece.partition("=")[0].lower().removeprefix("amp;")


@dataclass(frozen=True, slots=True)
class UnwrapRules:
    """The rules and settings of a table."""

    rules: tuple[Rule, ...]
    never: frozenset[str]
    fragments: bool


def parse_rules(table: Mapping[str, object], *, trusted: bool = False) -> UnwrapRules:
    """Read a table of rules; see `parse_unwrapper`.

    Raises:
        ConfigError: with every mistake in it.
    """
    with check_table(table, trusted=trusted) as top:
        return UnwrapRules(
            rules=tuple(_parse_rule(name, rule) for name, rule in top.read_tables("rules")),
            never=frozenset(top.read_texts("never")),
            fragments=top.read_flag("fragments"),
        )


def _parse_rule(name: str, rule: Table) -> Rule:
    hosts = rule.read_texts("hosts")
    decoder = rule.read_text("decoder", "parameter")
    rest = rule.read_pattern("rest")
    if decoder not in DECODERS:
        rule.report("decoder", f"{decoder!r} is none of {', '.join(DECODERS)}")
    if rest is not None and "(?P<url>" not in rest.pattern:
        rule.report("rest", "has no group named url")
    if bool(hosts) == rule.has("contains"):
        rule.report("hosts", "a rule has either hosts or contains")
    if not rule.has("query") and rest is None:
        rule.report("query", "a rule has query, rest, or both")
    return Rule(
        name=name,
        hosts=tuple(host for host in hosts if "*" not in host),
        domains=tuple(host[2:] for host in hosts if _is_domain(host)),
        patterns=tuple(
            _build_host_pattern(host) for host in hosts if "*" in host and not _is_domain(host)
        ),
        contains=rule.read_texts("contains"),
        path=rule.read_pattern("path", "(?i:{})/?"),
        query=tuple(name.lower() for name in rule.read_texts("query")),
        rest=rest,
        decode=DECODERS.get(decoder, str),
        options=frozenset(name.lower() for name in rule.read_texts("options")),
        search=rule.read_text("search"),
        bare=rule.read_flag("bare"),
        scheme=rule.read_text("scheme", "https"),
        relative=rule.read_flag("relative"),
        base=rule.read_text("base"),
        cut=rule.read_pattern("cut"),
        single=rule.read_flag("single"),
        picture=rule.read_flag("picture"),
        vague=rule.read_flag("vague"),
    )


def _is_domain(host: str) -> bool:
    return host.startswith("*.") and "*" not in host[2:]


def _build_host_pattern(host: str) -> Pattern:
    under_countries = host.endswith(".*")
    shape = re.escape(host.removesuffix(".*")).replace(r"\*", "[a-z0-9.-]*")
    return Pattern(rf"(?:www\.)?{shape}" + (rf"\.{_COUNTRY}" if under_countries else ""))
