"""Errors of the file system as text, with the configuration's key of the folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.errors import ConfigError, format_error

if TYPE_CHECKING:
    from refeed.config.values import Config
    from refeed.errors import RefeedError


def format_os_error(error: OSError, config: Config | None) -> str:
    """Format an error as one line: the key, the file or folder, and the reason.

    Args:
        error: what the system refused.
        config: its folders are known by their keys; None if there is no configuration yet.
    """
    text = format_error(error)
    if config is None or not isinstance(error.filename, str | os.PathLike):
        return text
    keys = find_folder_keys(Path(error.filename), config)
    return f"{', '.join(keys)}: {text}" if keys else text


def list_reasons(error: RefeedError | OSError, config: Config) -> list[str]:
    """Return why a configuration can't be used, a line for each reason.

    Args:
        error: what loading or applying it raised.
        config: the one in force.
    """
    match error:
        case ConfigError():
            return list(error.mistakes)
        case OSError():
            return [format_os_error(error, config)]
    return [str(error)]


def find_folder_keys(path: Path, config: Config) -> list[str]:
    """Return the key of the folder that a path is in: ``state``, ``output`` or ``seeds[1]``.

    A folder above some that refeed makes is that of each of them.
    """
    made = {"state": config.state, "output": config.output}
    if config.images.store:
        made["images.store"] = Path(config.images.store)
    folders = made | {f"seeds[{place}]": folder for place, folder in enumerate(config.seeds)}
    inside = [key for key, folder in folders.items() if path.is_relative_to(folder)]
    return inside or [key for key, folder in made.items() if folder.is_relative_to(path)]
