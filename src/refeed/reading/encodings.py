"""Decodes the bytes of a file, whatever its encoding is."""

from __future__ import annotations

import codecs
import re

from refeed.errors import SnapshotError
from refeed.reading.legacy_encodings import find_likelier, guess_text

_MARKS = (
    # UTF-32's little-endian mark begins with UTF-16's, so it is tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive, as EPUB and DOCX are",
    b"\x1f\x8b": "a gzip archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"SQLite format 3": "an SQLite database",
    b"bplist00": "a property list, as Safari's web archives are",
}
"""The first bytes of files that are not text, and their kinds."""
_KNOWN = tuple(_KINDS)
_BEGINNINGS = tuple(mark for mark, _ in _MARKS)
_BLANK = re.compile("[\ufeff\0 \t\n]*")
_HIGH = bytes(range(0x80, 0x100))
_CONTROL = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1b")
_DECLARED = re.compile(
    rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]*?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096

# Labels that browsers know and Python does not (WHATWG Encoding Standard, "Names and labels").
_ALIASES = {
    "big5": "cn-big5 x-x-big5",
    "cp1250": "x-cp1250",
    "cp1251": "x-cp1251",
    "cp1252": "x-cp1252",
    "cp1253": "x-cp1253",
    "cp1254": "x-cp1254",
    "cp1255": "x-cp1255",
    "cp1256": "x-cp1256",
    "cp1257": "x-cp1257",
    "cp1258": "x-cp1258",
    "cp874": "dos-874",
    "euc_jp": "x-euc-jp",
    "euc_kr": "windows-949 ks_c_5601-1989 ksc_5601",
    "gbk": "x-gbk gb_2312-80",
    "greek": "sun_eu_greek",
    "iso8859-8": "iso-8859-8-i logical visual csiso88598i",
    "koi8-r": "koi koi8",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-roman": "x-mac-roman",
    "shift_jis": "x-sjis ms_kanji windows-31j",
}
_NAMES = {label: name for name, labels in _ALIASES.items() for label in labels.split()}
# ISO-2022-JP has no byte above 0x7F; these begin its Japanese characters.
_JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b$(D", b"\x1b(I")
# Codecs that browsers use for these labels, likewise.
_TAKEN_FOR = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_TEXT_CODECS = ("big5", "cp", "euc_", "gb", "iso8859", "johab", "koi8", "mac-", "shift_jis")


def decode(data: bytes, charset: str = "") -> str:
    """Return the text of a snapshot file, its line ends as line feeds.

    A byte order mark counts first; then UTF-8, also where a few of its sequences are broken, which
    become U+FFFD; then the encoding that is declared; then the likeliest one.

    Args:
        data: all of it.
        charset: the label of its encoding, if something outside of it declares one, which goes
            before what it says itself (HTML standard, determining the character encoding).

    Raises:
        SnapshotError: the file is empty, or is not text.
    """
    if not data:
        raise SnapshotError("empty file")
    text = _decode(data, charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _BLANK.fullmatch(text):
        raise SnapshotError("empty file: it holds nothing but white space")
    return text


def _decode(data: bytes, charset: str) -> str:
    if data.startswith(_KNOWN):
        kind = next(kind for beginning, kind in _KINDS.items() if data.startswith(beginning))
        raise SnapshotError(f"{kind}, not text")
    if data.startswith(_BEGINNINGS):
        mark, codec = next(known for known in _MARKS if data.startswith(known[0]))
        return data[len(mark) :].decode(codec, "replace")
    if b"\0" in data:
        wide = _find_wide_codec(data)
        if wide:
            return data.decode(wide, "replace")
        _refuse_nul(data)
    if b"\x1b" in data and data.isascii() and any(mark in data for mark in _JAPANESE):
        return data.decode("iso2022_jp_ext", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_broken_utf8(data, charset)


def _decode_broken_utf8(data: bytes, charset: str) -> str:
    try:
        # Some programs write characters beyond the first plane as two surrogates.
        pairs = data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return pairs.decode("utf-16-le", "replace")
    except UnicodeDecodeError:
        pass
    control = len(data) - len(data.translate(None, _CONTROL))
    if control > len(data) // 50:
        raise SnapshotError("binary file: it holds too many control characters to be text")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Text of another encoding rarely forms valid sequences of UTF-8.
    sound = len(text) - len(data.translate(None, _HIGH)) - broken
    if sound >= 4 * broken:
        return text
    return decode_as(data, charset) or _decode_as_declared(data) or guess_text(data)


def _decode_as_declared(data: bytes) -> str:
    """Return the text by the encoding the file names, or "" where it is not in that encoding."""
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    return decode_as(data, (match[1] or match[2]).decode("ascii", "replace")) if match else ""


def decode_as(data: bytes, label: str) -> str:
    """Return the text of bytes in a legacy encoding, or "" where they are not in that encoding.

    Args:
        data: any bytes.
        label: the name of the encoding, as files and mails state it. UTF-8 is left to `decode`.
    """
    try:
        name = codecs.lookup(_NAMES.get(label.lower(), label)).name
    except (LookupError, ValueError):  # a NUL in the label
        return ""
    if not name.startswith((*_TEXT_CODECS, *_TAKEN_FOR)):
        return ""
    codec = _TAKEN_FOR.get(name, name)
    text = data.decode(find_likelier(data, codec) or codec, "replace")
    high = len(data) - len(data.translate(None, _HIGH))
    return text if text.count("\ufffd") * 20 <= high else ""


def _find_wide_codec(data: bytes) -> str:
    """Detect UTF-16 and UTF-32 without a mark by the places of NULs in ASCII characters."""
    sample = data[:4096]
    each = len(sample) // 4
    if each == 0 or len(data) % 2:
        return ""
    nul = [sample[place::4].count(0) for place in range(4)]
    if len(data) % 4 == 0 and nul[3] >= each and nul[2] > each * 0.9 and nul[0] < each * 0.1:
        return "utf-32-le"
    if len(data) % 4 == 0 and nul[0] >= each and nul[1] > each * 0.9 and nul[3] < each * 0.1:
        return "utf-32-be"
    even, odd = nul[0] + nul[2], nul[1] + nul[3]
    if odd > each * 0.4 and even <= each * 0.02:
        return "utf-16-le"
    if even > each * 0.4 and odd <= each * 0.02:
        return "utf-16-be"
    return ""


def _refuse_nul(data: bytes) -> None:
    """Raise unless the NULs are the few stray ones that text may hold."""
    if data.endswith(b"\0" * 16):
        raise SnapshotError("it ends in NUL bytes: the file may still be being written")
    if data.count(0) > 3 + len(data) // 200:
        raise SnapshotError("binary file: it holds NUL bytes")
