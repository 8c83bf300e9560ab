"""The JSON Schema says to an editor what the checks say, as far as a schema can."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import REPOSITORY
from refeed.config import parse
from refeed.config.json_schema import format_json_schema

FILE = REPOSITORY / "refeed.schema.json"
EXAMPLE = REPOSITORY / "config.example.toml"
SCHEMA: dict[str, Any] = json.loads(format_json_schema())
VALIDATOR = Draft202012Validator(SCHEMA)
CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
# What a schema sees: kinds, keys, bounds, words.
SEEN = ("unknown key", "is missing (", "is not true or false", "is not a table", "from 0 to")


def properties() -> dict[str, Any]:
    tables = {"": SCHEMA, **SCHEMA["$defs"]}
    return {
        f"{name}.{key}": value
        for name, table in tables.items()
        for key, value in table["properties"].items()
        if "$ref" not in value and key not in {"rules", "folders", "feeds"}
    }


def test_the_file_is_what_the_command_prints() -> None:
    assert json.loads(FILE.read_text("utf-8")) == SCHEMA, "make it: refeed check --schema"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_example_names_it_and_is_valid() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert text.startswith(f"#:schema ./{FILE.name}\n")
    assert list(VALIDATOR.iter_errors(tomllib.loads(text))) == []


@pytest.mark.parametrize("name", properties())
def test_each_key_has_a_title_and_a_description(name: str) -> None:
    assert properties()[name]["title"]
    assert properties()[name]["description"]


def test_defaults_are_as_a_file_writes_them() -> None:
    defaults = {
        key: value["default"] for key, value in SCHEMA["properties"].items() if "default" in value
    }
    for table in ("Cleaning", "Images", "Watch", "Server", "WebSub"):
        defaults[table.lower()] = {
            key: value["default"] for key, value in SCHEMA["$defs"][table]["properties"].items()
        }
    assert parse(defaults, base=Path("/b")) == parse({}, base=Path("/b"))
    VALIDATOR.validate(defaults)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_good_is_valid_and_what_a_schema_can_see_is_not(case: Path) -> None:
    table = tomllib.loads(case.read_text("utf-8"))
    told = case.with_suffix(".expected").read_text("utf-8")
    if told == "ok\n":
        VALIDATOR.validate(table)
    elif any(words in told for words in SEEN):
        assert not VALIDATOR.is_valid(table)
