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
    r"|Írta|Yazan|Yazar|Penulis|Tác giả|Συντάκτης|Автор|Текст|Журналист|Корреспондент|Аўтар"
    r"|بقلم|الكاتب|نویسنده|מאת|लेखक|ผู้เขียน|[Bb]y)"
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
    r"(?:(?:取材・文|文・写真|執筆者?|ライター|筆者|撰文)\s?[:：/／＝=]|文\s?[/／＝=])\s?"
    r"([\u3400-\u9fff]{3,5}"
    r"|[\u3040-\u30ff\u3400-\u9fff]{1,6}[・· ][\u3040-\u30ff\u3400-\u9fff]{1,6})"
    # A name in Korean has three syllables, a usual one first; what ends so is a desk.
    r"|([김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변]"
    r"[\uac00-\ud7a3](?![부국팀실])[\uac00-\ud7a3])\s?(?:선임|수습|인턴|객원|전문)?\s?기자"
    r"(?:\s?[|=(]?\s?[\w.+-]+@[\w.-]+\)?)?"
)
_ARTICLES = frozenset(
    """
    the a this that these those our my your his her their all some der die das ein eine unser unsere
    le la les un une notre el los las una nuestro il lo gli het een
    """.split()
)
_NO_NAMES = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march july
    september october november december montag dienstag mittwoch donnerstag freitag samstag
    sonnabend sonntag januar februar märz juli oktober dezember lundi mardi mercredi jeudi
    vendredi samedi janvier février juillet septembre octobre novembre décembre lunes martes
    miércoles jueves viernes sábado enero febrero morning afternoon evening night noon midnight
    today tomorrow yesterday year years week month books press verlag publishing publishers
    publications publisher media news agency agencies group inc ltd llc gmbh corp corporation
    company university institute college school redaktion editorial editors staff team desk
    office newsroom redaction rédaction redacción redazione redactie agentur agence agencia
    foundation association society council ministry department government times magazine gazette
    tribune herald zeitung nachrichten radio rundfunk tv studio studios entertainment records
    films pictures productions service services club union committee community network éditions
    ediciones edizioni uitgeverij
    """.split()
)
_BETWEEN_NAMES = re.compile(r",|\s(?:and|und|et|og|och|en|и)\s")


def drop_label(text: str) -> str:
    """Return a byline without the words before the names."""
    return _LABEL.sub("", text)


def read_labelled(line: str) -> str:
    """Return the names of a line that is a label and names, or a page's facts; or ""."""
    if (named := _LABELLED.fullmatch(line)) and _may_be_persons(named[1]):
        return named[1]
    if named := _CJK.fullmatch(line):
        return (named[1] or named[2]).strip()
    facts = _AMONG_FACTS.match(line)
    return facts[1] if facts else ""


def is_label(line: str) -> bool:
    """Tell whether a line is nothing but the words before the names."""
    return _LABEL_ALONE.fullmatch(line) is not None


def are_names(text: str) -> bool:
    """Tell whether a text is nothing but names of two words or more."""
    return _NAMES.fullmatch(text) is not None and _may_be_persons(text)


def _may_be_persons(names: str) -> bool:
    """Tell whether names begin with no article, and have no word of a house, a day or a month."""
    for name in _BETWEEN_NAMES.split(names):
        words = name.lower().split()
        if not words or words[0] in _ARTICLES:
            return False
        if any(word.strip(".’'") in _NO_NAMES for word in words):
            return False
    return True
