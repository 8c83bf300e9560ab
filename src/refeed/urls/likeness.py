"""Which addresses lead to the same picture: by another scheme, through a proxy, in another size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from refeed.urls.url_parts import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.urls.unwrap import Unwrapper


@dataclass(frozen=True, slots=True)
class LikenessRules:
    """What of an address says how a picture is fetched, not which one it is.

    Attributes:
        proxies: the image proxies that are known.
        parameters: a parameter of the query with its value that goes.
        paths: what goes from the path.
        thumbnails: a path of a size of a picture; its group is the path of the picture.
    """

    proxies: Unwrapper
    parameters: re.Pattern[str]
    paths: re.Pattern[str]
    thumbnails: re.Pattern[str]


def likeness_rules(table: Mapping[str, Mapping[str, str]], proxies: Unwrapper) -> LikenessRules:
    """Return the rules of a table, as `rules/picture_sizes.toml` has it."""
    joined = {name: re.compile("|".join(patterns.values())) for name, patterns in table.items()}
    return LikenessRules(proxies, joined["parameters"], joined["paths"], joined["thumbnails"])


def find_likeness(url: str, rules: LikenessRules) -> str:
    """Return what all addresses of a picture have in common, as far as the rules know."""
    origin = rules.proxies.unwrap(url).url
    parts = split(origin)
    if parts is None:
        return origin
    path = rules.thumbnails.sub(r"\1", parts.path)
    path = rules.paths.sub("", path)
    query = "&".join(
        each for each in (parts.query or "").split("&") if not rules.parameters.fullmatch(each)
    )
    port = parts.root.rpartition("@")[2].lower().removeprefix("https:").removeprefix("http:")
    return f"{port.lstrip('/')}{path}?{query}"


def likeness_number(url: str, rules: LikenessRules) -> int:
    """Return 63 bits of a digest of an address's likeness."""
    likeness = find_likeness(url, rules).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(likeness, digest_size=8).digest()) >> 1
