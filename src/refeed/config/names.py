"""Checks of names: languages, time zones, feeds, query parameters, paths."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from refeed.config.checks import some_text, text
from refeed.config.mistakes import closest, refuse
from refeed.selection import ALL, SOURCE_FOLDER

# RFC 5646, section 2.1, less what is only reserved there: languages of four letters and more.
# Compiled when it is needed, for start-up time.
_LANGUAGE: Final = r"""(?xia)
        [a-z]{2,3}(?:-[a-z]{3}){0,3}             # language
        (?:-[a-z]{4})?                           # script
        (?:-(?:[a-z]{2}|\d{3}))?                 # region
        (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*    # variants
        (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*      # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?               # private use
    """
_NAME_MARKS: Final = frozenset("-_.")
_NAME_CATEGORIES: Final = frozenset("LMN")
_LONGEST_NAME_PART: Final = 200
_FILE_ENDINGS: Final = (".css", ".html", ".ico", ".js", ".json", ".opml", ".txt", ".xml", ".xsl")
_PARAMETER: Final = re.compile(r"[^\s=&?#]+")


def language(value: object) -> str:
    """Check for a language tag as BCP 47 has it, or ""."""
    tag = text(value)
    if tag and not re.fullmatch(_LANGUAGE, tag):
        hyphened = tag.replace("_", "-")
        meant = hyphened if re.fullmatch(_LANGUAGE, hyphened) else ""
        refuse(tag, "is not a language tag of BCP 47, such as en or zh-Hans", meant)
    return tag


def timezone(value: object) -> str:
    """Check for the IANA name of a time zone that this system has the data of."""
    name = some_text(value)
    # "localtime" is there on many systems, and is another zone on each.
    if name == "localtime" or not _has_zone(name):
        from zoneinfo import available_timezones  # noqa: PLC0415 - start-up time

        known = available_timezones() - {"localtime"}
        if not known:
            refuse(name, "can't be checked: this system has no time zone data (the tzdata package)")
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
        city = closest(name.rpartition("/")[2].replace(" ", "_"), cities, likeness=0.8)
        meant = closest(name, known, likeness=0.8) or cities.get(city, "")
        refuse(name, "is not an IANA time zone, such as Asia/Shanghai", meant)
    return name


def feed_name(value: object) -> str:
    """Check for a name that can be a folder beside those that refeed makes itself."""
    name = some_text(value)
    parts = name.split("/")
    if not all(_is_name_part(part) for part in parts):
        allowed = "letters, digits, - _ . in parts between /, none empty or beginning with a dot"
        refuse(name, f"can't be a feed's name: {allowed}")
    if parts[0].casefold() in {ALL, SOURCE_FOLDER}:
        refuse(name, f"is taken: refeed itself makes {ALL} and {SOURCE_FOLDER}/…")
    if any(part.casefold().endswith(_FILE_ENDINGS) for part in parts):
        refuse(name, "can't be a feed's name: it ends like one of the files in a feed's folder")
    if any(len(part.encode()) > _LONGEST_NAME_PART for part in parts):
        refuse(name, f"is too long: {_LONGEST_NAME_PART} bytes between two / at most")
    return name


def parameter(value: object) -> str:
    """Check for the name of a query parameter."""
    name = some_text(value)
    if not _PARAMETER.fullmatch(name):
        refuse(name, "is not the name of a query parameter: it has one of = & ? # or a space")
    return name


def path(value: object) -> str:
    """Check for a path as it is written, ``~`` not yet expanded."""
    if not isinstance(value, str):
        refuse(value, "is not a path in quotes")
    if not value or "\0" in value:
        refuse(value, "is not a path")
    if value.startswith("~") and not value.startswith("~/") and value != "~":
        refuse(value, "names another user's home; only ~/ is expanded, and ./~ is a file's name")
    return value


def _has_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - start-up time: most configs name no zone

    try:
        ZoneInfo(name)
    # A folder, a file that isn't a zone, a path that leaves the data: each has another error.
    except (OSError, ValueError, KeyError):
        return False
    return True


def _is_name_part(part: str) -> bool:
    return (
        part != ""
        and not part.startswith(".")
        and all(
            character in _NAME_MARKS or unicodedata.category(character)[0] in _NAME_CATEGORIES
            for character in part
        )
    )
