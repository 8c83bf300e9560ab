"""The configuration: TOML, environment and command line in, a frozen and checked `Config` out."""

from __future__ import annotations

from refeed.config.fingerprints import (
    cleaning_fingerprint,
    publishing_fingerprint,
    reading_fingerprint,
    selection_fingerprint,
)
from refeed.config.loading import find, load, parse
from refeed.config.socket_address import Listen
from refeed.config.values import (
    BASE_URL,
    Cleaning,
    Config,
    Images,
    Log,
    Server,
    SourceRule,
    Watch,
    WebSub,
    is_archived,
    rule_for,
    timezone_of,
)

__all__ = [
    "BASE_URL",
    "Cleaning",
    "Config",
    "Images",
    "Listen",
    "Log",
    "Server",
    "SourceRule",
    "Watch",
    "WebSub",
    "cleaning_fingerprint",
    "find",
    "is_archived",
    "load",
    "parse",
    "publishing_fingerprint",
    "reading_fingerprint",
    "rule_for",
    "selection_fingerprint",
    "timezone_of",
]
