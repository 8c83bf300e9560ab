"""The rules of identity, version 1: what is tracking, and which addresses only lead to another.

The two files are copies of `rules/tracking.toml` and `rules/redirectors.toml` as they were when
version 1 was frozen. The originals may change with any release. These copies never change, since
ids depend on them; a new version of identity copies them again. ``diff rules identity/version_1``
shows what was added since.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from refeed.urls import Parts, parse_tracking, parse_unwrapper

if TYPE_CHECKING:
    from refeed.urls import Tracking, Unwrapper


class IdentityRules(NamedTuple):
    """The rules of identity.

    Attributes:
        tracking: what is removed from an address.
        redirectors: the addresses that only lead to another.
        marks: what is in the addresses of redirectors that may be on any host.
    """

    tracking: Tracking
    redirectors: Unwrapper
    marks: tuple[str, ...]

    def strip(self, host: str, path: str, parameters: list[str]) -> tuple[str, list[str]]:
        """Remove tracking and session ids from a path and its parameters."""
        parts = Parts(f"https://{host}", host, path, "&".join(parameters), None)
        stripped, _ = self.tracking.strip_parts(parts)
        return stripped.path, stripped.query.split("&") if stripped.query else []

    def may_redirect(self, url: str) -> bool:
        """Tell whether a URL has a mark of redirectors that may be on any host."""
        for mark in self.marks:  # noqa: SIM110 - half the time of a generator, and asked for each key
            if mark in url:
                return True
        return False

    def find_target(self, url: str) -> str:
        """Find the URL that a redirector or an AMP cache leads to; "" where it is neither."""
        target = self.redirectors.unwrap(url).url
        return "" if target == url else target


@cache
def load() -> IdentityRules:
    """Return the rules, read when they are first asked for."""
    redirectors = parse_unwrapper(_read("redirectors"), trusted=True)
    marks = tuple(dict.fromkeys(mark for mark, _ in redirectors.anywhere))
    return IdentityRules(parse_tracking(_read("tracking"), trusted=True), redirectors, marks)


def _read(name: str) -> dict[str, Any]:
    text = files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
