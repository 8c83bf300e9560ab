"""Tells pages of errors: what a server, a browser or a guard shows in the place of an article."""

from __future__ import annotations

import re

from refeed.text.visible_text import visible_text

LONGEST_ERROR = 3_000
"""Letters: a page of an error has little text besides its title."""

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


def is_error_title(title: str) -> bool:
    """Tell whether a title is that of an error, perhaps with the site's name beside it."""
    return _ERROR.fullmatch(title) is not None or _LAST.fullmatch(title) is not None


def is_error_page(html: str, title: str) -> bool:
    """Tell whether a page is one of an error.

    Args:
        html: the page.
        title: of its title element.
    """
    if not (_OF_BROWSER in html or is_error_title(title)):
        return False
    return len(visible_text(html).replace(" ", "")) < LONGEST_ERROR
