"""The templates of the pages, which `refeed.render.page_templates` fills in."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files


@cache
def fingerprint(*names: str) -> str:
    """Digest templates, by default all: a change makes published pages outdated."""
    digest = blake2b(digest_size=16)
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name in names if names else file.name.endswith((".html", ".css")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
