"""Finds the page that shows the same as an embedded player."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.urls import Pattern, split

if TYPE_CHECKING:
    from refeed.cleaning.element_kinds import Element

_QUERY = r"/?\?(?:[^#]*&)?"

# By the last two parts of the host: what path and query begin with, and the page for what the
# parentheses hold. The first that fits counts.
_YOUTUBE = (
    (rf"/embed/live_stream{_QUERY}channel=([\w-]+)", "https://www.youtube.com/channel/{}/live"),
    (
        rf"/(?:embed|v)/?(?:videoseries|playlist)?{_QUERY}list=([\w-]+)",
        "https://www.youtube.com/playlist?list={}",
    ),
    (r"/p/([\w-]+)", "https://www.youtube.com/playlist?list={}"),
    (
        r"/(?:embed|v|e|shorts|live)/([\w-]{11})(?![\w-])",
        "https://www.youtube.com/watch?v={}",
    ),
)
_PAGES = {
    "youtube.com": _YOUTUBE,
    "youtube-nocookie.com": _YOUTUBE,
    "googleapis.com": _YOUTUBE,
    "vimeo.com": (
        (rf"/video/(\d+){_QUERY}h=(\w+)", "https://vimeo.com/{}/{}"),
        (r"/video/(\d+)", "https://vimeo.com/{}"),
        (rf"/moogaloop\.swf{_QUERY}clip_id=(\d+)", "https://vimeo.com/{}"),
    ),
    "bilibili.com": (
        (rf"/player\.html{_QUERY}bvid=(\w+)", "https://www.bilibili.com/video/{}"),
        (rf"/player\.html{_QUERY}aid=(\d+)", "https://www.bilibili.com/video/av{}"),
    ),
    "dailymotion.com": (
        (r"/(?:embed|swf)(?:/video)?/(\w+)", "https://www.dailymotion.com/video/{}"),
        (
            rf"/player(?:/\w+)?\.html{_QUERY}video=(\w+)",
            "https://www.dailymotion.com/video/{}",
        ),
    ),
    "youku.com": ((r"/embed/([\w=]+)", "https://v.youku.com/v_show/id_{}.html"),),
    "qq.com": (
        (
            rf"/(?:txp/)?iframe/player\.html{_QUERY}vid=(\w+)",
            "https://v.qq.com/x/page/{}.html",
        ),
    ),
    "spotify.com": ((r"/embed(?:-podcast)?/(\w+)/(\w+)", "https://open.spotify.com/{}/{}"),),
    "facebook.com": ((rf"/plugins/(?:video|post)\.php{_QUERY}href=(https?%3A%2F%2F[^&#]+)", "{}"),),
    "twitter.com": (
        (rf"/embed/(?:Tweet|index)\.html{_QUERY}id=(\d+)", "https://twitter.com/i/status/{}"),
    ),
    "instagram.com": ((r"/(p|reel|tv)/([\w-]+)/embed", "https://www.instagram.com/{}/{}/"),),
    "archive.org": ((r"/embed/([^?#&/]+)", "https://archive.org/details/{}"),),
}
_PLAYERS = {
    host: tuple((Pattern(address, re.IGNORECASE), page) for address, page in pages)
    for host, pages in _PAGES.items()
}

_BY_NUMBER = (
    ("youtube", "https://www.youtube.com/watch?v={}", re.compile(r"[\w-]{11}")),
    ("vimeo", "https://vimeo.com/{}", re.compile(r"\d{5,}(?:/\w+)?")),
    ("dailymotion", "https://www.dailymotion.com/video/{}", re.compile(r"[a-zA-Z0-9]{5,}")),
    ("bilibili", "https://www.bilibili.com/video/{}", re.compile(r"BV\w{10}")),
    ("twitter", "https://twitter.com/i/status/{}", re.compile(r"\d{8,}")),
    ("tweet", "https://twitter.com/i/status/{}", re.compile(r"\d{8,}")),
    ("instagram", "https://www.instagram.com/p/{}/", re.compile(r"[\w-]{8,}")),
)
_NUMBERS = re.compile(
    r"(?:data-)?(?:(?:youtube|yt|vimeo|dailymotion|bilibili|plyr-embed)-?)?(?:video-?|embed-?|tweet-?)?"
    r"(?:id|key|code|shortcode)|videoid|data-embed|data-vi|video"
)


_NAMING = ("class", "type", "data-service", "data-provider", "data-type", "data-plyr-provider")


@lru_cache(maxsize=256)  # several passes ask for the same few
def find_page(address: str) -> str:
    """Return the page that shows what is embedded from this address, or "" if none is known."""
    parts = split(address)
    if parts is None:
        return ""
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for player, page in _PLAYERS.get(".".join(parts.host.rsplit(".", 2)[-2:]), ()):
        if match := player.match(place):
            return page.format(*map(unquote, match.groups()))
    return ""


def find_page_by_number(element: Element) -> str:
    """Return the page of a film whose number an element holds, as `lite-youtube` does, or ""."""
    attributes = element.attrib
    said = (attributes.get(name) or "" for name in _NAMING)
    maker = " ".join([element.tag, *said, ""]).lower()
    for name, page, number in _BY_NUMBER:
        for key, value in attributes.items():
            if _NUMBERS.fullmatch(key) and number.fullmatch(value.strip()):
                named = maker + key
                if name in named or (name == "youtube" and re.search(r"\byt\b|lyte", named)):
                    return page.format(value.strip())
    return ""
