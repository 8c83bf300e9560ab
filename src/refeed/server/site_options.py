"""How an output folder is served: what the daemon and `refeed serve` take of a configuration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit

from refeed.render.websub_topics import link_header
from refeed.server.static_files import build_file_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from refeed.config import Config


class SiteOptions(TypedDict, total=False):
    """How a folder is served.

    Attributes:
        secret_path: the first part of all paths that are answered, or "".
        allowed_hosts: names that are answered to at loopback addresses, besides those that always
            mean this machine; see `allowed_hosts`. At other addresses and Unix sockets, all are.
        link: returns the `Link` header of a file, by its path in the folder, or "".
        headers: further ones of each file, see `static_files.build_file_headers`.
    """

    secret_path: str
    allowed_hosts: Iterable[str]
    link: Callable[[str], str]
    headers: Mapping[str, str]


def find_site_options(config: Config) -> SiteOptions:
    """Return how a configuration has its output folder served."""
    return SiteOptions(
        secret_path=config.server.secret_path,
        allowed_hosts=[urlsplit(config.base_url).hostname or ""],
        link=partial(link_header, config.websub.hub, config.base_url),
        headers=build_file_headers(config.server.max_age, cors=config.server.cors),
    )
