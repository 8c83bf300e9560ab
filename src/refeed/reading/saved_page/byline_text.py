"""Reads the names in a line of text that is a byline: `By Jane Roe`, `Autor: …`, `作者：…`."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"^(?:(?:view|see|show|zeige|alle|all|voir|tous|les|ver|todas?|las)\s+)*"
    r"(?:(?:article|story|text|words|written|posted|posts|published|reported|submitted|beiträge|artikel"
    r"|veröffentlicht|geschrieben|verfasst|gespeichert|erstellt|publiziert|publié|écrit|rédigé|proposé"
    r"|articles|entradas|publicado|escrito|scritto|pubblicato|geplaatst|geschreven|skrevet|skriven)\s*)*"
    r"(?:by|von|par|por|de|di|da|door|av|af|od|autor(?:e|in|en)?|auteur|author|автор|作者|記者|记者|文|投稿者"
    r"|text(?:\s(?:und|and|&|et|y|e)\s\w+)?)(?:\b|(?=[A-ZÀ-Ž]))\s*[:：]?\s+(?=\S)|^[:：|–—-]\s*",
    re.IGNORECASE,
)
_PART = (
    r"(?:[A-ZÀ-ŽΆ-ΫА-ЯЁІЇЄҐ][\w.'’-]*|[\u0590-\u06ff\u0900-\u0e7f]+"
    r"|de|del|van|von|der|den|la|le|du|da|di|dos|bin|al|el|y)"
)
_NAME = rf"{_PART}(?:\s(?:{_PART}|and|und|et|e|i|og|och|en|и|و)){{1,7}}"
_WORK = (
    r"(?:(?:Gast)?(?:[Bb]eitrag|kommentar|artikel)|Artikel|Kommentar|Kolumne|Bericht|Analyse|Reportage|Essay"
    r"|Rezension|Glosse|Gespräch|[Aa]rticle|[Ss]tory|[Cc]olumn|[Rr]eview|[Ee]ssay|[Oo]pinion|[Aa]nalysis"
    r"|[Rr]eport|[Pp]ost|[Cc]hronique|[Tt]ribune|[Bb]illet|[Rr]eportage|[Aa]rtículo|[Cc]olumna"
    r"|[Oo]pinión|[Aa]rticolo|[Aa]rtigo|[Cc]oluna|[Tt]exto?|[Tt]exte|[Tt]esto|[Ww]ords)"
)
_DONE = (
    r"(?:[Ww]ritten|[Pp]osted|[Rr]eported|[Pp]ublished|[Ss]ubmitted|[Gg]eschrieben|[Vv]erfasst|[Ee]rstellt"
    r"|[Vv]eröffentlicht|[Gg]espeichert|[Éé]crit|[Rr]édigé|[Pp]ublié|[Pp]ropos recueillis"
    r"|[Ee]scrito|[Pp]ublicado|[Ss]critto|[Pp]ubblicato|[Gg]eschreven|[Gg]eplaatst|[Ss]krevet|[Ss]kriven"
    r"|[Nn]apisane|[Oo]pracowanie|A cura)"
)
_FROM = r"(?:by|von|par|por|di|da|de|door|av|af|przez)"
_ALONE = r"(?:By|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Dd]oor|Av|Af|Przez|Oleh|Írta|Від|द्वारा)"
_WRITER = (
    r"(?:Autor(?:in|as?|es?|en|i|zy|ka)?|Author|Auteure?|Auteur|Autore|Verfasser(?:in)?|Redakteur(?:in)?|Text"
    r"|Texte|Testo|Texto|Tekst|Teksti|Texten|Words|Reporter|Journalist(?:in)?|Skribent|Kirjoittaja|Szerző"
    r"|Írta|Yazan|Yazar|Haber|Penulis|Tác giả|Συντάκτης|Автор|Текст|Журналист|Корреспондент|Аўтар"
    r"|بقلم|كتب|الكاتب|نویسنده|מאת|लेखक|ผู้เขียน|[Bb]y)"
)
# What may follow the names: a place, a date, a role.
_TAIL = r"(?:\s?[,|–/(•·].{0,40}|\s(?:am|on|le|el|il|op|den|vom|at)\b.{0,40})?"
_LABELLED = re.compile(
    rf"(?:(?:[\w-]+\s){{0,2}}{_WORK}\s{_FROM}\s?:?|{_DONE}\s{_FROM}\s?:?|{_ALONE}\s?:?|{_WRITER}\s?[:：])"
    rf"\s+({_NAME}){_TAIL}"
)
# The same before an element with the names, or in one before them.
_LABEL_ALONE = re.compile(
    rf"{_ALONE}\s?:?|{_DONE}\s{_FROM}\s?:?|{_WORK}\s{_FROM}\s?:?"
    rf"|(?:{_WRITER}|Herausgeber)(?:\(s\)|/in)?\s?[:：]"
)
_NAMES = re.compile(rf"{_PART}(?:,?\s(?:{_PART}|and|und|et|e|i|og|och|en|и)){{1,11}}")
# In the line that has the date or the source, too; alone it may be of a book.
_AMONG_FACTS = re.compile(
    r"(?=.*(?:[12]\d{3}[-/.年]|来源|來源)).*?(?<![原著])(?:作者|记者|記者|撰文|文)\s?[:：]\s?"
    r"([\u3400-\u9fff·]{2,8})(?=[\s|｜,，、;；）)]|$)"
)
_CJK = re.compile(
    r"(?:取材・文|文・写真|執筆者?|ライター|筆者|撰文|文)\s?[:：/／＝=]\s?"
    r"([\u3040-\u30ff\u3400-\u9fff・· ]{2,12})"
    r"|([\uac00-\ud7a3]{2,4})\s?(?:선임|수습|인턴|객원|전문)?\s?기자(?:\s?[|=(]?\s?[\w.+-]+@[\w.-]+\)?)?"
)


def drop_label(text: str) -> str:
    """Return a byline without the words before the names."""
    return _LABEL.sub("", text)


def read_labelled(line: str) -> str:
    """Return the names of a line that is a label and names, or a page's facts; or ""."""
    for pattern in (_LABELLED, _CJK):
        if named := pattern.fullmatch(line):
            return next(filter(None, named.groups()), "").strip()
    facts = _AMONG_FACTS.match(line)
    return facts[1] if facts else ""


def is_label(line: str) -> bool:
    """Tell whether a line is nothing but the words before the names."""
    return _LABEL_ALONE.fullmatch(line) is not None


def are_names(text: str) -> bool:
    """Tell whether a text is nothing but names of two words or more."""
    return _NAMES.fullmatch(text) is not None
