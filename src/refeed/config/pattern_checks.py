"""Checks of patterns: regular expressions, globs, CSS selectors."""

from __future__ import annotations

import re
import unicodedata
import warnings
from typing import Final

from refeed.config.text_checks import check_text
from refeed.config.url_checks import check_host_glob
from refeed.config.wording import refuse

# A subset of CSS that needs no parser, which takes long to import. It is compiled when there is a
# selector: most configs have none.
_NAME: Final = r"-?[A-Za-z_][A-Za-z0-9_-]*"
_STRING: Final = r"""(?:"[^"\\\n]*"|'[^'\\\n]*')"""
_ATTRIBUTE: Final = rf"\[{_NAME}(?:[~|^$*]?=(?:{_NAME}|{_STRING}))?\]"
_POSITION: Final = (
    r":(?:(?:first|last|only)-(?:child|of-type)|empty|nth-child\((?:odd|even|[0-9]+)\))"
)
_SIMPLE: Final = rf"(?:[.#]{_NAME}|{_ATTRIBUTE}|{_POSITION}|:-soup-contains\({_STRING}\))"
_FLAT: Final = rf"(?:(?:{_NAME}|\*){_SIMPLE}*|{_SIMPLE}+)"
_JOINED: Final = r"(?:\ *[>+~]\ *|\ +)"
_NESTED: Final = rf":(?:not|is)\({_FLAT}(?:{_JOINED}{_FLAT})*\)"
_COMPOUND: Final = rf"(?:{_FLAT}(?:{_NESTED})*|(?:{_NESTED})+)"
_COMPLEX: Final = rf"{_COMPOUND}(?:{_JOINED}{_COMPOUND})*"
PLAIN_SELECTOR: Final = rf"{_COMPLEX}(?:\ *,\ *{_COMPLEX})*"

_POSITION_IN_MESSAGE: Final = re.compile(r"(?: at)? position (\d+)")


def check_expression(value: object) -> re.Pattern[str]:
    """Check for a regular expression of Python's; returned to be searched without regard to case.

    What Python warns of is refused as well, such as ``[[``, whose meaning is to change.
    """
    written = check_text(value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(written, re.IGNORECASE)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        reason = _format_reason(error)
    return refuse(written, f"is not a regular expression: {reason}")


def check_block_expression(value: object) -> re.Pattern[str]:
    """Check for a regular expression that the text of a block can match as a whole."""
    pattern = check_expression(value)
    if pattern.fullmatch(""):
        refuse(value, "matches no text at all too, and would remove each block without text")
    return pattern


def check_selector(value: object) -> str:
    """Check for a CSS selector that soupsieve understands."""
    written = check_text(value)
    if re.fullmatch(PLAIN_SELECTOR, written):
        return written
    # It imports BeautifulSoup, which takes long.
    import soupsieve

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            soupsieve.compile(written)
    except (soupsieve.SelectorSyntaxError, Warning, NotImplementedError, RecursionError) as error:
        reason = _format_reason(error)
    else:
        return written
    return refuse(written, f"is not a CSS selector: {reason}")


def check_whole_value(value: object) -> re.Pattern[str]:
    """Check for a glob of a whole tag or name, held against it without regard to case."""
    return _compile(_translate_wildcards(check_text(value).strip(), ".*", "."), re.IGNORECASE)


def check_source_glob(value: object) -> re.Pattern[str]:
    """Check for a glob of a host. A leading ``*.`` stands for the host itself too.

    The ``www.`` of a host is not part of a source's name, so ``*.bbc.com`` must match ``bbc.com``.
    """
    name = check_host_glob(value)
    below = "" if not name.startswith("*.") else r"(?:.*\.)?"
    return _compile(
        below + _translate_wildcards(name.removeprefix("*.") if below else name, ".*", ".")
    )


def check_path_glob(value: object) -> re.Pattern[str]:
    """Check for a glob of a file's path, relative to the seeds folder.

    ``*`` and ``?`` stay within one folder, ``**/`` stands for any number of folders, and a slash
    at the end for everything in a folder and below.
    """
    written = unicodedata.normalize("NFC", check_text(value)).removeprefix("./")
    parts = written.split("/")
    if written.startswith(("/", "~")) or {"", ".", ".."} & set(parts[:-1]):
        refuse(value, "is not a path relative to the seeds folder")
    if not parts[-1]:
        parts[-1] = "**"
    return _compile(
        "".join(_translate_part(part, last=False) for part in parts[:-1])
        + _translate_part(parts[-1], last=True)
    )


def _format_reason(error: Exception) -> str:
    """Return the first line of a parser's message, its place counted from 1 as editors count."""
    line = str(error).partition("\n")[0].removesuffix(".")
    return _POSITION_IN_MESSAGE.sub(lambda place: f", at character {int(place[1]) + 1}", line)


def _translate_part(part: str, *, last: bool) -> str:
    if part == "**":
        return ".*" if last else "(?:.*/)?"
    return _translate_wildcards(part, "[^/]*", "[^/]") + ("" if last else "/")


def _translate_wildcards(glob: str, many: str, one: str) -> str:
    stands_for = {"*": many, "?": one}
    runs = re.sub(r"\*+", "*", glob)
    return "".join(stands_for.get(character) or re.escape(character) for character in runs)


def _compile(whole: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"\A(?:{whole})\Z", flags | re.DOTALL)
