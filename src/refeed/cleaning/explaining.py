"""What cleaning did, in words: for each change its step and rule, what it was and where."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from refeed.cleaning.changes import (
    MoveBefore,
    Remove,
    RemoveLine,
    Rename,
    Replace,
    SetAttribute,
    Split,
    Unwrap,
)
from refeed.cleaning.elements import DROP_MARK, KEEP_MARK
from refeed.visible_text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.elements import Element

_LONGEST = 160
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_MARK = re.compile(rf' (?:{KEEP_MARK}|{DROP_MARK})="[^"]*"')
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that cleaning made.

    Attributes:
        step: for instance ``boilerplate``.
        rule: the rule's name.
        action: ``removed``, ``unwrapped``, ``rewritten``, ``added``, ``replaced``, ``renamed``,
            ``split``, ``moved out`` or ``attribute removed``.
        what: the element, line or address it was, shortened.
        became: what an address was rewritten to, or "".
        where: the place in the article, like ``/div[2]/p[3]``; "" for the text as a whole.
    """

    step: str
    rule: str
    action: str
    what: str
    became: str = ""
    where: str = ""


def edit_of(step: str, change: Change) -> Edit:  # noqa: PLR0911 - a case for each change
    """Describe a change that is about to be made."""
    match change:
        case Remove(element, rule):
            return Edit(step, rule, "removed", _markup(element), where=_place(element))
        case Rename(element, tag, rule):
            return Edit(step, rule, "renamed", _markup(element), f"<{tag}>", _place(element))
        case Split(element, rule):
            return Edit(step, rule, "split", _markup(element), where=_place(element))
        case MoveBefore(element, _, rule):
            return Edit(step, rule, "moved out", _markup(element), where=_place(element))
        case Unwrap(element, rule):
            return Edit(step, rule, "unwrapped", _markup(element), where=_place(element))
        case SetAttribute(element, name, value, rule):
            if value is not None and name not in element.attrib:
                return Edit(step, rule, "added", f'{name}="{value}"', where=_place(element))
            old = shortened(element.get(name) or "", _LONGEST)
            action = "attribute removed" if value is None else "rewritten"
            return Edit(step, rule, action, f"{name}={old}", value or "", _place(element))
        case Replace(element, replacement, rule):
            became = _markup(replacement)
            return Edit(step, rule, "replaced", _markup(element), became, _place(element))
        case RemoveLine(line, rule):
            return Edit(
                step,
                rule,
                "removed",
                shortened(line.text, _LONGEST),
                where=_place(line.place),
            )


def text_edits(step: str, before: str, after: str) -> Iterator[Edit]:
    """Describe what a step that works on text took out: characters, elements, attributes."""
    if before == after:
        return
    if step == "hygiene":
        yield Edit(
            step, "forbidden characters", "removed", f"{len(before) - len(after)} characters"
        )
        return
    for (action, what), count in (Counter(_names(before)) - Counter(_names(after))).items():
        times = f" ({count} times)" if count > 1 else ""
        yield Edit(step, "not on the list of what is allowed", action, what + times)


def _names(html: str) -> Iterator[tuple[str, str]]:
    for tag in _TAG.finditer(html):
        yield "removed", f"<{tag.group(1).lower()}>"
        for attribute in _ATTRIBUTE.finditer(tag.group(2)):
            yield "attribute removed", attribute.group(1).lower()


def _markup(element: Element) -> str:
    html = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return shortened(" ".join(_MARK.sub("", html).split()), _LONGEST)


def _place(element: Element) -> str:
    path: str = element.getroottree().getpath(element)
    return path.removeprefix("/html/body") or "/"
