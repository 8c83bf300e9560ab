"""Answers for the published files."""

from __future__ import annotations

import errno
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from refeed.render.index_search import found
from refeed.server import paths
from refeed.server.conditions import outcome
from refeed.server.contents import SMALL, Version, digest_of
from refeed.server.messages import NOTHING, SAFE, Answer, DiskBody, Reply, head, plain, problem
from refeed.server.negotiation import IDENTITY, coding_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.server.contents import Contents
    from refeed.server.messages import Request

# The pages' own policy, in each page, names the one style sheet besides; of two policies both hold.
_PAGE: Final = (
    "default-src 'none'; img-src http: https: data:; media-src http: https:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action {form}; frame-ancestors 'none'"
)
# Kept, but asked about each time, which a 304 answers: a change is seen at the next poll. Not
# `public`, by which a shared cache would show to all what a proxy has asked a password for.
_CACHING: Final = "no-cache"
# A date is a sure sign of a content only when the second has passed (RFC 9110, section 8.8.2.2).
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


class Files:
    """The output folder, as answers.

    Args:
        contents: of the folder.
        clock: nanoseconds since 1970.
        link: returns the `Link` header of a file, or "".
    """

    def __init__(
        self, contents: Contents, clock: Callable[[], int], link: Callable[[str], str]
    ) -> None:
        self._contents = contents
        self._clock = clock
        self._link = link

    def reply(self, request: Request, path: str, query: str, *, patient: bool) -> Reply | None:
        """Answer about a path, or return None if that takes long and nobody is patient.

        Args:
            request: GET or HEAD.
            path: as `paths.path_of` returns it.
            query: what is looked for, as `paths.query_of` returns it.
            patient: as in `Site.answer`.
        """
        for _ in range(_TRIES):
            try:
                return self._file(request, path, query, patient=patient)
            except BlockingIOError:
                # It was replaced this very moment, or someone else has to give it back first.
                continue
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return self._folder(path)
                break
        return problem(HTTPStatus.SERVICE_UNAVAILABLE)

    def _folder(self, path: str) -> Reply:
        """Answer about what isn't a file: perhaps it is a folder, written without its slash."""
        if not path or path.endswith("/"):
            return problem(HTTPStatus.NOT_FOUND)
        try:
            self._contents.size(f"{path}/{paths.INDEX}")
        except OSError:
            return problem(HTTPStatus.NOT_FOUND)
        status = HTTPStatus.MOVED_PERMANENTLY
        location = paths.slash_added(path)
        return Reply(status, path, plain(status, Location=location, Cache_Control=_CACHING))

    def _file(self, request: Request, path: str, query: str, *, patient: bool) -> Reply | None:
        """Answer about a file.

        Raises:
            OSError: it isn't there.
        """
        if not path or path.endswith("/"):
            path += paths.INDEX
        if paths.content_type(path) is None:
            raise FileNotFoundError(path)
        version = self._version(path, query, patient=patient)
        if version is None:
            return None
        coding = coding_for(request.headers.get(b"accept-encoding"))
        if version.is_large:
            coding = IDENTITY
        feed = paths.feed_of(path)
        if coding is None:
            return problem(HTTPStatus.NOT_ACCEPTABLE, feed)
        modified = version.stamp.mtime_ns // _SECOND
        status = outcome(request.headers, _etag(version, coding), modified)
        if status is HTTPStatus.NOT_MODIFIED:
            return Reply(status, feed, Answer(self._head(path, version, status, coding)))
        if status is HTTPStatus.PRECONDITION_FAILED:
            return problem(status, feed)
        return self._whole(path, version, coding, patient=patient)

    def _version(self, path: str, query: str, *, patient: bool) -> Version | None:
        """Return the content of a file, or of the index what is looked for.

        Raises:
            OSError: it isn't there.
        """
        version = self._contents.known(path)
        if version is None:
            if not patient and self._contents.size(path) > SMALL:
                return None
            version = self._contents.read(path)
        if not query or path != paths.INDEX or version.is_large:
            return version
        return _found(version, query) if patient else None

    def _whole(self, path: str, version: Version, coding: str, *, patient: bool) -> Reply | None:
        size = version.stamp.size
        body: bytes | DiskBody
        if version.is_large:
            body = DiskBody(self._contents.open(path, version), size)
        elif not patient and coding not in version.copies and size > SMALL:
            return None
        else:
            body = self._contents.coded(path, version, coding)
        start = self._head(path, version, HTTPStatus.OK, coding, len(body))
        return Reply(HTTPStatus.OK, paths.feed_of(path), Answer(start, body))

    def _head(
        self, path: str, version: Version, status: HTTPStatus, coding: str, length: int = 0
    ) -> bytes:
        modified = version.stamp.mtime_ns
        is_dated = self._clock() - modified >= _SECOND
        key = (status, coding, is_dated)
        made = version.heads.get(key)
        if made is None:
            fields = {
                "ETag": _etag(version, coding).decode("ascii"),
                "Cache-Control": _CACHING,
                "Vary": "Accept-Encoding",
            }
            if is_dated:
                fields["Last-Modified"] = formatdate(modified // _SECOND, usegmt=True)
            if status is HTTPStatus.OK:
                kind = paths.content_type(path) or ""
                is_page = kind.startswith("text/html")
                fields |= {
                    "Content-Type": kind,
                    "Content-Length": str(length),
                    "Content-Security-Policy": _policy(path) if is_page else NOTHING,
                    **SAFE,
                }
                if link := self._link(path):
                    fields["Link"] = link
                if coding != IDENTITY:
                    fields["Content-Encoding"] = coding
            made = version.heads[key] = head(status, fields)
        return made


def _found(index: Version, query: str) -> Version:
    """Return the index page with the feeds that a query finds: a content like any other."""
    whole = index.copies[IDENTITY].decode("utf-8", "surrogateescape")
    page = found(whole, query).encode("utf-8", "surrogateescape")
    return Version(index.stamp, digest_of(page), {IDENTITY: page}, settled=False)


def _policy(path: str) -> str:
    # The index has a form to search with; a form in an article's text leads nowhere.
    return _PAGE.format(form="'self'" if path == paths.INDEX else "'none'")


def _etag(version: Version, coding: str) -> bytes:
    tag = version.digest if coding == IDENTITY else f"{version.digest}-{coding}"
    return f'"{tag}"'.encode("ascii")
