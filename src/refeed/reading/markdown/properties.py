"""Takes the properties off the head of a note: what programs write there instead of front matter.

    Title: …                        Pelican, MultiMarkdown
    source:: https://…              Logseq, Roam, Dataview
    # Title / URL: https://…        Notion
    ## Metadata / - Author: [[…]]   Readwise, Zotero
    [Read Original](https://…)      Omnivore
    > ## Excerpt                    MarkDownload

A run of such lines is taken off as a whole, if it is one without doubt: it names an address, or two
things that are known, or is written with `::`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refeed.reading.address_line import READ_ORIGINAL
from refeed.reading.front_matter import find_role
from refeed.reading.front_matter_values import normalize_key, to_values
from refeed.reading.markdown.plain_text import to_plain_text

if TYPE_CHECKING:
    from refeed.reading.front_matter_values import Values

_PROPERTY = re.compile(
    r"""(?:[-*+][ \t]+|>[ \t]?)?(?:\*\*|__)?
    (?P<key>[^\W\d_][^\n:：*\[\]()`<>{}|"#]{0,40}?)(?:\*\*|__)?
    [ \t]*(?P<mark>::|:|：)(?:\*\*|__)?(?:(?:[ \t]+|(?<=：))(?P<value>.*))?""",
    re.VERBOSE,
)
_ITEM = re.compile(r"[ \t]+(?:[-*+][ \t]+)?(\S.*)")
_HEADING = re.compile(r"(?:- )?(#{1,3})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r"(=+|-{3,})[ \t]*")
_OF_PROPERTIES = frozenset("metadata properties info frontmatter details 元数据 属性".split())
_LABELS = re.compile(r"(?:[-*+][ \t]+)?#[^\s#]+(?:[\s,]+#[^\s#]+)*[\s,]*")
_LABEL = re.compile(r"#([^\s#,]+)")
_IN_READER = re.compile(r"\[(?:Read|View|Open) (?:on|in) \w+\]\(https?://\S+\)", re.IGNORECASE)
_EXCERPT = re.compile(r">[ \t]*#{2,3}[ \t]*Excerpt[ \t]*", re.IGNORECASE)
_RULE = re.compile(r"(?:-{3,}|_{3,}|\*{3,})[ \t]*")
_PICTURE = re.compile(r"!\[[^\n]*\]\([^()\n]*\)[ \t]*|!\[\[[^\n]*\]\][ \t]*")
_SKIPPED = re.compile(rf"|{_PICTURE.pattern}")
_URL = re.compile(r"https?://[^\s<>()\[\]]+(?:\([^\s<>()\[\]]*\)[^\s<>()\[\]]*)*")
_ONLY_URL = re.compile(rf"<?{_URL.pattern}>?|\[[^\n]{{0,1000}}\]\(<?{_URL.pattern}>?\)")
_DATED = re.compile(r"[ \t]+(?:on|at)[ \t][^\n]{1,40}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_QUOTED = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_SEARCHED = 80
_LONGEST_LINE = 4000
_LONGEST_TITLE = 200
_KNOWN = 2
_OF_POSTS = frozenset({"slug", "status", "summary", "description", "template", "excerpt"})
_DEEPEST_TITLE = 2


class Head(NamedTuple):
    """The head of a note.

    Attributes:
        values: the properties, by normalized keys.
        link: the address that the title above them leads to, or "".
        body: the note without properties.
    """

    values: Values
    link: str
    body: str


def split_head(text: str) -> Head:
    """Take the properties off a note. Its title stays in the body, where it is looked for next."""
    lines = text.split("\n", _SEARCHED)
    taker = _Taker(lines[:_SEARCHED])
    taker.take_all()
    kept = [line for number, line in enumerate(lines) if number not in taker.taken]
    values = to_values(taker.values)
    return Head(values, taker.link, "\n".join(kept).strip("\n"))


class _Taker:
    """Goes through the lines of a head, as long as they are properties."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.taken: set[int] = set()
        self.values: dict[str, str | list[str]] = {}
        self.has_title = False
        self.link = ""

    def take_all(self) -> None:
        at = 0
        while at < len(self.lines):
            line = self.lines[at].rstrip()
            if not line.strip() or _PICTURE.fullmatch(line):
                at += 1
            else:
                at = self._take_part(at)
                if not at:
                    return

    def _take_part(self, at: int) -> int:
        """Take what begins on a line; return the line after it, or 0 if the head has ended."""
        return (
            self._take_heading(at)
            or self._take_excerpt(at)
            or self._take_line(at)
            or self._take_run(at, is_announced=False)
            or self._take_plain_title(at)
        )

    def _take_plain_title(self, at: int) -> int:
        """Take a line of text above properties that have a heading, as Readwise may write it."""
        line = self.lines[at].strip()
        if self.has_title or self.taken or len(line) > _LONGEST_TITLE:
            return 0
        self.has_title = True
        below = at + 1
        while below < len(self.lines) and _SKIPPED.fullmatch(self.lines[below].strip()):
            below += 1
        heading = (
            _HEADING.fullmatch(self.lines[below].rstrip()) if below < len(self.lines) else None
        )
        if below == at + 1 or not heading or normalize_key(heading[2]) not in _OF_PROPERTIES:
            return 0
        end = self._take_heading(below)
        if end:
            self.taken.add(at)
            self.values.setdefault("title", to_plain_text(line))
        return end

    def _take_heading(self, at: int) -> int:
        """Pass the title, take a heading that announces properties; return the line after it."""
        line = self.lines[at].rstrip()
        heading = _HEADING.fullmatch(line)
        if not heading:
            return self._take_underlined(at)
        if normalize_key(heading[2]) in _OF_PROPERTIES:
            first = at + 1
            while first < len(self.lines) and not self.lines[first].strip():
                first += 1
            end = self._take_run(first, is_announced=True) if first < len(self.lines) else 0
            self.taken |= {at} if end else set()
            return end
        if self.has_title or len(heading[1]) > _DEEPEST_TITLE:
            return 0
        return self._pass_title(heading[2], at + 1)

    def _take_underlined(self, at: int) -> int:
        """Pass a title that is underlined."""
        line = self.lines[at].strip()
        below = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        if (
            self.has_title
            or not _UNDERLINE.fullmatch(below)
            or _read_property(line, "")
            or line[0] in ">#"
        ):
            return 0
        return self._pass_title(line, at + 2)

    def _pass_title(self, text: str, end: int) -> int:
        self.has_title = True
        link = re.fullmatch(r"\[[^\n]+\]\((https?://\S+)\)", text)
        self.link = link[1] if link else ""
        return end

    def _take_excerpt(self, at: int) -> int:
        """Take MarkDownload's summary of the page, and the rule below it."""
        if not _EXCERPT.fullmatch(self.lines[at].rstrip()):
            return 0
        end = at
        while end < len(self.lines) and self.lines[end].startswith(">"):
            end += 1
        rule = end
        while rule < len(self.lines) and not self.lines[rule].strip():
            rule += 1
        if rule >= len(self.lines) or not _RULE.fullmatch(self.lines[rule].rstrip()):
            return 0
        self.taken.update(range(at, rule + 1))
        return rule + 1

    def _take_line(self, at: int) -> int:
        """Take a line of labels, a link to the original, or the rule below properties."""
        line = self.lines[at].strip()
        if _LABELS.fullmatch(line):
            self._add("tags", _LABEL.findall(line))
        elif link := READ_ORIGINAL.fullmatch(line):
            self.values.setdefault("originalurl", link[1])
        elif not _IN_READER.fullmatch(line) and not (self.taken and _RULE.fullmatch(line)):
            return 0
        self.taken.add(at)
        return at + 1

    def _take_run(self, at: int, *, is_announced: bool) -> int:
        """Take a run of properties; return the line after it, or 0 if it is none."""
        found: dict[str, list[str]] = {}
        marks, end, key = set(), at, ""
        while end < len(self.lines) and self.lines[end].strip():
            line = self.lines[end].rstrip()
            if pair := _read_property(line, key):
                key, mark, value = pair
                marks.add(mark)
                found.setdefault(key, []).append(value)
            elif key and (item := _ITEM.fullmatch(line)):
                found[key].append(item[1])
            elif key and not found[key][0] and line.startswith("- "):
                found[key].append(line[2:].strip())
            elif not (key and _LABELS.fullmatch(line)):
                break
            end += 1
        is_ruled_off = len(found) > 1 and self._is_rule(end)
        whole = is_announced or is_ruled_off or not self._has_text(end)
        is_title = list(found) == ["title"] and not any(self.lines[:at])
        if not found or not (whole or "::" in marks):
            return 0
        if not (is_title or self._go_on(found) or _are_properties(found, marks)):
            return 0
        for name, texts in found.items():
            self._add(name, [text for text in texts if text])
        end += is_ruled_off
        self.taken.update(range(at, end))
        return end

    def _go_on(self, found: dict[str, list[str]]) -> bool:
        """Tell whether one dated line goes on with the properties above."""
        return (
            bool(self.taken)
            and all(find_role(key) in ("date", "late date") for key in found)
            and all(_DAY.match(text) for texts in found.values() for text in texts)
        )

    def _has_text(self, at: int) -> bool:
        return at < len(self.lines) and bool(self.lines[at].strip())

    def _is_rule(self, at: int) -> bool:
        """Tell whether a rule ends the properties: front matter without its first line."""
        return self._has_text(at) and _RULE.fullmatch(self.lines[at].rstrip()) is not None

    def _add(self, key: str, texts: list[str]) -> None:
        if not texts:
            return
        role = find_role(key)
        if role == "url":
            urls = [url for text in texts if (url := _URL.search(text))]
            if urls:
                self.values.setdefault(key, urls[0][0])
        elif role in ("tag", "author"):
            names = [name for text in texts for name in _split_names(text, role)]
            before = self.values.get(key, [])
            self.values[key] = [*before, *names]
        else:
            text = texts[0]
            is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
            self.values.setdefault(key, to_plain_text(text[1:-1] if is_quoted else text))


def _read_property(line: str, before: str) -> tuple[str, str, str] | None:
    """Return the normalized key, the mark and the value of a property.

    Args:
        line: without its end.
        before: the key above; below one, indented lines go on.
    """
    if len(line) > _LONGEST_LINE or (
        before and line[:1] in (" ", "\t") and line.strip()[0] not in "-*+"
    ):
        return None
    match = _PROPERTY.fullmatch(line.strip())
    if not match or (match["mark"] == ":" and (match["value"] or "").startswith("//")):
        return None
    key = normalize_key(match["key"])
    return (key, match["mark"], (match["value"] or "").strip()) if key else None


def _are_properties(found: dict[str, list[str]], marks: set[str]) -> bool:
    """Tell whether a run of lines like `Key: value` is no text."""
    roles = {find_role(key) for key in found} - {""}
    if "::" in marks:
        return bool(roles) or len(found) >= _KNOWN
    if "url" in roles:
        is_address = _URL.search if len(roles) > 1 else _names_url
        return any(
            find_role(key) == "url" and any(map(is_address, texts)) for key, texts in found.items()
        )
    if "title" in roles and not _OF_POSTS.isdisjoint(found):
        return True
    if roles == {"tag"} and len(found) == 1:
        return all(_LABELS.fullmatch(text) or "," in text for text in found.popitem()[1])
    return len(roles) >= _KNOWN


def _names_url(text: str) -> bool:
    """Tell whether a text is an address or a link, perhaps with the day of clipping."""
    return _ONLY_URL.fullmatch(_DATED.sub("", text)) is not None


def _split_names(text: str, role: str) -> tuple[str, ...]:
    """Return the names in a property of several: `[[A]], [[B]]`, `#a #b`, `a, b`."""
    links = tuple(_QUOTED.findall(text))
    if links:
        return tuple(f"[[{link}]]" for link in links)
    if role == "tag":
        if text.startswith("#"):
            return tuple(part.strip(" ,") for part in text.split("#") if part.strip(" ,"))
        return tuple(
            part.strip(" \"'") for part in text.strip("[]").split(",") if part.strip(" \"'")
        )
    return (to_plain_text(text),)
