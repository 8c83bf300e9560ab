"""The identity of an article: its URL to a key and an id, by versioned rules."""

from __future__ import annotations

from refeed.identity.key import VERSION, entry_id, key_of, source_of
from refeed.identity.opaque import build_opaque, is_opaque

__all__ = ["VERSION", "build_opaque", "entry_id", "is_opaque", "key_of", "source_of"]
