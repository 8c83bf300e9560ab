"""All threads of the daemon allocate from one heap."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys

import pytest

ALLOCATE_IN_THREADS = """
import ctypes, sys, threading
from refeed.daemon.one_heap import use_one_heap

if sys.argv[1] == "one":
    use_one_heap()
together = threading.Barrier(4)

def allocate():
    together.wait()
    kept = [bytes(10_000) for _ in range(100)]
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def count_heaps(how: str) -> int:
    command = [sys.executable, "-c", ALLOCATE_IN_THREADS, how]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return len(re.findall(r"<heap ", told.stdout))


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="glibc has heaps of threads"
)
def test_threads_share_a_heap() -> None:
    assert count_heaps("several") > 1
    assert count_heaps("one") == 1
