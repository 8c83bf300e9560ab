"""A visit to a page in a browser: what it fetches, says and runs is written down."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route

# Runs before anything of the page, whatever the page's policy: what would show that a script ran.
_WATCH = """
window.happened = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"])
  window[name] = (...given) => { window.happened.push(name + " " + given); };
document.addEventListener("securitypolicyviolation", (event) =>
  window.happened.push("policy " + event.effectiveDirective + " " + event.blockedURI));
"""

_SIZE = re.compile(r"/(\d+)x(\d+)\.png$")


@dataclass(frozen=True)
class Site:
    """Feeds that are served.

    Attributes:
        url: of the index, ending in `/`.
        folder: where the files are.
    """

    url: str
    folder: Path


@dataclass
class Visit:
    """A page that was opened.

    Attributes:
        context: the window.
        address: of the page.
        trouble: what no page of refeed does: errors, warnings, dialogs, scripts, windows.
        elsewhere: the addresses outside the server that were asked for.
        page: for Playwright.
    """

    context: BrowserContext
    address: str
    trouble: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(_WATCH)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.context.on("page", lambda page: self.trouble.append(f"a window: {page.url}"))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.trouble.append(f"an error: {error}"))
        self.page.on("dialog", self._asked)
        self.page.on("download", lambda got: self.trouble.append(f"a download: {got.url}"))
        self.page.goto(self.address)

    def at(self, width: int, scheme: str) -> None:
        """Make the window so wide, and of this colour scheme."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # light or dark

    def see_images(self) -> None:
        """Have those fetched that wait until they come into view."""
        for image in self.page.locator("img").all():
            image.evaluate(
                "(image) => { image.loading = 'eager'; return image.decode().catch(() => 0); }"
            )

    def value(self, script: str) -> Any:  # noqa: ANN401 - what JavaScript has
        """Ask the page for something."""
        return self.page.evaluate(script)

    def all_trouble(self) -> list[str]:
        """Return what has happened that should not."""
        return [*self.trouble, *self.value("window.happened || []")]

    def _answer(self, route: Route) -> None:
        request = route.request
        if request.url.startswith((urljoin(self.address, "/"), "data:")):
            route.continue_()
            return
        self.elsewhere.add(request.url)
        size = _SIZE.search(request.url)
        if request.resource_type == "image" and size:
            route.fulfill(body=png(int(size[1]), int(size[2])), content_type="image/png")
        elif request.resource_type in ("image", "media"):
            route.fulfill(status=404)
        else:
            self.trouble.append(f"asked for a {request.resource_type}: {request.url}")
            route.abort()

    def _said(self, message: ConsoleMessage) -> None:
        # That a picture of an article's is gone is no fault of the page.
        if message.location["url"] not in self.elsewhere:
            self.trouble.append(f"{message.type}: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.trouble.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


def png(width: int, height: int) -> bytes:
    """Return a grey picture."""
    rows = zlib.compress(b"\0".ljust(1 + (width + 7) // 8, b"\xaa") * height)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
