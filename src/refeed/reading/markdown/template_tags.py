"""Reduces the tags of site generators to their content.

Liquid (Jekyll, Eleventy), Hexo's and Octopress' plugins: ``{% … %}`` and ``{{ … }}``. Hugo's and
Zola's shortcodes: ``{{< … >}}`` and ``{{% … %}}``. What a tag would show is written in its place
as Markdown or HTML: a figure, a link, an embedded player, a known value. Else the tag goes, and
what stands between an opening and a closing tag stays.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from refeed.reading.front_matter_values import normalize_key
from refeed.reading.markdown.code_spans import split_code_spans
from refeed.reading.markdown.tag_arguments import parse_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from refeed.reading.markdown.tag_arguments import Arguments

_OPENING = re.compile(r"\{%|\{\{[<%]?")
_CLOSINGS: Final = {"{%": "%}", "{{": "}}", "{{<": ">}}", "{{%": "%}}"}
_LONGEST = 4000
_NAME = re.compile(r"[-~]?\s*(/?)\s*([\w./-]*)")
_LITERAL = re.compile(r"""[-~]?\s*(?:"([^"]*)"|'([^']*)')""")
_VARIABLE = re.compile(r"[-~]?\s*(?:(?:page|post|include|params|\$?\.Params|\.Page)\.)?([\w.-]+)")
_RAW = frozenset({"raw", "verbatim"})
_URL = re.compile(r"https?://\S+")
_SENTENCE = re.compile(r"\S\s+\S")
# The title and texts of a tag that are shown, if it is none of those below.
_SHOWN = ("title", "summary", "caption", "text", "label")


class TagReducer:
    """Reduces the tags in the parts of one text, in its order: what is raw may span several."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Take the values of front matter, which tags may show, by normalized keys."""
        self._known = known
        self._is_raw = False

    def reduce(self, text: str) -> str:
        """Return a text without tags; its spans of code stay as they are."""
        if "{{" not in text and "{%" not in text:
            return text
        return "".join(
            part if is_code else self._reduce_part(part) for part, is_code in split_code_spans(text)
        )

    def _reduce_part(self, text: str) -> str:
        parts: list[str] = []
        closings: dict[str, int] = {}
        at = 0
        for opening in _OPENING.finditer(text):
            start = opening.start()
            if start < at:
                continue
            mark = _CLOSINGS[opening[0]]
            end = _find(text, mark, opening.end(), closings)
            if end < 0 or end - start > _LONGEST:
                continue
            inner = text[opening.end() : end]
            shown = self._reduce_tag(opening[0], inner, text[start : end + len(mark)])
            before, at = text[at:start], end + len(mark)
            if not shown and before.endswith("<") and text.startswith(">", at):
                # `<{{ page.link }}>`
                before, at = before[:-1], at + 1
            parts += (before, shown)
        return "".join([*parts, text[at:]])

    def _reduce_tag(self, opening: str, inner: str, whole: str) -> str:
        match = _NAME.match(inner)
        is_end, name = (match[1], match[2].lower()) if match else ("", "")
        rest = inner[match.end() :] if match else inner
        if self._is_raw:
            self._is_raw = not (opening == "{%" and name.removeprefix("end") in _RAW)
            return whole if self._is_raw else ""
        if opening == "{{":
            return self._show_value(inner)
        if opening == "{%":
            self._is_raw = name in _RAW
            return self._show_liquid(name, rest)
        if inner.startswith("/*"):
            # An example of a shortcode.
            return escape(
                opening + inner.removeprefix("/*").removesuffix("*/") + _CLOSINGS[opening]
            )
        return "" if is_end else self._show_shortcode(name, rest)

    def _show_value(self, inner: str) -> str:
        if inner.startswith("/*"):
            return ""
        literal = _LITERAL.match(inner)
        if literal:
            return literal[1] or literal[2] or ""
        call = re.match(r"\s*(\w+)\s*\((.*)\)\s*", inner, re.DOTALL)
        if call:
            # Zola's shortcodes.
            return self._show_shortcode(call[1].lower(), call[2].replace(",", " "))
        variable = _VARIABLE.match(inner)
        return self._known.get(normalize_key(variable[1]), "") if variable else ""

    def _show_liquid(self, name: str, rest: str) -> str:
        rest = self._reduce_part(rest) if "{{" in rest else rest
        if rest.startswith("("):
            rest = rest.strip("() -").replace(",", " ")
        arguments = parse_arguments(rest)
        if name.startswith("include"):
            return _show_include(arguments)
        show = _LIQUID.get(name) or _ANY.get(name)
        return show(arguments) if show else ""

    def _show_shortcode(self, name: str, rest: str) -> str:
        arguments = parse_arguments(rest.rstrip("/ "))
        if name in ("param", "params"):
            return self._known.get(normalize_key(next(iter(arguments.plain), "")), "")
        show = _ANY.get(name)
        return show(arguments) if show else _show_texts(arguments)


def _find(text: str, mark: str, start: int, found: dict[str, int]) -> int:
    """Return where the next closing mark is, or -1; each stretch of text is searched once."""
    end = found.get(mark, 0)
    if 0 <= end < start:
        end = found[mark] = text.find(mark, start)
    return end


def _show_texts(arguments: Arguments) -> str:
    """Show the texts of a tag that is not known: a box's title, a whole sentence."""
    title = arguments.get(*_SHOWN)
    texts = [title, *(text for text in arguments.quoted if _SENTENCE.search(text))]
    return " ".join(f"**{escape(text)}**" for text in texts if text)


def _show_figure(arguments: Arguments) -> str:
    source = arguments.get("src", "source", "image_path", "image", "url", "file", "path", "img")
    source = source or next(iter(arguments.plain), "")
    caption = arguments.get("caption", "title", "description", "attr")
    if not source:
        return caption
    alt = arguments.get("alt")
    picture = f'<img src="{escape(source)}" alt="{escape(alt)}">'
    if link := arguments.get("link", "href"):
        picture = f'<a href="{escape(link)}">{picture}</a>'
    shown = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>{picture}{shown}</figure>"


def _show_picture(arguments: Arguments) -> str:
    """Show `{% img [class] address [width] [height] [title] %}`, or a shortcode with names."""
    if arguments.named:
        return _show_figure(arguments)
    words = [word for word in arguments.plain if not word.isdecimal()]
    at = next((n for n, word in enumerate(words) if "." in word or "/" in word), 0)
    if not words:
        return ""
    title = " ".join(words[at + 1 :])
    return f'<img src="{escape(words[at])}" alt="{escape(title)}">'


def _show_include(arguments: Arguments) -> str:
    name = next(iter(arguments.plain), "").rpartition("/")[2].partition(".")[0].lower()
    if arguments.get("src", "url", "image_path", "image", "file", "path", "img") and (
        not arguments.get("id") or name in ("figure", "image")
    ):
        return _show_figure(arguments)
    address = arguments.get("id", "video_id", "videoid", "youtubeid", "ytid")
    for player, show in _PLAYERS.items():
        if player in name and address:
            return show(address)
    return _show_texts(arguments)


def _show_frame(pattern: str) -> Callable[[str], str]:
    def show(address: str) -> str:
        whole = address if _URL.match(address) else pattern.format(address)
        return f'<iframe src="{escape(whole)}"></iframe>'

    return show


def _show_link(pattern: str) -> Callable[[Arguments], str]:
    def show(arguments: Arguments) -> str:
        words = [arguments.get("user", "username"), arguments.get("id", "url", "src")]
        parts = [word for word in words if word] or list(arguments.plain)
        if not parts:
            return ""
        if _URL.match(parts[0]):
            return f"<{parts[0]}>"
        needed = pattern.count("{}")
        parts = "/".join(parts).split("/")
        if len(parts) < needed:
            return f"<{_LONE.get(pattern, pattern).replace('{}', parts[0])}>"
        return f"<{pattern.format(*parts[:needed])}>"

    return show


_TWEET = "https://twitter.com/{}/status/{}"
_GIST = "https://gist.github.com/{}/{}"
_LONE = {_TWEET: "https://twitter.com/i/status/{}", _GIST: "https://gist.github.com/{}"}
_PLAYERS = {
    "youtube": _show_frame("https://www.youtube.com/embed/{}"),
    "vimeo": _show_frame("https://player.vimeo.com/video/{}"),
    "bilibili": _show_frame("https://player.bilibili.com/player.html?bvid={}"),
}


def _show_player(name: str) -> Callable[[Arguments], str]:
    def show(arguments: Arguments) -> str:
        address = arguments.get("id", "videoid", "src", "url") or next(iter(arguments.plain), "")
        return _PLAYERS[name](address) if address else ""

    return show


def _show_address(arguments: Arguments) -> str:
    """Show the tag for a link within the site: nothing, unless it is a whole link."""
    words = list(arguments.plain)
    at = next((n for n, word in enumerate(words) if _URL.match(word)), -1)
    return f"[{' '.join(words[:at]) or words[at]}]({words[at]})" if at >= 0 else ""


def _show_asset_link(arguments: Arguments) -> str:
    words = list(arguments.plain)
    return f"[{escape(' '.join(words[1:]) or words[0])}]({words[0]})" if words else ""


def _show_words(arguments: Arguments) -> str:
    """Show whom a quotation is of, as a line of its own."""
    words = " ".join(arguments.plain) or arguments.get("author", "source")
    return f"<cite>{escape(words)}</cite><br>" if words else ""


def _show_nothing(_: Arguments) -> str:
    return ""


_ANY: dict[str, Callable[[Arguments], str]] = {
    "figure": _show_figure,
    "img": _show_picture,
    "image": _show_picture,
    "picture": _show_picture,
    "youtube": _show_player("youtube"),
    "vimeo": _show_player("vimeo"),
    "bilibili": _show_player("bilibili"),
    "tweet": _show_link(_TWEET),
    "twitter": _show_link(_TWEET),
    "x": _show_link(_TWEET),
    "gist": _show_link(_GIST),
    "instagram": _show_link("https://www.instagram.com/p/{}/"),
    "ref": _show_nothing,
    "relref": _show_nothing,
    "highlight": _show_nothing,
}
_LIQUID: dict[str, Callable[[Arguments], str]] = {
    "asset_img": _show_picture,
    "asset_image": _show_picture,
    "asset_path": lambda arguments: next(iter(arguments.plain), ""),
    "asset_link": _show_asset_link,
    "link": _show_address,
    "blockquote": _show_words,
    "quote": _show_words,
    "embed": _show_link("{}"),
    "oembed": _show_link("{}"),
}
