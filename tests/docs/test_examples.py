"""The example archive shows what refeed does; so all of that has to happen there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from refeed.commands.rebuild import rebuild
from refeed.config import load

if TYPE_CHECKING:
    from refeed.commands.rebuild import Rebuilt

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rebuilt, Path]:
    folder = tmp_path_factory.mktemp("examples")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REFEED_")}
    config = load(
        EXAMPLES / "refeed.toml",
        environment=environment,
        working_directory=folder,
        output=folder / "feeds",
        state=folder / "state",
    )
    return rebuild(config, jobs=1), folder / "feeds"


@pytest.fixture
def items(built: tuple[Rebuilt, Path]) -> dict[str, dict[str, Any]]:
    feed = json.loads((built[1] / "all" / "feed.json").read_text("utf-8"))
    return {item["url"].partition("//")[2]: item for item in feed["items"]}


def test_all_but_the_broken_snapshot_is_published(built: tuple[Rebuilt, Path]) -> None:
    report = built[0].report
    assert (report.files, report.entries, report.duplicates) == (14, 13, 1)
    assert [(Path(row.path).name, row.problem[:6]) for row in report.rejected] == [
        ("2024-04-06-cut-short.md", "no URL")
    ]
    assert not report.publication.failures


@pytest.mark.parametrize(
    "text",
    [
        "feedx", "RSS：", "weserv", "i0.wp.com", "data:image", "/url?", "l.php", "utm_", "fbclid",
        "pixel.wp.com", "count.gif", "<script", "<footer", "Share this", "appeared first", "英文版",
        "Stories like this one", "town archive", "cookies", "You may also like",
    ],
)  # fmt: skip
def test_what_cleaning_removes_is_gone(built: tuple[Rebuilt, Path], text: str) -> None:
    seeds = b"".join(path.read_bytes() for path in EXAMPLES.rglob("seeds/*/*"))
    assert text.encode() in seeds
    published = json.loads((built[1] / "all" / "feed.json").read_text("utf-8"))["items"]
    assert [item["id"] for item in published if text in item["content_html"]] == []


def test_each_shape_is_read(items: dict[str, dict[str, Any]]) -> None:
    authors = {url: [a["name"] for a in item.get("authors", ())] for url, item in items.items()}
    assert authors["haibian.example.com/kexue/chaoxibiao.html"] == ["林小满"]
    assert authors["shoreline.example.org/guides/tide-pool"] == ["Oda Brekke"]
    assert authors["town.example.net/stories/a-library-that-lends-drills"] == ["Priya Venn"]
    assert "二氧化碳" in items["chufang.example.com/wen/mianbao.html"]["content_html"]
    assert {"numbers.example.com/notes/1729", "numbers.example.com/notes/seven-bridges"} <= {*items}


def test_the_corrected_text_wins(items: dict[str, dict[str, Any]]) -> None:
    (ferry,) = (item for url, item in items.items() if "the-ferry-that-needs" in url)
    assert "twelve metres" in ferry["content_html"]
    assert ferry["date_published"] == "2024-03-16T09:00:00Z"
    assert ferry["date_modified"] == "2024-03-18T14:45:00Z"


def test_images_have_their_own_address(items: dict[str, dict[str, Any]]) -> None:
    images = sorted(item["image"] for item in items.values() if "image" in item)
    assert images == [
        "https://images.example.com/2024/03/three-loaves.jpg",
        "https://images.example.org/2024/03/needle-rock.jpg",
        "https://shoreline.example.org/images/sea-glass.jpg",
    ]
