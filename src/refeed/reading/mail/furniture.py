"""Finds what stands around the text of a mail: links to its page, reasons why it came, footers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.address_parts import split_address
from refeed.reading.dates.text import is_date
from refeed.reading.mail.rules import load, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.reading.mail.blocks import Block
    from refeed.reading.mail.rules import LineRule

_HEAD_BLOCKS = 12
_FOOT_SHARE = 0.45
"""Of the text: what stands behind it is in the last part."""

_LAST_BLOCKS = 3
"""The last ones of a mail are in its last part, too: footers are longer than some texts."""

_FOOTER_TEXT = 700
_FOOTER_SHARE = 0.12
_LEAST_KEPT = 0.4
_SHORT = 70
_LONGEST_DAY = 40
_MENU_LINKS = 3
_MENU_LABEL = 18
"""Characters of a link in a menu, on an average."""

_MENU_WORDS = 3
_MENU_BETWEEN = 3
_SENTENCE = re.compile(r"[.!?…。！？:;：]|[\u3040-\u30ff\u3400-\u9fff]{7}")
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|linkedin|instagram|youtube|tiktok|pinterest|threads|bsky|t|wa"
    r"|discord|snapchat|weibo|vk|xing)\.(?:com|net|app|me|gg|org)$"
)
_ADDRESS = re.compile(
    r"\b\d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\bP\.? ?O\.? Box\b|〒\d{3}|邮编"
)
_STREET = re.compile(
    r"\d+[^,]{0,40}\b(?:st|street|ave|avenue|road|rd|blvd|suite|ste|floor|fl|lane|drive|straße"
    r"|strasse|str|rue|calle|via|plaza|way)\b",
    re.IGNORECASE,
)


def find_article(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of a mail without what stands around its text."""
    total = sum(len(block.text) for block in blocks)
    rules = [_find_rule(blocks, index, before, total) for index, before in _count(blocks)]
    end = _find_end(blocks, rules, total)
    menu = _find_menu(blocks, rules)
    kept = [
        block
        for index, (block, rule) in enumerate(zip(blocks[:end], rules, strict=False))
        if block.is_mark or not (index in menu or _goes(block, rule) or _is_icon_row(block))
    ]
    kept = _close(kept)
    if sum(len(block.text) for block in kept) < total * _LEAST_KEPT and total > _FOOTER_TEXT:
        return [
            block
            for block, rule in zip(blocks, rules, strict=True)
            if rule is None or rule.place != "anywhere"
        ]
    return kept


def _find_menu(blocks: Sequence[Block], rules: Sequence[LineRule | None]) -> frozenset[int]:
    """Return the indexes of a shop's menu: links of a word or three, before any other text."""
    menu: list[int] = []
    links = 0
    for index, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if _is_menu(block):
            menu.append(index)
            links += len(block.links)
        elif block.text and rules[index] is None:
            break
    return frozenset(menu if links >= _MENU_LINKS else ())


def _is_menu(block: Block) -> bool:
    """Tell whether a block is nothing but short links, none of them a sentence."""
    links = len(block.links)
    if block.is_mark or block.is_heading or not block.text or not links:
        return False
    between = len(block.text) - block.linked
    is_short = block.linked <= _MENU_LABEL * links
    words = len(split_words(block.text))
    is_linked = between <= _MENU_BETWEEN * links and words <= _MENU_WORDS * links
    return is_short and is_linked and not _SENTENCE.search(block.text)


def _goes(block: Block, rule: LineRule | None) -> bool:
    """Tell whether a block before the footer goes; a text may say what a footer says."""
    return rule is not None and not (rule.ends and not block.links)


def drop_known(blocks: Sequence[Block], known: tuple[str, ...]) -> list[Block]:
    """Return the blocks without those at the head that say what is known of a mail, or a day.

    Args:
        blocks: of a mail.
        known: its title, author and site.
    """
    said = {text.casefold() for text in known if text}
    return [
        block
        for index, block in enumerate(blocks)
        if index >= _HEAD_BLOCKS or not block.text or not _is_known(block, said)
    ]


def _is_known(block: Block, said: set[str]) -> bool:
    text = block.text.casefold().removeprefix("by ")
    if len(text) > _LONGEST_DAY or text in said:
        return text in said
    return "<time" in block.html or is_date(block.text)


def _count(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return for each block its index and how much text stands before it."""
    counted, before = [], 0
    for index, block in enumerate(blocks):
        counted.append((index, before))
        before += len(block.text)
    return counted


def _find_rule(blocks: Sequence[Block], index: int, before: int, total: int) -> LineRule | None:
    """Return the rule by which a block is none of the text, or None."""
    block = blocks[index]
    text = block.text.casefold()
    if block.is_mark or not text:
        return None
    for rule in load().lines:
        if len(text) > rule.longest or (rule.link and not block.links):
            continue
        # A sentence with a link is no row of links.
        is_row = block.linked * 2 >= len(block.text)
        if rule.link and rule.place == "foot" and not is_row:
            continue
        if rule.place == "head" and index >= _HEAD_BLOCKS:
            continue
        is_last = index and index >= len(blocks) - _LAST_BLOCKS
        if rule.place == "foot" and not is_last and before < total * _FOOT_SHARE:
            continue
        if _says(text, rule):
            return rule
    return None


def _says(text: str, rule: LineRule) -> bool:
    if not rule.whole:
        return any(word in text for word in rule.words)
    found = split_words(text)
    return not all(map(str.isdecimal, found)) and _is_made_of(found, rule)


def _is_made_of(found: list[str], rule: LineRule) -> bool:
    """Tell whether words are phrases of a rule and numbers, one behind the other."""
    ends = [True] + [False] * len(found)
    for start in range(len(found)):
        if not ends[start]:
            continue
        ends[start + 1] |= found[start].isdecimal()
        for length in range(1, min(rule.longest_phrase, len(found) - start) + 1):
            if tuple(found[start : start + length]) in rule.phrases:
                ends[start + length] = True
    return ends[-1]


def _find_end(blocks: Sequence[Block], rules: Sequence[LineRule | None], total: int) -> int:
    """Return where the footer begins."""
    end = len(blocks)
    rest = 0
    allowed = max(_FOOTER_TEXT, total * _FOOTER_SHARE)
    for index in range(len(blocks) - 1, -1, -1):
        rule = rules[index]
        if rule is not None and rule.ends and rest <= allowed:
            end = index
        rest += 0 if rule is not None else len(blocks[index].text)
        if rest > allowed:
            break
    while (
        end
        and end > len(blocks) // 4
        and _is_of_footer(blocks[end - 1], rules[end - 1], end < len(blocks))
    ):
        end -= 1
    return end


def _is_of_footer(block: Block, rule: LineRule | None, has_footer: bool) -> bool:  # noqa: FBT001
    """Tell whether the block before a footer belongs to it."""
    if rule is not None or _is_icon_row(block):
        return True
    if block.is_mark:
        return False
    if not block.text and not block.pictures:
        return True
    is_address = _ADDRESS.search(block.text) or _STREET.search(block.text)
    if is_address and len(block.text) <= (3 if has_footer else 1.5) * _SHORT:
        return True
    if not has_footer or block.is_heading:
        return False
    is_links = len(block.text) <= _SHORT and block.linked >= len(block.text) * 0.8
    return bool(block.links) and is_links and not block.pictures and bool(block.text)


def _is_icon_row(block: Block) -> bool:
    """Tell whether a block is nothing but icons, or pictures that link to social networks."""
    if block.text:
        return False
    if block.icons and not block.pictures:
        return True
    return bool(block.links) and all(_is_social(link) for link in block.links)


def _is_social(link: str) -> bool:
    parts = split_address(link)
    host = (parts.hostname or "").lower()
    return _SOCIAL.search(host) is not None and parts.path.count("/") <= 2  # noqa: PLR2004 - a profile, no post


def _close(blocks: list[Block]) -> list[Block]:
    """Add the end tags of quotations that were left open, and drop what is no more opened."""
    depth = 0
    closed: list[Block] = []
    for block in blocks:
        if block.is_mark:
            is_start = not block.html.startswith("</")
            if not is_start and not depth:
                continue
            depth += 1 if is_start else -1
        closed.append(block)
    end = next((block for block in blocks if block.is_mark), None)
    return closed + [end._replace(html="</blockquote>")] * depth if end else closed
