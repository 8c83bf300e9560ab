"""Every rule of the tables has a case, and every name of a list is taken off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from refeed.cleaning.boilerplate.rules import boilerplate_rules
from refeed.cleaning.trackers import tracker_rules
from refeed.errors import ConfigError
from refeed.rules import image_rules, link_rules, redirector_rules, table, tracking_rules
from refeed.urls import Rewritten, clean_link, parse_tracking, parse_unwrapper
from refeed.urls.url_parts import split
from urls.url_cases import read

if TYPE_CHECKING:
    from urls.url_cases import Case

TRACKING = tracking_rules()
SITES = sorted(TRACKING.sites)


def fired(cases: list[Case]) -> set[str]:
    return {rule for case in cases for rule in case.rules}


def names(file: str) -> list[str]:
    return sorted(table(file)["rules"])


@pytest.mark.parametrize("name", names("image_proxies"))
def test_each_image_proxy_has_a_case(name: str) -> None:
    assert name in fired(read("origin"))


@pytest.mark.parametrize("name", names("redirectors"))
def test_each_redirector_has_a_case(name: str) -> None:
    assert name in fired(read("link"))


def concerns(case: Case, hosts: list[str]) -> bool:
    parts = split(case.url)
    assert parts is not None
    host = f".{parts.host}"
    return any(
        host.endswith(f".{name}") or f".{name.removesuffix('*')}" in f"{host}" for name in hosts
    )


@pytest.mark.parametrize("name", sorted(table("tracking")["sites"]))
def test_each_site_has_a_case(name: str) -> None:
    site = table("tracking")["sites"][name]
    cases = read("tracking-unchanged" if site.get("leave") else "tracking")
    concerned = [case for case in cases if concerns(case, site["hosts"])]
    assert concerned
    of_the_site = [text.lower() for text in (*site.get("names", ()), *site.get("prefixes", ()))]
    stripped = {rule.removeprefix("tracking ") for rule in fired(concerned)}
    assert not of_the_site or any(
        rule.startswith(text.partition("=")[0]) for rule in stripped for text in of_the_site
    )


def plain_hosts(file: str) -> list[tuple[str, str]]:
    rules = table(file)["rules"]
    return [
        (name, host)
        for name, rule in sorted(rules.items())
        if "query" in rule and "path" not in rule and "decoder" not in rule
        for host in rule.get("hosts", ())
    ]


@pytest.mark.parametrize(("name", "host"), plain_hosts("redirectors"), ids=str)
def test_each_host_and_parameter_of_a_redirector(name: str, host: str) -> None:
    for parameter in table("redirectors")["rules"][name]["query"]:
        address = host.replace("*.", "x.").replace(".*", ".co.uk")
        url = f"https://{address}/?a=1&{parameter}={quote('https://example.org/?x=1&y=2', safe='')}"
        assert redirector_rules().unwrap(url) == Rewritten("https://example.org/?x=1&y=2", (name,))


@pytest.mark.parametrize("name", sorted(TRACKING.names))
def test_a_universal_name_is_taken_off_anywhere(name: str) -> None:
    for written in (name, name.upper()):
        url = f"https://example.org/a?first=1&{written}=x&last#part"
        assert TRACKING.strip(url).url == "https://example.org/a?first=1&last#part"


@pytest.mark.parametrize("prefix", TRACKING.prefixes)
def test_a_universal_prefix_is_taken_off_anywhere(prefix: str) -> None:
    assert TRACKING.strip(f"https://example.org/?{prefix}any=x").url == "https://example.org/"


@pytest.mark.parametrize("host", SITES)
def test_a_name_of_a_site_is_taken_off_there_and_nowhere_else(host: str) -> None:
    address = host.replace("*", "com.au")
    for rule in TRACKING.sites[host]:
        if rule.path is not None:
            continue
        for name in rule.names - TRACKING.names:
            pair = name if "=" in name else f"{name}=x"
            assert TRACKING.strip(f"https://www.{address}/a?b=1&{pair}").url == (
                f"https://www.{address}/a?b=1"
            )
            elsewhere = f"https://example.org/a?b=1&{pair}"
            assert TRACKING.strip(elsewhere) == Rewritten(elsewhere)


def test_the_site_that_a_link_stands_on_is_tracking_in_ref() -> None:
    url = "https://example.org/a?ref=blog.example.com"
    assert clean_link(url, link_rules(), site="blog.example.com").url == "https://example.org/a"
    assert clean_link(url, link_rules(), site="other.example.com").rules == ()


def test_an_operator_adds_names_and_keeps_names() -> None:
    rules = link_rules(("Foo", "bar_*"), ("UTM_source", "foo2"))
    url = "https://example.org/?FOO=1&bar_x=2&foo2=3&utm_source=4&utm_medium=5"
    assert clean_link(url, rules).url == "https://example.org/?foo2=3&utm_source=4"


def test_five_layers_and_no_more() -> None:
    url = "https://example.org/"
    for _ in range(7):
        url = f"https://href.li/?{url}"
    assert len(redirector_rules().unwrap(url).rules) == 5


def test_a_circle_ends() -> None:
    url = "https://www.google.com/url?q=https://www.google.com/url"
    assert redirector_rules().unwrap(url).url == "https://www.google.com/url"


def test_every_mistake_of_a_table_is_told() -> None:
    rules = {
        "a": {"hosts": ["example.org"], "query": ["u"], "hots": []},
        "b": {"hosts": ["example.org"], "rest": "(", "decoder": "rot13"},
        "c": {"query": "u"},
    }
    with pytest.raises(ConfigError) as raised:
        parse_unwrapper({"rules": rules, "fragments": "yes"})
    assert [line.partition(":")[0] for line in raised.value.mistakes] == [
        "fragments",
        "rules.a.hots",
        "rules.b.decoder",
        "rules.b.query",
        "rules.b.rest",
        "rules.c.hosts",
        "rules.c.query",
    ]
    with pytest.raises(ConfigError, match=r"sites\.x\.nmaes"):
        parse_tracking({"sites": {"x": {"hosts": ["example.org"], "nmaes": ["a"]}}})


def test_every_pattern_of_the_tables_is_one() -> None:
    """They are compiled when they are first used, so nothing else would tell."""
    parse_unwrapper(table("image_proxies"))
    parse_unwrapper(table("redirectors"))
    parse_tracking(table("tracking"))
    for rule in boilerplate_rules(table("boilerplate"), table("boilerplate_lines")).texts:
        rule.text.compile()
    for path in boilerplate_rules(
        table("boilerplate"), table("boilerplate_lines")
    ).share_links.values():
        path.compile()
    for counters in tracker_rules(table("trackers")).counters.values():
        for counter in counters:
            counter.path.compile()


def test_a_pattern_that_is_trusted_is_compiled_when_it_is_used() -> None:
    rules = {"a": {"hosts": ["example.org"], "path": "(", "query": ["u"]}}
    unwrapper = parse_unwrapper({"rules": rules}, trusted=True)
    assert unwrapper.unwrap("https://example.com/?u=https://a.org/").rules == ()
    with pytest.raises(re.error):
        unwrapper.unwrap("https://example.org/?u=https://a.org/")


def test_the_tables_are_read_once() -> None:
    assert image_rules() is image_rules()
    assert link_rules().images is image_rules()
