"""What `refeed status` prints."""

from __future__ import annotations

from typing import Any

from refeed.cli.output import count, join_lines
from refeed.cli.rebuild_summary import format_ignored, format_no_article
from refeed.text.printable import escape_unprintable

_MOST_SOURCES = 5
_WORTH_TELLING = 0.01


def has_problem(found: dict[str, Any]) -> bool:
    """Tell whether something keeps the feeds from being up to date.

    That is: nothing was read yet, the daemon has a problem, or folders or files can't be read. A
    snapshot that was rejected harms no other one and doesn't count.
    """
    daemon = found["daemon"] or {}
    unreadable = found["missing"] or any(row["unreadable"] for row in found["rejected"])
    return not found["last_sync"] or bool(daemon.get("problem") or unreadable)


def format_status(found: dict[str, Any]) -> str:
    """Format what `refeed.commands.status` returns."""
    counts = found["figures"]
    if not found["last_sync"]:
        advice = "run refeed rebuild, or name another state folder with --state"
        if found["daemon"]:
            advice = "the daemon is reading"
        problem = f"Nothing has been read into {escape_unprintable(found['state'])} yet: {advice}."
        return join_lines([problem, *_format_missing(found), *_format_daemon(found)])
    lines = [
        *_format_daemon(found),
        *_format_missing(found),
        f"last sync  {found['last_sync']}",
        f"seeds      {', '.join(map(escape_unprintable, found['seeds']))}",
        f"output     {escape_unprintable(found['output'])}",
        f"snapshots  {counts['snapshots']:,} in {count(counts['files'], 'file')}",
        f"entries    {counts['entries']:,}",
        f"feeds      {counts['feeds']:,}",
    ]
    lines += [
        f"  {entries:8,}  {name}{_format_about(found, name)}"
        for name, entries in found["feeds"].items()
    ]
    lines += _format_pictures(found["pictures"])
    if found["hub_owed"]:
        lines.append(f"hub        to be told of {count(found['hub_owed'], 'feed document')}")
    if found["ignored"]:
        lines.append(f"ignored    {format_ignored(found['ignored'])}")
    if found["no_article"]:
        lines.append(f"no article {format_no_article(found['no_article'])}")
    if counts["unread_dates"]:
        dates = count(counts["unread_dates"], "date")
        lines.append(f"dates      {dates} could not be read; refeed explain FILE says why")
    if found["dated_by_file"]["files"]:
        lines.append(f"undated    {_format_dated_by_file(found)}")
    lines += _format_text_taken(found["text_taken"])
    lines += [f"WARNING    {line}" for line in found["unused"]]
    lines.append(f"rejected   {len(found['rejected']):,}")
    lines += [f"  {escape_unprintable(row['path'])}: {row['reason']}" for row in found["rejected"]]
    return join_lines(lines)


def _format_about(found: dict[str, Any], name: str) -> str:
    """Say what there is to a feed besides the number of its entries."""
    documents, left_out = found["archive_documents"].get(name), found["left_out"].get(name)
    parts = [count(documents, "archive document")] if documents else []
    if left_out:
        place = "left to them" if documents else "left out"
        parts.append(f"{left_out:,} of its newest {place}: max_feed_kb = {found['max_feed_kb']}")
    return f"   ({'; '.join(parts)})" if parts else ""


def _format_text_taken(sources: list[dict[str, Any]]) -> list[str]:
    """Format how much text cleaning takes: the sources of which it takes most, and each jump."""
    most = sorted(sources, key=lambda each: (-each["share"], each["source"]))
    shown = [each for each in most if each["share"] >= _WORTH_TELLING][:_MOST_SOURCES]
    lines = ["cleaning   takes this share of the text of an article:"] if shown else []
    lines += [f"  {each['share']:8.0%}  {each['source']}" for each in shown]
    for each in sources:
        if each["jump"]:
            lines.append(
                f"WARNING    cleaning takes {each['newest']:.0%} of the text of {each['source']}'s"
                f" newest articles, and {each['others']:.0%} of that of older ones: the site may"
                " have changed its template"
            )
            if each["example"]:
                file = escape_unprintable(each["example"])
                lines.append(f"           refeed explain --html page.html {file} shows what goes")
    return lines


def _format_pictures(counts: dict[str, Any] | None) -> list[str]:
    if counts is None:
        return []
    lines = [f"pictures   {counts['there']:,} of {counts['shown']:,} are in the picture store"]
    lines += [f"  {number:8,}  {reason}" for reason, number in counts["missing"].items()]
    if counts["unshown"]:
        size = counts["unshown_bytes"] / 1_000_000
        lines.append(
            f"  {counts['unshown']:8,}  more that no entry shows, {size:.1f} MB;"
            " refeed fetch --prune DAYS deletes these"
        )
    return lines


def _format_dated_by_file(found: dict[str, Any]) -> str:
    undated, kept = found["dated_by_file"], found["first_seen"]
    entries, files = count(undated["entries"], "entry"), count(undated["files"], "file")
    known = {"": "the time of the file; first_seen would keep it", "git": "git's history"}
    date = known.get(kept, f"the time in {escape_unprintable(kept)}")
    verb = "has" if undated["entries"] == 1 else "have"
    return f"{entries} of {files} {verb} no date but {date}"


def _format_missing(found: dict[str, Any]) -> list[str]:
    return [
        f"PROBLEM    the seeds folder {escape_unprintable(folder)} can't be read: {reason}"
        for folder, reason in found["missing"].items()
    ]


def _format_daemon(found: dict[str, Any]) -> list[str]:
    daemon = found["daemon"]
    if daemon is None:
        return []
    lines = [f"daemon     process {daemon.get('process')}, since {daemon.get('since')}"]
    lines += [
        f"serving    {escape_unprintable(address)}" for address in daemon.get("addresses", ())
    ]
    if daemon.get("problem"):
        lines.append(
            f"PROBLEM    {escape_unprintable(daemon['problem'])}, since {daemon['problem_since']}"
        )
    return lines
