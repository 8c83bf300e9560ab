"""Fetches into the picture store what entries show and it lacks, and counts what it has."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed import __version__
from refeed.config import is_loopback
from refeed.errors import FolderError, RefeedError
from refeed.progress import UNWATCHED
from refeed.publish.entry_pictures import check_store, open_web_pictures
from refeed.sync.state import open_index_to_read
from refeed.web_pictures.answers import PictureRequest
from refeed.web_pictures.catalogue import Attempt
from refeed.web_pictures.store import PictureStore
from refeed.web_pictures.unshown import UnshownCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.config import Config
    from refeed.progress import Monitor
    from refeed.web_pictures.client import ClientRules, PictureClient
    from refeed.web_pictures.rounds import RoundResult

NOT_ASKED: Final = "not asked for yet"
_MB: Final = 1_000_000
_GB: Final = 1_000_000_000
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class PictureCounts:
    """The pictures that entries show.

    Attributes:
        shown: how many addresses entries show pictures by.
        there: how many of them have their picture in the store.
        missing: the others, by reason.
        unshown: how many other pictures are in the store, that no entry showed at the last fetch.
        unshown_bytes: how many bytes these have.
    """

    shown: int
    there: int
    missing: Mapping[str, int]
    unshown: int = 0
    unshown_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch did.

    Attributes:
        counts: what there is after it.
        fetched: how many pictures came.
        bytes: how many bytes they have.
        failed: how many tries failed, by reason.
        waiting: how many pictures are not there, and were not due.
        problem: why it ended early, or "".
        pruned: how many pictures were deleted.
        pruned_bytes: how many bytes they had.
    """

    counts: PictureCounts
    fetched: int = 0
    bytes: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    problem: str = ""
    pruned: int = 0
    pruned_bytes: int = 0


def fetch(
    config: Config,
    *,
    dry_run: bool = False,
    prune_days: int | None = None,
    monitor: Monitor = UNWATCHED,
) -> Fetched:
    """Fetch the pictures that entries show, that the store lacks, and whose next try has come.

    Args:
        config: what to do.
        dry_run: ask nobody, and delete nothing; `failed` has what would be asked for, by host.
        prune_days: delete what no entry has shown for so many days before; None deletes nothing.
        monitor: told of the progress.

    Raises:
        RefeedError: the configuration shows no pictures from a store.
        FolderError: the store isn't there any more, can't be used, another process is fetching, or
            it is to be pruned and entries of other state folders may show what it holds, or none
            is known.
        OSError: the store can't be written.
    """
    check_mode(config)
    shown = _read_shown(config)
    with closing(open_web_pictures(config)) as store, store.lock():
        store.check_files()
        pruned = _prune(config, store, shown, prune_days, is_dry_run=dry_run)
        images = config.images
        allowed = sorted(set(images.allow_private))
        limits = allowed, images.max_mb, images.max_seconds, bool(images.proxy)
        store.catalogue.try_again_by(repr(limits))
        present = store.catalogue.list_present(shown)
        missing = [url for url in shown if url not in present]
        due = _find_due(store, missing, int(time.time()))
        requests = list(_build_requests(store, due, shown))
        from refeed.web_pictures.rounds import RoundResult, group_by_host

        by_host = group_by_host(requests)
        if dry_run:
            planned = {host or "no host": len(each) for host, each in by_host.items()}
            result = RoundResult(failed=Counter(planned))
        else:
            result = _run_round(config, store, by_host, monitor)
        return Fetched(
            _count(store, shown),
            result.fetched,
            result.bytes,
            dict(result.failed),
            len(missing) - len(requests),
            result.problem,
            pruned.pictures,
            pruned.bytes,
        )


def _prune(
    config: Config,
    store: PictureStore,
    shown: Mapping[str, str],
    days: int | None,
    *,
    is_dry_run: bool,
) -> UnshownCounts:
    """Note what no entry shows, and delete what none has shown for some days, if that is wanted."""
    now = int(time.time())
    others = store.note_reader(config.state)
    if others:
        # What these show isn't known.
        store.unshown.clear()
    elif shown:
        # An index that was just begun knows of nothing that is shown.
        store.unshown.mark(map(store.likeness_of, shown), now)
    if days is None:
        return UnshownCounts(0, 0)
    if others:
        note, place = next(iter(others.items()))
        raise FolderError(
            f"the picture store {config.images.store} is not pruned: entries of the state folder"
            f" {place}, too, show pictures of it",
            hint=f"If that folder is gone, or has another store now, delete {note}.",
        )
    if not shown:
        raise FolderError(
            f"the picture store {config.images.store} is not pruned: by the index of {config.state}"
            " no entry shows a picture",
            hint="Run refeed rebuild first.",
        )
    until = now - days * _DAY
    return store.unshown.count(until) if is_dry_run else store.prune(until)


def check_mode(config: Config) -> None:
    """Check that entries show pictures from a store.

    Raises:
        RefeedError: they don't.
    """
    if config.images.mode != "local":
        raise RefeedError(
            'there is no picture store: images.mode is not "local"',
            hint='Set mode = "local" and store under [images] in refeed.toml.',
        )


def count_pictures(config: Config, shown: Mapping[str, str]) -> PictureCounts | None:
    """Count the pictures that entries show; None if they show none from a store.

    Args:
        config: names the store.
        shown: the addresses of the pictures.

    Raises:
        FolderError: the store can't be used.
    """
    if config.images.mode != "local":
        return None
    if not PictureStore.exists(Path(config.images.store)):
        return PictureCounts(len(shown), 0, {NOT_ASKED: len(shown)} if shown else {})
    with closing(open_web_pictures(config)) as store:
        return _count(store, shown)


def _read_shown(config: Config) -> dict[str, str]:
    """Return the addresses of pictures that entries show, each with that of an article."""
    with open_index_to_read(config) as index:
        check_store(config, index)
        return index.shown_addresses()


def _find_due(store: PictureStore, missing: Sequence[str], now: int) -> list[str]:
    from refeed.web_pictures.client import find_host

    attempts, hosts = store.catalogue.get_attempts(missing), store.catalogue.get_hosts()
    nothing = Attempt()
    return [
        url
        for url in missing
        if attempts.get(url, nothing).next_try <= now
        and hosts.get(find_host(url), nothing).next_try <= now
    ]


def _build_requests(
    store: PictureStore, urls: Sequence[str], shown: Mapping[str, str]
) -> Iterator[PictureRequest]:
    attempts = store.catalogue.get_attempts(urls)
    for url in urls:
        known = attempts.get(url, Attempt())
        referer = shown[url] if shown[url].startswith("http") else ""
        yield PictureRequest(url, referer, known.etag, known.last_modified, known.reason)


def _run_round(
    config: Config,
    store: PictureStore,
    requests: Mapping[str, Sequence[PictureRequest]],
    monitor: Monitor,
) -> RoundResult:
    from refeed.pictures.identify import prepare
    from refeed.web_pictures.client import HostTurns, PictureClient
    from refeed.web_pictures.rounds import FetchRound

    client_rules, turns = _build_rules(config), HostTurns()

    def open_client() -> PictureClient:
        return PictureClient(client_rules, turns, time.time)

    most = config.images.max_store_gb * _GB
    return FetchRound(store, open_client, prepare, time.time, most).run(requests, monitor)


def _build_rules(config: Config) -> ClientRules:
    from refeed.web_pictures.access import parse_access
    from refeed.web_pictures.client import ClientRules
    from refeed.web_pictures.wire import parse_proxy

    images = config.images
    return ClientRules(
        parse_access(images.allow_private),
        format_user_agent(config),
        images.max_mb * _MB,
        images.max_seconds,
        parse_proxy(images.proxy),
    )


def format_user_agent(config: Config) -> str:
    """Return how refeed names itself to hosts, with a way to reach its operator."""
    base_url = config.base_url
    contact = config.images.contact or ("" if is_loopback(base_url) else base_url)
    safe = contact if contact.isascii() and not set(contact) & set("()\\") else ""
    return f"refeed/{__version__}" + (f" (+{safe})" if safe else "")


def _count(store: PictureStore, shown: Mapping[str, str]) -> PictureCounts:
    missing = find_missing(store, list(shown))
    reasons = Counter(missing.values())
    there = len(shown) - len(missing)
    return PictureCounts(len(shown), there, dict(reasons.most_common()), *store.unshown.count())


def find_missing(store: PictureStore, urls: Sequence[str]) -> dict[str, str]:
    """Return why the pictures of addresses are not in the store; those that are there are left out.

    Raises:
        FolderError: the store can't be used.
    """
    from refeed.web_pictures.client import find_host

    present = store.catalogue.list_present(urls)
    missing = [url for url in urls if url not in present]
    attempts, hosts = store.catalogue.get_attempts(missing), store.catalogue.get_hosts()
    known = {url: attempts.get(url) or hosts.get(find_host(url)) for url in missing}
    return {url: attempt.reason if attempt else NOT_ASKED for url, attempt in known.items()}
