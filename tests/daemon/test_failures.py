"""A sync that fails is told once."""

from __future__ import annotations

import errno
import io
import json
import os
from contextlib import closing
from typing import TYPE_CHECKING

from archives import config_in
from refeed.daemon.failures import Failures
from refeed.locks import DaemonLock
from refeed.log.logger import make_logger
from refeed.publish.output_folder import OutputFolder

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_can_not_be_written_is_told_once_by_its_published_name(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    text = io.StringIO()
    with closing(DaemonLock(config.state, "now")) as lock:
        failures = Failures(make_logger("json", text, {}), lock)
        for _ in range(2):
            with OutputFolder(config.output).draft("all/rss.xml"):
                (draft,) = (config.output / "all").iterdir()
            error = errno.EPERM
            failures.add(PermissionError(error, os.strerror(error), str(draft)), config)
    (line,) = text.getvalue().splitlines()
    told = f"output: {config.output}/all/rss.xml: Operation not permitted"
    assert (json.loads(line)["reason"], failures.reason) == (told, told)
