"""Unwraps the URLs in those of image proxies and click redirectors, by a table of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.urls.lazy_pattern import Pattern
from refeed.urls.unwrap_rules import parse_rules
from refeed.urls.url_parts import LONGEST, Rewritten, find_host, list_domains, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.urls.unwrap_rules import Rule
    from refeed.urls.url_parts import Parts

_DEEPEST = 5
_PICTURE = re.compile(
    r"[^?#]*\.(?:jpe?g|png|gif|webp|avif|svg|bmp|ico|heic|tiff?)(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, eq=False)
class Unwrapper:
    """A table of rules, sorted for looking up. Made by `parse_unwrapper`.

    Attributes:
        exact: the rules of a host.
        below: the rules of every host under a domain.
        patterned: the rules of hosts of a shape.
        any_pattern: what matches a host that one of those patterns does.
        anywhere: the rules of any host, each with a mark that the URL must hold.
        any_mark: what is found in a URL that holds one of those marks.
        never: domains whose URLs only the rules of their own may unwrap; ``login.*`` is every host
            that begins so.
        fragments: whether the fragment beside a wrapped URL belongs to it, as it does in a browser
            that follows a redirect (RFC 9110, section 10.2.2).
    """

    exact: Mapping[str, tuple[Rule, ...]]
    below: Mapping[str, tuple[Rule, ...]]
    patterned: tuple[tuple[Pattern, Rule], ...]
    any_pattern: Pattern
    anywhere: tuple[tuple[str, Rule], ...]
    any_mark: Pattern
    never: frozenset[str]
    fragments: bool

    def unwrap(self, url: str, *, is_link: bool = False) -> Rewritten:
        """Remove every wrapping that a rule knows, one layer after the other.

        Args:
            url: any text; what is no http(s) or protocol-relative URL comes back as it is.
            is_link: the URL is a link's, so that the vague rules fire only when what they find has
                the name of a picture.

        Returns:
            The innermost URL that was reached, in at most five steps.
        """
        step = self._unwrap_once(url, is_link=is_link) if self.concerns(url) else None
        if step is None:
            return Rewritten(url)
        fired: list[str] = []
        seen = [url]
        while step is not None and step[0] not in seen and len(fired) < _DEEPEST:
            inner, name = step
            seen.append(inner)
            fired.append(name)
            step = self._unwrap_once(inner, is_link=is_link)
        return Rewritten(seen[-1], tuple(fired))

    def concerns(self, url: str) -> bool:
        """Tell whether a rule may match the URL; most URLs match none."""
        return len(url) <= LONGEST and _is_concerned(self, url)

    def knows_host(self, host: str) -> bool:
        """Tell whether a rule is about the host."""
        return bool(_find_rules(self, host))

    def _unwrap_once(self, url: str, *, is_link: bool) -> tuple[str, str] | None:
        parts = split(url)
        if parts is None:
            return None
        for rule in _find_rules(self, parts.host):
            if inner := self._find_inner(rule, parts):
                return inner, rule.name
        for mark, rule in self.anywhere:
            if mark not in url or not self._may_guess(parts.host):
                continue
            if (inner := self._find_inner(rule, parts)) and self._is_certain(
                rule, inner, is_link=is_link
            ):
                return inner, rule.name
        return None

    def _is_certain(self, rule: Rule, inner: str, *, is_link: bool) -> bool:
        vague = rule.picture or (is_link and rule.vague)
        return not vague or _PICTURE.fullmatch(inner) is not None

    def _may_guess(self, host: str) -> bool:
        begin = host.removeprefix("www.").partition(".")[0]
        return self.never.isdisjoint((*list_domains(host), f"{begin}.*"))

    def _find_inner(self, rule: Rule, parts: Parts) -> str:
        found = rule.find_inner(parts)
        if found is None:
            return ""
        if self.fragments and found.open_end and parts.fragment and "#" not in found.url:
            return f"{found.url}#{parts.fragment}"
        return found.url


@lru_cache(maxsize=1024)  # each step of cleaning asks for the same addresses again
def _is_concerned(unwrapper: Unwrapper, url: str) -> bool:
    host = find_host(url)
    return host != "" and (
        bool(_find_rules(unwrapper, host)) or unwrapper.any_mark.search(url) is not None
    )


@lru_cache(maxsize=4096)  # most addresses are of few hosts
def _find_rules(unwrapper: Unwrapper, host: str) -> tuple[Rule, ...]:
    rules = list(unwrapper.exact.get(host.removeprefix("www."), ()))
    for domain in list_domains(host)[1:]:
        rules += unwrapper.below.get(domain, ())
    if unwrapper.any_pattern.fullmatch(host):
        rules += [rule for pattern, rule in unwrapper.patterned if pattern.fullmatch(host)]
    return tuple(rules)


def _match_any(texts: set[str]) -> Pattern:
    """Return a pattern for any of some texts, grouped by their first characters for speed."""
    by_first: dict[str, list[str]] = {}
    for text in sorted(texts):
        by_first.setdefault(text[0], []).append(re.escape(text[1:]))
    branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return Pattern("|".join(branches) or "(?!)")


def parse_unwrapper(table: Mapping[str, object], *, trusted: bool = False) -> Unwrapper:
    """Build an unwrapper from a table of rules, as TOML has it.

    Args:
        table: ``rules``, a table of rules by name, and beside it ``never``, a list of domains, and
            ``fragments``, true or false. What a rule is made of: see `refeed.urls.unwrap_rules`.
        trusted: its patterns are known to be right, and compiled when they are first used.

    Returns:
        The unwrapper.

    Raises:
        ConfigError: with every mistake in the table: a key nobody knows, a pattern that isn't one.
    """
    settings = parse_rules(table, trusted=trusted)
    exact: dict[str, tuple[Rule, ...]] = {}
    below: dict[str, tuple[Rule, ...]] = {}
    for rule in settings.rules:
        for host in rule.hosts:
            exact[host] = (*exact.get(host, ()), rule)
        for domain in rule.domains:
            below[domain] = (*below.get(domain, ()), rule)
    anywhere = tuple((mark, rule) for rule in settings.rules for mark in rule.contains)
    patterned = tuple((pattern, rule) for rule in settings.rules for pattern in rule.patterns)
    return Unwrapper(
        exact=exact,
        below=below,
        patterned=patterned,
        any_pattern=Pattern("|".join({pattern.pattern: 0 for pattern, _ in patterned}) or "(?!)"),
        anywhere=anywhere,
        any_mark=_match_any({mark for mark, _ in anywhere}),
        never=settings.never,
        fragments=settings.fragments,
    )
