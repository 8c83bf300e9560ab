"""Hugo with the same folder: one RSS feed of the newest entries, as they are."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Nothing is asked of it but the feed: no pages, no lists, no map of the site.
_CONFIG = """\
baseURL = "http://localhost/"
title = "Articles"
disableKinds = ["taxonomy", "term", "section", "sitemap", "robotsTXT", "404"]
contentDir = "{content}"
[outputs]
home = ["RSS"]
[markup.goldmark.renderer]
unsafe = true
[[cascade]]
[cascade._target]
kind = "page"
[cascade._build]
render = "never"
"""

_TEMPLATE = """\
<rss version="2.0"><channel><title>{{{{ .Site.Title }}}}</title>
{{{{ range {entries} }}}}<item>
<title>{{{{ .Title }}}}</title><link>{{{{ .Params.from | html }}}}</link>
<pubDate>{{{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}}}</pubDate>
<description>{{{{ .Content | html }}}}</description></item>
{{{{ end }}}}</channel></rss>
"""


def available() -> bool:
    """Tell whether Hugo is installed."""
    return shutil.which("hugo") is not None


def site(folder: Path, content: Path, limit: int) -> list[str | Path]:
    """Make a site of a folder of snapshots; return the command that builds it.

    Args:
        folder: where the site's files go.
        content: the snapshots.
        limit: how many entries the feed has; 0 for all.
    """
    (folder / "layouts").mkdir(parents=True)
    (folder / "config.toml").write_text(_CONFIG.format(content=content), encoding="utf-8")
    entries = f"first {limit} .Site.RegularPages" if limit else ".Site.RegularPages"
    (folder / "layouts" / "index.rss.xml").write_text(
        _TEMPLATE.format(entries=entries), encoding="utf-8"
    )
    return ["hugo", "--quiet", "--source", folder, "--destination", folder / "public"]
