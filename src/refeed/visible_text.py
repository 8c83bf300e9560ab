"""The text that a reader of an article sees: to compare snapshots, to summarise, to match."""

from __future__ import annotations

import html as entities
import re
from hashlib import blake2b

_HIDDEN_START = re.compile(
    r"<(?:(!--)|(script|style|template|noscript|head|title|iframe|object|svg)\b)", re.IGNORECASE
)
# By their first letters, since regardless of case a pattern tries each name at each tag.
_INLINE_TAG = re.compile(
    r"</?(?:[aA](?i:bbr|cronym)?|[bB](?i:di|do|ig)?|[cC](?i:ite|ode)|[dD](?i:el|fn)|[eE][mM]"
    r"|[fF](?i:ont)|[iI](?i:mg|ns)?|[kK](?i:bd)|[mM](?i:ark)|[qQ]|[rR](?i:p|t|uby)"
    r"|[sS](?i:amp|mall|pan|trike|trong|ub|up)?|[tT](?i:ime|t)|[uU]|[vV](?i:ar)|[wW](?i:br))"
    r"(?:\s[^>]*)?>"
)
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")

_SPACES = re.compile(r"[\r\n]+")

_LONGEST_REFERENCE = 40
"""Characters of the longest reference in HTML: what comes behind a cut may complete one."""


def visible_text(html: str) -> str:
    """Return the text of an HTML fragment on one line, blocks set apart by a space.

    Scripts, styles, comments and other content that no reader shows are left out. This reads the
    HTML by pattern, not by parsing: it costs a fraction of that, and what it is used for needs no
    tree.
    """
    return _on_one_line(_without_hidden(html))


def _on_one_line(html: str) -> str:
    """Return the text of HTML in which nothing is hidden."""
    text = _without_tags(_INLINE_TAG.sub("", html), " ")
    return " ".join(entities.unescape(text).split())


def visible_lines(html: str) -> list[str]:
    """Return the text of an HTML fragment, a line for each block, without empty ones."""
    shown = _SPACES.sub(" ", _INLINE_TAG.sub("", _without_hidden(html)))
    text = entities.unescape(_without_tags(shown, "\n"))
    return [line for each in text.split("\n") if (line := " ".join(each.split()))]


def beginning(html: str, length: int) -> str:
    """Return the beginning of the visible text, at most `length` characters, as `shortened` cuts.

    Args:
        html: cleaned, so that nothing in it is hidden.
        length: in characters.
    """
    # Reading all of a long article for its first words would cost more than its parsing.
    for much in (length * 4, length * 8):
        # Up to the end of a tag: nothing that begins before it is cut.
        start = html[: html.rfind(">", 0, much) + 1] if len(html) > much else ""
        if start and len(text := _on_one_line(start)) > length + _LONGEST_REFERENCE:
            return shortened(text, length)
    return shortened(_on_one_line(html), length)


def fingerprint(html: str) -> tuple[int, bytes]:
    """Return the length of the visible text and a digest of it, white space not counted.

    Two snapshots whose digests agree look the same to a reader, however their markup differs.
    """
    text = "".join(entities.unescape(_without_tags(_without_hidden(html), "")).split())
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    return len(text), digest.digest()


def _without_tags(html: str, instead: str) -> str:
    """Behind the last `>` is no tag; asked there, the pattern would look to the end at each `<`."""
    head, end, tail = html.rpartition(">")
    return _TAG.sub(instead, head + end) + tail


def _without_hidden(html: str) -> str:
    """Linear whatever the input: an end that isn't there is looked for once, not at each start."""
    shown, position, endless = [], 0, set[str]()
    lowered = ""
    for start in _HIDDEN_START.finditer(html):
        comment, name = start.groups()
        end = "-->" if comment else f"</{name.lower()}"
        if start.start() < position or end in endless:
            continue
        lowered = lowered or html.lower()
        closed = lowered.find(end, start.end())
        if closed < 0:
            endless.add(end)
            continue
        shown.append(html[position : start.start()])
        position = closed if name else closed + len(end)
    shown.append(html[position:])
    return "".join(shown)


def shortened(text: str, length: int) -> str:
    """Return `text` cut to at most `length` characters, at a word's end where there is one near."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, tail = cut.rpartition(" ")
    if space and len(tail) < length // 4:
        cut = head
    return cut.rstrip() + "…"
