"""URLs as they are found: mended, unwrapped, and rid of tracking. Strings in, strings out."""

from __future__ import annotations

from refeed.urls.addresses import absolute, drop_credentials, is_plain, is_web_url
from refeed.urls.hosts import decode_host, encode_host
from refeed.urls.links import LinkRules, clean_address, clean_link, origin
from refeed.urls.mending import mended
from refeed.urls.parts import Parts, Rewritten, split
from refeed.urls.patterns import Pattern
from refeed.urls.tracking import Tracking, parse_tracking
from refeed.urls.wrapping import Unwrapper, parse_unwrapper

__all__ = [
    "LinkRules",
    "Parts",
    "Pattern",
    "Rewritten",
    "Tracking",
    "Unwrapper",
    "absolute",
    "clean_address",
    "clean_link",
    "decode_host",
    "drop_credentials",
    "encode_host",
    "is_plain",
    "is_web_url",
    "mended",
    "origin",
    "parse_tracking",
    "parse_unwrapper",
    "split",
]
