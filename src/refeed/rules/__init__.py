"""The rules that come with refeed, read from this folder when they are first needed."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.rules import BoilerplateRules
    from refeed.learning.minimums import Minimums
    from refeed.urls import LinkRules, Tracking, Unwrapper
    from refeed.urls.likeness import LikenessRules


@cache
def image_rules() -> Unwrapper:
    """Return the rules for image proxies."""
    from refeed.urls import parse_unwrapper

    return parse_unwrapper(table("image_proxies"), trusted=True)


@cache
def redirector_rules() -> Unwrapper:
    """Return the rules for click redirectors."""
    from refeed.urls import parse_unwrapper

    return parse_unwrapper(table("redirectors"), trusted=True)


@cache
def tracking_rules() -> Tracking:
    """Return the rules for tracking, without the operator's own."""
    from refeed.urls import parse_tracking

    return parse_tracking(table("tracking"), trusted=True)


@cache
def link_rules(
    strip_parameters: tuple[str, ...] = (), keep_parameters: tuple[str, ...] = ()
) -> LinkRules:
    """Return the rules for cleaning links.

    Args:
        strip_parameters: the operator's own names of parameters to remove.
        keep_parameters: names of parameters that stay.
    """
    from refeed.urls import LinkRules

    return LinkRules(
        redirectors=redirector_rules(),
        images=image_rules(),
        tracking=tracking_rules().with_operator(strip_parameters, keep_parameters),
    )


@cache
def picture_likeness_rules() -> LikenessRules:
    """Return the rules by which addresses lead to the same picture."""
    from refeed.urls.likeness import likeness_rules

    return likeness_rules(table("picture_sizes"), image_rules())


@cache
def boilerplate_rules() -> BoilerplateRules:
    """Return the rules on boilerplate."""
    from refeed.cleaning.boilerplate.rules import boilerplate_rules as build

    return build(table("boilerplate"), table("boilerplate_lines"))


@cache
def minimums() -> Minimums:
    """Return how much must recur in a source before it is learned."""
    from refeed.learning.minimums import Minimums

    return Minimums(**table("learning")["minimums"])


@cache
def table(name: str) -> dict[str, Any]:
    """Return the table of one file, for instance of ``trackers``."""
    return tomllib.loads(_read_text(name))


@cache
def fingerprint() -> str:
    """Digest all files: a change makes cached contents outdated."""
    names = sorted(file.name for file in files(__name__).iterdir() if file.name.endswith(".toml"))
    texts = "".join(_read_text(name.removesuffix(".toml")) for name in names)
    return blake2b(texts.encode(), digest_size=16).hexdigest()


def _read_text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
