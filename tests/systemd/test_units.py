"""systemd's own opinion of the unit files, without a systemd that runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "systemd"
UNITS = sorted(
    unit for kind in ("service", "socket", "timer") for unit in FOLDER.rglob(f"*.{kind}")
)
MOST_EXPOSURE = 1.5

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze here"
)


def analysed(*arguments: str | Path) -> str:
    done = subprocess.run(
        ["systemd-analyze", *arguments],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": "cat"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def copied(unit: Path, folder: Path) -> Path:
    """Copy a unit with programs that exist and, of a template, for an instance."""
    text = unit.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(ExecStart|ExecReload)=\S+", r"\1=/bin/true", text)
    other = folder / unit.name.replace("@.", "@news.")
    other.write_text(text, encoding="utf-8")
    return other


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.relative_to(FOLDER)))
def test_nothing_is_to_be_said_against_a_unit(unit: Path, tmp_path: Path) -> None:
    if unit.suffix != ".service":
        copied(unit.with_suffix(".service"), tmp_path)
    # It prints what is misspelled and exits with 0 all the same.
    assert analysed("verify", "--man=no", copied(unit, tmp_path)) == ""


@needs_systemd
@pytest.mark.parametrize("unit", list(FOLDER.glob("*.service")), ids=lambda u: u.name)
def test_a_service_is_exposed_to_little(unit: Path, tmp_path: Path) -> None:
    said = analysed("security", "--offline=true", "--no-pager", copied(unit, tmp_path))
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found
    assert float(found[1]) <= MOST_EXPOSURE


def settings(unit: Path) -> dict[str, list[str]]:
    lines = unit.read_text(encoding="utf-8").partition("\n[Service]\n")[2].splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("refeed@.service", ["IPAddressAllow=localhost"]),
        # It serves nothing.
        ("refeed-rebuild.service", ["PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX"]),
    ],
)
def test_the_services_are_confined_alike(name: str, network: list[str]) -> None:
    one, other = settings(FOLDER / "refeed.service"), settings(FOLDER / name)
    own = {"Type", "NotifyAccess", "ExecStart", "ExecReload", "StateDirectory", "WorkingDirectory"}
    own |= {"WatchdogSec", "Restart", "RestartSec", "RestartPreventExitStatus", "WantedBy"}
    own |= {"TimeoutStartSec", "TimeoutStopSec"}
    assert {*network, "IPAddressDeny=any"} <= set((FOLDER / name).read_text("utf-8").splitlines())
    own |= {"PrivateNetwork", "RestrictAddressFamilies", "IPAddressAllow"}
    assert {k: v for k, v in one.items() if k not in own} == {
        k: v for k, v in other.items() if k not in own
    }
