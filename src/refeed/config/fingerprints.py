"""Fingerprints: what of the configuration a stored result depends on, in a short text.

A result that was stored with another fingerprint is made anew. Each is the digest of a canonical
form of the values, the same in every process; `VERSION` changes with that form.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Final

from refeed.config.values import rule_for

if TYPE_CHECKING:
    from refeed.config.values import Config

VERSION: Final = 1
_DIGEST_BYTES: Final = 16


def reading_fingerprint(config: Config) -> str:
    """Return the fingerprint of what a file is read with: time zones, the size limit."""
    zones = sorted((rule.source, rule.timezone) for rule in config.rules if rule.timezone)
    return _digest("reading", (tuple(zones), config.max_file_mb))


def cleaning_fingerprint(config: Config, source: str) -> str:
    """Return the fingerprint of all that can change the cleaned HTML of one source.

    Sources without rules of their own have the same. It takes 0.1 ms: once a source is enough.
    """
    rule = replace(rule_for(config, source), source="", timezone="")
    return _digest("cleaning", (config.cleaning, config.images, rule))


def selection_fingerprint(config: Config) -> str:
    """Return the fingerprint of which feeds there are, what is in them, what they are called."""
    return _digest("selection", (config.by_source, config.feeds))


def publishing_fingerprint(config: Config) -> str:
    """Return the fingerprint of how every feed is written, whatever is in it."""
    parts = (
        config.base_url,
        config.title,
        config.language,
        config.limit,
        config.archive,
        config.formats,
        config.websub,
    )
    return _digest("publishing", parts)


def _digest(kind: str, value: object) -> str:
    # Checking a config needs no digests.
    import json
    from hashlib import blake2b

    form = json.dumps([VERSION, kind, _canonical(value)], separators=(",", ":"))
    return blake2b(form.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _canonical(value: object) -> object:
    """Return a value as JSON can hold it, types told apart."""
    match value:
        case tuple():
            return [_canonical(member) for member in value]
        case re.Pattern():
            return {"pattern": value.pattern, "flags": value.flags}
        case str() | int():
            return value
    if is_dataclass(value):
        return {field.name: _canonical(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no canonical form of {type(value).__name__}")
