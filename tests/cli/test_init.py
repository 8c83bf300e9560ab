"""`refeed init`: the files to begin with."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from archives import run
from conftest import REPOSITORY


def test_the_configuration_is_the_example_with_the_folders_stated(tmp_path: Path) -> None:
    folders = ["--seeds", 'a "b" \\1', "--seeds", "c", "--output", "ö", "--state", "s"]
    done = run("init", *folders, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    written = tomllib.loads((tmp_path / "refeed.toml").read_text(encoding="utf-8"))
    example = tomllib.loads((REPOSITORY / "config.example.toml").read_text(encoding="utf-8"))
    assert written == example | {"seeds": ['a "b" \\1', "c"], "output": "ö", "state": "s"}
    assert run("check", folder=tmp_path).returncode == 0


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "refeed.toml").write_text("limit = 3\n", encoding="utf-8")
    done = run("init", folder=tmp_path)
    assert (done.returncode, "refeed.toml is there already" in done.stderr) == (2, True)
    assert (tmp_path / "refeed.toml").read_text(encoding="utf-8") == "limit = 3\n"


def test_units_name_this_installation_and_are_written_all_or_none(tmp_path: Path) -> None:
    assert run("init", "--systemd", "units", folder=tmp_path).returncode == 0
    service = (tmp_path / "units/refeed.service").read_text(encoding="utf-8")
    assert f"ExecStart={Path(sys.executable).parent}/refeed run " in service
    assert "/opt/refeed/bin/refeed " not in service
    assert "/opt/refeed/bin/pip install" in service, "the head says how it was made"
    units = [unit for unit in (REPOSITORY / "systemd").iterdir() if unit.is_file()]
    assert {unit.name for unit in (tmp_path / "units").iterdir()} == {
        unit.name for unit in units if unit.suffix in {".service", ".socket", ".timer"}
    }
    (tmp_path / "units/refeed.service").unlink()
    assert run("init", "--systemd", "units", folder=tmp_path).returncode == 2
    assert not (tmp_path / "units/refeed.service").exists()


def test_the_unit_of_one_user_names_this_installation(tmp_path: Path) -> None:
    assert run("init", "--systemd", "units", "--user", folder=tmp_path).returncode == 0
    (unit,) = (tmp_path / "units").iterdir()
    service = unit.read_text(encoding="utf-8")
    assert f"ExecStart={Path(sys.executable).parent}/refeed run " in service
    assert "WantedBy=default.target" in service
    assert "%h/.local/bin" not in service


def test_the_wheel_has_them(tmp_path: Path) -> None:
    options = ["--no-deps", "--quiet", "--wheel-dir", str(tmp_path), str(REPOSITORY)]
    build = [sys.executable, "-m", "pip", "wheel", *options]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    (tmp_path / "empty").mkdir()
    code = "from refeed.cli.main import main; main(['init'])"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "empty",
        env={"PYTHONPATH": str(wheel)},
        check=True,
        capture_output=True,
    )
    written = (tmp_path / "empty/refeed.toml").read_text(encoding="utf-8")
    example = (REPOSITORY / "config.example.toml").read_text(encoding="utf-8")
    assert written == example.partition("\n")[2]
