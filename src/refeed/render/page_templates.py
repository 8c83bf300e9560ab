"""Loads and fills in the page templates."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import time
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from refeed.render.dates import format_rfc3339, to_local
from refeed.render.embed_html import embed
from refeed.render.feed_urls import host
from refeed.render.formats import STYLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from refeed.render.formats import Format

# Articles may load pictures, sound and film. The policy forbids all else, even if the sanitiser
# missed it. `data:` is for small pictures, `file:` for the icon of a page opened from the disk.
_POLICY = (
    "default-src 'none'; img-src http: https: data: file:; media-src http: https:; "
    "style-src {style}; base-uri 'none'"
)
# strftime has those of the system's language.
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_STYLE_MARK = "/* The style of refeed's pages. */"
_NOT_IN_ANCHOR = re.compile(r"[^A-Za-z0-9_-]+")
# Control characters that no HTML may hold (HTML standard, 13.1.4); in UTF-8 each is a byte.
_DELETE = "\x7f"
_CONTROLS = bytes([*range(9), 11, *range(14, 32)]) + _DELETE.encode()


def render(template: str, **values: object) -> bytes:
    """Render a page.

    Args:
        template: its file name.
        values: what it shows. Text is escaped.

    Returns:
        UTF-8. Characters that HTML can't hold are left out.
    """
    return encode_page(_fill(template, values))


def encode_page(text: str) -> bytes:
    """Encode a page in UTF-8, without the characters that HTML can't hold."""
    return text.encode("utf-8", "ignore").translate(None, _CONTROLS)


def render_fragment(template: str, **values: object) -> str:
    """Render a part of a page, which inserts it by the filter `written`.

    Args:
        template: its file name.
        values: what it shows, without characters that XML forbids. HTML forbids one more, which is
            left out.
    """
    return _fill(template, values).replace(_DELETE, "")


def render_style() -> bytes:
    """Render the style of feeds' and articles' pages, the file `STYLE`."""
    return f"{_STYLE_MARK}\n{_fill('style.css', {})}\n".encode()


def describe_language(language: str) -> dict[str, object]:
    """Return what templates need to mark the language of feeds in pages that are English."""
    primary = language.lower().partition("-")[0]
    return {"language": language, "english": primary in ("", "en")}


def _fill(template: str, values: Mapping[str, object]) -> str:
    return _load_environment().get_template(template).render(values)


@cache
def _load_environment() -> Environment:
    # Importing jinja2 takes long; a run that writes no page does without.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        auto_reload=False,
        keep_trailing_newline=False,
        loader=PackageLoader("refeed.render", "templates"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        anchor=format_anchor,
        count_of=format_count,
        clock=format_clock,
        day=format_day,
        weekday=format_weekday,
        embed=embed,
        host=host,
        long_day=format_long_day,
        minute=format_minute,
        rfc3339=format_rfc3339,
        sanitised=Markup,
        short=shorten_title,
        written=Markup,
    )
    style = environment.get_template("style.css").render()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own texts, as below
        style_file=STYLE,
        policy=Markup(_POLICY.format(style=f"'sha256-{digest}'")),  # noqa: S704
        # `file:` is for a page opened from the disk.
        file_policy=Markup(_POLICY.format(style="'self' file:")),  # noqa: S704
    )
    return environment


def format_anchor(entry_id: str) -> str:
    """Format the fragment that identifies an entry in a page, from the entry's id."""
    return "e-" + _NOT_IN_ANCHOR.sub("-", entry_id.removeprefix("urn:uuid:"))


def format_minute(instant: int, timezone: str) -> str:
    """Format an instant in a zone, human-readable: ``2024-06-19 01:04 UTC``.

    Of a midnight only the day: it stands for a date without a time of day.
    """
    if not format_clock(instant, timezone):
        return format_day(instant, timezone)
    moment = to_local(instant, timezone)
    zone = moment.strftime("%Z")
    # Zones without letters of their own are named by their difference, as in "+03".
    return moment.strftime("%Y-%m-%d %H:%M ") + (zone if zone.isalpha() else f"UTC{zone}")


def format_day(instant: int, timezone: str) -> str:
    """Format an instant's day in a zone: ``2024-06-19``."""
    return to_local(instant, timezone).date().isoformat()


def format_clock(instant: int, timezone: str) -> str:
    """Format an instant's time of day in a zone: ``01:04``; "" for midnight to the millisecond."""
    moment = to_local(instant, timezone)
    return moment.strftime("%H:%M") if moment.time() != time.min else ""


def format_long_day(instant: int, timezone: str) -> str:
    """Format an instant's day in a zone, human-readable: ``19 June 2024``."""
    moment = to_local(instant, timezone)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def format_weekday(instant: int, timezone: str) -> str:
    """Name the day of the week of an instant in a zone."""
    return _WEEKDAYS[to_local(instant, timezone).weekday()]


def format_count(number: int, one: str, many: str = "") -> str:
    """Format a number with its noun: ``1 feed``, ``1,204 feeds``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shorten_title(form: Format) -> str:
    """Return a format's name without its version: ``RSS``."""
    return form.title.partition(" ")[0]
