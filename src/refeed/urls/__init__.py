"""Repairs and unwraps URLs, and removes tracking from them."""

from __future__ import annotations

from refeed.urls.clean_link import LinkRules, clean_address, clean_link
from refeed.urls.hosts import decode_host, encode_host
from refeed.urls.lazy_pattern import Pattern
from refeed.urls.repair import repair
from refeed.urls.tracking import Tracking, parse_tracking
from refeed.urls.unwrap import Unwrapper, parse_unwrapper
from refeed.urls.url_parts import Parts, Rewritten, find_host, list_domains, split
from refeed.urls.web_url import drop_credentials, is_plain, is_web_url, resolve

__all__ = [
    "LinkRules",
    "Parts",
    "Pattern",
    "Rewritten",
    "Tracking",
    "Unwrapper",
    "clean_address",
    "clean_link",
    "decode_host",
    "drop_credentials",
    "encode_host",
    "find_host",
    "is_plain",
    "is_web_url",
    "list_domains",
    "parse_tracking",
    "parse_unwrapper",
    "repair",
    "resolve",
    "split",
]
