"""A folder of snapshots of the shape of a real archive, the same for the same number and seed.

The bodies are taken from real snapshots where there are some; address, title and date of each are
its own, so that nothing but the wanted share are duplicates.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SOURCES = 22
FILES_A_DAY = 350
DUPLICATES = 0.05
MEAN_SIZE = 5200
"""Bytes a file: 337 MB in 64,559 files of a real archive."""

_FIRST_DAY = datetime(2020, 7, 18, tzinfo=UTC)
_HEADER = re.compile(r"<!--\d+-->\s*\[(?P<title>.*)\]\((?P<url>https?://\S+)\)\s*\n-+\s*\n")
_WORDS = "feed reader archive snapshot morning river station market letter bridge winter".split()


@dataclass(frozen=True, slots=True)
class Template:
    """A snapshot that others are made of."""

    title: str
    url: str
    html: str


def templates(samples: Path) -> list[Template]:
    """Return what can be sampled from a folder of snapshots; generated text if it holds nothing.

    Args:
        samples: a folder of native snapshots; it may be missing.
    """
    found = []
    for file in sorted(samples.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="replace")
        header = _HEADER.search(text)
        # What Hugo would take for a shortcode of its own ends its build.
        if header and "{{" not in text:
            found.append(Template(header["title"], header["url"], text[header.end() :]))
    hosts = sorted({urlsplit(each.url).netloc for each in found})
    if len(hosts) < SOURCES:
        return _generated()
    largest = _largest(found)
    return _of_mean_size([t for t in found if urlsplit(t.url).netloc in largest])


def _largest(found: Sequence[Template]) -> set[str]:
    counts: dict[str, int] = {}
    for each in found:
        host = urlsplit(each.url).netloc
        counts[host] = counts.get(host, 0) + 1
    return set(sorted(counts, key=lambda host: (-counts[host], host))[:SOURCES])


def _of_mean_size(found: list[Template]) -> list[Template]:
    """Leave out the longest until the mean is that of the archive: samples favour odd files."""
    found.sort(key=lambda template: len(template.html.encode()))
    total = sum(len(template.html.encode()) for template in found)
    while total > MEAN_SIZE * len(found):
        total -= len(found.pop().html.encode())
    return found


def _generated() -> list[Template]:
    chance = random.Random(0)
    made = []
    for number in range(600):
        size = min(120_000, int(chance.lognormvariate(8.2, 0.9)))
        paragraphs: list[str] = []
        while sum(map(len, paragraphs)) < size:
            words = " ".join(chance.choices(_WORDS, k=60))
            paragraphs.append(f"<p>{words}, <a href='/n/{number}?utm_source=x'>more</a>.</p>")
        host = f"site{number % SOURCES}.example"
        made.append(Template(f"Title {number}", f"https://{host}/{number}", "\n".join(paragraphs)))
    return made


def fill(folder: Path, number: int, samples: Path, seed: int = 1) -> None:
    """Write `number` snapshot files, in a folder for each day as archivers make them."""
    for path, text in snapshots(number, templates(samples), seed):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")


def snapshots(
    number: int,
    made_of: Sequence[Template],
    seed: int,
    *,
    first: int = 0,
    duplicates: float = DUPLICATES,
) -> Iterator[tuple[str, str]]:
    """Yield path and text of snapshots, the oldest first; `first` numbers the first of them."""
    chance = random.Random(f"{seed}-{first}")
    earlier: list[tuple[Template, int]] = []
    for at in range(first, first + number):
        instant = _FIRST_DAY + timedelta(days=at / FILES_A_DAY)
        if earlier and chance.random() < duplicates:
            template, article = chance.choice(earlier)
        else:
            template, article = chance.choice(made_of), at
            earlier.append((template, article))
        yield _snapshot(template, article, at, instant)


def _snapshot(template: Template, article: int, number: int, instant: datetime) -> tuple[str, str]:
    title = f"{template.title} {article}"
    url = f"{template.url.split('?')[0].rstrip('/')}/{article}"
    name = re.sub(r"[\x00-\x1f/]", " ", title)[:60]
    path = f"archived/{instant:%Y-%m-%d}/{instant:%Y-%m-%d}-{number}-{name}.md"
    text = (
        f"---\nlayout: post\ntitle: {json.dumps(title, ensure_ascii=False)}\n"
        f"date: {instant:%Y-%m-%dT%H:%M:%S}.000Z\nauthor: A Writer\nfrom: {json.dumps(url)}\n"
        "tags: [ News ]\ncategories: [ News ]\n---\n"
        f"<!--{int(instant.timestamp() * 1000)}-->\n[{title}]({url})\n------\n\n{template.html}"
    )
    return path, text
