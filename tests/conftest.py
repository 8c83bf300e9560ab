"""What all tests share."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("refeed", deadline=None, derandomize=True)
settings.load_profile("refeed")
