"""What is a picture, and what it is, by its bytes."""

from __future__ import annotations

import csv
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.pictures.drawings import make_inert
from refeed.pictures.identify import MOST_BYTES, MOST_PIXELS, identify, prepare
from stored_pictures import make_png, png_bomb

HERE = Path(__file__).parent
FILES = HERE / "files"
DRAWINGS = sorted((HERE / "drawings").glob("*.svg"))
with (HERE / "pictures.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = [row for row in csv.reader(lines, delimiter="\t") if not row[0].startswith("#")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_pictures(case: list[str]) -> None:
    name, suffix, *size = case
    data = (FILES / name).read_bytes()
    found = identify(data)
    if suffix == "none":
        assert found is None
        return
    assert found is not None
    assert found.name == f"{blake2b(data, digest_size=16).hexdigest()}.{suffix}"
    assert [str(found.width), str(found.height)] == size


def test_every_file_is_in_the_list() -> None:
    assert {file.name for file in FILES.iterdir()} == {case[0] for case in CASES}


@pytest.mark.parametrize("file", DRAWINGS, ids=lambda file: file.name)
def test_drawings(file: Path) -> None:
    given_, _, expected = file.read_text("utf-8").partition("<!-- becomes -->\n")
    inert = make_inert(given_.encode())
    assert inert.decode() == expected.strip()
    assert not inert or make_inert(inert) == inert
    prepared = prepare(given_.encode())
    assert (prepared is not None) == bool(inert)
    if prepared:
        assert prepared[1] == inert
        assert prepared[0].name == f"{blake2b(inert, digest_size=16).hexdigest()}.svg"
        assert prepared[0][1:] == (120, 80)


def test_pixels_beyond_the_last_row_do_not_count() -> None:
    blank = bytes(100 * 401)
    assert identify(make_png(100, 100, 6, blank)) is None
    assert identify(make_png(100, 100, 6, blank + bytes(range(256)) * 4)) is None
    assert identify(make_png(100, 100, 6, bytes(range(256)) * 4 + blank)) is not None


def test_a_bomb_is_none() -> None:
    assert identify(png_bomb(30_000, 30_000, 4 * 30_000**2 + 30_000)) is None
    assert identify(png_bomb(2_000, 2_000, 300_000_000)) is None
    data = (FILES / "boat.png").read_bytes()
    sides = (30_000).to_bytes(4) * 2
    assert MOST_PIXELS < 30_000**2
    assert identify(data[:16] + sides + data[24:]) is None


def test_too_many_bytes_are_none() -> None:
    data = (FILES / "boat.jpg").read_bytes()
    assert identify(data + bytes(MOST_BYTES - len(data))) is not None
    assert identify(data + bytes(MOST_BYTES - len(data) + 1)) is None


@given(
    st.sampled_from(sorted(FILES.iterdir())),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    st.integers(0, 2000),
)
def test_broken_bytes_raise_nothing(
    file: Path, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(file.read_bytes())
    for at, value in changes:
        data[at % len(data)] = value
    for some in (bytes(data), bytes(data[:length])):
        found = identify(some)
        assert found is None or found.width * found.height <= MOST_PIXELS
