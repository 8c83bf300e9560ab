"""Routes requests to responses."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from refeed.server import allowed_hosts, paths
from refeed.server.response import (
    SAFE_HEADERS,
    Response,
    build_error,
    build_head,
    build_redirect,
    build_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.server.metrics import Metrics
    from refeed.server.request_head import Request
    from refeed.server.static_files import StaticFiles

HEALTH: Final = b"/healthz"
METRICS: Final = b"/metrics"


class Routes:
    """The paths of the server.

    Args:
        files: responses for the files.
        health: returns what is wrong, human-readable, or "".
        metrics: counts the requests, and is shown.
        secret: the first part of all paths but the health's, or "".
        allowed_hosts: those that are answered besides loopback ones.
    """

    def __init__(
        self,
        files: StaticFiles,
        *,
        health: Callable[[], str],
        metrics: Metrics,
        secret: str = "",
        allowed_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._files = files
        self._health = health
        self._metrics = metrics
        self._secret = secret.encode("ascii")
        self._allowed_hosts = allowed_hosts

    def respond(self, request: Request, *, check_host: bool, may_block: bool) -> Response | None:
        """Return the response to a request.

        Args:
            request: any.
            check_host: whether only allowed hosts are answered.
            may_block: whether it may take long. If not, it is None where it would: a big file has
                to be read or compressed.
        """
        if check_host and not self._is_allowed(request):
            response: Response | None = build_text(
                HTTPStatus.MISDIRECTED_REQUEST, allowed_hosts.REFUSAL
            )
        else:
            response = self._route(request, may_block=may_block)
        if response is None:
            return None
        self._metrics.count_request(response.feed, response.status)
        return response.drop_body() if request.method == b"HEAD" else response

    def refuse(self, status: HTTPStatus) -> Response:
        """Return the response to an invalid request."""
        self._metrics.count_request("", status)
        return build_error(status)

    def _route(self, request: Request, *, may_block: bool) -> Response | None:
        if request.method not in (b"GET", b"HEAD"):
            status = HTTPStatus.METHOD_NOT_ALLOWED
            return build_text(status, status.phrase, {"Allow": "GET, HEAD"})
        target = request.target
        inside = self._strip_secret(target)
        if HEALTH in (inside, target):
            # With a secret, only who knows it is told what is wrong.
            return self._show_health(detailed=inside is not None)
        if inside == METRICS:
            return self._show_metrics()
        if inside == b"":
            return build_redirect(paths.format_folder_link(target.decode("latin-1")), {})
        path = paths.parse_path(inside) if inside else None
        if inside is None or path is None:
            return build_error(HTTPStatus.NOT_FOUND)
        query = paths.parse_query(inside)
        return self._files.respond(request, path, query, may_block=may_block)

    def _is_allowed(self, request: Request) -> bool:
        # The host in a target counts instead of the header (RFC 9112, section 3.2.2).
        origin = paths.parse_origin(request.target).partition(b"//")[2]
        host = origin or request.headers.get(b"host", b"")
        return allowed_hosts.is_allowed(host, self._allowed_hosts)

    def _strip_secret(self, target: bytes) -> bytes | None:
        """Return the rest of a target, None if it doesn't begin with the secret."""
        if not self._secret:
            return target or None
        target = target[len(paths.parse_origin(target)) :]
        end = len(self._secret) + 1
        # The time of the comparison must not depend on the secret.
        if not compare_digest(target[:end], b"/" + self._secret):
            return None
        rest = target[end:]
        return rest if not rest or rest.startswith(b"/") else None

    def _show_health(self, *, detailed: bool) -> Response:
        problem = self._health()
        if problem:
            return build_text(HTTPStatus.SERVICE_UNAVAILABLE, problem if detailed else "failing")
        return build_text(HTTPStatus.OK, "ok")

    def _show_metrics(self) -> Response:
        text, content_type = self._metrics.export()
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(text)),
            "Cache-Control": "no-store",
            **SAFE_HEADERS,
        }
        return Response(HTTPStatus.OK, build_head(HTTPStatus.OK, headers), text)
