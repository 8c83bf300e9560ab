"""The sanitiser: whatever the input, its output is safe to show. It is last, and always on.

nh3 parses as browsers do (HTML standard, section 13.2) and writes what is on a list of what is
allowed; so no trick of markup survives that a list of what is forbidden would have missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nh3

from refeed.cleaning.changes import Remove, Rename, Unwrap
from refeed.cleaning.element_kinds import has_inline_content, is_custom_block
from refeed.cleaning.html_parser import double_line_ends
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document

_TAGS = frozenset(
    "a abbr acronym aside audio b bdi bdo blockquote br caption center cite code "
    "col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small "
    "source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u "
    "ul var video wbr".split()
)
# In a reader these are what an entry is in, not what is in an entry; and Liferea takes a feed with
# three `article`s in its contents for a web page besides, and makes entries of them.
_PLAIN_BLOCKS = frozenset({"address", "article", "footer", "main"})
_LISTS = frozenset({"dir", "menu"})
_PREFORMATTED = frozenset({"listing", "plaintext", "xmp"})
_OTHER_BLOCKS = BLOCKS - {"form"}
_GONE_WITH_CONTENT = frozenset(
    "script style template noscript iframe frame frameset object embed applet svg title "
    "head textarea select option button noembed noframes xmp plaintext listing canvas "
    "dialog".split()
)
_NOT_SHOWN = _GONE_WITH_CONTENT - _PREFORMATTED
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "headers", "scope", "align"},
    "time": {"datetime"},
    "video": {"src", "controls", "poster", "width", "height"},
}

_MANY = 1000
_AMPERSAND = "\ufffe"
_LESS_THAN = "\uffff"

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_GONE_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "magnet"},
    url_relative="deny",
)


def remove_not_shown(document: Document) -> Iterator[Change]:
    """Remove what may not be shown and whose content must go with it, so that no step counts it."""
    for element in document.among(_PREFORMATTED):
        yield Rename(element, "pre", "preformatted text")
    for element in document.among(_NOT_SHOWN):
        yield Remove(element, "not shown in feeds")


def unwrap_unknown(document: Document) -> Iterator[Change]:
    """Unwrap elements that feeds don't have; of blocks that are a page's make plain ones."""
    for element in document.among(document.tags() - _TAGS):
        tag = element.tag
        if tag in _PLAIN_BLOCKS:
            yield Rename(element, "div", f"the {tag} of a page, not of an entry")
        elif tag in _LISTS:
            yield Rename(element, "ul", "list")
        elif element is document.body:
            continue
        elif (tag in _OTHER_BLOCKS and has_inline_content(element)) or is_custom_block(element):
            yield Rename(element, "div", f"{tag} as a plain block")
        else:
            yield Unwrap(element, "only its content is shown")


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it that runs, loads code, submits or styles over a page.

    nh3 takes quadratic time over the references in a text. Many `&` and `<` pass it as characters
    that hygiene has taken out of the article, and come back as references, which are text wherever
    they stand.

    Args:
        html: as `serialize` writes it, without U+FFFE and U+FFFF.
    """
    if html.count("&") < _MANY:
        return double_line_ends(_CLEANER.clean(html))
    bare = html.replace("&amp;", _AMPERSAND).replace("&lt;", _LESS_THAN).replace("&gt;", ">")
    safe = _CLEANER.clean(bare)
    return double_line_ends(safe.replace(_AMPERSAND, "&amp;").replace(_LESS_THAN, "&lt;"))
