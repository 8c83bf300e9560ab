"""`refeed init`: the files to begin with, as they come with refeed."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

CONFIGURATION: Final = "config.example.toml"
UNITS: Final = (
    "refeed.service",
    "refeed@.service",
    "refeed.socket",
    "refeed-rebuild.service",
    "refeed-rebuild.timer",
)
_SCHEMA_LINE: Final = "#:schema ./refeed.schema.json\n"
USER_UNITS: Final = ("user/refeed.service",)
_PROGRAM: Final = re.compile(r"(?:/opt/refeed/bin|%h/\.local/bin)/refeed\b")


def write_configuration(file: Path, values: Mapping[str, str]) -> None:
    """Write the commented configuration.

    Args:
        file: where; it must not be there yet.
        values: keys outside of tables, and what they are set to, as TOML.

    Raises:
        FolderError: something is there already.
        OSError: it can't be written.
    """
    text = _read(CONFIGURATION).removeprefix(_SCHEMA_LINE)
    for key, value in values.items():
        line = re.compile(rf"^({re.escape(key)} = .*)$", re.MULTILINE)
        before, _, after = line.split(text, maxsplit=1)
        text = f"{before}{key} = {value}{after}"
    _write(file, text)


def write_units(folder: Path, *, for_user: bool = False) -> list[Path]:
    """Write the systemd units, with the path of this refeed in them, and return the files.

    Args:
        folder: where.
        for_user: write the unit of one user's service manager, not those of the system's.

    Raises:
        FolderError: one of them is there already; none was written.
        OSError: they can't be written.
    """
    program = str(Path(sys.executable).parent / "refeed").replace("%", "%%")
    names = USER_UNITS if for_user else UNITS
    units = {folder / Path(name).name: _read(f"systemd/{name}") for name in names}
    _refuse_existing(*units)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in units.items():
        file.write_text(_PROGRAM.sub(lambda _: program, text), encoding="utf-8")
    return list(units)


def _write(file: Path, text: str) -> None:
    _refuse_existing(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)


def _refuse_existing(*existing: Path) -> None:
    for file in existing:
        if file.exists():
            raise FolderError(f"{file} is there already", hint="It was not changed.")


def _read(name: str) -> str:
    """Return a file that comes with refeed: in the wheel, or else in the checkout."""
    package: Traversable = files("refeed")
    installed = package / "shipped" / name
    found = installed if installed.is_file() else Path(__file__).parents[3] / name
    return found.read_text(encoding="utf-8")
