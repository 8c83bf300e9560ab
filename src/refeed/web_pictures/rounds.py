"""A round of fetching: several hosts at a time, each of them asked for one picture at a time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from contextlib import closing
from dataclasses import dataclass, field
from queue import Queue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from refeed.web_pictures.answers import Answer, Fault, PictureError
from refeed.web_pictures.catalogue import Attempt, StoredPicture
from refeed.web_pictures.client import find_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from refeed.progress import Monitor
    from refeed.web_pictures.answers import PictureRequest
    from refeed.web_pictures.client import PictureClient
    from refeed.web_pictures.store import PictureStore

Prepare: TypeAlias = "Callable[[bytes], tuple[tuple[str, int, int], bytes] | None]"
"""Returns name, width and height of a picture, and what of its bytes is kept."""

HOSTS_AT_A_TIME: Final = 6
_MOST_SLOW: Final = 3
"""Failures in a row after which a host is left alone."""

_FIRST_PAUSE: Final = 3_600
_PAUSE_FACTOR: Final = 3
_LONGEST_PAUSE: Final = 60 * 86_400
_MOST_FAILURES: Final = 20
"""From which the time does not grow any more; a larger exponent would be a large number."""

NO_PICTURE: Final = "what it answered is no picture that pages can show"
STORE_FULL: Final = "the picture store is full (images.max_store_gb)"


@dataclass(slots=True)
class RoundResult:
    """What a round did.

    Attributes:
        fetched: how many pictures came.
        bytes: how many bytes they have.
        failed: how many addresses led to no picture, by reason.
        problem: why the round ended early, or "".
    """

    fetched: int = 0
    bytes: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    problem: str = ""


class _Event(NamedTuple):
    """What became of a request; without one, the end of a thread."""

    host: str
    request: PictureRequest | None
    outcome: Answer | PictureError | Exception | None


def group_by_host(requests: Iterable[PictureRequest]) -> dict[str, list[PictureRequest]]:
    """Return requests by the host that they go to; "" has those that go to none."""
    found: defaultdict[str, list[PictureRequest]] = defaultdict(list)
    for request in requests:
        found[find_host(request.url)].append(request)
    return dict(found)


def compute_next_try(failures: int, retry_after: float, now: float) -> int:
    """Return when to try again, in seconds since 1970: after an hour, three, nine, up to 60 days.

    Args:
        failures: how many tries failed, one after the other, at least 1.
        retry_after: seconds that the host asks to wait; it counts if it is longer.
        now: seconds since 1970.
    """
    pause = min(_FIRST_PAUSE * _PAUSE_FACTOR ** (min(failures, _MOST_FAILURES) - 1), _LONGEST_PAUSE)
    return int(now + max(pause, retry_after))


class FetchRound:
    """A round. Threads ask hosts; the one that runs it identifies and stores what they answer.

    Args:
        store: where pictures go, locked.
        open_client: returns a client, for a thread of its own; they share the turns of hosts.
        prepare: identifies pictures, see `refeed.pictures.identify`; None for what is none.
        clock: seconds since 1970.
        max_store_bytes: of all pictures in the store; 0 for as many as there is room for.
    """

    def __init__(
        self,
        store: PictureStore,
        open_client: Callable[[], PictureClient],
        prepare: Prepare,
        clock: Callable[[], float],
        max_store_bytes: int,
    ) -> None:
        self._store = store
        self._open_client = open_client
        self._prepare = prepare
        self._clock = clock
        self._max_bytes = max_store_bytes
        self._stop = Event()
        self._lock = Lock()
        self._hosts: deque[tuple[str, Sequence[PictureRequest]]] = deque()
        # So few answers are in memory at a time.
        self._events: Queue[_Event] = Queue(maxsize=HOSTS_AT_A_TIME)
        self._result = RoundResult()
        self._at_work = 0

    def run(
        self, requests: Mapping[str, Sequence[PictureRequest]], monitor: Monitor
    ) -> RoundResult:
        """Ask for pictures.

        Args:
            requests: by host, see `group_by_host`.
            monitor: told of the progress.

        Raises:
            OSError: the store can't be written.
            StopError: of the monitor.
        """
        total = sum(map(len, requests.values()))
        # The longest first, so that it isn't what all others wait for in the end.
        self._hosts.extend(sorted(requests.items(), key=lambda each: (-len(each[1]), each[0])))
        self._bytes = self._store.catalogue.count_bytes()
        threads = [
            Thread(target=self._work, name=f"refeed-fetch-{number}", daemon=True)
            for number in range(min(HOSTS_AT_A_TIME, len(self._hosts)))
        ]
        for thread in threads:
            thread.start()
        self._at_work = len(threads)
        try:
            self._take_events(total, monitor)
        finally:
            self._stop.set()
            # Threads may wait until an answer is taken; the last that each puts is its end.
            while self._at_work:
                self._next_event()
            for thread in threads:
                thread.join()
        return self._result

    def _work(self) -> None:
        """Ask one host after the other; run by a thread."""
        try:
            with closing(self._open_client()) as client:
                while not self._stop.is_set():
                    with self._lock:
                        if not self._hosts:
                            break
                        host, requests = self._hosts.popleft()
                    self._ask_host(client, host, requests)
                    client.close()
        finally:
            self._events.put(_Event("", None, None))

    def _ask_host(
        self, client: PictureClient, host: str, requests: Sequence[PictureRequest]
    ) -> None:
        slow = 0
        for request in requests:
            if self._stop.is_set():
                return
            outcome: Answer | Exception
            try:
                outcome = client.fetch(request)
            except Exception as error:  # noqa: BLE001 - of one address, whatever it is
                outcome = error
            self._events.put(_Event(host, request, outcome))
            if not isinstance(outcome, PictureError) or outcome.fault is Fault.PICTURE:
                slow = 0
                continue
            slow += 1
            if outcome.fault is Fault.HOST:
                return
            if slow == _MOST_SLOW:
                tired = PictureError(outcome.reason, Fault.HOST, retry_after=outcome.retry_after)
                self._events.put(_Event(host, request, tired))
                return

    def _take_events(self, total: int, monitor: Monitor) -> None:
        done = 0
        while self._at_work:
            event = self._next_event()
            if event.request is None:
                continue
            self._take(event.host, event.request, event.outcome)
            done += 1
            monitor.update("fetching", min(done, total), total)

    def _next_event(self) -> _Event:
        event = self._events.get()
        self._at_work -= event.request is None
        return event

    def _take(self, host: str, request: PictureRequest, outcome: Answer | Exception | None) -> None:
        if isinstance(outcome, Answer):
            self._store.catalogue.clear_host(host)
            self._keep(request, outcome)
            return
        error = (
            outcome
            if isinstance(outcome, PictureError)
            else PictureError(f"{type(outcome).__name__}: {outcome}", Fault.PICTURE)
        )
        if error.fault is Fault.HOST:
            self._put_host(host, error)
        else:
            self._put_failure(request, error)

    def _keep(self, request: PictureRequest, answer: Answer) -> None:
        if self._stop.is_set():
            return
        prepared = self._prepare(answer.data)
        if prepared is None:
            self._put_failure(
                request,
                PictureError(
                    NO_PICTURE,
                    Fault.PICTURE,
                    etag=answer.etag,
                    last_modified=answer.last_modified,
                ),
            )
            return
        (name, width, height), data = prepared
        new_bytes = 0 if self._store.catalogue.has_picture(name) else len(data)
        if new_bytes and self._max_bytes and self._bytes + new_bytes > self._max_bytes:
            self._result.problem = STORE_FULL
            self._stop.set()
            return
        picture = StoredPicture(name, len(data), width, height)
        self._store.add(request.url, picture, data, answer.etag, answer.last_modified)
        self._bytes += new_bytes
        self._result.fetched += 1
        self._result.bytes += len(data)

    def _put_failure(self, request: PictureRequest, error: PictureError) -> None:
        known = self._store.catalogue.get_attempts([request.url]).get(request.url, Attempt())
        failures = known.failures + 1
        next_try = compute_next_try(failures, error.retry_after, self._clock())
        self._store.add_failure(
            request.url,
            Attempt(failures, error.reason, next_try, error.etag, error.last_modified),
        )
        self._result.failed[error.reason] += 1

    def _put_host(self, host: str, error: PictureError) -> None:
        known = self._store.catalogue.get_hosts().get(host, Attempt())
        failures = known.failures + 1
        next_try = compute_next_try(failures, error.retry_after, self._clock())
        self._store.catalogue.put_host(host, Attempt(failures, error.reason, next_try))
        self._result.failed[error.reason] += 1
