"""Repairs defects of URLs where it is certain what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.urls.url_parts import Rewritten
from refeed.urls.web_url import is_web_url

if TYPE_CHECKING:
    from collections.abc import Callable

_WEB = re.compile(r"(?:https?:)?//|https?[:：]", re.IGNORECASE)
_SUSPECT = re.compile("[\\s\"'<“”：]")
_SUSPECT_TEXTS = ("%22", "%3c", "%e2%80%9d", "&amp;", "&#")
_BREAKS = re.compile("[\t\n\r]+")
# `http://https://host`, also as a browser writes it down, `http://https//host`, or with a wide
# colon.
_TWO_SCHEMES = re.compile(r"https?:/{1,3}(https?)(?:[:：])?//+(?=[^/\s])", re.IGNORECASE)
_WIDE_COLON = re.compile(r"(https?)：//", re.IGNORECASE)
# Nothing but a second scheme can end an authority like this: a port is a number.
_GLUED = re.compile(
    r"https?://[^/?#\s]+?\.[a-z]{2,}(https?:/?/[^/\s].*)", re.IGNORECASE | re.DOTALL
)
_MARKUP = re.compile(
    r"""["'](?:\s*/?>|\s+[a-z-]+=|(?:target|rel|class|style|title|data-[a-z-]+)=)|</?[a-z!]""",
    re.IGNORECASE,
)
_ENCODED_MARKUP = re.compile(
    r"(?:%22)?(?:%3C/?|%3C%2F)[a-z][a-z0-9]*(?:%20|\+|%3E|/)", re.IGNORECASE
)
_LAST_QUOTE = re.compile(r"[\"”“]+$")
_ENCODED_LAST_QUOTE = re.compile(r"(?:%22|%E2%80%9D)+$", re.IGNORECASE)
_ENDS_OF_QUOTES = ("%22", "%9d")
_TWICE = 2
_LONGEST = 4096
_AMPERSAND = re.compile(r"&(?:amp;|#0*38;)+", re.IGNORECASE)


def repair(url: str) -> Rewritten:
    """Repair a URL if it is certain what it should be; return any other as it is.

    Args:
        url: the text of an attribute. What doesn't begin like a web URL comes back as it is.

    Returns:
        The URL and the names of the repairs: ``white space``, ``two schemes``, ``wide colon``,
        ``glued URLs``, ``repeated URL``, ``markup``, ``quote``, ``escaped ampersand``. Repairing
        the result again changes nothing.
    """
    if not _is_suspect(url) or len(url) > _LONGEST or not _WEB.match(url.lstrip()):
        return Rewritten(url)
    fired: list[str] = []
    current = url
    # Every repair makes the text shorter or takes a wide colon away, so this ends.
    while (step := _repair_once(current)) is not None:
        current, name = step
        if name not in fired:
            fired.append(name)
    return Rewritten(current, tuple(fired))


def _is_suspect(url: str) -> bool:
    """Tell whether a URL may have a defect; most have none."""
    lower = url.lower()
    return (
        _SUSPECT.search(url) is not None
        or any(map(lower.__contains__, _SUSPECT_TEXTS))
        or lower.find("http", 1) > 0
    )


def _repair_once(url: str) -> tuple[str, str] | None:
    for name, step in _REPAIRS:
        better = step(url)
        if better != url:
            return better, name
    return None


def _drop_space(url: str) -> str:
    return _BREAKS.sub("", url.strip())


def _drop_first_scheme(url: str) -> str:
    match = _TWO_SCHEMES.match(url)
    return f"{match[1]}://{url[match.end() :]}" if match else url


def _split_glued(url: str) -> str:
    match = _GLUED.fullmatch(url)
    return match[1] if match else url


def _drop_repetition(url: str) -> str:
    words = url.split()
    half = len(url) // 2
    once = words[0] if len(words) == _TWICE and words[0] == words[1] else url[:half]
    return once if is_web_url(once) and url in (once + once, f"{once} {once}") else url


def _cut_markup(url: str) -> str:
    match = _MARKUP.search(url)
    if match is None:
        path_end = len(url.partition("?")[0].partition("#")[0])
        match = _ENCODED_MARKUP.search(url, 0, path_end)
    return _cut(url, match)


def _cut_quote(url: str) -> str:
    """Cut quotation marks off the end that nothing opened; encoded ones off a path only."""
    match = _LAST_QUOTE.search(url)
    if match is None and "?" not in url and url[-3:].lower() in _ENDS_OF_QUOTES:
        match = _ENCODED_LAST_QUOTE.search(url)
    if match is None or re.search('["“”]|%22|%E2%80%9C', url[: match.start()], re.IGNORECASE):
        return url
    return _cut(url, match)


def _cut(url: str, match: re.Match[str] | None) -> str:
    if match is None:
        return url
    shorter = url[: match.start()]
    return shorter if is_web_url(shorter) else url


def _unescape_ampersands(url: str) -> str:
    head, mark, query = url.partition("?")
    return f"{head}{mark}{_AMPERSAND.sub('&', query)}" if mark else url


_REPAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("white space", _drop_space),
    ("two schemes", _drop_first_scheme),
    (
        "wide colon",
        lambda url: _WIDE_COLON.sub(r"\1://", url, count=1) if _WIDE_COLON.match(url) else url,
    ),
    ("glued URLs", _split_glued),
    ("repeated URL", _drop_repetition),
    ("markup", _cut_markup),
    ("quote", _cut_quote),
    ("escaped ampersand", _unescape_ampersands),
)
