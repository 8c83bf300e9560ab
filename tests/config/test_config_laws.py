from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soupsieve
from hypothesis import event, given
from hypothesis import strategies as st

from refeed.config import parse
from refeed.config.environment import VARIABLES
from refeed.config.mistakes import list_keys
from refeed.config.pattern_checks import (
    PLAIN_SELECTOR,
    check_path_glob,
    check_selector,
    check_source_glob,
    check_whole_value,
)
from refeed.config.text_checks import check_feed_name
from refeed.config.url_checks import check_host, check_host_glob
from refeed.config.wording import CheckError
from refeed.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = Path("/srv/refeed")
KEYS = [
    *(key.rpartition(".")[2] for key in VARIABLES.values()),
    *(
        key
        for table in ("", "rules", "folders", "feeds", "feeds.match")
        for key in list_keys(table)
    ),
]
WORDS = ["*", "origin", "proxy", "rss", "Asia/Tokyo", "example.org", "https://a.example/{url}", "~"]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
TABLES = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES, max_size=6)
SELECTOR_PARTS = [
    *("p", "h2", "*", ".b", "#c-d", "[e]", "[f=g]", "[h^='i (']", ":empty", ":last-of-type"),
    *(":nth-child(2)", ":not(", ":is(", ":has(", ")", " ", ">", " + ", "~", ", ", "-x", "_y"),
    ":-soup-contains('x')",
]
LETTERS = st.text(st.sampled_from("ab.*?/é"), min_size=1, max_size=8)


def mistakes_of(table: dict[str, object], environment: dict[str, str] | None = None) -> set[str]:
    try:
        parse(table, base=BASE, environment=environment or {})
    except ConfigError as error:
        return set(error.mistakes)
    return set()


@given(TABLES)
def test_any_table_parses_or_has_mistakes_of_one_line_each(table: dict[str, object]) -> None:
    for line in mistakes_of(table):
        assert re.match(r".+?: .+\Z", line)
        line.encode()


@given(st.sampled_from(sorted(VARIABLES.values())), st.text())
def test_any_variable_parses_or_is_the_mistake(key: str, value: str) -> None:
    name = "REFEED_" + key.replace(".", "_").upper()
    for line in mistakes_of({}, {name: value}):
        assert name in line or line.startswith("images.template: is missing")


@given(TABLES, TABLES)
def test_mistakes_do_not_hide_one_another(one: dict[str, object], other: dict[str, object]) -> None:
    folders = {"seeds", "output", "state"}
    apart = {key: value for key, value in other.items() if key not in {*one, *folders}}
    alone = {key: value for key, value in one.items() if key not in folders}
    assert mistakes_of({**alone, **apart}) == mistakes_of(alone) | mistakes_of(apart)


@given(st.lists(st.sampled_from(SELECTOR_PARTS), min_size=1, max_size=6).map("".join))
def test_a_plain_selector_is_one_for_soupsieve(text: str) -> None:
    if re.fullmatch(PLAIN_SELECTOR, text):
        event("plain")
        soupsieve.compile(text)


@pytest.mark.parametrize(
    "text",
    [
        "p",
        ".a.b > #c",
        "a[href^='http'][rel=x]",
        "p:not(.a b):first-child, * + h2",
        "li:nth-child(2):has(> a)",
        'p:-soup-contains("more")',
    ],
)
def test_selectors(text: str) -> None:
    assert check_selector(text) == text


@given(LETTERS)
def test_a_glob_matches_itself(text: str) -> None:
    checks: tuple[Callable[[object], re.Pattern[str]], ...] = (check_whole_value, check_path_glob)
    for check in checks:
        try:
            pattern = check(text)
        except CheckError:
            continue
        kept = text.removeprefix("./") + ("x" if text.endswith("/") else "")
        assert pattern.search(text if check is check_whole_value else kept)


@given(st.from_regex(r"[a-z]{1,5}(?:\.[a-z]{1,5}){0,3}", fullmatch=True))
def test_a_host_is_named_the_same_with_and_without_what_sites_put_before_it(name: str) -> None:
    plain = check_host(name)
    assert check_host(plain.upper()) == check_host(f"{plain}.") == plain
    assert check_source_glob(plain).search(plain)
    if "." in plain:
        assert {check_host(f"{label}.{plain}") for label in ("www", "m", "mobile", "amp")} == {
            plain
        }


@given(st.lists(st.sampled_from(["www", "m", "mobile", "amp", "a", "b-c"]), min_size=2, max_size=5))
def test_a_glob_loses_what_a_host_loses(labels: list[str]) -> None:
    name = check_host(".".join(labels))
    assert (
        check_host_glob(".".join([*labels[:-1], "?"])).rpartition(".")[0] == name.rpartition(".")[0]
    )


@given(st.text())
def test_a_feed_name_stays_in_its_folder(name: str) -> None:
    try:
        accepted = check_feed_name(name)
    except CheckError:
        return
    folder = Path("/out")
    assert (folder / accepted).resolve().is_relative_to(folder)
    assert check_feed_name(accepted) == accepted


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("WWW.BBC.com", "bbc.com"),
        ("m.thepaper.cn", "thepaper.cn"),
        ("m.com", "m.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("www.bücher.example", "xn--bcher-kva.example"),
        ("www.m.example.org", "example.org"),
        ("example.org:8080", "example.org:8080"),
        ("example.org:443", "example.org"),
        ("192.0.2.7", "192.0.2.7"),
        ("localhost", "localhost"),
    ],
)
def test_hosts(written: str, name: str) -> None:
    assert check_host(written) == name
