"""Each file of learned_cases/ is an article of a source, and behind a marker what it becomes.

Without a marker it must stay as it is. Line ends count as one.

A comment at the head, `<!-- … -->`, holds TOML:

- `others`: how many more articles the source has. They are the same, but what stands in `[[ ]]`
  says something else in each.
- `title`, `authors`: of the article, `[[ ]]` likewise.
- `dates`: what `{date}` becomes, in turn.
- `every`: of so many articles, the first and the second have what stands in `{few: }`, the first
  also what stands in `{some: }`; the article itself has no `{some: }`.
- `keep`, `never`: the operator's settings.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from cleaning_rules import rules_from
from refeed import rules as shipped
from refeed.cleaning import (
    Article,
    clean_and_extract,
    explain_learned,
    read_learned,
    remove_learned,
)
from refeed.cleaning.sanitiser import sanitise
from refeed.learning.verdicts import find_verdicts, select_verdicts

if TYPE_CHECKING:
    from refeed.cleaning import (
        Rules,
    )

CASES = sorted((Path(__file__).parent / "learned_cases").glob("*.html"))
URL = "https://news.example.org/2024/{}.html"
WORDS = "oak ash elm fir yew bay fig hop ivy box rue may".split()

_HEAD = re.compile(r"<!-- (.*?) -->\n", re.DOTALL)
_BECOMES = "\n<!-- becomes -->\n"
_OWN = re.compile(r"\[\[(.*?)\]\]")
_LINE_ENDS = re.compile(r"\n+")
_FEW = re.compile(r"\{few:(.*?)\}", re.DOTALL)
_FEW_OF = 2
_SOME = re.compile(r"\{some:(.*?)\}", re.DOTALL)


class Case(NamedTuple):
    settings: dict[str, Any]
    given: str
    expected: str

    def vary(self, text: str, number: int) -> str:
        """Return a text as the article of a number has it."""
        every = self.settings.get("every", 1)
        dates = self.settings.get("dates", [""])
        has_some = number > 0 and number % every == 0
        text = _SOME.sub(lambda some: some[1] if has_some else "", text)
        text = _FEW.sub(lambda few: few[1] if number % every < _FEW_OF else "", text)
        text = text.replace("{date}", dates[number % len(dates)])
        return _OWN.sub(lambda own: own[1] if not number else _say(own[1], number), text)

    def article(self, number: int) -> Article:
        """Return what the article of a number says about itself."""
        title = self.vary(self.settings.get("title", "[[A title]]"), number)
        return Article(title, tuple(self.settings.get("authors", ())))

    def rules(self) -> Rules:
        """Return the rules of the source."""
        named = {key: self.settings[key] for key in ("keep", "never") if key in self.settings}
        lines = [f"{key} = {value!r}" for key, value in named.items()]
        return rules_from("\n".join(["learn = true", *lines]))


def _say(text: str, number: int) -> str:
    """Return other words, about as long."""
    count = max(1, len(text.split()))
    return " ".join(f"{WORDS[(number + at) % len(WORDS)]}{number}x{at}" for at in range(count))


def read_case(case: Path) -> Case:
    text = case.read_text(encoding="utf-8").removesuffix("\n")
    head = _HEAD.match(text)
    assert head
    given, _, expected = text[head.end() :].partition(_BECOMES)
    settings = tomllib.loads(head[1])
    known = {"others", "title", "authors", "dates", "every", "keep", "never"}
    assert settings.keys() <= known
    return Case(settings, given, expected)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_comes_out_as_expected(path: Path) -> None:
    case = read_case(path)
    rules = case.rules()
    html, features, *_ = clean_and_extract(
        case.vary(case.given, 0), URL.format(0), rules, case.article(0)
    )
    others = [
        clean_and_extract(
            case.vary(case.given, number), URL.format(number), rules, case.article(number)
        )[1]
        for number in range(1, case.settings["others"] + 1)
    ]
    verdicts = find_verdicts([features, *others], shipped.minimums())
    known = read_learned(select_verdicts(features, verdicts), case.article(0).title)
    result = remove_learned(html, rules, known)
    expected = case.vary(case.expected, 0) or html
    assert _LINE_ENDS.sub("\n", result).strip() == _LINE_ENDS.sub("\n", expected).strip()
    edits = explain_learned(html, rules, known, str)
    assert bool(edits) is (result != html)
    assert all(edit.step == "learned" and edit.what for edit in edits)
    assert remove_learned(result, rules, known) == result
    # The sanitiser has nothing to add.
    assert sanitise(result) == result
