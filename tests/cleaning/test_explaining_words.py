from __future__ import annotations

from refeed.cleaning import Rules, explain
from refeed.cleaning.operator_rules import OperatorRules

URL = "https://example.org/a/"


def test_an_attribute_that_was_not_there_is_added() -> None:
    _, edits = explain('<img src="https://example.org/a.png">', URL, Rules())
    assert [(e.action, e.what, e.became) for e in edits] == [("added", 'alt=""', "")]


def test_marks_of_rules_are_not_shown() -> None:
    rules = Rules(operator=OperatorRules((".x",), (), ()))
    _, edits = explain('<p>a</p><p class="x">b</p>', URL, rules)
    assert [(e.rule, e.what) for e in edits] == [("drop .x", '<p class="x">b</p>')]


def test_what_is_removed_once_is_not_counted() -> None:
    _, edits = explain('<p data-a="1">a</p><p class="x">b</p><p class="x">c</p>', URL, Rules())
    assert [e.what for e in edits] == ["data-a", "class (2 times)"]
    assert {e.action for e in edits} == {"attribute removed"}
