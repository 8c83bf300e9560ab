"""Posts in reStructuredText; what they become is in `cases`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from refeed.reading import read
from refeed.reading.restructured.rendering import LONGEST, render
from refeed.text.visible_text import visible_text

MARKS = some.text(alphabet="ab *_`:.|=-+#[]<>\\\n ", max_size=120)


@given(MARKS)
def test_any_text_is_rendered(body: str) -> None:
    render(body)


@given(some.lists(some.sampled_from(["river", "mill", "- lamp", "", "  ferry", "Bank\n===="])))
def test_no_word_is_lost(lines: list[str]) -> None:
    shown = visible_text(render("\n".join(lines)))
    for line in lines:
        assert line.split()[-1:] == [] or line.strip("- =\n") in shown


def test_a_long_body_and_a_deep_one_are_shown_as_they_are() -> None:
    deep = "".join("  " * depth + "* item\n\n" for depth in range(700))
    assert "item" in render(deep)
    assert "river" in render("river\n\n" * LONGEST)
    assert "*a **b" in render("*a **b ``c " * 10_000)


def test_names_of_other_programs_are_known_to_one_body_only() -> None:
    assert "river" in render(".. sphinxish:: a\n   :option: b\n\n   The :doc:`river`.")
    assert "<p>mill</p>" in render("mill")


def test_no_file_is_read() -> None:
    text = (
        "River\n=====\n\n:url: https://example.org/a\n\n.. include:: /etc/passwd\n\n"
        ".. csv-table::\n   :file: /etc/passwd\n"
    )
    (snapshot,) = read(text.encode(), path="a.rst", modified=0, timezones={}).snapshots
    assert "root" not in snapshot.html
