"""Short texts in legacy encodings, where general detectors go wrong."""

from __future__ import annotations

import pytest

from refeed.errors import SnapshotError
from refeed.reading.encodings import decode

TEXTS = {
    "gb18030": ("今天天气很好", "河水上涨，三镇停电。", "记者从市政府了解到"),
    "big5": ("今天天氣很好", "記者台北報導", "河水上漲，三個鎮停電。"),
    "shift_jis": ("日本", "今日は天気がいい。", "東京のニュース"),
    "euc_jp": ("今日は天気がいい。", "東京のニュースです"),
    "cp949": ("오늘은 날씨가 좋다", "대통령이 서울에서 말했다."),
    "cp1251": ("Река вышла из берегов.", "Вода у моста поднимается."),
    "koi8-r": ("Река вышла из берегов.", "Вода у моста поднимается."),
    "cp1253": ("Το ποτάμι υπερχείλισε.", "Το νερό ανεβαίνει στη γέφυρα."),
    "cp1255": ("הנהר עלה על גדותיו", "המים עולים ליד הגשר"),
    "cp1256": ("فاض النهر على ضفتيه", "المياه ترتفع عند الجسر"),
    "cp874": ("น้ำในแม่น้ำสูงขึ้น", "สะพานปิดตั้งแต่เช้า"),
    "cp1252": ("é", "Café déjà vu", "Der Fluß über die Ufer", "“quoted” – naïve…", "£5"),
}


@pytest.mark.parametrize(
    ("codec", "text"), [(codec, text) for codec, texts in TEXTS.items() for text in texts]
)
def test_the_encoding_of_a_short_text_is_found(codec: str, text: str) -> None:
    page = f"<!--1718775422000-->\n[{text}](https://example.org/a)\n------\n<p>{text} x</p>\n"
    assert decode(page.encode(codec)) == page


@pytest.mark.parametrize("label", ["gb2312", "x-unknown", "utf-7", "base64", "rot13", "utf-8"])
def test_a_wrong_or_hazardous_label_is_not_believed(label: str) -> None:
    page = f'<meta charset="{label}"><p>Café déjà vu</p>'
    assert decode(page.encode("cp1252")) == page


def test_line_ends_become_line_feeds() -> None:
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\0" * 50, bytes(range(256))]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        decode(data)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("x-cp1250", "cp1250", "Řeka stoupla, městečko je bez proudu. Žádné škody."),
        ("iso-8859-8-i", "iso8859-8", "הנהר עלה על גדותיו"),
        ("x-mac-cyrillic", "mac-cyrillic", "Река вышла из берегов"),
        ("koi", "koi8-r", "Река вышла из берегов"),
    ],
)
def test_a_label_that_only_browsers_know_is_believed(label: str, codec: str, text: str) -> None:
    page = f'<meta charset="{label}"><p>{text}</p>'
    assert decode(page.encode(codec)) == page


@pytest.mark.parametrize("declaration", ["", '<meta charset="iso-2022-jp">'])
def test_iso_2022_jp_is_read_though_it_is_ascii(declaration: str) -> None:
    page = f"{declaration}<p>今日は天気がいい。東京</p>\n"
    assert decode(page.encode("iso2022_jp")) == page


def test_colours_of_a_terminal_are_not_japanese() -> None:
    assert decode(b"\x1b[1mbold\x1b(B") == "\x1b[1mbold\x1b(B"
