"""What a person reads: progress, summaries, explanations."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

from refeed.seeds.files import SNAPSHOT_SUFFIXES
from refeed.text.printable import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.progress import Progress

    from refeed.commands.rebuild import Outcome
    from refeed.config import Config
    from refeed.websub.rounds import PingRound

_STAGES = {
    "reading": "Reading snapshots",
    "cleaning": "Cleaning entries",
    "publishing": "Publishing entries",
}
_MOST_LISTED = 50

_WORDS = re.compile(r"(?:^|>)[^<]*\w")
"""Text, outside of tags."""


class Terminal:
    """Progress and summary of a rebuild: a bar on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._stop()

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage has come, if it is one that people wait for."""
        if stage not in _STAGES:
            return
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            if done == total:
                _complain(f"{_STAGES[stage]}: {done:,}")
            return
        if stage != self._stage or self._bar is None:
            self._stop()
            self._stage = stage
            self._bar = _bar(_STAGES[stage], total)
        task = self._bar.task_ids[0]
        if done == total or done % 100 == 0:
            self._bar.update(task, completed=done, total=total, refresh=True)

    def summary(self, config: Config, outcome: Outcome, *, dry_run: bool) -> None:
        """Print what was done, or with a dry run would be."""
        self._stop()
        report, publication = outcome.report, outcome.report.publication
        say = _say
        say(f"{_many(report.files, 'snapshot file')}, {report.read:,} of them read")
        if not report.files:
            folders = ", ".join(map(str, config.seeds))
            say(f"  nothing in {folders} ends in {', '.join(SNAPSHOT_SUFFIXES)}")
        say(
            f"{_many(report.snapshots, 'article')}, {_many(report.duplicates, 'duplicate')} "
            f"merged: {_many(report.entries, 'entry')}"
        )
        say(f"{_many(len(report.rejected), 'snapshot')} rejected")
        for row in report.rejected[:_MOST_LISTED]:
            say(f"  {shown(row.path)}: {row.problem}")
        if len(report.rejected) > _MOST_LISTED:
            say(f"  … and {len(report.rejected) - _MOST_LISTED:,} more: refeed status")
        would = "would change" if dry_run else "changed"
        changed = _many(len(publication.changed), "feed")
        end = "nothing was written" if dry_run else f"feeds are in {config.output}"
        say(f"{changed} {would}, {publication.unchanged:,} unchanged")
        if dry_run:
            for name in publication.changed:
                say(f"  {would}  {name}")
        for path in publication.removed[:_MOST_LISTED]:
            say(f"  {'would remove' if dry_run else 'removed'}  {path}")
        for failure in publication.failures:
            say(f"  failed  {failure}; its last good form stays")
        say(f"{outcome.seconds:.2f} s; {end}")

    def hub(self, done: PingRound) -> None:
        """Print what a hub was told, and complain of what it could not be told."""
        if done.accepted:
            _say(f"{done.hub} was told of {_many(done.accepted, 'feed document')}")
        for reason, paths in done.refusals.items():
            documents = _many(len(paths), "feed document")
            _complain(f"refeed: {done.hub} refuses to be told of {documents}: {reason}; given up")
        if done.problem:
            documents = _many(len(done.pending) - len(done.acknowledged), "feed document")
            _complain(
                f"refeed: {done.hub} could not be told of {documents}: {done.problem}; "
                "the next run tries again"
            )

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar(description: str, total: int | None) -> Progress:
    """Start a bar on the terminal; without a total it shows that something is being done."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, and terminals alone need it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        auto_refresh=False,
    )
    bar.start()
    bar.add_task(description, total=total)
    return bar


def _say(line: str) -> None:
    print(shown(line))  # noqa: T201 - this is the printer


def _complain(line: str) -> None:
    print(shown(line), file=sys.stderr, flush=True)  # noqa: T201 - this is the printer


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(shown(line) for text in lines for line in text.split("\n"))


def to_json(value: object) -> str:
    """Return JSON for machines, one value, indented."""
    return json.dumps(_printable(value), ensure_ascii=False, indent=2)


def _printable(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        case dict():
            return {name: _printable(member) for name, member in value.items()}
        case list() | tuple():
            return [_printable(member) for member in value]
    return value


def state_of_things(found: dict[str, Any]) -> str:
    """Return what `status` says, for people."""
    figures = found["figures"]
    if not found["last_sync"]:
        return _lines(["Nothing has been read yet: run refeed rebuild.", *_daemon(found)])
    lines = [
        *_daemon(found),
        f"last sync  {found['last_sync']}",
        f"seeds      {', '.join(map(shown, found['seeds']))}",
        f"output     {shown(found['output'])}",
        f"snapshots  {figures['snapshots']:,} in {figures['files']:,} files",
        f"entries    {figures['entries']:,}",
        f"feeds      {figures['feeds']:,}",
    ]
    for name, entries in found["feeds"].items():
        documents = found["archive_documents"].get(name)
        archive = f"   ({_many(documents, 'archive document')})" if documents else ""
        lines.append(f"  {entries:8,}  {name}{archive}")
    if found["hub_owed"]:
        documents = _many(found["hub_owed"], "feed document")
        lines.append(f"hub        to be told of {documents}")
    lines.append(f"rejected   {len(found['rejected']):,}")
    lines += [f"  {shown(row['path'])}: {row['reason']}" for row in found["rejected"]]
    return _lines(lines)


def _daemon(found: dict[str, Any]) -> list[str]:
    daemon = found["daemon"]
    if daemon is None:
        return []
    lines = [f"daemon     process {daemon.get('process')}, since {daemon.get('since')}"]
    lines += [f"serving    {shown(address)}" for address in daemon.get("addresses", ())]
    if daemon.get("problem"):
        lines.append(f"PROBLEM    {shown(daemon['problem'])}, since {daemon['problem_since']}")
    return lines


def explained(found: dict[str, Any]) -> str:
    """Return what `explain` says, for people."""
    lines = [shown(found["file"])]
    if not found["in_seeds"]:
        lines.append("  is in no seeds folder, so it is in no feed")
    lines += [f"  problem: {problem}" for problem in found["problems"]]
    for article in found["articles"]:
        lines += ["", *_article(article)]
    return _lines(lines)


def _article(article: dict[str, Any]) -> list[str]:
    lines = []
    for name in ("title", "url", "date", "authors", "tags"):
        value, origin = article[name]["value"], article[name]["from"]
        text = ", ".join(value) if isinstance(value, list) else value
        lines.append(f"{name:8} {text or '–'}" + (f"   ({origin})" if origin else ""))
    lines += [f"key      {article['key']}", f"id       {article['id']}"]
    lines += _entry(article["entry"]) if article["entry"] else []
    sizes = article["characters"]
    lines.append(
        f"cleaning {_many(len(article['cleaning']), 'change')}, "
        f"{sizes['before']:,} characters to {sizes['after']:,}"
    )
    return lines + list(_edits(article["cleaning"]))


def _entry(entry: dict[str, Any]) -> list[str]:
    lines = [
        f"entry    published {entry['published']}, updated {entry['updated']}",
        f"feeds    {', '.join(entry['feeds'])}",
        f"merged   {_many(len(entry['snapshots']), 'snapshot')}",
    ]
    for version in entry["snapshots"]:
        marks = [
            mark
            for mark, holds in (("wins", version["wins"]), ("this one", version["this"]))
            if holds
        ]
        note = f"   ({', '.join(marks)})" if marks else ""
        lines.append(f"  {version['date']}  {shown(version['path'])}{note}")
    return lines


def _edits(edits: list[dict[str, str]]) -> Iterator[str]:
    """Tell of edits; what somebody misses first, what no reader sees last."""

    def about(edit: dict[str, str]) -> tuple[str, str, str]:
        return edit["step"], edit["action"], edit["rule"]

    for (step, action, rule), group in groupby(sorted(edits, key=_weight), about):
        heading = f"  {step}: {action} ({rule})"
        no_place = []
        for edit in group:
            if not edit["where"]:
                no_place.append(edit["what"])
                continue
            yield f"{heading}  {edit['where']}"
            yield f"      {edit['what']}"
            if edit["became"]:
                yield f"      to {edit['became']}"
        if no_place:
            yield heading
            yield f"      {', '.join(no_place)}"


def _weight(edit: dict[str, str]) -> int:
    match edit["action"]:
        case "removed" if edit["where"]:
            return 0 if _WORDS.search(edit["what"]) else 1
        case "removed":
            return 2
        case "replaced" | "rewritten":
            return 3
        case "attribute removed":
            return 5
    return 4


def _many(number: int, thing: str) -> str:
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing[:-1]}ies" if thing.endswith("y") else f"{number:,} {thing}s"
