from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from refeed.config import (
    Cleaning,
    Config,
    FolderTable,
    Images,
    Listen,
    Log,
    Server,
    SourceRule,
    Watch,
    WebSub,
    cleaning_fingerprint,
    publishing_fingerprint,
    reading_fingerprint,
    rule_for,
    selection_fingerprint,
)
from refeed.selection import Condition, FeedRule

SOURCE = "example.org"
CONDITION = Condition("tag", (re.compile("a"),))
FEED = FeedRule("a", "A", (CONDITION,))
RULE = SourceRule(SOURCE, "Asia/Tokyo", (".a",), (re.compile("b"),), (".c",))
FOLDER = FolderTable("blog", "https://example.org/{slug}", formats=("page",))
CONFIG = Config(
    seeds=(Path("/s"),),
    output=Path("/o"),
    state=Path("/t"),
    rules=(RULE,),
    folders=(FOLDER,),
    feeds=(FEED,),
)

# Where these folders are does not change what is in a feed. What is stored is stored by folder.
# Nor does it matter when a change is heard of, nor who serves what is written.
IN_NO_FINGERPRINT = {
    (Config, "seeds"),
    (Config, "output"),
    (Config, "state"),
    (Config, "first_seen"),
    (Config, "on_publish"),
    (Config, "on_publish_timeout"),
    (Config, "watch"),
    (Watch, "settle"),
    (Watch, "rescan"),
    (Watch, "polling"),
    (Config, "server"),
    (Server, "enabled"),
    (Server, "listen"),
    (Server, "secret_path"),
    (Server, "max_age"),
    (Server, "cors"),
    (Config, "log"),
    (Log, "level"),
    # How pictures come into the store; what of it is shown, the index has by entry.
    (Images, "store"),
    (Images, "fetch"),
    (Images, "contact"),
    (Images, "allow_private"),
    (Images, "proxy"),
    (Images, "max_mb"),
    (Images, "max_seconds"),
    (Images, "max_store_gb"),
}

OTHERS: dict[type[Any], dict[str, object]] = {
    Config: {
        "seeds": (Path("/s2"),),
        "output": Path("/o2"),
        "state": Path("/t2"),
        "base_url": "https://example.org/",
        "title": "other",
        "language": "en",
        "timezone": "Asia/Seoul",
        "limit": 51,
        "max_feed_kb": 1_000,
        "archive": ("all",),
        "formats": ("rss",),
        "pages": "newest",
        "search_engines": True,
        "by_source": False,
        "max_file_mb": 21,
        "first_seen": "git",
        "on_publish": "true",
        "on_publish_timeout": 7.0,
        "cleaning": Cleaning(links=False),
        "images": Images(mode="keep"),
        "watch": Watch(polling=True),
        "server": Server(listen=Listen(port=1)),
        "websub": WebSub("https://hub.example/"),
        "log": Log("debug"),
        "rules": (),
        "folders": (),
        "feeds": (),
    },
    Cleaning: {
        "structure": False,
        "links": False,
        "trackers": False,
        "boilerplate": False,
        "learn": False,
        "strip_parameters": ("a",),
        "keep_parameters": ("a",),
    },
    Images: {
        "mode": "keep",
        "template": "https://a.example/{url}",
        "store": "/pictures",
        "fetch": True,
        "contact": "mailto:ada@example.org",
        "allow_private": ("nas.local",),
        "proxy": "http://proxy.example.org:3128",
        "max_mb": 21,
        "max_seconds": 31.0,
        "max_store_gb": 21,
    },
    Watch: {"settle": 1.0, "rescan": 60.0, "polling": True},
    Server: {
        "enabled": False,
        "listen": Listen(port=1),
        "secret_path": "0123456789abcdef",
        "max_age": 1,
        "cors": True,
    },
    WebSub: {"hub": "https://hub.example/"},
    Log: {"level": "debug"},
    SourceRule: {
        "source": "*.other",
        "timezone": "Asia/Seoul",
        "drop": (".a", ".b"),
        "drop_text": (re.compile("b", re.IGNORECASE),),
        "keep": (),
        "learn": False,
        "always": ("a",),
        "never": ("a",),
    },
    FolderTable: {
        "path": "",
        "url": "https://example.org/{path}",
        "without_address": "publish",
        "formats": ("markdown",),
        "timezone": "Asia/Seoul",
        "author": ("A",),
        "tags": ("t",),
    },
    FeedRule: {"name": "b", "title": "B", "match": (), "archive": True},
    Condition: {
        "field": "author",
        "patterns": (re.compile("a"), re.compile("b")),
        "negated": True,
    },
}

GROUPS: dict[type[Any], str] = {
    Cleaning: "cleaning",
    Images: "images",
    Watch: "watch",
    Server: "server",
    WebSub: "websub",
    Log: "log",
}

PINNED = (
    "26c2e87eb02a3af01ae88507e488f23e",
    "2f96a991cc114b9ca01ad81ccf9694f4",
    "18895c1043e3c733a8c3377887b7e675",
    "c4a38c87bbe7f3edbf0f12e8b9d246e0",
)


def all_of(config: Config) -> tuple[str, ...]:
    return (
        reading_fingerprint(config),
        cleaning_fingerprint(config, SOURCE),
        selection_fingerprint(config),
        publishing_fingerprint(config),
    )


def changed(kind: type[Any], name: str) -> Config:
    """Return the config with one field of one of its values changed."""
    other: dict[str, Any] = {name: OTHERS[kind][name]}
    if kind is Config:
        return replace(CONFIG, **other)
    if group := GROUPS.get(kind):
        return replace(CONFIG, **{group: replace(getattr(CONFIG, group), **other)})
    if kind is SourceRule:
        return replace(CONFIG, rules=(replace(RULE, **other),))
    if kind is FolderTable:
        return replace(CONFIG, folders=(replace(FOLDER, **other),))
    if kind is FeedRule:
        return replace(CONFIG, feeds=(replace(FEED, **other),))
    return replace(CONFIG, feeds=(replace(FEED, match=(replace(CONDITION, **other),)),))


EVERY_FIELD = [(kind, field.name) for kind in OTHERS for field in fields(kind)]


@pytest.mark.parametrize(("kind", "name"), EVERY_FIELD)
def test_every_field_changes_a_fingerprint(kind: type[Any], name: str) -> None:
    differs = all_of(changed(kind, name)) != all_of(CONFIG)
    assert differs is ((kind, name) not in IN_NO_FINGERPRINT)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Config, "max_file_mb", (True, False, False, False)),
        (SourceRule, "timezone", (True, False, False, False)),
        (FolderTable, "url", (True, False, False, False)),
        (SourceRule, "drop", (False, True, False, False)),
        (Config, "images", (False, True, False, False)),
        (Config, "by_source", (False, False, True, False)),
        (FeedRule, "match", (False, False, True, False)),
        (Config, "limit", (False, False, False, True)),
        (WebSub, "hub", (False, False, False, True)),
    ],
)
def test_a_field_changes_only_what_hangs_on_it(
    kind: type[Any], name: str, expected: tuple[bool, ...]
) -> None:
    pairs = zip(all_of(changed(kind, name)), all_of(CONFIG), strict=True)
    assert tuple(one != other for one, other in pairs) == expected


def test_pictures_in_the_store_clean_nothing_again() -> None:
    local = replace(CONFIG, images=Images(mode="local", store="/pictures"))
    assert cleaning_fingerprint(local, SOURCE) == cleaning_fingerprint(CONFIG, SOURCE)
    assert publishing_fingerprint(local) != publishing_fingerprint(CONFIG)


def test_fingerprints_are_pinned() -> None:
    # After a change here every archive is read, cleaned or written again: raise VERSION.
    assert all_of(CONFIG) == PINNED


def test_a_fingerprint_is_the_same_in_another_process() -> None:
    code = (
        "from pathlib import Path; from refeed.config import *;"
        "c = parse({'rules': [{'source': '*', 'drop': ['.a', '.b'], 'drop_text': 'x'}],"
        " 'feeds': [{'name': 'n', 'match': {'tag': ['a', 'b'], 'not': {'path': 'x'}}}]},"
        " base=Path('/b'));"
        "print(reading_fingerprint(c), cleaning_fingerprint(c, 'x'), selection_fingerprint(c))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_sources_without_rules_share_a_fingerprint() -> None:
    assert cleaning_fingerprint(CONFIG, "a") == cleaning_fingerprint(CONFIG, "b")
    assert cleaning_fingerprint(CONFIG, "a") != cleaning_fingerprint(CONFIG, SOURCE)


def test_the_order_of_rules_is_nothing_to_reading() -> None:
    rules = (RULE, SourceRule("b", "Asia/Seoul"))
    one, other = (replace(CONFIG, rules=order) for order in (rules, rules[::-1]))
    assert reading_fingerprint(one) == reading_fingerprint(other)


def test_rules_for_every_source_and_for_one_add_up() -> None:
    common = SourceRule("*", "Asia/Seoul", (".x",), (), (".y",))
    config = replace(CONFIG, rules=(RULE, common))
    assert rule_for(config, SOURCE) == SourceRule(
        SOURCE, "Asia/Tokyo", (".x", ".a"), RULE.drop_text, (".y", ".c")
    )
    assert rule_for(config, "other.example").timezone == "Asia/Seoul"
    assert rule_for(CONFIG, "other.example").timezone == ""
