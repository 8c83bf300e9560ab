"""Footers of mails in `mail_footers.tsv` go; what only sounds like one stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from refeed.reading import read
from refeed.text.visible_text import visible_text

LINES = (Path(__file__).with_name("mail_footers.tsv")).read_text(encoding="utf-8").splitlines()[1:]
FOOTERS = [line.split("\t")[1] for line in LINES]
HEAD = (
    "From: a@example.org\nSubject: s\nMessage-ID: <a@b>\nContent-Type: text/html; charset=utf-8\n\n"
)
TEXT = "".join(
    f"<p>Paragraph {number} of a text about boats, which goes on for a line or two as texts do.</p>"
    for number in range(5)
)
STAYING = (
    "<p>How to unsubscribe from life was the title of her second book.</p>",
    "<p>They asked her to contact us, as <a href='https://a.example.org'>we wrote</a>.</p>",
    "<p>$29.99</p>",
    "<p>We discussed it on the mailing list, and nobody objected to the proposal.</p>",
    "<p>This issue is sponsored by <a href='https://s.example.com'>the Rope Works</a>.</p>",
    "<p>Please share what you find with the harbour office, which pays for each anchor.</p>",
)


CELL = '<td><a href="https://t.example.com/{0}">{0}</a></td>'
MENUS = (
    "<table><tr>"
    + "".join(map(CELL.format, ("New", "Boats", "Men & Women", "Sale")))
    + "</tr></table>",
    "<p>"
    + " | ".join(
        f'<a href="https://t.example.com/{n}">{n}</a>' for n in ("Home", "Ropes", "Shop all")
    )
    + "</p>",
    "<table><tr>" + "".join(map(CELL.format, ("新品", "船只", "特价"))) + "</tr></table>",
)
NO_MENUS = (
    "<p><a href='https://a.example.org'>Ropes</a> <a href='https://a.example.org/2'>Boats</a></p>",
    "".join(
        f"<p><a href='https://a.example.org/{n}'>The ferry sinks, part {n}</a></p>"
        for n in range(4)
    ),
    "".join(f"<p><a href='https://a.example.org/{n}'>He left!</a></p>" for n in range(4)),
    "".join(f"<h2><a href='https://a.example.org/{n}'>Boat {n}</a></h2>" for n in range(4)),
    "<ul>"
    + "".join(f"<li><a href='https://a.example.org/{n}'>Boat</a> for ten</li>" for n in range(4))
    + "</ul>",
)


def _read(html: str) -> str:
    (snapshot,) = read((HEAD + html).encode(), path="a", modified=1, timezones={}).snapshots
    return visible_text(snapshot.html)


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_goes(footer: str) -> None:
    assert _read(TEXT + footer) == visible_text(TEXT)


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_of_a_table_goes_with_its_icons(footer: str) -> None:
    icon = '<td><a href="https://t.example.com/9"><img src="https://i.example.org" width="22"></a>'
    table = f"<table><tr>{icon * 3}</tr><tr><td colspan=3>{footer}</td></tr></table>"
    assert _read(TEXT + table) == visible_text(TEXT)


@pytest.mark.parametrize("menu", MENUS)
def test_a_menu_at_the_head_goes(menu: str) -> None:
    assert _read(menu + TEXT) == visible_text(TEXT)
    assert visible_text(menu).split()[0] in _read(TEXT + menu + TEXT)


@pytest.mark.parametrize("lines", NO_MENUS)
def test_links_at_the_head_that_are_no_menu_stay(lines: str) -> None:
    assert _read(lines + TEXT) == visible_text(lines + TEXT)


@pytest.mark.parametrize("sentence", STAYING)
def test_a_sentence_of_the_text_stays(sentence: str) -> None:
    assert visible_text(sentence) in _read(TEXT + sentence + TEXT + FOOTERS[0])


def test_a_mail_that_is_nothing_but_a_footer_keeps_its_beginning() -> None:
    assert _read(FOOTERS[0]) == visible_text(FOOTERS[0])
