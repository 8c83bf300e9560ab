"""What the rules on lines know in words: labels, names of networks, parts of addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from refeed.cleaning.boilerplate.page_dates import build_pattern
from refeed.cleaning.element_kinds import collapse
from refeed.urls import find_host, list_domains, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from refeed.urls import Pattern

_LONGEST_LABEL = 60
_LONGEST_JOINT = 200
_EDGES = " \t,:：»›→>▶►▸☞-–—•·|*…[]()（）【】《》「」<«‹👉➡️.!?？！#&+/"
_NO_LETTER = re.compile(r"[^\w'’.-]+")
_FIRST_WORD = re.compile(r"[^\W_][\w'’.-]*")
_SIGNS = "'’.-_"
"""Signs in a word, which are none of it at its edges."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Phrases that stand above, or before, what they name.

    Attributes:
        phrases: in lower case. Longer labels begin with one of several words: "more from the sea".
    """

    phrases: AbstractSet[str]

    def name(self, text: str) -> bool:
        """Tell whether a text is such a label, whatever signs stand around it."""
        if len(text) > _LONGEST_LABEL:
            return False
        label = trim(text)
        if label.partition(" ")[0] not in _find_first_words(self.phrases):
            return False
        if label in self.phrases:
            return True
        words = label.split()
        return any(" ".join(words[:count]) in self.phrases for count in range(2, len(words)))

    def make_up(self, text: str) -> bool:
        """Tell whether a text is made of such labels, one at least, and signs between them."""
        return len(text) <= _LONGEST_JOINT and is_made_of(self.phrases, text) == "labels"


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """Networks on which a site can be followed.

    Attributes:
        hosts: name in lower case -> the hosts of its addresses; none means any.
        known: all of these hosts.
        words: what stands before and between such names.
        exits: parts of addresses that lead out of a mailing list.
        posts: parts of addresses that lead to one post or film.
    """

    hosts: Mapping[str, AbstractSet[str]]
    known: AbstractSet[str]
    words: AbstractSet[str]
    exits: tuple[str, ...]
    posts: tuple[str, ...]

    def has_host(self, href: str) -> bool:
        """Tell whether an address is one of a network."""
        return _is_below(find_host(href), self.known)

    def lead_to(self, href: str, text: str) -> bool:
        """Tell whether a link is named like the network that it leads to, and leads to no post."""
        return self._are_named(href, text) and not self.is_post(href)

    def leads_to_a_place(self, href: str) -> bool:
        """Tell whether an address is one of a network, and of no post."""
        return self.has_host(href) and not self.is_post(href)

    def is_post(self, href: str) -> bool:
        """Tell whether an address is one of a post or film, not of who has it."""
        return any(map(href.__contains__, self.posts))

    def _are_named(self, href: str, text: str) -> bool:
        if text.startswith("@"):
            return self.has_host(href)
        name = trim(text)
        hosts = self.hosts.get(name)
        if hosts is None:
            words = name.split()
            hosts = self.hosts.get(words[-1]) if words else None
            if hosts is None or not self.only_join(" ".join(words[:-1])):
                return False
        return not hosts or _is_below(find_host(href), hosts)

    def only_join(self, text: str) -> bool:
        """Tell whether a text has only words that stand before and between such names."""
        return len(text) <= _LONGEST_JOINT and is_made_of(self.words, text) != "others"

    def lead_out(self, hrefs: Iterable[str]) -> bool:
        """Tell whether a link leads out of a mailing list."""
        addresses = "\n".join(hrefs).lower()
        return any(map(addresses.__contains__, self.exits))


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Pictures that are no part of an article.

    Attributes:
        giving: hosts at which one gives to a site.
        known: host -> what the paths of such pictures begin with.
    """

    giving: AbstractSet[str]
    known: Mapping[str, tuple[str, ...]]

    def is_giving(self, href: str) -> bool:
        """Tell whether an address is one at which one gives."""
        return _is_below(find_host(href), self.giving)

    def is_known(self, address: str) -> bool:
        """Tell whether a picture's address is known."""
        for domain in list_domains(find_host(address)):
            if domain in self.known:
                parts = split(address)
                return parts is not None and parts.path.startswith(self.known[domain])
        return False


@dataclass(frozen=True, slots=True, eq=False)
class LineRules:
    """The phrases and names of `rules/boilerplate_lines.toml`.

    Attributes:
        related: labels of links to other articles.
        sections: parts of a path that lead to no article.
        files: endings of paths that lead to no page.
        networks: where a site can be followed.
        tags: labels of tags.
        sponsors: labels of sponsors.
        authors: headings of what is said of the author.
        empty_labels: what a block says that names what is not there -> the name of its rule.
        page_dates: matches a line that says when the page was published or changed.
        debris: what a script wrote for a value that it had not, as it is written.
        pictures: pictures that are no part of an article.
    """

    related: Labels
    sections: AbstractSet[str]
    files: AbstractSet[str]
    networks: Networks
    tags: Labels
    sponsors: Labels
    authors: Labels
    empty_labels: Mapping[str, str]
    page_dates: Pattern
    debris: AbstractSet[str]
    pictures: Pictures


def line_rules(table: Mapping[str, Any]) -> LineRules:
    """Make rules of the table of `rules/boilerplate_lines.toml`."""
    links, places, labels = table["related_links"], table["places_to_follow"], table["labels"]
    hosts = {name: frozenset(row["hosts"]) for row in places["networks"] for name in row["names"]}
    return LineRules(
        Labels(frozenset(links["labels"])),
        frozenset(links["sections"]),
        frozenset(links["files"]),
        Networks(
            hosts,
            frozenset().union(*hosts.values()),
            frozenset(places["words"]),
            tuple(places["mailing_lists"]),
            tuple(places["posts"]),
        ),
        Labels(frozenset(labels["tags"])),
        Labels(frozenset(labels["sponsors"])),
        Labels(frozenset(labels["authors"])),
        {
            phrase: name.replace("_", " ")
            for name, phrases in table["empty_labels"].items()
            for phrase in phrases
        },
        build_pattern(table["page_dates"]),
        frozenset(table["debris"]["values"]),
        _pictures(table["pictures"]),
    )


def _pictures(table: Mapping[str, Any]) -> Pictures:
    known: dict[str, tuple[str, ...]] = {}
    for row in table["known"]:
        known[row["host"]] = (*known.get(row["host"], ()), row["path"])
    return Pictures(frozenset(table["giving"]), known)


def trim(text: str) -> str:
    """Return a text in lower case without the signs at its edges."""
    return collapse(text.lower()).strip(_EDGES)


def is_made_of(phrases: AbstractSet[str], text: str) -> str:
    """Tell whether a text is made of "labels", the longest first, of "others", or of "nothing"."""
    text = text.lower()
    first = _FIRST_WORD.search(text)
    if first is None:
        return "nothing"
    if first[0].rstrip(_SIGNS) not in _find_first_words(phrases):
        return "others"
    words = [word for each in _NO_LETTER.split(text) if (word := each.strip(_SIGNS))]
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + _MOST_WORDS), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in phrases), None)
        if end is None:
            return "others"
        at = end
    return "labels"


_MOST_WORDS = 6


@lru_cache(maxsize=16)
def _find_first_words(phrases: AbstractSet[str]) -> AbstractSet[str]:
    return {phrase.partition(" ")[0] for phrase in phrases}


def _is_below(host: str, hosts: AbstractSet[str]) -> bool:
    """Tell whether a host is one of others, or below one."""
    return not hosts.isdisjoint(list_domains(host))
