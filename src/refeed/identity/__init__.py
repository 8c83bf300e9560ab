"""The identity of an article: its URL to a key and an id, by versioned rules."""

from __future__ import annotations

from refeed.identity.key import VERSION, entry_id, key_of, source_of

__all__ = ["VERSION", "entry_id", "key_of", "source_of"]
