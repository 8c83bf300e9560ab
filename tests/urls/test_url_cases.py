from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refeed.rules import image_rules, link_rules
from refeed.urls import Rewritten, clean_link, repair
from urls.url_cases import read

if TYPE_CHECKING:
    from urls.url_cases import Case


def cases(*names: str) -> pytest.MarkDecorator:
    found = [case for name in names for case in read(name)]
    assert found
    return pytest.mark.parametrize("case", found, ids=lambda case: case.url[:80])


def check(result: Rewritten, case: Case) -> None:
    assert result == Rewritten(case.expected, case.rules)
    assert (result.url is case.url) == (not case.rules)


@cases("origin", "origin-unchanged")
def test_origin(case: Case) -> None:
    check(image_rules().unwrap(case.url), case)


@cases("link", "link-unchanged", "tracking", "tracking-unchanged")
def test_link(case: Case) -> None:
    check(clean_link(case.url, link_rules()), case)


@cases("mending")
def test_mending(case: Case) -> None:
    check(repair(case.url), case)


@cases("link", "tracking", "origin", "origin-unchanged")
def test_a_second_cleaning_changes_nothing(case: Case) -> None:
    once = clean_link(case.url, link_rules())
    assert clean_link(once.url, link_rules()) == Rewritten(once.url)
    origin_once = image_rules().unwrap(case.url)
    assert image_rules().unwrap(origin_once.url) == Rewritten(origin_once.url)
