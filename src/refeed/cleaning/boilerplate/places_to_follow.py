"""Lines that say where else a site can be followed, and ways out of a mailing list."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.line_rules import trim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import Networks
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

RULE = "places to follow"
MAILING_LIST = "way out of a mailing list"
_FEWEST = 3
_END = 400
_LONGEST = 200
_LONGEST_NAME = 80
_LONGEST_EXIT = 300
_LONGEST_LABEL = 40
_LONGEST_NAMED = 20
_MOST_WORDS = 3
_SHORTEST_ADDRESS = 6
_NAMED = re.compile(r"([^:：]{1,30})\s?[:：]\s?(\S{2,100})$")
_HINTS = ("Facebook:", "Twitter:", "Telegram:", "Instagram:")


def may_be_there(document: Document, networks: Networks) -> bool:
    """Tell whether a link is named like a network or leads out of a list, or two are named."""
    links = document.all("a")
    if links and (
        any(_may_be_named(link, document, networks) for link in links)
        or networks.lead_out(link.get("href") or "" for link in links)
    ):
        return True
    return sum(map(document.text(document.body).__contains__, _HINTS)) > 1


def _may_be_named(link: Element, document: Document, networks: Networks) -> bool:
    href, text = link.get("href") or "", document.text(link)
    if not text or len(text) > _LONGEST_NAME:
        return False
    if networks.lead_to(href, text):
        return True
    before = link.getprevious()
    label = (link.getparent().text if before is None else before.tail) or ""
    return label.rstrip().endswith((":", "：")) and networks.has_host(href)


def remove(article: ArticleLines, networks: Networks) -> None:
    """Take out lines that name networks and lead to them, and ways out of a mailing list."""
    runs = [run for run in _find_runs(article, networks) if _may_go(run, article)]
    if runs:
        labels = _find_labels(runs, article)
        article.remove([*labels, *(line for run in runs for line in run)], RULE)
    if networks.lead_out(link.get("href") or "" for link in article.document.all("a")):
        exits = [line for line in article.left if _leads_out(line, networks)]
        article.remove(exits, MAILING_LIST)


def _find_labels(
    runs: Sequence[Sequence[ArticleLine]], article: ArticleLines
) -> Iterator[ArticleLine]:
    """Yield the lines right above that announce such lines, in their block."""
    first = {run[0] for run in runs}
    for line, below in pairwise(article.left):
        if (
            below in first
            and line.line.holder is below.line.holder
            and not line.links
            and _is_a_label(line.text)
        ):
            yield line


def _may_go(run: Sequence[ArticleLine], article: ArticleLines) -> bool:
    if len(run) >= _FEWEST:
        return True
    links = sum(len(line.links) for line in run)
    return article.count_behind(run[-1]) <= _END and (links > 1 or _is_alone(run[0]))


def _find_runs(article: ArticleLines, networks: Networks) -> list[list[ArticleLine]]:
    runs: list[list[ArticleLine]] = [[]]
    for line in article.left:
        if _names_networks(line, networks):
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    if not runs[0]:
        return []
    named = {line for run in runs for line in run}
    lists = {line.outermost_list for line in named} - {None}
    others = (line for line in article.left if lists and line not in named)
    mixed = {line.outermost_list for line in others} & lists
    return [run for run in runs if run and not any(line.outermost_list in mixed for line in run)]


def _is_alone(line: ArticleLine) -> bool:
    return len(line.links) == 1 and line.line.is_whole_block


def _names_networks(line: ArticleLine, networks: Networks) -> bool:
    if len(line.text) > _LONGEST:
        return False
    if not line.links:
        named = _NAMED.match(line.text) if len(line.text) <= _LONGEST_NAME else None
        return named is not None and trim(named[1]) in networks.hosts and line.may_be_furniture
    return line.may_be_furniture and _links_name_networks(line, networks)


def _links_name_networks(line: ArticleLine, networks: Networks) -> bool:
    if all(map(networks.lead_to, line.hrefs, line.link_texts)):
        return networks.only_join(line.outside)
    if len(line.links) != 1:
        return False
    href, text = line.hrefs[0], line.link_texts[0]
    # "Network: address", of which the address is the link.
    return networks.lead_to(href, line.outside) or (
        _is_its_address(text, href) and networks.leads_to_a_place(href) and _is_a_name(line.outside)
    )


def _is_its_address(text: str, href: str) -> bool:
    """Tell whether a link says where it leads, and no more."""
    return len(text) > _SHORTEST_ADDRESS and text.rstrip("/…. ") in href


def _is_a_name(label: str) -> bool:
    """Tell whether a label is so short that it names a network, known or not."""
    return len(label) <= _LONGEST_NAMED and len(label.split()) <= _MOST_WORDS and _is_a_label(label)


def _is_a_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and text.endswith((":", "：", "-", "–", "—"))


def _leads_out(line: ArticleLine, networks: Networks) -> bool:
    return (
        len(line.links) > 0
        and len(line.text) <= _LONGEST_EXIT
        and line.may_be_furniture
        and networks.lead_out(line.hrefs)
    )
