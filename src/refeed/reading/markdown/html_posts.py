"""Posts of site generators whose body is HTML with template tags, as Jekyll's `.html` posts."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from refeed.reading.front_matter import list_plain_values
from refeed.reading.markdown.drafts import check_that_it_is_no_draft
from refeed.reading.markdown.template_tags import TagReducer

if TYPE_CHECKING:
    from refeed.reading.claims import Record
    from refeed.reading.front_matter_values import Values

# A tag that makes it a post; braces alone are text.
_TAG = re.compile(
    r"\{%-?\s*(?:include|highlight|raw|post_url|link|if|assign|img|asset_\w+|codeblock)\b"
    r"|\{\{[<%]\s*\w|\{\{-?\s*(?:site|page|\"|')"
)
_CODE = re.compile(
    r"\{%-?\s*(?P<tag>highlight|codeblock)\b[^%\n]{0,500}-?%\}|<(?P<element>pre|code|script|style)\b",
    re.IGNORECASE,
)
_ENDS = {
    name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}|</{name}\s*>", re.IGNORECASE)
    for name in ("highlight", "codeblock", "pre", "code", "script", "style")
}


def read_html_post(record: Record, values: Values, path: str) -> Record:
    """Return a record without template tags, if its HTML is a post's; code stays as it is.

    Args:
        record: with a body of HTML.
        values: of its front matter, which tags may show.
        path: of the file.

    Raises:
        NotAnArticleError: it is a draft.
    """
    plain = list_plain_values(values)
    check_that_it_is_no_draft(plain, path, has_address=bool(record.urls))
    if not _TAG.search(record.html):
        return record
    return record._replace(html=_reduce(record.html, TagReducer(plain)))


def _reduce(html: str, reducer: TagReducer) -> str:
    parts: list[str] = []
    at = 0
    missing: set[str] = set()
    for opening in _CODE.finditer(html):
        name = (opening["tag"] or opening["element"]).lower()
        if opening.start() < at or name in missing:
            continue
        end = _ENDS[name].search(html, opening.end())
        if not end:
            missing.add(name)
            continue
        parts.append(reducer.reduce(html[at : opening.start()]))
        code = html[opening.end() : end.start()].strip("\n")
        is_tag = opening["tag"] is not None
        parts.append(
            f"<pre><code>{escape(code, quote=False)}</code></pre>"
            if is_tag
            else html[opening.start() : end.end()]
        )
        at = end.end()
    return "".join([*parts, reducer.reduce(html[at:])])
