"""The rules for what stands around the text of mails, from `rules/mail.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_WORDS = re.compile(r"[^\W_]+")


class LineRule(NamedTuple):
    """What a paragraph of a mail may say that is none of its text.

    Attributes:
        name: for people.
        place: `head`, `foot` or `anywhere`.
        longest: characters of such a paragraph.
        words: in lower case.
        ends: whether the footer begins with it.
        link: whether it has a link.
        whole: whether the paragraph has to be made of the words alone.
        phrases: the words that each of these is made of, if the paragraph has to be.
        longest_phrase: how many words one of them has at most.
    """

    name: str
    place: str
    longest: int
    words: tuple[str, ...]
    ends: bool = False
    link: bool = False
    whole: bool = False
    phrases: frozenset[tuple[str, ...]] = frozenset()
    longest_phrase: int = 0


class MailRules(NamedTuple):
    """All rules for mail.

    Attributes:
        view_words: labels of the link to the page of a newsletter.
        reply_prefixes: what stands before the subject of an answer.
        forward_prefixes: and of forwarded mail.
        forward_marks: what a line before the header of a forwarded mail says.
        forward_labels: the fields of such a header by label: `from`, `date`, `subject`, `others`.
        lines: paragraphs that go.
    """

    view_words: tuple[str, ...]
    reply_prefixes: tuple[str, ...]
    forward_prefixes: tuple[str, ...]
    forward_marks: tuple[str, ...]
    forward_labels: dict[str, str]
    lines: tuple[LineRule, ...]


@cache
def load() -> MailRules:
    """Return the rules, read when they are first asked for."""
    # The package of rules knows this one, so its file is read and it isn't imported.
    text = files("refeed").joinpath("rules", "mail.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    forwarded = table["forwarded"]
    return MailRules(
        view_words=tuple(table["view_words"]),
        reply_prefixes=tuple(table["reply_prefixes"]),
        forward_prefixes=tuple(table["forward_prefixes"]),
        forward_marks=tuple(forwarded["marks"]),
        forward_labels={
            label: field
            for field in ("others", "date", "subject", "from")
            for label in forwarded[field]
        },
        lines=tuple(_build_rule(rule) for rule in table["line"]),
    )


def split_words(text: str) -> list[str]:
    """Return the words and numbers in a text."""
    return _WORDS.findall(text)


def _build_rule(table: dict[str, Any]) -> LineRule:
    words = tuple(table["words"])
    rule = LineRule(**{**table, "words": words})
    if not rule.whole:
        return rule
    phrases = frozenset(tuple(split_words(word)) for word in words)
    return rule._replace(phrases=phrases, longest_phrase=max(map(len, phrases)))
