"""Checks of texts: lines, words, languages, time zones, names of feeds and query parameters.

A check takes a raw TOML value and returns what it stands for, or raises `CheckError`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from refeed.config.wording import SINGLE_QUOTES, find_closest, format_value, refuse
from refeed.model import ALL, ARTICLE_FOLDER, MEDIA_FOLDER, SOURCE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 5646, section 2.1, less what is only reserved there: languages of four letters and more.
_LANGUAGE: Final = re.compile(
    r"""(?xia)
        [a-z]{2,3}(?:-[a-z]{3}){0,3}             # language
        (?:-[a-z]{4})?                           # script
        (?:-(?:[a-z]{2}|\d{3}))?                 # region
        (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*    # variants
        (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*      # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?               # private use
    """
)
# Neither may be in XML 1.0, section 2.2, besides the control characters.
_NONCHARACTERS: Final = "\ufffe\uffff"
_ESCAPED: Final = re.compile(r"[\b\t\f\r]")
_NAME_MARKS: Final = frozenset("-_.")
_NAME_CATEGORIES: Final = frozenset("LMN")
_LONGEST_NAME_PART: Final = 200
_FILE_ENDINGS: Final = (".css", ".html", ".ico", ".js", ".json", ".opml", ".txt", ".xml", ".xsl")
_PARAMETER: Final = re.compile(r"[^\s=&?#]+")


def check_line(value: object) -> str:
    """Check for one line of text that XML can hold, "" too; returned in normal form C."""
    if not isinstance(value, str):
        refuse(value, "is not text in quotes")
    if any(_is_unprintable(character) for character in value):
        # What TOML makes of a \b that is meant for a regular expression, or of a path of Windows.
        hint = f"; {SINGLE_QUOTES}" if _ESCAPED.search(value) else ""
        refuse(value, f"is not one line of printable text{hint}")
    return unicodedata.normalize("NFC", value)


def check_text(value: object) -> str:
    """Check for one line of text that isn't blank."""
    line = check_line(value)
    if not line.strip():
        refuse(value, "is empty")
    return line


def check_command(value: object) -> str:
    """Check for a command for the shell, in one line, or ""; returned as it is."""
    check_line(value)
    return str(value).strip()


def one_of(*allowed: str) -> Callable[[object], str]:
    """Return a check for one of a few words."""

    def check_word(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        words = ", ".join(format_value(word) for word in allowed)
        meant = find_closest(value, allowed) if isinstance(value, str) else ""
        return refuse(value, f"is not one of {words}", meant)

    return check_word


def check_language(value: object) -> str:
    """Check for a language tag as BCP 47 has it, or ""."""
    tag = check_line(value)
    if tag and not _LANGUAGE.fullmatch(tag):
        hyphened = tag.replace("_", "-")
        meant = hyphened if _LANGUAGE.fullmatch(hyphened) else ""
        refuse(tag, "is not a language tag of BCP 47, such as en or zh-Hans", meant)
    return tag


def check_timezone(value: object) -> str:
    """Check for the IANA name of a time zone that this system has the data of."""
    name = check_text(value)
    # "localtime" is there on many systems, and is another zone on each.
    if name == "localtime" or not _has_zone(name):
        known = available_timezones() - {"localtime"}
        if not known:
            refuse(name, "can't be checked: this system has no time zone data (the tzdata package)")
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
        city = find_closest(name.rpartition("/")[2].replace(" ", "_"), cities, likeness=0.8)
        meant = find_closest(name, known, likeness=0.8) or cities.get(city, "")
        refuse(name, "is not an IANA time zone, such as Asia/Shanghai", meant)
    return name


def check_feed_name(value: object) -> str:
    """Check for a name that can be a folder beside refeed's own folders."""
    name = check_text(value)
    parts = name.split("/")
    if not all(_is_name_part(part) for part in parts):
        allowed = "letters, digits, - _ . in parts between /, none empty or beginning with a dot"
        refuse(name, f"can't be a feed's name: {allowed}")
    if parts[0].casefold() in {ALL, SOURCE_FOLDER, ARTICLE_FOLDER, MEDIA_FOLDER}:
        folders = f"{ALL}, {ARTICLE_FOLDER}/…, {MEDIA_FOLDER}/… and {SOURCE_FOLDER}/…"
        refuse(name, f"is taken: refeed itself makes {folders}")
    if any(part.casefold().endswith(_FILE_ENDINGS) for part in parts):
        refuse(name, "can't be a feed's name: it ends like one of the files in a feed's folder")
    if any(len(part.encode()) > _LONGEST_NAME_PART for part in parts):
        refuse(name, f"is too long: {_LONGEST_NAME_PART} bytes between two / at most")
    return name


def check_parameter(value: object) -> str:
    """Check for the name of a query parameter."""
    name = check_text(value)
    if not _PARAMETER.fullmatch(name):
        refuse(name, "is not the name of a query parameter: it has one of = & ? # or a space")
    return name


def _has_zone(name: str) -> bool:
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


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _NONCHARACTERS
