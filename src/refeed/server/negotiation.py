"""Chooses the content coding for a client (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

IDENTITY: Final = "identity"
CODINGS: Final = ("br", "gzip", IDENTITY)
"""The codings, the best first."""

_ALIASES: Final = {"x-gzip": "gzip"}
_QUALITY: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


@lru_cache(maxsize=256)
def choose_coding(accepted: bytes | None) -> str | None:
    """Return one of `CODINGS`, or None if the client wants none of them.

    Args:
        accepted: the value of Accept-Encoding; None if there is none, then nothing is coded.
    """
    if accepted is None:
        return IDENTITY
    qualities = _parse_qualities(accepted.decode("latin-1"))
    others = qualities.get("*")
    # Unless refused, no coding is acceptable, but only if no other is.
    unasked = {IDENTITY: 0.0001 if others is None else others}
    ranked = [
        (qualities.get(coding, unasked.get(coding, others or 0.0)), -place, coding)
        for place, coding in enumerate(CODINGS)
    ]
    quality, _, coding = max(ranked)
    return coding if quality else None


def _parse_qualities(accepted: str) -> dict[str, float]:
    """Return the weights by coding; an invalid one counts as 0."""
    qualities: dict[str, float] = {}
    for item in accepted.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        if not name:
            continue
        weight = _QUALITY.fullmatch(parameters[0].replace(" ", "")) if parameters else None
        quality = float(weight[1]) if weight else float(not parameters)
        qualities[_ALIASES.get(name, name)] = quality
    return qualities
