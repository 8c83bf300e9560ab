"""Chooses the text of an article among the values of an object in JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.front_matter import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = """
    contenthtml html bodyhtml articlebodyhtml articlehtml contentencoded
    content body articlebody articlecontent article fulltext fullcontent fullarticle maintext
    storybody postcontent postbody pagecontent
    text articletext posttext bodytext contenttext textcontent plaintext plaincontent cleanedtext
    contentmarkdown markdown paragraphs
    正文 内容 全文 本文 inhalt contenu contenido cuerpo conteudo corpo texto testo texte
    текст содержание
""".split()
"""Normalized keys, those of more markup first."""
SUMMARIES = ["description", "summary", "excerpt", "abstract", "dek", "intro", "teaser"]

_TEASER = 0.5
"""The share of another text's letters below which a text is its teaser."""
_LONG = 500
"""Letters of a text whose key is unknown."""
_OTHER = re.compile(r"author|bio|about|comment|copyright|licen[cs]e|disclaimer")
_SENTENCE = re.compile(r"[.!?…]['\"”’»)]?(?=\s|<|$)|[。！？।؟]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# What a key such as `article` may have in the place of a text.
_NO_TEXT = re.compile(r"(?:https?://\S+)?")


def find_text(texts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the text of an object, "" where it has none.

    A text with markup goes before others, but not one that is cut short. If no known key has one,
    the longest value that is prose counts, unless the summary has half as much.

    Args:
        texts: the object's, by normalized key; those of a list are paragraphs.
    """
    known = [text for key in TEXTS if not _NO_TEXT.fullmatch(text := _join(texts, key))]
    if known:
        least = max(map(_measure, known)) * _TEASER
        return next(text for text in known if _measure(text) >= least)
    others = [
        _join(texts, key)
        for key in texts
        if key not in ROLES and key not in SUMMARIES and not _OTHER.search(key)
    ]
    text = max(filter(_is_prose, others), key=_measure, default="")
    return text if _measure(text) * _TEASER > _measure(find_summary(texts)) else ""


def find_summary(texts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the first summary of an object, or ""."""
    return next((_join(texts, key) for key in SUMMARIES if key in texts), "")


def _join(texts: Mapping[str, tuple[str, ...]], key: str) -> str:
    return "\n\n".join(texts.get(key, ()))


def _measure(text: str) -> int:
    return len(_TAG.sub("", text))


def _is_prose(text: str) -> bool:
    return _measure(text) >= _LONG and len(_SENTENCE.findall(text)) > 2  # noqa: PLR2004
