"""Tells pages of errors: what a server, a browser or a guard shows in the place of an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.runs import squeeze
from refeed.reading.saved_page.tree import is_within, read_text
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.saved_page.tree import Element

_LONGEST_ERROR = 3_000
"""Letters: a page of an error has little text besides its title."""

_SHORTEST = 60
_LONGEST_PROSE = 1_000
_LONGEST_BELOW_TITLE = 500
"""Letters of paragraphs: where a heading repeats the whole title, it is the text's own."""

_ELSEWHERE = frozenset("nav header footer aside li form".split())

_STATUS = r"(?:http\s|error\W*)?(?:40\d|410|429|451|50\d|52\d)\b"
_FAULT = (
    r"(?:page |file )?not found|forbidden|gone|unauthorized|bad (?:request|gateway)|error"
    r"|service (?:temporarily )?unavailable|(?:internal )?server error|too many requests"
    r"|gateway time-?out"
)
_NOT_FOUND = (
    r"(?:error\W+)?(?:(?:the )?page (?:could )?not (?:be )?found|not found)"
    r"|(?:die )?seite (?:wurde )?nicht gefunden|page (?:non trouvée|introuvable)"
    r"|página no encontrada|página não encontrada|pagina non trovata|pagina niet gevonden"
    r"|strona nie (?:została )?znaleziona|nie znaleziono strony"
    r"|sidan (?:kunde inte )?hittades(?: inte)?"
    r"|siden (?:blev )?ikke fundet|siden ble ikke funnet|sivua ei löydy|stránka nenalezena"
    r"|страница не найдена|сторінку не знайдено|sayfa bulunamadı|η σελίδα δεν βρέθηκε"
    r"|الصفحة غير موجودة|页面(?:不存在|未找到|没有找到)|找不到(?:页面|頁面|網頁)"
    r"|ページが(?:見つかりません(?:でした)?|存在しません)|페이지를 찾을 수 없습니다"
)
_ERROR = re.compile(
    rf"(?:{_STATUS}\W*(?:{_FAULT}|{_NOT_FOUND})?|{_NOT_FOUND}|access denied"
    r"|access to this page has been denied"
    r"|just a moment|attention required|are you a robot|robot check|pardon our interruption"
    r"|checking your browser[\w ]*)[.!?…]*\s*(?:[|–—·•»«-].*)?",
    re.IGNORECASE | re.DOTALL,
)
_LAST = re.compile(rf".*\s[|–—·•»«-]\s*(?:{_NOT_FOUND})[.!?…]*", re.IGNORECASE | re.DOTALL)
# Chromium's own page, where a host can't be reached.
_OF_BROWSER = "main-frame-error"


def _is_error_title(title: str) -> bool:
    """Tell whether a title is that of an error, perhaps with the site's name beside it."""
    return _ERROR.fullmatch(title) is not None or _LAST.fullmatch(title) is not None


def is_error_page(html: str, root: Element) -> bool:
    """Tell whether a page is one of an error, not an article about one, or titled as one.

    Args:
        html: the page.
        root: the same.
    """
    title = next(map(read_text, root.iter("title")), "")
    if not (_OF_BROWSER in html or _is_error_title(title)):
        return False
    prose = sum(len(text) for text in _list_paragraphs(root) if len(text) >= _SHORTEST)
    is_headed = squeeze(title) in [squeeze(read_text(each)) for each in root.iter("h1")]
    if prose >= (_LONGEST_BELOW_TITLE if is_headed else _LONGEST_PROSE):
        return False
    return len(visible_text(html).replace(" ", "")) < _LONGEST_ERROR


def _list_paragraphs(root: Element) -> Iterator[str]:
    """Yield the texts of paragraphs that no list or furniture holds."""
    return (read_text(each) for each in root.iter("p") if not is_within(each, _ELSEWHERE))
