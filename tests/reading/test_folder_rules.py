"""What rules for folders add to files: each case of `folder_rules.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.identity import is_opaque, key_of, source_of
from refeed.reading import FolderRule, read
from refeed.reading.mirror import find_address

if TYPE_CHECKING:
    from refeed.reading import Reading

TABLE = Path(__file__).with_name("folder_rules.toml")
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
OUTCOMES = ("url", "title", "authors", "tags", "instant", "language")


def build_rule(table: dict[str, Any]) -> FolderRule:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return FolderRule(**fields)


def read_case(path: str, text: str, rules: list[dict[str, Any]], index: str = "") -> Reading:
    folders = tuple(map(build_rule, rules))
    return read(
        text.encode(),
        path=path,
        modified=1_000_000_000_000,
        timezones={},
        folders=folders,
        index=index.encode(),
    )


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """Read a case into the shape of its expectation."""
    taken = {key: case[key] for key in ("path", "text", "rules", "index") if key in case}
    try:
        (snapshot,) = read_case(**taken).snapshots
    except NotAnArticleError as error:
        return {"passed_over": str(error)}
    except SnapshotError as error:
        return {"rejected": str(error)}
    key_of(snapshot.url)
    found = snapshot._asdict()
    return {
        key: list(found[key]) if isinstance(found[key], tuple) else found[key]
        for key in OUTCOMES
        if key == "url" or key in case
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["shows"])
def test_a_rule_adds_what_its_case_says(case: dict[str, Any]) -> None:
    expected = {key: case[key] for key in (*OUTCOMES, "passed_over", "rejected") if key in case}
    assert outcome(case) == expected


def test_each_article_of_a_file_has_an_identity_of_its_own() -> None:
    text = "\n\n".join(f"<!--171877542200{n}-->\n[A](x:{n})\n------\n\nA." for n in (1, 2))
    found = read_case("a.md", text, [{"path": "", "publishes": True}])
    assert [snapshot.url for snapshot in found.snapshots] == [
        "path://files/a.md",
        "path://files/a.md%231",
    ]


@given(some.text(), some.text(min_size=1).filter(lambda path: not path.startswith("/")))
def test_any_path_makes_an_identity(name: str, path: str) -> None:
    (snapshot,) = read_case(
        path, "Text.", [{"path": "", "publishes": True, "name": name}]
    ).snapshots
    assert is_opaque(snapshot.url)
    assert key_of(snapshot.url) == snapshot.url
    assert source_of(snapshot.url).strip(".")


@given(some.text(alphabet="%ü?/.@:#&= \udcffa", max_size=20))
def test_any_path_in_a_mirror_makes_an_address(path: str) -> None:
    address = find_address(f"example.org/{path}")
    if address:
        assert address.isascii()
        assert source_of(key_of(address)) == "example.org"
