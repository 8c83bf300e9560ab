"""Runs jobs in a Dask cluster: `refeed rebuild --executor dask://…`.

Its workers need the seeds folders under the same paths, and the same version of refeed.
"""

from __future__ import annotations

import logging
import re
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from refeed import __version__
from refeed.errors import FolderError, RefeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from refeed.config import Config

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_ADDRESS = re.compile(r"dask://(?P<host>[^/\s]+:\d+)/?")
_TIMEOUT_SECONDS = 15
_RETRIES = 2
"""How often a job is run again whose worker was lost."""


def is_address(text: str) -> bool:
    """Tell whether a text is like ``dask://HOST:PORT``."""
    return _ADDRESS.fullmatch(text) is not None


@contextmanager
def connect(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a cluster; yield an executor that runs jobs there, and how many it runs at a time.

    Args:
        address: of the scheduler, ``dask://HOST:PORT``.

    Raises:
        RefeedError: Dask is not installed, the scheduler can't be reached, has no workers, or was
            lost; or a worker has another refeed.
        FolderError: a worker doesn't see a folder of seeds.
    """
    try:
        import distributed
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise RefeedError(
            "--executor needs Dask, which is not installed",
            hint="Install it with `pip install 'refeed[dask]'`.",
        ) from error
    # A lost connection is reported once, below.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    scheduler = _ADDRESS.sub(r"tcp://\g<host>", address)
    try:
        client = distributed.Client(scheduler, timeout=_TIMEOUT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RefeedError(
            f"no Dask scheduler answers at {address}", hint="Start one with `dask scheduler`."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_TIMEOUT_SECONDS)
        except TimeoutError as error:
            raise RefeedError(
                f"the Dask scheduler at {address} has no workers",
                hint=f"Start some with `dask worker {scheduler}`.",
            ) from error
        try:
            yield _Cluster(client), sum(client.nthreads().values())
        except (CancelledError, distributed.KilledWorker, CommClosedError) as error:
            raise RefeedError(
                f"the Dask cluster at {address} was lost",
                hint="What was published is whole; another rebuild goes on where this one ended.",
            ) from error


class _Cluster(Executor):
    """Submits jobs to a cluster, each by `run_on_worker`.

    Dask's own executor is not used: its futures wait endlessly if the scheduler is lost while it
    sends a result, where Dask's future raises.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - Dask has no types for it
        self._client = client

    def submit(self, function: Callable[..., _Result], /, *arguments: Any) -> Future[_Result]:  # type: ignore[override]  # noqa: ANN401 - as an executor has it
        """Return a future of Dask's own."""
        future: Future[_Result] = self._client.submit(
            run_on_worker, __version__, function, *arguments, pure=False, retries=_RETRIES
        )
        return future


def run_on_worker(
    version: str,
    function: Callable[[Config, Sequence[_Task]], list[_Result]],
    config: Config,
    tasks: Sequence[_Task],
) -> list[_Result]:
    """Run a job on a worker that has the same refeed and the same folders of seeds.

    A file that a worker doesn't see would count as deleted.

    Args:
        version: of the refeed that submits the job.
        function: the job.
        config: its first argument.
        tasks: its second argument.

    Raises:
        RefeedError: this is another version.
        FolderError: a folder of seeds isn't here.
    """
    if version != __version__:
        raise RefeedError(
            f"a worker has refeed {__version__}, and this is {version}",
            hint="Install the same version everywhere.",
        )
    for folder in config.seeds:
        if not folder.is_dir():
            raise FolderError(
                f"seeds folder not found by a worker: {folder}",
                hint="Workers need the folders of snapshots under the same paths.",
            )
    return function(config, tasks)
