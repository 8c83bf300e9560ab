"""Finds the real target of a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.urls.url_parts import Rewritten

if TYPE_CHECKING:
    from refeed.urls.tracking import Tracking
    from refeed.urls.unwrap import Unwrapper

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The rules for cleaning links."""

    redirectors: Unwrapper
    images: Unwrapper
    tracking: Tracking

    def concerns(self, url: str) -> bool:
        """Tell whether a rule may match the URL; most URLs match none."""
        return (
            self.tracking.concerns(url)
            or self.redirectors.concerns(url)
            or self.images.concerns(url)
        )


def clean_link(url: str, rules: LinkRules, *, site: str = "") -> Rewritten:
    """Clean a link: unwrap click redirectors and image proxies, remove tracking.

    Args:
        url: any text; what is no http(s) or protocol-relative URL comes back as it is.
        rules: the tables.
        site: the host of the site that the link stands on, or "".

    Returns:
        The target and the rules that fired. A second cleaning changes nothing, except in chains of
        more than twenty-five wrappings.
    """
    if not rules.concerns(url):
        return Rewritten(url)
    return _clean(url, rules, site, may_be_picture=True)


def clean_address(url: str, rules: LinkRules) -> Rewritten:
    """Clean an article's own address: unwrap redirectors and AMP caches, remove tracking.

    Args:
        url: any text; what is no http(s) or protocol-relative URL comes back as it is.
        rules: the tables; those for image proxies are not used.

    Returns:
        The address of the article itself and the rules that fired.
    """
    return _clean(url, rules, "", may_be_picture=False)


def _clean(url: str, rules: LinkRules, site: str, *, may_be_picture: bool) -> Rewritten:
    current = url
    fired: tuple[str, ...] = ()
    for _ in range(_DEEPEST):
        target = rules.redirectors.unwrap(current)
        if may_be_picture:
            picture = rules.images.unwrap(target.url, is_link=True)
            target = Rewritten(picture.url, target.rules + picture.rules)
        stripped = rules.tracking.strip(target.url, site=site)
        if stripped.url == current:
            break
        current, fired = stripped.url, fired + target.rules + stripped.rules
    return Rewritten(current, fired)
