"""What `refeed explain` says of the pictures of the web that an article shows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.commands.fetch import NOT_ASKED, find_missing
from refeed.pictures.localise import list_addresses
from refeed.publish.entry_pictures import open_web_pictures
from refeed.web_pictures.store import PictureStore

if TYPE_CHECKING:
    from refeed.config import Config


def explain_pictures(config: Config, html: str) -> list[dict[str, str]]:
    """Return the pictures of the web that an article shows, as plain values.

    Args:
        config: names the picture store; without one there is nothing to explain.
        html: of the article, as it is published but for pictures.

    Returns:
        Of each its ``address``, the ``file`` of the store that is shown for it, or "", and else the
        ``reason``.

    Raises:
        FolderError: the store can't be used.
        OSError: it can't be read.
    """
    addresses = list_addresses(html) if config.images.mode == "local" else []
    if not addresses:
        return []
    files, missing = {}, dict.fromkeys(addresses, NOT_ASKED)
    if PictureStore.exists(Path(config.images.store)):
        with closing(open_web_pictures(config)) as store:
            files = {url: picture.name for url, picture in store.find(addresses).items()}
            missing = find_missing(store, addresses)
    return [
        {
            "address": url,
            "file": files.get(url, ""),
            "reason": "" if url in files else missing[url],
        }
        for url in addresses
    ]
