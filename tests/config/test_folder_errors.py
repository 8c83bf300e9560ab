"""An error of the file system says which key of the configuration it is about."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from refeed.config import format_os_error, parse

CONFIG = parse(
    {"seeds": ["/srv/a", "/srv/b"], "output": "/www/f", "state": "/www/s"}, base=Path("/")
)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("/www/s", "state: /www/s: Permission denied"),
        ("/www/s/index.sqlite3", "state: /www/s/index.sqlite3: Permission denied"),
        ("/www/f/all/atom.xml", "output: /www/f/all/atom.xml: Permission denied"),
        ("/srv/b/2024/a.md", "seeds[1]: /srv/b/2024/a.md: Permission denied"),
        ("/www", "state, output: /www: Permission denied"),
        ("/www/seeds", "/www/seeds: Permission denied"),
        ("/srv", "/srv: Permission denied"),
        (7, "7: Permission denied"),
        (None, "Permission denied"),
    ],
)
def test_the_key_is_named(file: str | int | None, told: str) -> None:
    error = OSError(errno.EACCES, "Permission denied", file)
    assert format_os_error(error, CONFIG) == told


def test_without_a_configuration_the_path_is_named() -> None:
    error = OSError(errno.EACCES, "Permission denied", "/www/s")
    assert format_os_error(error, None) == "/www/s: Permission denied"
