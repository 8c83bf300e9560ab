"""From a request to its answer: which paths there are."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from refeed.server import paths
from refeed.server.messages import SAFE, Answer, DiskBody, Reply, head, plain, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.server.filing import Files
    from refeed.server.messages import Request
    from refeed.server.metrics import Metrics

HEALTH: Final = b"/healthz"
METRICS: Final = b"/metrics"


class Site:
    """What is served.

    Args:
        files: answers for the files.
        health: returns what is wrong, for people, or "".
        metrics: counts the requests, and is shown.
        secret: the first part of all paths but the health's, or "".
    """

    def __init__(
        self, files: Files, *, health: Callable[[], str], metrics: Metrics, secret: str = ""
    ) -> None:
        self._files = files
        self._health = health
        self._metrics = metrics
        self._secret = secret.encode("ascii")

    def answer(self, request: Request, *, patient: bool) -> Answer | None:
        """Answer a request.

        Args:
            request: any.
            patient: whether it may take long. If not, the answer is None where it would: a big file
                has to be read or compressed.
        """
        reply = self._reply(request, patient=patient)
        if reply is None:
            return None
        self._metrics.request(reply.feed, reply.status)
        answer = reply.answer
        if request.method == b"HEAD":
            if isinstance(answer.body, DiskBody):
                answer.body.close()
            return Answer(answer.head)
        return answer

    def refusal(self, status: HTTPStatus) -> Answer:
        """Answer what isn't a request at all."""
        self._metrics.request("", status)
        return problem(status).answer

    def _reply(self, request: Request, *, patient: bool) -> Reply | None:
        if request.method not in (b"GET", b"HEAD"):
            answer = plain(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, HEAD")
            return Reply(HTTPStatus.METHOD_NOT_ALLOWED, "", answer)
        target = request.target
        inside = self._without_secret(target)
        if HEALTH in (inside, target):
            # With a secret, what is wrong is for those who know it.
            return self._how_it_is(detailed=inside is not None)
        if inside == METRICS:
            return self._figures()
        if inside == b"":
            location = paths.slash_added(target.decode("latin-1"))
            answer = plain(HTTPStatus.MOVED_PERMANENTLY, Location=location)
            return Reply(HTTPStatus.MOVED_PERMANENTLY, "", answer)
        path = paths.path_of(inside) if inside else None
        if inside is None or path is None:
            return problem(HTTPStatus.NOT_FOUND)
        return self._files.reply(request, path, paths.query_of(inside), patient=patient)

    def _without_secret(self, target: bytes) -> bytes | None:
        """Return the rest of a target, None if it doesn't begin with the secret."""
        if not self._secret:
            return target or None
        target = target[len(paths.origin_of(target)) :]
        end = len(self._secret) + 1
        # In a time that doesn't tell how much of it is right.
        if not compare_digest(target[:end], b"/" + self._secret):
            return None
        rest = target[end:]
        return rest if not rest or rest.startswith(b"/") else None

    def _how_it_is(self, *, detailed: bool) -> Reply:
        wrong = self._health()
        if wrong:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return Reply(status, "", plain(status, wrong if detailed else "failing"))
        return Reply(HTTPStatus.OK, "", plain(HTTPStatus.OK, "ok"))

    def _figures(self) -> Reply:
        text, kind = self._metrics.exposition()
        fields = {
            "Content-Type": kind,
            "Content-Length": str(len(text)),
            "Cache-Control": "no-store",
            **SAFE,
        }
        return Reply(HTTPStatus.OK, "", Answer(head(HTTPStatus.OK, fields), text))
