"""Fingerprints of the settings that stored results depend on.

A result with another fingerprint is computed again. A fingerprint is the digest of a canonical form
of the values, the same in every process; `VERSION` changes with that form.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from refeed.config.values import rule_for

if TYPE_CHECKING:
    from refeed.config.values import Config, Images

VERSION: Final = 2
_DIGEST_BYTES: Final = 16


def reading_fingerprint(config: Config) -> str:
    """Return the fingerprint of the settings for reading: zones, the size limit, the folders."""
    zones = sorted((rule.source, rule.timezone) for rule in config.rules if rule.timezone)
    folders = tuple(sorted(config.folders, key=attrgetter("path")))
    return _digest("reading", (tuple(zones), config.max_file_mb, folders))


def cleaning_fingerprint(config: Config, source: str) -> str:
    """Return the fingerprint of all that can change the cleaned HTML of one source.

    It is the same for all sources without rules of their own. A caller should cache it.
    """
    rule = replace(rule_for(config, source), source="", timezone="")
    return _digest("cleaning", (config.cleaning, _rewriting_of(config.images), rule))


def _rewriting_of(images: Images) -> tuple[str, str]:
    """Return what of the settings for images changes cleaned HTML."""
    # Pictures from the store come into it when it is shown.
    return "origin" if images.mode == "local" else images.mode, images.template


def selection_fingerprint(config: Config) -> str:
    """Return the fingerprint of the feeds, their conditions and their titles."""
    return _digest("selection", (config.by_source, config.feeds))


def publishing_fingerprint(config: Config) -> str:
    """Return the fingerprint of the settings that all feeds are written by."""
    parts = (
        config.base_url,
        config.title,
        config.language,
        config.timezone,
        config.limit,
        config.max_feed_kb,
        config.archive,
        config.formats,
        config.pages,
        config.search_engines,
        config.websub,
        config.images.mode == "local",
    )
    return _digest("publishing", parts)


def _digest(kind: str, value: object) -> str:
    # Checking a config needs no digests.
    import json
    from hashlib import blake2b

    form = json.dumps([VERSION, kind, _canonicalize(value)], separators=(",", ":"))
    return blake2b(form.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _canonicalize(value: object) -> object:
    """Return a value as JSON can hold it, types told apart."""
    match value:
        case tuple():
            return [_canonicalize(member) for member in value]
        case re.Pattern():
            return {"pattern": value.pattern, "flags": value.flags}
        case str() | int():
            return value
    if is_dataclass(value):
        return {field.name: _canonicalize(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no canonical form of {type(value).__name__}")
