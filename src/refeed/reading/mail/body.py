"""Finds the text of a mail among its parts."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.model import CarriedPicture
from refeed.reading.carried_pictures import ShownPictures, collect_facts, is_picture_type
from refeed.reading.encodings import decode, decode_as
from refeed.reading.mime_parts import walk
from refeed.reading.plain_text import join_flowed, to_html
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.pictures.identify import Picture
    from refeed.reading.mime_parts import Part

_TEXTS = ("text/html", "text/plain", "text/x-amp-html", "text/markdown", "text/enriched")
_HTML = ("text/html",)
_IS_HTML = re.compile(r"\s*<(?:!doctype html|html|body|div|p|table)\b", re.IGNORECASE)
# A file within the text, as mail programs sent it before MIME (POSIX, uuencode).
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} \S[^\n]{0,200}\n(?:[!-`][ -`]{1,84}\n)++(?:[` ]?\n)?"
    r"(?:end[ \t]*(?:\n|\Z))?",
    re.MULTILINE,
)
_SIGNATURE = 12
"""Lines of a signature at most."""

_REPORT = "multipart/report"  # RFC 6522
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


class Text(NamedTuple):
    """One text of a mail.

    Attributes:
        value: as written, with line feeds.
        is_html: whether it is HTML.
        is_flowed: whether its lines flow (RFC 3676).
        delete_space: whether the spaces at their ends are none of the text.
    """

    value: str
    is_html: bool
    is_flowed: bool = False
    delete_space: bool = False

    def as_html(self) -> str:
        """Return the text as HTML."""
        if self.is_html:
            return self.value
        value = _drop_signature(_UUENCODED.sub("", self.value))
        if self.is_flowed:
            value = join_flowed(value, delete_space=self.delete_space)
        return to_html(value)


def _drop_signature(text: str) -> str:
    """Leave out what stands below the line before a signature (RFC 3676, section 4.3), if short."""
    before, line, after = text.rpartition("\n-- \n")
    return before if line and before.strip() and after.count("\n") <= _SIGNATURE else text


def find_texts(message: Part) -> list[Text]:
    """Return the texts that a mail shows, in its order: of alternatives the HTML if there is any.

    Of a mail without a text, its pictures.

    Raises:
        SnapshotError: it is encrypted; `NotAnArticleError` for a report of a mail server.
    """
    if message.media_type in _ENCRYPTED:
        raise SnapshotError("an encrypted mail")
    if message.media_type == _REPORT:
        raise NotAnArticleError("a report of what became of a mail, not an article")
    texts = [text for text in _choose(message) if text.value.strip()]
    if texts:
        return texts
    shown = [
        part.content_id
        for part in walk(message)
        if part.content_id and part.media_type.startswith("image/")
    ]
    return [Text(f'<img src="cid:{escape(name)}">', is_html=True) for name in shown]


def find_plain_text(message: Part) -> str:
    """Return the plain text that a mail has beside its HTML, or ""."""
    for part in walk(message):
        if part.media_type == "text/plain" and not part.is_attachment:
            return _decode(part)
    return ""


def find_forwarded(message: Part) -> Part | None:
    """Return the message that a mail holds as its only text, or None."""
    parts = [part for part in walk(message) if not part.media_type.startswith("image/")]
    inner = [part for part in parts if part.media_type == "message/rfc822"]
    others = [part for part in parts if part.media_type in _TEXTS and _decode(part).strip()]
    return inner[0] if len(inner) == 1 and not others else None


def find_pictures(message: Part, html: str) -> ShownPictures:
    """Return the pictures in a mail that its HTML shows."""
    listed: list[CarriedPicture] = []
    by_reference: dict[str, Picture] = {}
    for part in walk(message):
        if is_picture_type(part.media_type) and part.content_id:
            reference = f"cid:{part.content_id}"
            written = next(
                (each for each in (reference, quote(reference, errors="replace")) if each in html),
                "",
            )
            if not written:
                continue
            found = collect_facts(part.media_type, part.decode())
            if found.picture or part.media_type.startswith("image/"):
                listed.append(CarriedPicture(reference, part.media_type, found.size))
            if found.picture:
                by_reference[reference] = by_reference[written] = found.picture
    return ShownPictures(tuple(listed), by_reference)


def list_pictures(message: Part) -> Iterator[bytes]:
    """Yield the bytes of the parts of a mail that may be pictures its HTML shows."""
    for part in walk(message):
        if part.content_id and is_picture_type(part.media_type):
            yield part.decode()


def _choose(part: Part) -> Iterator[Text]:
    if part.parts:
        if part.media_type == "multipart/alternative":
            yield from _choose_alternative(part)
        elif part.media_type == "multipart/related":
            yield from _choose_first(part)
        else:
            for one in part.parts:
                yield from _choose(one)
    elif part.media_type.startswith("multipart/"):
        if part.body.strip():
            yield _read(part._replace(fields={}))
    elif part.media_type in _TEXTS and not part.is_attachment and not _is_file(part):
        yield _read(part)


def _choose_alternative(part: Part) -> Iterator[Text]:
    """Yield the last alternative with HTML, else the last with a text."""
    found = [list(_choose(one)) for one in part.parts]
    shown = [texts for texts in found if any(map(_says_anything, texts))]
    html = [texts for texts in shown if any(text.is_html for text in texts)]
    yield from (html or shown or found or [[]])[-1]


def _says_anything(text: Text) -> bool:
    return bool((visible_text(text.value) if text.is_html else text.value).strip())


def _choose_first(part: Part) -> Iterator[Text]:
    for one in part.parts:
        texts = list(_choose(one))
        if texts:
            yield from texts
            return


def _is_file(part: Part) -> bool:
    return part.has_name and part.media_type != "text/html"


def _read(part: Part) -> Text:
    value = _decode(part)
    is_html = part.media_type in _HTML or (
        part.media_type == "text/plain" and _IS_HTML.match(value) is not None
    )
    is_flowed = part.get_parameter("format").lower() == "flowed"
    return Text(value, is_html, is_flowed, part.get_parameter("delsp").lower() == "yes")


def _decode(part: Part) -> str:
    data = part.decode()
    charset = part.get_parameter("charset")
    text = decode_as(data, charset) if charset else ""
    if not text and charset.lower() in ("utf-7", "unicode-1-1-utf-7"):
        text = data.decode("utf-7", "replace")
    if text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return decode(data)
    except SnapshotError:
        return "" if b"\0" in data or not data else data.decode("latin-1")
