"""The configuration: a frozen, checked `Config` of TOML, environment and command line."""

from __future__ import annotations

from refeed.config.base_url import (
    derive_base_url,
    find_base_url_problem,
    replace_wildcard,
)
from refeed.config.fingerprints import (
    cleaning_fingerprint,
    publishing_fingerprint,
    reading_fingerprint,
    selection_fingerprint,
)
from refeed.config.folder_errors import format_os_error, list_reasons
from refeed.config.folder_rules import folder_rules
from refeed.config.folder_table_checks import READER_GROUP
from refeed.config.loading import find, load, parse
from refeed.config.socket_address import Listen
from refeed.config.url_checks import is_loopback
from refeed.config.values import (
    Cleaning,
    Config,
    FolderTable,
    Images,
    Log,
    Server,
    SourceRule,
    Watch,
    WebSub,
    has_all_pages,
    is_archived,
    rule_for,
)

__all__ = [
    "READER_GROUP",
    "Cleaning",
    "Config",
    "FolderTable",
    "Images",
    "Listen",
    "Log",
    "Server",
    "SourceRule",
    "Watch",
    "WebSub",
    "cleaning_fingerprint",
    "derive_base_url",
    "find",
    "find_base_url_problem",
    "folder_rules",
    "format_os_error",
    "has_all_pages",
    "is_archived",
    "is_loopback",
    "list_reasons",
    "load",
    "parse",
    "publishing_fingerprint",
    "reading_fingerprint",
    "replace_wildcard",
    "rule_for",
    "selection_fingerprint",
]
