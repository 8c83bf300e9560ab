"""The page templates: how they are found, what they may call, how a page becomes bytes."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from refeed.render.dates import as_datetime, rfc3339
from refeed.render.embed_html import embedded
from refeed.render.feed_urls import host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from refeed.render.formats import Format

# What an entry's text may bring in: pictures, sound and film. Nothing else is fetched or run, even
# where a sanitiser's mistake let it through. `data:` is for the empty icon and for small pictures.
_POLICY = (
    "default-src 'none'; img-src http: https: data:; media-src http: https:; "
    "style-src '{style}'; base-uri 'none'"
)
_NOT_IN_ANCHOR = re.compile(r"[^A-Za-z0-9_-]+")
# Control characters that no HTML may hold (HTML standard, 13.1.4); in UTF-8 each is a byte.
_DELETE = "\x7f"
_CONTROLS = bytes([*range(9), 11, *range(14, 32)]) + _DELETE.encode()


def render(template: str, **values: object) -> bytes:
    """Fill in a template of this package.

    Args:
        template: its file name.
        values: what it shows. Text is escaped.

    Returns:
        UTF-8. Characters that HTML can't hold are left out.
    """
    text = _filled(template, values)
    return text.encode("utf-8", "ignore").translate(None, _CONTROLS)


def fragment(template: str, **values: object) -> str:
    """Fill in a template that is part of a page, which takes it in by the filter `written`.

    Args:
        template: its file name.
        values: what it shows. What XML can't hold must not be in it; of the control characters that
            HTML can't hold that leaves one, which is left out.
    """
    return _filled(template, values).replace(_DELETE, "")


def _filled(template: str, values: Mapping[str, object]) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    # jinja2 takes a tenth of a second to load, which a run that writes no page does not pay.
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
        anchor=anchor,
        count_of=count_of,
        day=day,
        embedded=embedded,
        host=host,
        minute=minute,
        rfc3339=rfc3339,
        sanitised=Markup,
        short=short,
        written=Markup,
    )
    style = environment.get_template("style.css").render()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = _POLICY.format(style=f"sha256-{digest}")
    environment.globals.update(style=Markup(style), policy=Markup(policy))  # noqa: S704 - our own texts
    return environment


def anchor(entry_id: str) -> str:
    """The fragment under which a page shows an entry, made of the entry's id."""
    return "e-" + _NOT_IN_ANCHOR.sub("-", entry_id.removeprefix("urn:uuid:"))


def minute(instant: int) -> str:
    """The instant for people, the same in every country: ``2024-06-19 01:04 UTC``."""
    return as_datetime(instant).replace(tzinfo=None).isoformat(" ", "minutes") + " UTC"


def day(instant: int) -> str:
    """The instant's day in UTC: ``2024-06-19``."""
    return as_datetime(instant).date().isoformat()


def count_of(number: int, one: str, many: str = "") -> str:
    """How many there are of a thing, for people: ``1 feed``, ``1,204 feeds``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short(form: Format) -> str:
    """A format's name without its version: ``RSS``."""
    return form.title.partition(" ")[0]
