"""How well refeed cleans: on the gold set, beside other cleaners, or what it does to a folder.

Usage, from the repository's top: make quality [FOLDER=…]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import gold_set
from refeed.cleaning import clean, explain
from refeed.config import Config
from refeed.errors import SnapshotError
from refeed.reading import read
from refeed.rules.rulebook import rulebook
from refeed.text.visible_text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gold_set import GoldDocument
    from refeed.cleaning import Edit, Rules
    from refeed.model import Snapshot

_NOWHERE = Path("/nowhere")
_MUCH = 0.3
_SHORT = 200
_MOST_SHOWN = 25
_LAST = 3
_LINKED = 0.8


def main() -> None:
    """Print one page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    rules = rulebook(Config(seeds=(_NOWHERE,), output=_NOWHERE, state=_NOWHERE)).rules_for("")
    if folder is None:
        _report_gold(rules)
    else:
        _report_folder(folder, rules)


def _report_gold(rules: Rules) -> None:
    documents = gold_set.read_documents()
    cleaners = {"refeed": lambda document: clean(document.html, document.url, rules)}
    cleaners |= _find_others()
    print(f"{'cleaner':20}half  " + "  ".join(gold_set.Score().shares()))
    for name, cleaner in cleaners.items():
        for half in "AB":
            shares = gold_set.score((d for d in documents if d.half == half), cleaner).shares()
            figures = "  ".join(f"{share:{len(title)}.1f}" for title, share in shares.items())
            print(f"{name:20}{half:4}  {figures}")


def _find_others() -> dict[str, Callable[[GoldDocument], str]]:
    """Return the other cleaners that are installed."""
    found: dict[str, Callable[[GoldDocument], str]] = {}
    try:
        import trafilatura
    except ImportError:
        pass
    else:

        def extract(document: GoldDocument) -> str:
            page = _as_page(document)
            return trafilatura.extract(page, output_format="html", include_images=True) or " "

        found["trafilatura"] = extract
    try:
        from readability import Document
    except ImportError:
        pass
    else:

        def summarise(document: GoldDocument) -> str:
            summary: str = Document(_as_page(document)).summary(html_partial=True)
            return summary or " "

        found["readability-lxml"] = summarise
    return found


def _as_page(document: GoldDocument) -> str:
    body = f"<article>{document.html}</article>"
    return f"<html><head><title>{document.name}</title></head><body>{body}</body></html>"


class _Source:
    """What cleaning did to the articles of one source."""

    def __init__(self) -> None:
        self.articles = self.before = self.after = 0
        self.rules: Counter[str] = Counter()
        self.blocks: Counter[tuple[str, str]] = Counter()
        self.thin: list[str] = []
        self.linked: list[str] = []

    def add(self, snapshot: Snapshot, html: str, edits: tuple[Edit, ...]) -> None:
        """Count an article."""
        before, after = _length(snapshot.html), _length(html)
        self.articles += 1
        self.before += before
        self.after += after
        for edit in edits:
            if edit.step == "boilerplate" and edit.action == "removed" and edit.rule != "empty":
                self.rules[edit.rule] += 1
                self.blocks[edit.rule, edit.what] += 1
        if before >= _SHORT and after < before * (1 - _MUCH):
            self.thin.append(f"{snapshot.path}: {before:,} characters to {after:,}")
        if _ends_in_links(html):
            self.linked.append(snapshot.path)


def _report_folder(folder: Path, rules: Rules) -> None:
    sources: dict[str, _Source] = defaultdict(_Source)
    for snapshot in _read_folder(folder):
        html, edits = explain(snapshot.html, snapshot.url, rules, base=snapshot.base)
        host = urlsplit(snapshot.url).hostname or ""
        sources[host.removeprefix("www.")].add(snapshot, html, edits)
    print("source                          articles  text removed  rules")
    for name, source in sorted(sources.items(), key=lambda each: -each[1].articles)[:_MOST_SHOWN]:
        share = 100 * (1 - source.after / source.before) if source.before else 0
        often = ", ".join(f"{rule} {count}" for rule, count in source.rules.most_common(4))
        print(f"{name:32}{source.articles:8}{share:13.1f} %  {often}")
    blocks = sum((source.blocks for source in sources.values()), Counter())
    _print("removed most often", [f"{n:5}  {r}: {w[:90]}" for (r, w), n in blocks.most_common(25)])
    thin = [line for source in sources.values() for line in source.thin]
    _print(f"more than {_MUCH:.0%} of the text removed", thin)
    _print("ends in links", [path for source in sources.values() for path in source.linked])


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}: {len(lines)}")
    for line in lines[:_MOST_SHOWN]:
        print(f"  {line}")


def _read_folder(folder: Path) -> Iterator[Snapshot]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".md", ".txt", ".html", ".htm"} and path.is_file():
            name = path.relative_to(folder).as_posix()
            try:
                reading = read(path.read_bytes(), path=name, modified=0, timezones={})
            except SnapshotError:
                continue
            yield from reading.snapshots


def _length(html: str) -> int:
    return sum(map(len, visible_lines(html)))


def _ends_in_links(html: str) -> bool:
    """Tell whether the last lines of an article are hardly more than links."""
    from lxml import html as lxml_html

    root = lxml_html.fragment_fromstring(html or " ", create_parent="div")
    blocks = [e for e in root.iter("p", "li", "h2", "h3", "h4") if e.text_content().strip()]
    last = blocks[-_LAST:]
    text = sum(len(e.text_content().strip()) for e in last)
    linked = sum(len(a.text_content().strip()) for e in last for a in e.iter("a"))
    return len(last) == _LAST and linked >= _LINKED * text > 0


if __name__ == "__main__":
    main()
