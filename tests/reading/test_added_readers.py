"""Readers of other packages, in wheels that the tests make."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

from archives import REPOSITORY, put, run

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
from refeed.reading.claims import Record
from refeed.reading.readers import Reader

def read(data, path):
    for number, line in enumerate(data.decode().splitlines()[1:]):
        if line == "fail":
            raise KeyError(number)
        yield Record(f"<p>{line}</p><script>x</script>",
                     ((f"https://recipes.example.org/{line}", "recipe"),), ((line, "recipe"),))

READER = Reader("Recipes", (".recipe",), lambda head, path: head.startswith(b"RECIPE"), read)
NONE = "no reader"
FAILS = Reader("Fails", (), lambda head, path: 1 / 0, read)
LOUD = Reader("Loud", ("LOUD",), lambda head, path: False, read)
"""


def build(folder: Path, points: str, version: str = "1.0") -> Path:
    """Make the wheel of a package with entry points."""
    name = f"my_recipes-{version}"
    wheel = folder / f"{name}-py3-none-any.whl"
    about = f"{name}.dist-info"
    with ZipFile(wheel, "w") as file:
        file.writestr("my_recipes.py", MODULE)
        file.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: my-recipes\nVersion: {version}\n"
        )
        file.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr(f"{about}/entry_points.txt", f"[refeed.readers]\n{points}\n")
        file.writestr(f"{about}/RECORD", "")
    return wheel


def install(folder: Path, points: str, version: str = "1.0") -> Path:
    """Unpack a package with entry points, which is all that pip would do, in less time."""
    place = folder / f"installed-{version}"
    with ZipFile(build(folder, points, version)) as wheel:
        wheel.extractall(place)
    return place


def paths(*places: Path) -> str:
    return ":".join(map(str, (REPOSITORY / "src", *places)))


def titles(folder: Path) -> list[str]:
    feed = json.loads((folder / "feeds/all/feed.json").read_text("utf-8"))
    return sorted(item["title"] for item in feed["items"])


def test_a_package_adds_a_format(tmp_path: Path) -> None:
    place = tmp_path / "installed"
    quiet = ("--quiet", "--no-index", "--no-deps", "--disable-pip-version-check")
    wheel = build(tmp_path, "recipes = my_recipes:READER")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *quiet, "--target", place, wheel],
        check=True,
    )
    put(tmp_path / "seeds/a.recipe", b"RECIPE\nsoup\nbread\n")
    put(tmp_path / "seeds/b.txt", b"RECIPE\njam\n")
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert titles(tmp_path) == []
    done = run("rebuild", "--strict", folder=tmp_path, PYTHONPATH=paths(place))
    assert done.returncode == 0
    assert "can't be used" not in done.stderr
    assert titles(tmp_path) == ["bread", "jam", "soup"]
    assert "script" not in (tmp_path / "feeds/all/feed.json").read_text("utf-8")
    told = run("explain", "seeds/b.txt", folder=tmp_path, PYTHONPATH=paths(place)).stdout
    assert "format   Recipes" in told
    checked = run("check", folder=tmp_path, PYTHONPATH=paths(place)).stdout
    assert "  reader    recipes of my-recipes 1.0\n" in checked
    # Without the package its files are no snapshots.
    assert run("rebuild", folder=tmp_path).returncode == 0
    assert titles(tmp_path) == []


def test_another_version_reads_everything_again(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.recipe", b"RECIPE\nsoup\n")
    for version, read in (("1.0", "1 of them read"), ("1.0", "0 of them read"), ("1.1", "1 of")):
        place = install(tmp_path, "recipes = my_recipes:READER", version)
        assert read in run("rebuild", folder=tmp_path, PYTHONPATH=paths(place)).stdout


def test_a_fault_of_a_reader_is_a_reason_to_reject_the_file(tmp_path: Path) -> None:
    place = install(tmp_path, "recipes = my_recipes:READER")
    put(tmp_path / "seeds/a.recipe", b"RECIPE\nsoup\nfail\n")
    done = run("rebuild", folder=tmp_path, PYTHONPATH=paths(place))
    reason = "a.recipe: record 2: the reader recipes of my-recipes 1.0 fails: KeyError: 1\n"
    assert reason in done.stdout
    assert titles(tmp_path) == ["soup"]


def test_broken_ones_are_told_once_and_stop_nothing(tmp_path: Path) -> None:
    faults = {
        "my_recipes:MISSING": "AttributeError: module 'my_recipes' has no attribute 'MISSING'",
        "my_nothing:READER": "ModuleNotFoundError: No module named 'my_nothing'",
        "my_recipes:NONE": "TypeError: it is no refeed.reading.readers.Reader, but str",
        "my_recipes:FAILS": "ZeroDivisionError: division by zero",
        "my_recipes:READER": "ValueError: it is called Recipes, and its entry point not recipes",
        "my_recipes:LOUD": "ValueError: it needs a name, and suffixes in lower case",
    }
    points = [f"bad{number} = {point}" for number, point in enumerate(faults)]
    place = install(tmp_path, "\n".join([*points, "recipes = my_recipes:READER"]))
    put(tmp_path / "seeds/a.recipe", b"RECIPE\nsoup\n")
    done = run("rebuild", folder=tmp_path, PYTHONPATH=paths(place))
    assert done.returncode == 0
    told = [line for line in done.stderr.splitlines() if "can't be used" in line]
    assert len(told) == len(faults)
    for number, (line, fault) in enumerate(zip(told, faults.values(), strict=True)):
        said = f"refeed: the reader bad{number} of my-recipes 1.0 can't be used: {fault}"
        assert line.startswith(said)
    assert titles(tmp_path) == ["soup"]


def test_a_folder_takes_an_added_format_by_its_name(tmp_path: Path) -> None:
    place = install(tmp_path, "recipes = my_recipes:READER")
    put(tmp_path / "seeds/a.recipe", b"RECIPE\nsoup\n")
    put(tmp_path / "seeds/b.txt", b"https://example.org/a\n\nText.\n")
    put(tmp_path / "refeed.toml", b'[[folders]]\npath = ""\nformats = ["recipes"]\n')
    done = run("rebuild", folder=tmp_path, PYTHONPATH=paths(place))
    assert done.returncode == 0, done.stderr
    assert titles(tmp_path) == ["soup"]
    assert "1 file holds no article: 1 text, which formats" in done.stdout
    refused = run("rebuild", folder=tmp_path)
    assert '"recipes" is not one of "native"' in refused.stderr
