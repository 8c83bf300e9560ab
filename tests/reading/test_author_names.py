from __future__ import annotations

import pytest

from refeed.reading.author_names import split_authors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russ Miller, on behalf of the Lock team", ["Russ Miller"]),
        ("Ann Roe, for the Lock team", ["Ann Roe"]),
        ("Written by Ann Roe  19th November 2019", ["Ann Roe"]),
        ("Ann Roe, June 19, 2024", ["Ann Roe"]),
        ("Ann Roe · 2024-06-19", ["Ann Roe"]),
        ("Studio 2000", ["Studio 2000"]),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Lee <anna@example.org>", ["Anna Lee"]),
        ("Anna <a@b>", ["Anna"]),
        ("a@b (Anna)", ["Anna"]),
        ('"Lee, Anna" <anna@example.org>', ["Lee, Anna"]),
        ("Anna Lee <anna@example.org>, John <john@example.org>", ["Anna Lee", "John"]),
        ("a@example.org (Anna Lee), j@example.org (John May)", ["Anna Lee", "John May"]),
        ("Anna Lee (anna@example.org)", ["Anna Lee"]),
        ("Anna Lee, https://example.org/anna", ["Anna Lee"]),
        ("anna@example.org", []),
        ("Anna Lee &lt;anna@example.org&gt;", ["Anna Lee"]),
        ("<a href='/anna'>Anna Lee</a>", ["Anna Lee"]),
        ("&lt;b&gt;Anna Lee&lt;/b&gt;", ["Anna Lee"]),
        ("Anna Lee<br/>John May", ["Anna Lee", "John May"]),
        ("<p>Anna</p><p>John</p>", ["Anna", "John"]),
        ("<a href=x>Anna</a> and <a href=y>John</a>", ["Anna", "John"]),
        ("<span>Anna</span> <span>Lee</span>", ["Anna Lee"]),
        ("<span>Anna Lee</span><span>John May</span>", ["Anna Lee", "John May"]),
        ("[[Anna Lee]]", ["Anna Lee"]),
        ("[[people/anna|Anna Lee]], [[people/John May]]", ["Anna Lee", "John May"]),
        ("[Anna Lee](https://example.org/anna)", ["Anna Lee"]),
        ("A &amp; A Ltd", ["A & A Ltd"]),
        ("Lee Brown & May Green Ltd.", ["Lee Brown & May Green Ltd."]),
        ("Ministry of Roads and Inland Water", ["Ministry of Roads and Inland Water"]),
        ("Anna Lee und Hans May", ["Anna Lee", "Hans May"]),
        ("Anna Lee et Jean May", ["Anna Lee", "Jean May"]),
        ("Karl von und zu Lee", ["Karl von und zu Lee"]),
        ("Anna Lee / John May", ["Anna Lee", "John May"]),
        ("Anna Lee och John May", ["Anna Lee", "John May"]),
        ("陈河 和 李山", ["陈河", "李山"]),
        ("李和平", ["李和平"]),
        ("آنا لي، جون مي", ["آنا لي", "جون مي"]),
        ("[object Object]", []),
    ],
)
def test_names_out_of_markup_and_mailboxes(text: str, expected: list[str]) -> None:
    assert list(split_authors(text)) == expected
