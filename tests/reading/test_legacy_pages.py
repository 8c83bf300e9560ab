"""Pages in legacy encodings, with a right, a wrong and no declaration of it."""

from __future__ import annotations

import pytest

from refeed.reading import read

TEXTS = {
    "gbk": (
        "河水上涨，三镇停电",
        "记者从市政府了解到，昨夜的大雨使河水上涨，三个镇的桥梁已经关闭。",
    ),
    "big5": (
        "河水上漲，三鎮停電",
        "記者從市政府了解到，昨夜的大雨使河水上漲，三個鎮的橋樑已經關閉。",
    ),
    "shift_jis": (
        "川の水位が上がる",
        "昨夜の大雨で川の水位が上がり、三つの町の橋が閉鎖されたと市は発表した。",
    ),
    "iso2022_jp": (
        "川の水位が上がる",
        "昨夜の大雨で川の水位が上がり、三つの町の橋が閉鎖されたと市は発表した。",
    ),
    "euc_kr": (
        "강물이 불어나다",
        "어젯밤의 큰비로 강물이 불어나 세 마을의 다리가 닫혔다고 시가 밝혔다.",
    ),
    "windows-1251": (
        "Река вышла из берегов",
        "Ночью из-за сильного дождя река вышла из берегов, мосты в трёх посёлках закрыты.",
    ),
}
DECLARATIONS = {
    "right": '<meta charset="{label}">',
    "wrong": '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">',
    "none": "",
}
LABELS = {"iso2022_jp": "iso-2022-jp", "euc_kr": "euc-kr"}


@pytest.mark.parametrize("declaration", DECLARATIONS)
@pytest.mark.parametrize("codec", TEXTS)
def test_a_page_in_a_legacy_encoding_is_read(codec: str, declaration: str) -> None:
    title, text = TEXTS[codec]
    label = DECLARATIONS[declaration].format(label=LABELS.get(codec, codec))
    page = (
        f'<!DOCTYPE html><html><head>{label}<title>{title}</title><link rel="canonical"'
        f' href="https://example.org/river"></head><body><h1>{title}</h1>'
        f"<p>{text}</p><p>{text}</p></body></html>"
    )
    found = read(page.encode(codec), path="page.html", modified=1, timezones={}).snapshots[0]
    assert found.title == title
    assert found.html == f"<p>{text}</p><p>{text}</p>"


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("gbk", "iso-8859-1"),
        ("big5", "gb2312"),
        ("shift_jis", "euc-jp"),
        ("iso2022_jp", "shift_jis"),
        ("euc_kr", "iso-8859-1"),
        ("windows-1251", "koi8-r"),
    ],
)
def test_another_legacy_encoding_that_a_page_declares_is_not_believed(
    codec: str, label: str
) -> None:
    title, text = TEXTS[codec]
    page = (
        f'<html><head><meta charset="{label}"><title>{title}</title><link rel="canonical"'
        f' href="https://example.org/river"></head><body><p>{text}</p></body></html>'
    )
    found = read(page.encode(codec), path="page.html", modified=1, timezones={}).snapshots[0]
    assert found.title == title
