"""Removes tracking and session ids from parameters, fragments and paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.urls.decoders import percent_decode
from refeed.urls.rule_table import check_table
from refeed.urls.url_parts import Rewritten, list_domains, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from refeed.urls.lazy_pattern import Pattern
    from refeed.urls.rule_table import Table
    from refeed.urls.url_parts import Parts

_UNDER_COUNTRY = re.compile(r"(.+?)\.(?:com?\.)?[a-z]{2,3}")
_SHORTEST_PREFIX = 2
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SiteRule:
    """What is tracking on certain sites.

    Attributes:
        name: human-readable.
        names: parameters, lower-case, or ``name=value`` where only that value is tracking.
        prefixes: what the names of parameters begin with, lower-case.
        path: the paths where this holds; None for all.
        tail: what is taken off the end of the path; None for nothing.
        keep: parameters that stay here although they are tracking elsewhere.
        leave: whether URLs of these sites aren't touched at all.
    """

    name: str
    names: frozenset[str]
    prefixes: tuple[str, ...]
    path: Pattern | None
    tail: Pattern | None
    keep: frozenset[str]
    leave: bool


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Which parameters and fragments are tracking. Made by `parse_tracking`.

    Attributes:
        names: of parameters that are tracking everywhere, lower-case.
        prefixes: what the names of parameters begin with that are tracking everywhere.
        values: by the parameter's name, the values that make it tracking everywhere.
        paths: by name, what is taken out of any path: session ids.
        fragments: names that are tracking in a fragment, besides `names` and `prefixes`.
        signatures: parameters by which a URL shows that it is signed whole; it is left alone.
        own_host: names that are tracking when their value is the host of the site that the link
            stands on, or of the link itself.
        sites: rules by domain.
        countries: rules by the name that is a domain under every country, such as ``amazon``.
        kept: names never to take off.
    """

    names: frozenset[str]
    prefixes: tuple[str, ...]
    values: Mapping[str, Pattern]
    paths: Mapping[str, Pattern]
    fragments: frozenset[str]
    signatures: frozenset[str]
    own_host: frozenset[str]
    sites: Mapping[str, tuple[SiteRule, ...]]
    countries: Mapping[str, tuple[SiteRule, ...]]
    kept: frozenset[str] = frozenset()

    def with_operator(
        self, strip_parameters: Iterable[str], keep_parameters: Iterable[str]
    ) -> Tracking:
        """Add an operator's own names.

        Args:
            strip_parameters: names to take off everywhere; one that ends in `*` is a prefix.
            keep_parameters: names never to take off; they win over everything else.

        Returns:
            A new value; names hold whatever their case.
        """
        added = {name.lower() for name in strip_parameters}
        prefixes = {
            name.removesuffix("*")
            for name in added
            if name.endswith("*") and len(name) > _SHORTEST_PREFIX
        }
        return replace(
            self,
            names=self.names | {name for name in added if not name.endswith("*")},
            prefixes=(*self.prefixes, *sorted(prefixes - set(self.prefixes))),
            kept=self.kept | {name.lower() for name in keep_parameters},
        )

    def strip(self, url: str, *, site: str = "") -> Rewritten:
        """Take tracking off. What stays keeps its bytes and its order.

        Args:
            url: any text; what is no http(s) or protocol-relative URL comes back as it is.
            site: the host of the site that the link stands on, or "".

        Returns:
            The URL without tracking, and the rules: ``tracking NAME`` for each parameter.
        """
        parts = split(url) if self.concerns(url) else None
        if parts is None:
            return Rewritten(url)
        stripped, fired = self.strip_parts(parts, site=site)
        if not fired:
            return Rewritten(url)
        # The scheme may be missing from the URL, but not from the root.
        root = parts.root if url[:2] != "//" else parts.root.partition(":")[2]
        return Rewritten(stripped.join(root), fired)

    def strip_parts(self, parts: Parts, *, site: str = "") -> tuple[Parts, tuple[str, ...]]:
        """Take tracking off a URL in parts; see `strip`."""
        rules = [
            rule
            for rule in _find_rules(self, parts.host)
            if rule.path is None or rule.path.match(parts.path)
        ]
        if any(rule.leave for rule in rules):
            return parts, ()
        return _Stripping(self, parts, rules, _drop_www(site)).strip()

    def concerns(self, url: str) -> bool:
        """Tell whether there is anything in a URL that could be tracking."""
        return "?" in url or "#" in url or self.concerns_path(url)

    def concerns_path(self, path: str) -> bool:
        """Tell whether there is anything in a path that could be tracking."""
        if ";" in path or "(" in path or "/ref=" in path:
            return True
        return "%" in path and ("%28" in path or "%3B" in path or "%3b" in path)


@lru_cache(maxsize=4096)  # most addresses are of few hosts
def _find_rules(tracking: Tracking, host: str) -> tuple[SiteRule, ...]:
    if host.startswith("api."):  # parameters of a site's interface are arguments
        return ()
    rules: list[SiteRule] = []
    for domain in list_domains(host):
        rules += tracking.sites.get(domain, ())
    if under_country := _UNDER_COUNTRY.fullmatch(host):
        for name in list_domains(under_country[1]):
            rules += tracking.countries.get(name, ())
    return tuple(rules)


class _Stripping:
    """One URL and the rules that hold for it."""

    __slots__ = ("fired", "kept", "parts", "prefixes", "rules", "site", "site_names", "tracking")

    def __init__(self, tracking: Tracking, parts: Parts, rules: list[SiteRule], site: str) -> None:
        self.tracking = tracking
        self.parts = parts
        self.rules = rules
        self.site = site
        self.kept = tracking.kept.union(*[rule.keep for rule in rules]) if rules else tracking.kept
        self.prefixes = tracking.prefixes + tuple(
            prefix for rule in rules for prefix in rule.prefixes
        )
        self.site_names = _NONE.union(*[rule.names for rule in rules]) if rules else _NONE
        self.fired: list[str] = []

    def strip(self) -> tuple[Parts, tuple[str, ...]]:
        query, fragment = self.parts.query, self.parts.fragment
        stripped = self.parts._replace(
            query=None if query is None else self._strip_query(query),
            path=self._strip_path(self.parts.path),
            fragment=None if fragment is None else self._strip_fragment(fragment),
        )
        return (stripped, tuple(self.fired)) if self.fired else (self.parts, ())

    def _strip_query(self, query: str) -> str | None:
        pieces = query.split("&")
        named = [_read_name(piece) for piece in pieces]
        if not self.tracking.signatures.isdisjoint(named):
            return query
        kept = []
        for piece, name in zip(pieces, named, strict=True):
            if name and self._is_tracking(name, piece):
                self.fired.append(f"tracking {name}")
            else:
                kept.append(piece)
        if len(kept) == len(pieces):
            return query
        return "&".join(kept).removeprefix("amp;") or None

    def _strip_path(self, path: str) -> str:
        for name, pattern in self.tracking.paths.items():
            if self.tracking.concerns_path(path) and (shorter := pattern.sub("", path)) != path:
                self.fired.append(f"{name} in the path")
                path = shorter
        for rule in self.rules:
            if rule.tail is not None and (shorter := rule.tail.sub("", path)) != path:
                self.fired.append(f"tracking in the path ({rule.name})")
                path = shorter
        return path

    def _strip_fragment(self, fragment: str) -> str | None:
        pieces = fragment.removeprefix("?").split("&")
        for piece in pieces:
            name = _read_name(piece)
            if "=" not in piece or name in self.kept:
                return fragment
            if name not in self.tracking.fragments and not self._is_tracking(name, piece):
                return fragment
        self.fired += [f"tracking {_read_name(piece)} (fragment)" for piece in pieces]
        return None

    def _is_tracking(self, name: str, piece: str) -> bool:
        tracking = self.tracking
        if name in self.kept:
            return False
        if name in tracking.names or name in self.site_names or name.startswith(self.prefixes):
            return True
        value = piece.partition("=")[2]
        if f"{name}={value}" in self.site_names:
            return True
        pattern = tracking.values.get(name)
        if pattern is not None and pattern.fullmatch(value):
            return True
        return name in tracking.own_host and _drop_www(value) in {
            self.site,
            _drop_www(self.parts.host),
        } - {""}


def _read_name(piece: str) -> str:
    """Return the name of a `name=value`, decoded, lower-case, without leftovers of `&amp;`."""
    name = piece.partition("=")[0]
    if "%" in name:
        name = percent_decode(name)
    name = name.lower()
    while name.startswith("amp;"):
        name = name[4:]
    return name


def _drop_www(host: str) -> str:
    return host.lower().removeprefix("www.")


def parse_tracking(table: Mapping[str, object], *, trusted: bool = False) -> Tracking:
    """Build tracking rules from a table, as TOML has it.

    Args:
        table: the lists ``names``, ``prefixes``, ``fragments``, ``signatures``, ``own_host``; the
            tables ``values`` and ``paths`` of patterns by name; and ``sites``, a table of tables by
            name with ``hosts`` and what `SiteRule` has.
        trusted: its patterns are known to be right, and compiled when they are first used.

    Returns:
        The rules.

    Raises:
        ConfigError: with every mistake in the table: a key nobody knows, a pattern that isn't one.
    """
    with check_table(table, trusted=trusted) as top:
        sites: dict[str, tuple[SiteRule, ...]] = {}
        for name, site in top.read_tables("sites"):
            rule = _parse_site(name, site)
            for host in site.read_texts("hosts"):
                sites[host] = (*sites.get(host, ()), rule)
        return Tracking(
            names=_lower(top.read_texts("names")),
            prefixes=tuple(name.lower() for name in top.read_texts("prefixes")),
            values={name.lower(): pattern for name, pattern in top.read_patterns("values")},
            paths=dict(top.read_patterns("paths")),
            fragments=_lower(top.read_texts("fragments")),
            signatures=_lower(top.read_texts("signatures")),
            own_host=_lower(top.read_texts("own_host")),
            sites=sites,
            countries={
                host.removesuffix(".*"): rules
                for host, rules in sites.items()
                if host.endswith(".*")
            },
        )


def _parse_site(name: str, site: Table) -> SiteRule:
    return SiteRule(
        name=name,
        names=_lower(site.read_texts("names")),
        prefixes=tuple(prefix.lower() for prefix in site.read_texts("prefixes")),
        path=site.read_pattern("path"),
        tail=site.read_pattern("tail"),
        keep=_lower(site.read_texts("keep")),
        leave=site.read_flag("leave"),
    )


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
