"""Keeps buttons that hold a part of the article, and removes those that only do something.

No button works in a feed. But pages put headings of accordions, pictures that can be enlarged and
words of sentences into buttons. One that stands alone, to copy, share or close, says nothing.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Rename, Unwrap
from refeed.text.blocks import BLOCKS
from refeed.urls import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "legend"})
_SENTENCES = frozenset({"p", "li", "td", "th", "dd", "blockquote", "figcaption", "caption"})
_CONTROLS = frozenset(
    {"button", "select", "textarea", "canvas", "audio", "video", "script", "style"}
)
"""Elements whose text is no word of a sentence."""

_EDGES = BLOCKS | {"br", "body"}
_ACTIONS = Pattern(
    r"\W*(?:copy(?: (?:code|link|url|to clipboard|text))?|copied!?|share|pin(?: it)?|tweet|save"
    r"|print"
    r"|close|menu|open|search|like|reply|follow|subscribe|sign (?:up|in)|log ?in|play|pause|next"
    r"|previous|prev|back|(?:show|see|view|read|load) (?:more|less|all)|more|less"
    r"|expand|collapse"
    r"|zoom|enlarge|full ?screen|edit|run|download|skip(?: ad)?|comments?"
    r"|kopieren|teilen|schließen|speichern|drucken|mehr(?: anzeigen)?|weiterlesen|abspielen"
    r"|copier|partager|fermer|enregistrer|imprimer|voir plus|lire la suite"
    r"|copiar|compartir|compartilhar|cerrar|fechar|guardar|salvar|imprimir|ver más|ver mais"
    r"|leer más|leia mais|copia|condividi|chiudi|salva|stampa|leggi (?:tutto|di più)"
    r"|kopiëren|delen|sluiten|kopiuj|udostępnij|zamknij|копировать|поделиться|закрыть"
    r"|复制(?:代码|链接)?|複製|分享|收藏|关闭|關閉|打印|点赞"
    r"|展开|收起|展開"
    r"|阅读全文|查看更多|继续浏览.{0,4}"
    r"|コピー|シェア|共有|閉じる|もっと見る|복사|공유|닫기|더 ?보기"
    r"|نسخ|مشاركة|إغلاق)\W*(?:\d+\W*)?",
    re.IGNORECASE,
)
"""What buttons say that stand beside an article's words, not among them."""

_OPENS = Pattern(r"accordion|collaps|toggle|expand|faq|question|spoiler|disclosure", re.IGNORECASE)
_ICON_FILE = re.compile(r"\.svg(?:[?#]|$)|icon|sprite|/emoji", re.IGNORECASE)
_LARGEST_ICON = 64
_NEAR = 40
"""Elements of a line that are looked at on each side of a button."""


def changes(document: Document) -> Iterator[Change]:
    """Unwrap buttons that hold what is article; the sanitiser takes the others."""
    for button in document.all("button"):
        text = document.shown_text(button)
        if document.is_protected(button):
            yield Unwrap(button, "button to keep")
        elif (
            any(map(_is_picture, button.iter("img")))
            or next(button.iter("video"), None) is not None
        ):
            yield Unwrap(button, "button around a picture")
        elif not any(map(str.isalnum, text)):
            continue
        elif any(e.tag in _HEADINGS for e in button.iterdescendants()):
            yield Unwrap(button, "button around a heading")
        elif (block := _find_block(button)).tag in _HEADINGS:
            if document.shown_text(block) == text or not _ACTIONS.fullmatch(text):
                yield Unwrap(button, "button in a heading")
        elif _is_in_a_sentence(button, block, text):
            yield Unwrap(button, "button in a sentence")
        elif _opens_a_panel(button, text, document):
            yield Rename(button, "h4", "button over what it opens")


def _is_picture(image: Element) -> bool:
    """Tell whether an image in a button is more than the sign of what the button does."""
    if _ICON_FILE.search(image.get("src") or "") or _ACTIONS.fullmatch(image.get("alt") or "-"):
        return False
    sizes = [image.get(name) or "" for name in ("width", "height")]
    return not any(size.isdigit() and int(size) <= _LARGEST_ICON for size in sizes)


def _find_block(button: Element) -> Element:
    return next(e for e in button.iterancestors() if e.tag in BLOCKS or e.tag in _HEADINGS)


def _is_in_a_sentence(button: Element, block: Element, text: str) -> bool:
    """Tell whether words stand on the button's line that are no button's."""
    if block.tag == "form" or any(e.tag in {"pre", "code"} for e in button.iterancestors()):
        return False
    before = _has_words(button, block, forwards=False)
    after = _has_words(button, block, forwards=True)
    if before and after:
        return True
    return (before or after) and (block.tag in _SENTENCES or not _ACTIONS.fullmatch(text))


def _has_words(button: Element, block: Element, *, forwards: bool) -> bool:
    """Tell whether there are words beside a button on its line, those of other buttons apart."""
    element = button
    while element is not block:
        texts = [element.tail] if forwards else []
        for sibling in islice(element.itersiblings(preceding=not forwards), _NEAR):
            if not forwards:
                texts.append(sibling.tail)
            if sibling.tag in _EDGES:
                return _are_words(texts)
            if sibling.tag not in _CONTROLS:
                texts += sibling.itertext()
            if forwards:
                texts.append(sibling.tail)
        element = element.getparent()
        if not forwards:
            texts.append(element.text)
        if _are_words(texts):
            return True
    return False


def _are_words(texts: list[str | None]) -> bool:
    return any(map(str.isalnum, "".join(filter(None, texts))))


def _opens_a_panel(button: Element, text: str, document: Document) -> bool:
    """Tell whether a button is the heading of what comes right behind it."""
    says_so = (
        button.get("aria-expanded") is not None
        or button.get("aria-controls") is not None
        or _OPENS.search(button.get("class") or "") is not None
    )
    if not says_so or _ACTIONS.fullmatch(text):
        return False
    element = button
    while (panel := element.getnext()) is None and document.shown_text(element) == text:
        element = element.getparent()
        if element is document.body:
            return False
    return panel is not None and panel.tag in BLOCKS and bool(document.shown_text(panel))
