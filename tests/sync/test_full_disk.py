"""A disk that fills up while feeds are written to it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, put, synced, tree
from refeed.publish.output_folder import Draft

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_half_written_keeps_a_full_disk_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path)
    for host in "abc":
        put(tmp_path / f"seeds/{host}.md", Article(url=f"https://{host}.example/"))
    room = 6
    keep = Draft.keep

    def keep_if_there_is_room(draft: Draft) -> None:
        nonlocal room
        room -= 1
        if room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return keep(draft)

    with monkeypatch.context() as patch:
        patch.setattr(Draft, "keep", keep_if_there_is_room)
        with pytest.raises(OSError, match=r"No space.*feeds") as failure:
            synced(config)
    assert failure.value.filename == str(config.output)
    assert [path for path in tree(config.output) if path.endswith(".new")] == []
    synced(config)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")
