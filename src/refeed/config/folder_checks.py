"""Checks a folder's path and makes it absolute."""

from __future__ import annotations

from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from refeed.config.wording import refuse

if TYPE_CHECKING:
    from pydantic import ValidationInfo


class Surroundings(NamedTuple):
    """What a path is resolved by; passed to the checks as pydantic's validation context.

    Attributes:
        base: the folder that relative paths start from, absolute.
        home: what ``~`` stands for, or "".
    """

    base: Path
    home: str = ""


def check_first_seen(value: object, info: ValidationInfo[Surroundings]) -> str:
    """Check for a file's path, returned absolute, or "git", or ""."""
    if isinstance(value, str) and value in {"", "git"}:
        return str(value)
    return str(check_folder(value, info))


def check_optional_folder(value: object, info: ValidationInfo[Surroundings]) -> str:
    """Check for a folder's path, returned absolute, or ""."""
    return "" if value == "" else str(check_folder(value, info))


def check_folder(value: object, info: ValidationInfo[Surroundings]) -> Path:
    """Check for a path; returned absolute, without ``..``."""
    if not isinstance(value, str):
        refuse(value, "is not a path in quotes")
    if not value or "\0" in value:
        refuse(value, "is not a path")
    if not value.startswith("~"):
        return Path(normpath(info.context.base / value))
    if value != "~" and not value.startswith("~/"):
        refuse(value, "names another user's home; only ~/ is expanded, and ./~ is a file's name")
    if not info.context.home.startswith("/"):
        refuse(value, "can't be expanded: HOME isn't set")
    return Path(normpath(info.context.home + value[1:]))
