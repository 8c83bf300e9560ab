"""Rules of cleaning from the few lines of TOML that a case may have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.config import Cleaning, Config, Images, SourceRule
from refeed.rules.rulebook import Rulebook

if TYPE_CHECKING:
    from refeed.cleaning import Rules

SOURCE = "news.example.org"


def rules_from(toml: str) -> Rules:
    """Make the rules of a source; the keys are those of the configuration, without its tables."""
    table = tomllib.loads(toml)
    switches = ("structure", "links", "trackers", "boilerplate", "learn")
    cleaning = Cleaning(**{name: table.pop(name) for name in switches if name in table})
    images = Images(mode=table.pop("images", "origin"), template=table.pop("template", ""))
    rule = SourceRule(
        SOURCE,
        drop=tuple(table.pop("drop", ())),
        drop_text=tuple(re.compile(text) for text in table.pop("drop_text", ())),
        keep=tuple(table.pop("keep", ())),
        always=tuple(table.pop("always", ())),
        never=tuple(table.pop("never", ())),
    )
    assert not table, f"keys that no case has: {list(table)}"
    nowhere = Path("/nowhere")
    config = Config(
        seeds=(nowhere,),
        output=nowhere,
        state=nowhere,
        cleaning=cleaning,
        images=images,
        rules=(rule,),
    )
    return Rulebook(config).rules_for(SOURCE)
