"""Responses with the published files."""

from __future__ import annotations

import errno
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from refeed.render.index_search import filter_feeds
from refeed.server import paths
from refeed.server.conditional import evaluate
from refeed.server.file_cache import SMALL, CachedFile, compute_digest
from refeed.server.negotiation import IDENTITY, choose_coding
from refeed.server.response import (
    NO_CONTENT_POLICY,
    NOT_MODIFIED,
    OK,
    PRECONDITION_FAILED,
    SAFE_HEADERS,
    FileBody,
    Response,
    build_error,
    build_head,
    build_redirect,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from refeed.server.file_cache import FileCache
    from refeed.server.request_head import Request

# Each page has its own policy too, which allows its own style; both policies hold.
_PAGE: Final = (
    "default-src 'none'; img-src http: https: data:; media-src http: https:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action {form}; frame-ancestors 'none'"
)
# A drawing that is opened by itself is a document: it may have styles, and never runs scripts.
_PICTURE: Final = f"{NO_CONTENT_POLICY}; style-src 'unsafe-inline'; sandbox"
_FOREVER: Final = "max-age=31536000, immutable"
"""A year, and not asked for again (RFC 8246)."""

# A date identifies a content only after that second has passed (RFC 9110, section 8.8.2.2).
_SECOND: Final = 1_000_000_000
_TRIES: Final = 4
_NOT_THERE: Final = frozenset(
    (
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EACCES,
        errno.EPERM,
        errno.ENXIO,
        None,
    )
)


def build_file_headers(max_age: int = 0, *, cors: bool = False) -> dict[str, str]:
    """Build headers for files.

    Not `public`: a shared cache could then serve files that a proxy protects by a password.

    Args:
        max_age: the seconds for which a file may be used without asking again. With 0 it is cached,
            but revalidated each time: a change is seen at the next poll.
        cors: whether pages of other sites may read it (Fetch Standard, section 3.2).
    """
    headers = {"Cache-Control": f"max-age={max_age}" if max_age else "no-cache"}
    return headers | {"Access-Control-Allow-Origin": "*"} if cors else headers


class StaticFiles:
    """Responses with the files of the output folder.

    Args:
        cache: of the folder's files.
        clock: nanoseconds since 1970.
        link: returns the `Link` header of a file, or "".
        headers: further ones of each file, see `build_file_headers`.
    """

    def __init__(
        self,
        cache: FileCache,
        clock: Callable[[], int],
        link: Callable[[str], str],
        headers: Mapping[str, str],
    ) -> None:
        self._cache = cache
        self._clock = clock
        self._link = link
        self._headers = headers

    def respond(
        self, request: Request, path: str, query: str, *, may_block: bool
    ) -> Response | None:
        """Return the response about a path, or None if that takes long and may not.

        Args:
            request: GET or HEAD.
            path: as `paths.parse_path` returns it.
            query: what is searched for, as `paths.parse_query` returns it.
            may_block: as in `Routes.respond`.
        """
        if not path or path.endswith("/"):
            path += paths.INDEX
        for _ in range(_TRIES):
            try:
                if self._cache.is_published(path):
                    return self._respond_with_file(request, path, query, may_block=may_block)
                if self._cache.is_published(f"{path}/{paths.INDEX}"):
                    # A folder without its slash.
                    location = paths.format_folder_link(path)
                    return build_redirect(location, dict(self._headers), path)
                return build_error(HTTPStatus.NOT_FOUND)
            except BlockingIOError:
                # It was replaced just now, or another process has it locked.
                continue
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return build_error(HTTPStatus.NOT_FOUND)
                break
        return build_error(HTTPStatus.SERVICE_UNAVAILABLE)

    def _respond_with_file(
        self, request: Request, path: str, query: str, *, may_block: bool
    ) -> Response | None:
        """Return the response about a file.

        Raises:
            OSError: it isn't there.
        """
        if paths.find_content_type(path) is None:
            raise FileNotFoundError(path)
        cached = self._find(path, query, may_block=may_block)
        if cached is None:
            return None
        coding = choose_coding(request.headers.get(b"accept-encoding"))
        if cached.is_large or paths.is_packed(path):
            coding = IDENTITY
        feed = paths.find_feed_name(path)
        if coding is None:
            return build_error(HTTPStatus.NOT_ACCEPTABLE, feed)
        modified = cached.stamp.mtime_ns // _SECOND
        status = evaluate(request.headers, _format_etag(cached, coding), modified)
        if status is NOT_MODIFIED:
            return Response(status, self._build_head(path, cached, status, coding), feed=feed)
        if status is PRECONDITION_FAILED:
            return build_error(status, feed)
        return self._respond_with_body(path, cached, coding, may_block=may_block)

    def _find(self, path: str, query: str, *, may_block: bool) -> CachedFile | None:
        """Return the content of a file, or of the index as filtered by a search.

        Raises:
            OSError: it isn't there.
        """
        cached = self._cache.find(path)
        if cached is None:
            if not may_block and self._cache.find_size(path) > SMALL:
                return None
            cached = self._cache.read(path)
        if not query or path != paths.INDEX or cached.is_large:
            return cached
        return _search(cached, query) if may_block else None

    def _respond_with_body(
        self, path: str, cached: CachedFile, coding: str, *, may_block: bool
    ) -> Response | None:
        size = cached.stamp.size
        body: bytes | FileBody
        if cached.is_large:
            body = FileBody(self._cache.open_file(path, cached), size)
        elif not may_block and coding not in cached.copies and size > SMALL:
            return None
        else:
            body = self._cache.encode(path, cached, coding)
            size = len(body)
        head = self._build_head(path, cached, OK, coding, size)
        return Response(OK, head, body, paths.find_feed_name(path))

    def _build_head(
        self, path: str, cached: CachedFile, status: HTTPStatus, coding: str, length: int = 0
    ) -> bytes:
        modified = cached.stamp.mtime_ns
        is_dated = self._clock() - modified >= _SECOND
        key = (status is OK, coding, is_dated)
        if (head := cached.heads.get(key)) is None:
            fields = {
                "ETag": _format_etag(cached, coding).decode("ascii"),
                **self._headers,
                "Vary": "Accept-Encoding",
            }
            if paths.is_media(path):
                fields["Cache-Control"] = _FOREVER
            if is_dated:
                fields["Last-Modified"] = formatdate(modified // _SECOND, usegmt=True)
            if status is OK:
                kind = paths.find_content_type(path) or ""
                fields |= {
                    "Content-Type": kind,
                    "Content-Length": str(length),
                    "Content-Security-Policy": _build_policy(path, kind),
                    **SAFE_HEADERS,
                }
                if link := self._link(path):
                    fields["Link"] = link
                if coding != IDENTITY:
                    fields["Content-Encoding"] = coding
            head = cached.heads[key] = build_head(status, fields)
        return head


def _search(index: CachedFile, query: str) -> CachedFile:
    """Return the index page with the feeds that match a query."""
    whole = index.copies[IDENTITY].decode("utf-8", "surrogateescape")
    page = filter_feeds(whole, query).encode("utf-8", "surrogateescape")
    return CachedFile(index.stamp, compute_digest(page), {IDENTITY: page}, settled=False)


def _build_policy(path: str, kind: str) -> str:
    if paths.is_media(path):
        return _PICTURE
    if not kind.startswith("text/html"):
        return NO_CONTENT_POLICY
    # Only the index may submit a form.
    return _PAGE.format(form="'self'" if path == paths.INDEX else "'none'")


def _format_etag(cached: CachedFile, coding: str) -> bytes:
    tag = cached.digest if coding == IDENTITY else f"{cached.digest}-{coding}"
    return f'"{tag}"'.encode("ascii")
