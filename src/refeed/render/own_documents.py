"""Recognizes refeed's own documents by their beginning, for files that no manifest lists."""

from __future__ import annotations

import re
from typing import Final

BEGINNING: Final = 65_536
"""The bytes of a document that are checked."""

_XML: Final = rb"<\?xml version='1\.0' encoding='UTF-8'\?>\n"
_FEED: Final = _XML + rb"<(?:rss|feed) [^\n]*<generator>refeed</generator>"
_OPML: Final = _XML + (
    rb'<opml version="2\.0">\n<head><title>[^<\n]*</title></head>\n<body>\n'
    rb'(?:</body>|<outline text="[^"]*" title="[^"]*" type="rss" xmlUrl=)'
)
_JSON: Final = rb'\{"version":"https://jsonfeed\.org/version/1\.1","title":"[^\n]*,"items":\[\n'
_PAGE: Final = (
    rb'<!DOCTYPE html>\n<html lang="[^"]*">\n<head>\n<meta charset="utf-8">\n'
    rb'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
)
_CSS: Final = rb"/\* The style of refeed's pages\. \*/\n"
_SVG: Final = rb'<svg xmlns="[^"]*" viewBox="[^"]*"><title>refeed</title>'
_PNG: Final = rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR(?s:.{17}).{4}tEXtSoftware\0refeed"
_ICO: Final = rb"\0\0\x01\0(?s:.{,100})" + _PNG
_LAYOUTS: Final = re.compile(b"|".join((_FEED, _OPML, _JSON, _PAGE, _CSS, _SVG, _PNG, _ICO)))


def is_own_document(beginning: bytes) -> bool:
    """Tell whether a document is refeed's: a feed, a page, its style, the list of feeds or an icon.

    Args:
        beginning: its first bytes, as many as `BEGINNING`, or all.
    """
    return _LAYOUTS.match(beginning) is not None
