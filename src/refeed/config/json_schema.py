"""The JSON Schema of ``refeed.toml``, by which editors complete and check it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ConfigDict, TypeAdapter, with_config

from refeed.config.values import Config


def format_json_schema() -> str:
    """Return the schema, in draft 2020-12; a check may still refuse what it allows."""
    documented = with_config(ConfigDict(extra="forbid", use_attribute_docstrings=True))(Config)
    schema = TypeAdapter(documented).json_schema()
    tables: dict[str, dict[str, Any]] = schema["$defs"]
    # An attribute that is inherited comes without its docstring.
    tables["MatchTable"]["properties"] |= tables["ConditionsTable"]["properties"]
    tables["Server"]["properties"]["listen"]["default"] = str(Config.server.listen)
    for name, table in (("refeed.toml", schema), *tables.items()):
        # Not every release of pydantic says it of the inner tables.
        table |= {"title": name.removesuffix("Table"), "additionalProperties": False}
        for key in table["properties"].values():
            if "description" in key:
                key["description"] = " ".join(key["description"].split())
            if "$ref" in key:
                key.pop("default", None)
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(draft | schema, indent=2, ensure_ascii=False)
