"""What `refeed rebuild` prints when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.cli.output import count, print_error, print_line
from refeed.config import is_archived
from refeed.seeds.names import snapshot_suffixes
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.commands.rebuild import Rebuilt
    from refeed.config import Config
    from refeed.store import FileRow
    from refeed.sync.pipeline import Report
    from refeed.websub.rounds import PingRound

_MAX_LISTED: Final = 50
_MANY: Final = 5
_EXAMPLES: Final = 3
_MAX_SUFFIXES: Final = 8


def print_summary(config: Config, rebuilt: Rebuilt, *, dry_run: bool) -> None:
    """Print what was done, or with a dry run would be."""
    report, publication = rebuilt.report, rebuilt.report.publication
    print_line(f"{count(report.files, 'snapshot file')}, {report.read:,} of them read")
    if not report.files:
        folders = ", ".join(map(str, config.seeds))
        print_line(f"  nothing in {folders} ends in {', '.join(snapshot_suffixes())}")
    if report.ignored:
        print_line(f"  {format_ignored(report.ignored)}")
    print_line(
        f"{count(report.snapshots, 'article')}, {count(report.duplicates, 'duplicate')} "
        f"merged: {count(report.entries, 'entry')}"
    )
    print_line(f"{count(len(report.rejected), 'snapshot')} rejected")
    _print_rejected(report.rejected)
    if report.no_article:
        print_line(format_no_article(report.no_article))
    would = "would change" if dry_run else "changed"
    changed = count(len(publication.changed), "feed")
    print_line(f"{changed} {would}, {publication.unchanged:,} unchanged")
    if publication.pages:
        print_line(f"{count(publication.pages, 'page')} of articles {would}")
    if dry_run:
        for name in publication.changed:
            print_line(f"  {would}  {name}")
    _print_left_out(config, publication.left_out)
    for path in publication.removed[:_MAX_LISTED]:
        print_line(f"  {'would remove' if dry_run else 'removed'}  {path}")
    _print_failures(report)
    for line in rebuilt.unused:
        print_line(f"warning: {line}")
    end = "nothing was written" if dry_run else f"feeds are in {config.output}"
    print_line(f"{rebuilt.seconds:.2f} s; {end}")


def print_faults(report: Report, rejected: Sequence[FileRow]) -> None:
    """Print these rejected files and what failed, and nothing if there is neither."""
    if rejected:
        print_line(f"{count(len(rejected), 'snapshot')} rejected")
    _print_rejected(rejected)
    _print_failures(report)


def _print_rejected(rejected: Sequence[FileRow]) -> None:
    by_reason: dict[str, list[str]] = {}
    for row in rejected:
        by_reason.setdefault(row.problem, []).append(escape_unprintable(row.path))
    lines = [line for reason, paths in by_reason.items() for line in _list_files(reason, paths)]
    for line in lines[:_MAX_LISTED]:
        print_line(line)
    if len(lines) > _MAX_LISTED or any(len(paths) > _MANY for paths in by_reason.values()):
        print_line("  refeed status names them all")


def _list_files(reason: str, paths: Sequence[str]) -> list[str]:
    """Return a line for each file that a reason holds for, or what holds for many in two lines."""
    if len(paths) <= _MANY:
        return [f"  {path}: {reason}" for path in paths]
    return [f"  {len(paths):,} of them: {reason}", f"    {', '.join(paths[:_EXAMPLES])}, …"]


def _print_left_out(config: Config, left_out: Mapping[str, int]) -> None:
    for name, entries in [*left_out.items()][:_MAX_LISTED]:
        if not entries:
            print_line(f"  {name} has room for all of its newest entries again")
            continue
        place = "left to its archive" if is_archived(config, name) else "left out"
        limit = f"max_feed_kb = {config.max_feed_kb}"
        print_line(f"  {name} is full: {count(entries, 'entry')} {place}, by {limit}")
    if len(left_out) > _MAX_LISTED:
        print_line(f"  … and {len(left_out) - _MAX_LISTED:,} more full feeds: refeed status")


def _print_failures(report: Report) -> None:
    for failure in report.publication.failures:
        print_line(f"  failed  {failure}; its last good form stays")


def format_ignored(ignored: Mapping[str, int]) -> str:
    """Say how many files have another name than snapshots, by suffix, most frequent first."""
    by_number = sorted(ignored.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{suffix or 'no suffix'} {number:,}" for suffix, number in by_number]
    more = ["…"] if len(named) > _MAX_SUFFIXES else []
    total = sum(ignored.values())
    return f"{count(total, 'file')} not read by name: {', '.join(named[:_MAX_SUFFIXES] + more)}"


def format_no_article(kinds: Mapping[str, int]) -> str:
    """Say how many files hold no article, with nothing wrong with them, and what they are."""
    named = [
        f"{number:,} {kind.removesuffix(', not an article')}" for kind, number in kinds.items()
    ]
    total = sum(kinds.values())
    verb = "holds" if total == 1 else "hold"
    more = ["…"] if len(named) > _MAX_SUFFIXES else []
    return f"{count(total, 'file')} {verb} no article: {', '.join(named[:_MAX_SUFFIXES] + more)}"


def print_hub(done: PingRound, *, quiet: bool = False) -> None:
    """Print what the hub was told, and to stderr what it could not be told."""
    if done.accepted and not quiet:
        print_line(f"{done.hub} was told of {count(done.accepted, 'feed document')}")
    for reason, paths in done.refusals.items():
        documents = count(len(paths), "feed document")
        print_error(f"refeed: {done.hub} refuses to be told of {documents}: {reason}; given up")
    if done.problem:
        documents = count(len(done.pending) - len(done.acknowledged), "feed document")
        print_error(
            f"refeed: {done.hub} could not be told of {documents}: {done.problem}; "
            "the next run tries again"
        )
