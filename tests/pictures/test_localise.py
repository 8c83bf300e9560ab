"""Pictures of the web are shown by files of refeed's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.pictures.addresses import list_names
from refeed.pictures.identify import Picture
from refeed.pictures.localise import list_addresses, localise

NAME = "0123456789abcdef0123456789abcdef.png"
URL = "https://a.example/x.png?a=1&b=2"
WRITTEN = URL.replace("&", "&amp;")
OWN = {URL: Picture(NAME, 400, 300)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'<img src="{WRITTEN}" alt="A">', '<img src="{own}" alt="A" width="400" height="300">'),
        (
            f'<img width="200" src="{WRITTEN}">',
            '<img width="200" src="{own}" height="150">',
        ),
        (f'<img src="{WRITTEN}" height="30">', '<img src="{own}" height="30" width="40">'),
        (
            f'<img src="{WRITTEN}" height="7" width="7">',
            '<img src="{own}" height="7" width="7">',
        ),
        ('<img src="https://b.example/x.png" alt="">', None),
        (f'<a href="{WRITTEN}">A picture</a>', None),
        (
            f'<video src="https://a.example/f" controls="" poster="{WRITTEN}"></video>',
            '<video src="https://a.example/f" controls="" poster="{own}" preload="none"></video>',
        ),
        (
            '<audio src="https://a.example/s.mp3"></audio>',
            '<audio src="https://a.example/s.mp3" preload="none"></audio>',
        ),
        (
            f'<p>1 &lt; 2</p><img alt="> &quot;" src="{WRITTEN}">',
            '<p>1 &lt; 2</p><img alt="> &quot;" src="{own}" width="400" height="300">',
        ),
    ],
)
def test_cases(before: str, after: str | None) -> None:
    own = f"https://media.invalid/{NAME}"
    expected = before if after is None else after.replace("{own}", own)
    assert localise(before, OWN) == expected
    assert localise(expected, OWN) == expected
    assert (URL in list_addresses(before)) == (NAME in list_names(expected))


def test_a_picture_of_unknown_size_has_none() -> None:
    html = f'<img src="{WRITTEN}" alt="">'
    assert "width" not in localise(html, {URL: Picture(NAME, 0, 0)})


def test_refeeds_own_pictures_are_none_of_the_web() -> None:
    html = f'<img src="https://media.invalid/{NAME}"><img src="{WRITTEN}">'
    assert list_addresses(html) == [URL]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert localise(text, {}).count("<") == text.count("<")
    list_addresses(text)
