from __future__ import annotations

import pytest

from refeed.reading.author_names import split_authors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Lee", ["Anna Lee"]),
        ("ANNA LEE, JOHN MAY-HILL", ["ANNA LEE", "JOHN MAY-HILL"]),
        ("KIM BAI,KIM BAI", ["KIM BAI"]),
        ("Reuters,Reuters", ["Reuters"]),
        ("陈河,李山", ["陈河", "李山"]),
        ("陈河、李山；王石", ["陈河", "李山", "王石"]),
        ("Anna Lee, John May and Kim Bai", ["Anna Lee", "John May", "Kim Bai"]),
        ("Anna Lee, John May, and Kim Bai", ["Anna Lee", "John May", "Kim Bai"]),
        ("Anna Lee &#38; John May", ["Anna Lee", "John May"]),
        ("Anna Lee, John May & more", ["Anna Lee", "John May"]),
        ("Anna Lee et al.", ["Anna Lee"]),
        ("Lee, Anna", ["Lee, Anna"]),
        ("Simon & Schuster", ["Simon & Schuster"]),
        ("By Anna Lee", ["Anna Lee"]),
        ("记者：陈河", ["陈河"]),
        ("null 陈河", ["陈河"]),
        ("  陈河（摘编）", ["陈河（摘编）"]),
        ("desk@example.org (Anna Lee)", ["Anna Lee"]),
        ("Bayly Ford", ["Bayly Ford"]),
        ("大卫·E·科珀", ["大卫·E·科珀"]),
        ("unknown", []),
        ("null", []),
        (" ", []),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert list(split_authors(text)) == expected


def test_a_biography_in_the_place_of_a_name_is_cut() -> None:
    (name,) = split_authors("word " * 500)
    assert len(name) <= 100
