from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from refeed.text.xml_chars import LOST, drop_forbidden, make_legible, replace_forbidden

texts = st.text(
    st.sampled_from("a\t\n\r\x00\x08\x0b\x1f\x7f\x85\ud800\udfff\ufffd\ufffe\uffff天😀")
)


def allowed(character: str) -> bool:
    """The production Char of XML 1.0, word for word."""
    code = ord(character)
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )


def test_every_character_is_judged_as_xml_does_in_short_and_in_long_texts() -> None:
    every = [chr(code) for code in range(0x11000)] + ["\U0010ffff"]
    for padding in ("", "x" * 300):
        kept = [each for each in every if drop_forbidden(each + padding) == each + padding]
        assert kept == list(filter(allowed, every))


@given(text=texts, times=st.sampled_from([1, 100]))
def test_only_forbidden_characters_go(text: str, times: int) -> None:
    text *= times
    assert drop_forbidden(text) == "".join(filter(allowed, text))
    etree.Element("a").text = drop_forbidden(text)


@given(text=texts, times=st.sampled_from([1, 100]))
def test_replacing_keeps_every_position(text: str, times: int) -> None:
    text *= times
    kept = (c if allowed(c) and c != "\ufffd" else LOST for c in text)
    assert replace_forbidden(text) == "".join(kept)


@given(text=texts)
def test_legible_text_holds_no_control_and_no_replacement_character(text: str) -> None:
    shown = make_legible(text)
    assert all(allowed(c) and not "\x7f" <= c <= "\x9f" and c != "\ufffd" for c in shown)
    assert make_legible(shown) == shown


def test_clean_text_is_not_copied() -> None:
    for text in ("天", "天" * 300):
        assert drop_forbidden(text) is text
        assert replace_forbidden(text) is text


def test_replacing_never_revives_an_address() -> None:
    assert "javascript:" not in replace_forbidden('<a href="java\x01script:alert(1)">')
