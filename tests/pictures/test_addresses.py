"""Where pictures of refeed's own are placed, and what is left alone."""

from __future__ import annotations

import pytest

from refeed.pictures.addresses import (
    PREFIX,
    disown,
    find_name,
    list_names,
    make_address,
    place,
    place_address,
)

NAME = "0123456789abcdef0123456789abcdef.png"
SHOWN = f'<p><img src="{PREFIX}{NAME}" alt="a &gt; b"></p>'
TOLD = f'<p>src="{PREFIX}{NAME}" is an address</p>'


def test_an_address_is_placed() -> None:
    placed = place(SHOWN, "https://example.org/feeds/")
    assert placed == f'<p><img src="https://example.org/feeds/media/{NAME}" alt="a &gt; b"></p>'
    assert place(SHOWN, "../") == f'<p><img src="../media/{NAME}" alt="a &gt; b"></p>'
    assert place(SHOWN, r"https://example.org/\1/").count(r"example.org/\1/media/") == 1
    assert place_address(make_address(NAME), "../../") == f"../../media/{NAME}"
    assert place_address("https://example.org/a.png", "../") == "https://example.org/a.png"


def test_text_stays() -> None:
    assert place(TOLD, "../") == TOLD
    assert list_names(TOLD) == []
    assert disown(TOLD, ()) == TOLD


def test_names_are_listed_once() -> None:
    assert list_names(f'{SHOWN}<a href="{PREFIX}{NAME}">{SHOWN}</a>') == [NAME]
    assert list_names(f'<img src="{PREFIX}../../etc/passwd">') == []


def test_what_nothing_carries_is_disowned() -> None:
    assert disown(SHOWN, {NAME}) == SHOWN
    assert list_names(disown(SHOWN, ())) == []
    assert disown(f'<p>a<img src="{PREFIX}a">b</p>', {NAME}) == "<p>ab</p>"
    assert disown(f'<a href="{PREFIX}a">boats</a>', {NAME}) == "<a>boats</a>"
    assert disown(f'<img alt="{PREFIX}a" src="{PREFIX}{NAME}">', {NAME}) == (
        f'<img src="{PREFIX}{NAME}">'
    )


@pytest.mark.parametrize(
    "written", ["http://media.invalid/", "https://MEDIA.invalid:444/a?b", "https://media.invalid"]
)
def test_the_host_in_any_spelling_is_disowned(written: str) -> None:
    assert disown(f'<p><img src="{written}" alt=""></p>', {NAME}) == "<p></p>"


@pytest.mark.parametrize(
    "host", ["media.invalid.example.org", "my.media.invalid", "xmedia.invalid"]
)
def test_other_hosts_stay(host: str) -> None:
    html = f'<img src="https://{host}/a.png">'
    assert disown(html, ()) == html


def test_files_are_found_by_their_layout() -> None:
    assert find_name(f"media/{NAME}") == NAME
    assert find_name(f"all/{NAME}") == ""
    assert find_name("media/index.html") == ""
