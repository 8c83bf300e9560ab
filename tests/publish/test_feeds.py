"""Why feeds are written again, as the report of a sync says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archives import Article, config_in, put, synced

if TYPE_CHECKING:
    from pathlib import Path

NEW = "it was not published before"
CHANGED = "its entries or settings changed"
DAMAGED = "a file of it was changed or deleted by somebody else"


def test_reasons_for_writing_a_feed(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/1.md", Article(url="https://a.example/1"))
    assert synced(config).publication.reasons == {"all": NEW, "source/a.example": NEW}
    assert synced(config).publication.reasons == {}
    put(tmp_path / "seeds/2.md", Article(url="https://b.example/2"))
    assert synced(config).publication.reasons == {"all": CHANGED, "source/b.example": NEW}
    (config.output / "all/rss.xml").unlink()
    assert synced(config).publication.reasons == {"all": DAMAGED}
    titled = config_in(tmp_path, title="Another title")
    assert set(synced(titled).publication.reasons.values()) == {CHANGED}
