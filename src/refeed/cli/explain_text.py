"""What `refeed explain` prints."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from refeed.cli.output import count, join_lines
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = re.compile(r"(?:^|>)[^<]*\w")
"""Text, outside of tags."""


def format_explanation(found: dict[str, Any]) -> str:
    """Format what `refeed.commands.explain` returns."""
    lines = [escape_unprintable(found["file"])]
    if not found["in_seeds"]:
        lines.append(
            "  is in no seeds folder, so it is in no feed; --seeds or -c names other folders"
        )
    if found["ignored"]:
        lines.append(f"  is not read: {found['ignored']}")
    lines += [f"  problem: {problem}" for problem in found["problems"]]
    lines += [f"  passed over: {reason}" for reason in found["passed_over"]]
    lines += [
        f"  picture missing: {escape_unprintable(reference)} is not beside it"
        for reference in found["missing_pictures"]
    ]
    for article in found["articles"]:
        lines += ["", *_format_article(article)]
    return join_lines(lines)


def _format_article(article: dict[str, Any]) -> list[str]:
    lines = []
    for name in ("title", "url", "date", "authors", "tags"):
        value, origin = article[name]["value"], article[name]["from"]
        text = ", ".join(value) if isinstance(value, list) else value
        lines.append(f"{name:8} {text or '–'}" + (f"   ({origin})" if origin else ""))
        if name == "date":
            lines += [
                f"         not read: {escape_unprintable(unread)}"
                for unread in article["unread_dates"]
            ]
    lines += [
        f"{name:8} {escape_unprintable(article[name])}"
        for name in ("format", "language", "site")
        if article[name]
    ]
    if article["pictures"]:
        lines.append(f"pictures {count(article['pictures'], 'picture')} in the file or beside it")
    lines += _format_web_pictures(article["web_pictures"])
    lines += [f"key      {article['key']}", f"id       {article['id']}"]
    if not article["url"]["value"].startswith("http"):
        lines.append(f"link     {article['link'] or '–'}")
    lines += _format_entry(article["entry"]) if article["entry"] else []
    sizes = article["characters"]
    lines.append(
        f"cleaning {count(len(article['cleaning']), 'change')}, "
        f"{sizes['before']:,} characters to {sizes['after']:,}"
    )
    return lines + list(_format_edits(article["cleaning"]))


def _format_web_pictures(pictures: list[dict[str, str]]) -> list[str]:
    if not pictures:
        return []
    there = sum(1 for each in pictures if each["file"])
    return [
        f"pictures {there:,} of {count(len(pictures), 'picture')} of the web in the picture store",
        *(
            f"         missing: {escape_unprintable(each['address'])}   ({each['reason']})"
            for each in pictures
            if not each["file"]
        ),
    ]


def _format_entry(entry: dict[str, Any]) -> list[str]:
    lines = [
        f"entry    published {entry['published']}, updated {entry['updated']}",
        f"feeds    {', '.join(entry['feeds'])}",
        *(f"         not shown: {reason}" for reason in entry["not_shown"]),
        f"merged   {count(len(entry['snapshots']), 'snapshot')}",
    ]
    for version in entry["snapshots"]:
        marks = [
            mark
            for mark, holds in (("wins", version["wins"]), ("this one", version["this"]))
            if holds
        ]
        note = f"   ({', '.join(marks)})" if marks else ""
        lines.append(f"  {version['date']}  {escape_unprintable(version['path'])}{note}")
    return lines


def _format_edits(edits: list[dict[str, str]]) -> Iterator[str]:
    """Format edits: removed text first, what no reader sees last."""

    def about(edit: dict[str, str]) -> tuple[str, str, str]:
        return edit["step"], edit["action"], edit["rule"]

    for (step, action, rule), group in groupby(sorted(edits, key=_rank), about):
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


def _rank(edit: dict[str, str]) -> int:
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
