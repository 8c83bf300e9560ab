"""Checks of the tables of folders: paths, patterns of addresses, names of formats."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from refeed.config.text_checks import check_line, check_text
from refeed.config.url_checks import split_web_url
from refeed.config.wording import find_closest, format_value, refuse

TEXT_FORMS: Final = ("native", "page", "markdown", "text")
"""The formats of files of text, see `refeed.reading.text_files`."""

READER_GROUP: Final = "refeed.readers"
"""The group of entry points by which other packages add readers."""

_ALONE: Final = ("year", "month", "day", "language")
_KNOWN: Final = ("path", "slug", *_ALONE)
_SHORTEST_SLIP: Final = 3
_NAME: Final = re.compile(r"[^\W_][\w -]*")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
# A placeholder as a word of letters, which may be anywhere in a URI.
_STAND_IN: Final = "placeholder"


def check_below(value: object) -> str:
    """Check for a folder below the seeds folder; returned without a slash at its end.

    "" and "." are the seeds folder itself.
    """
    written = check_line(value)
    path = unicodedata.normalize("NFC", written).removesuffix("/").removeprefix("./")
    if path in {"", "."} and not written.startswith("/"):
        return ""
    if written.startswith(("/", "~")) or {"", ".", ".."} & set(path.split("/")):
        refuse(value, "is not a path relative to the seeds folder")
    if set(path) & {"*", "?"}:
        refuse(value, "is a pattern; name one folder, which stands for all that is below it")
    return path


def check_address_pattern(value: object) -> str:
    """Check for an http(s) address with placeholders after the host, or ""."""
    if value == "":
        return ""
    url = check_text(value)
    names = _PLACEHOLDER.findall(url)
    filled = _PLACEHOLDER.sub(_STAND_IN, url)
    if {"{", "}"} & set(filled):
        refuse(url, "has a brace without its partner")
    for name in names:
        if not _NAME.fullmatch(name):
            refuse(url, f"has a placeholder without a proper name, {format_value(name)}")
        meant = next((known for known in _KNOWN if _is_slip(name.casefold(), known)), "")
        if meant and name not in _KNOWN:
            refuse(url, f"has {{{name}}}", f"{{{meant}}}")
    parts = split_web_url(url, filled)
    if _STAND_IN in parts.netloc:
        refuse(url, "has a placeholder in place of the host")
    if not set(names) - set(_ALONE):
        refuse(url, "gives several files one address: it has neither {path} nor {slug}")
    return url


def _is_slip(name: str, known: str) -> bool:
    """Tell whether a name is a known one, mistyped: letters in another order, one more, one less.

    Other letters make another word, which may be a key of front matter, as `part` beside `path`.
    """
    if sorted(name) == sorted(known):
        return True
    short, long = sorted((name, known), key=len)
    if len(long) - len(short) != 1 or len(short) < _SHORTEST_SLIP or long == f"{short}s":
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def check_format(value: object) -> str:
    """Check for the name of a format of snapshot files: in lower case, as `refeed explain` says."""
    name = check_text(value)
    from refeed.reading.readers import READERS

    known = (*TEXT_FORMS, *(reader.name.lower() for reader in READERS))
    if name in known or name in _find_added():
        return name
    words = ", ".join(format_value(word) for word in known)
    return refuse(name, f"is not one of {words}", find_closest(name, known))


def _find_added() -> set[str]:
    """Return the names under which other packages add readers, in lower case."""
    from importlib.metadata import entry_points

    return {point.name.lower() for point in entry_points(group=READER_GROUP)}
