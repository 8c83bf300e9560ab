"""How much furniture goes and what stays, on the gold set: floors that no change may fall below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cleaning_rules import rules_from
from gold_set import find_mistakes, read_documents, score
from refeed.cleaning import clean

if TYPE_CHECKING:
    from gold_set import GoldDocument

RULES = rules_from("")
DOCUMENTS = read_documents()
FLOORS = {
    "A": {"removed": 98, "kept": 100, "pictures": 100, "other pictures gone": 94, "perfect": 94},
    "B": {"removed": 94, "kept": 100, "pictures": 100, "other pictures gone": 100, "perfect": 82},
}


def clean_document(document: GoldDocument) -> str:
    return clean(document.html, document.url, RULES)


@pytest.mark.parametrize("half", FLOORS)
def test_no_figure_falls_below_its_floor(half: str) -> None:
    shares = score([d for d in DOCUMENTS if d.half == half], clean_document).shares()
    assert {name: shares[name] >= floor for name, floor in FLOORS[half].items()} == dict.fromkeys(
        FLOORS[half], True
    ), shares


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_no_article_text_is_lost_and_a_second_pass_changes_nothing(document: GoldDocument) -> None:
    cleaned = clean_document(document)
    assert find_mistakes(document, cleaned)["lost"] == []
    assert clean(cleaned, document.url, RULES) == cleaned


def test_the_set_says_what_is_in_it() -> None:
    """What must go or stay is there before cleaning; else it would count as gone, or lost."""
    for document in DOCUMENTS:
        wrong = find_mistakes(document, document.html)
        assert list(document.gone) == wrong["left"], document.name
        assert wrong["lost"] in ([], ["⚓"]), document.name
