"""Each file in `carried`: HTML, and what becomes of it; without that line nothing does.

`data:NAME` stands for the address of a file in `files`, `cid:NAME` is a reference that is found,
`media:NAME` is the address of that picture.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.pictures.addresses import list_names, make_address
from refeed.pictures.carrying import carry
from refeed.pictures.data_addresses import decode_address, list_in_text
from refeed.pictures.identify import identify
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from refeed.pictures.identify import Picture

HERE = Path(__file__).parent
CASES = sorted((HERE / "carried").iterdir())
FILES = {file.name: file.read_bytes() for file in (HERE / "files").iterdir()}
NAMES = "|".join(map(re.escape, FILES))


def find(reference: str) -> Picture | None:
    """Find what a reference leads to."""
    if reference.startswith("cid:"):
        return identify(FILES[reference.removeprefix("cid:")])
    return identify(decode_address(reference)) if reference.startswith("data:") else None


def make_data(name: str) -> str:
    """Return the `data:` address of a file."""
    return f"data:image/{name.rpartition('.')[2]};base64,{b64encode(FILES[name]).decode()}"


def fill_in(html: str) -> str:
    """Put addresses into a case."""

    def replace(match: re.Match[str]) -> str:
        if match[1] == "data":
            return make_data(match[2])
        picture = identify(FILES[match[2]])
        return make_address(picture.name if picture else "")

    return re.sub(rf"(data|media):({NAMES})", replace, html)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_pictures_are_carried_as_the_case_says(path: Path) -> None:
    before, changes, after = path.read_text("utf-8").partition("<!-- becomes -->\n")
    html, expected = fill_in(before), fill_in(after if changes else before)
    carried = carry(html, find, lambda reference: reference.startswith("a_files/"))
    assert carried.html == expected
    assert carried.names >= set(list_names(expected))
    assert carry(carried.html, find).html == carried.html
    assert visible_text(carried.html) == visible_text(html)


@pytest.mark.parametrize("name", sorted(FILES))
def test_bytes_are_what_they_were(name: str) -> None:
    address = make_data(name)
    assert decode_address(address) == FILES[name]
    assert decode_address(address.replace("=", "%3D").replace("+", "%2B")) == FILES[name]
    assert decode_address(address.rstrip("=")) == FILES[name]
    assert list(list_in_text(f'<p>a</p><img src="{address}">')) == [FILES[name]]


@given(st.text(alphabet="<>\"'= ad:img,src/pv;\n", max_size=60))
def test_text_stays_whatever_the_markup(html: str) -> None:
    whole = html.replace("v", fill_in('<img src="data:boat.png">')).replace("d:", "data:")
    carried = carry(whole, find)
    assert visible_text(unescape(carried.html)) == visible_text(unescape(whole))


@pytest.mark.parametrize("part", ['<img src="', "<img src='", "<img data:", "<", '<a "', "<img/"])
def test_tags_that_never_end_are_left_alone(part: str) -> None:
    # In a time of the square this would take hours.
    html = part * 200_000 + "data:"
    assert carry(html, find).html == html
