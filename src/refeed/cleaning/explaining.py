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
from refeed.cleaning.element_kinds import DROP_MARK, KEEP_MARK
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.changes import Change
    from refeed.cleaning.element_kinds import Element

LONGEST = 160
"""Characters of what a change was made to, as it is told."""
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


def describe_changes(step: str, changes: Sequence[Change]) -> Iterator[Edit]:
    """Describe changes that are about to be made."""
    places = _Places()
    for change in changes:
        yield _describe(step, change, places)


def _describe(step: str, change: Change, places: _Places) -> Edit:  # noqa: PLR0911 - a case for each change
    match change:
        case Remove(element, rule):
            return Edit(step, rule, "removed", _shorten_markup(element), where=places.find(element))
        case Rename(element, tag, rule):
            return Edit(
                step, rule, "renamed", _shorten_markup(element), f"<{tag}>", places.find(element)
            )
        case Split(element, rule):
            return Edit(step, rule, "split", _shorten_markup(element), where=places.find(element))
        case MoveBefore(element, _, rule):
            return Edit(
                step, rule, "moved out", _shorten_markup(element), where=places.find(element)
            )
        case Unwrap(element, rule):
            return Edit(
                step, rule, "unwrapped", _shorten_markup(element), where=places.find(element)
            )
        case SetAttribute(element, name, value, rule):
            if value is not None and name not in element.attrib:
                return Edit(step, rule, "added", f'{name}="{value}"', where=places.find(element))
            old = shorten(element.get(name) or "", LONGEST)
            action = "attribute removed" if value is None else "rewritten"
            return Edit(step, rule, action, f"{name}={old}", value or "", places.find(element))
        case Replace(element, replacement, rule):
            became = _shorten_markup(replacement)
            return Edit(
                step, rule, "replaced", _shorten_markup(element), became, places.find(element)
            )
        case RemoveLine(line, rule):
            return Edit(
                step,
                rule,
                "removed",
                shorten(line.text, LONGEST),
                where=places.find(line.place),
            )


def describe_text(step: str, before: str, after: str) -> Iterator[Edit]:
    """Describe what a step that works on text took out: characters, elements, attributes."""
    if before == after:
        return
    if step == "hygiene":
        yield Edit(
            step, "forbidden characters", "removed", f"{len(before) - len(after)} characters"
        )
        return
    for (action, what), count in (
        Counter(_list_names(before)) - Counter(_list_names(after))
    ).items():
        times = f" ({count} times)" if count > 1 else ""
        yield Edit(step, "not on the list of what is allowed", action, what + times)


def _list_names(html: str) -> Iterator[tuple[str, str]]:
    for tag in _TAG.finditer(html):
        yield "removed", f"<{tag.group(1).lower()}>"
        for attribute in _ATTRIBUTE.finditer(tag.group(2)):
            yield "attribute removed", attribute.group(1).lower()


def _shorten_markup(element: Element) -> str:
    html = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return shorten(" ".join(_MARK.sub("", html).split()), LONGEST)


class _Places:
    """Where elements are, as `getpath` says it, which counts all siblings for each of them."""

    def __init__(self) -> None:
        self._steps: dict[Element, str] = {}
        self._paths: dict[Element, str] = {}

    def find(self, element: Element) -> str:
        """Return the place of an element, like ``/div[2]/p[3]``."""
        chain = [element]
        while chain[-1] not in self._paths and (parent := chain[-1].getparent()) is not None:
            chain.append(parent)
        path = self._paths.get(chain[-1], "")
        for each in reversed(chain):
            if each not in self._paths:
                self._paths[each] = path = path + self._find_step(each)
        return path or "/"

    def _find_step(self, element: Element) -> str:
        parent = element.getparent()
        if parent is None or parent.getparent() is None:
            return ""  # html and body
        if element not in self._steps:
            siblings = list(parent)
            totals = Counter(each.tag for each in siblings)
            seen: Counter[str] = Counter()
            for each in siblings:
                seen[each.tag] += 1
                index = f"[{seen[each.tag]}]" if totals[each.tag] > 1 else ""
                self._steps[each] = f"/{each.tag}{index}"
        return self._steps[element]
