from __future__ import annotations

import os
import socket
from contextlib import suppress
from uuid import uuid4

import pytest

from refeed.daemon.systemd import Notifier


@pytest.fixture
def manager() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)


def test_it_says_what_sd_notify_says(manager: socket.socket) -> None:
    name = f"refeed-{uuid4()}"
    with manager:
        manager.bind(f"\0{name}")
        variables = {"NOTIFY_SOCKET": f"@{name}", "WATCHDOG_USEC": "20000000"}
        notifier = Notifier.from_environment(variables, os.getpid())
        assert notifier.watchdog == 20.0
        notifier.send_heartbeat()
        notifier.send_ready("up to date")
        notifier.send_heartbeat()
        notifier.send_reloading(12.5)
        notifier.send_status("two\nlines")
        notifier.send_status("waiting for caf\udce9")
        notifier.send_stopping()
        notifier.close()
        notifier.send_status("is told nobody")
        told = []
        with suppress(BlockingIOError):
            while True:
                told.append(manager.recv(1000).decode())
    assert told == [
        "EXTEND_TIMEOUT_USEC=60000000",
        "READY=1\nSTATUS=up to date",
        "WATCHDOG=1",
        "RELOADING=1\nMONOTONIC_USEC=12500000",
        "STATUS=two lines",
        r"STATUS=waiting for caf\udce9",
        "STOPPING=1\nSTATUS=stopping",
    ]


def test_without_a_manager_it_says_nothing() -> None:
    notifier = Notifier.from_environment({}, 1)
    notifier.send_ready("x")
    assert notifier.watchdog == 0


def test_a_manager_that_has_gone_does_no_harm() -> None:
    notifier = Notifier("@refeed-nobody-is-here")
    notifier.send_ready("x")
    notifier.close()


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}, 3.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_watchdog_counts_if_it_is_meant(variables: dict[str, str], seconds: float) -> None:
    assert Notifier.from_environment(variables, 7).watchdog == seconds


def test_a_manager_that_does_not_read_blocks_nothing_and_hears_of_the_start_later(
    manager: socket.socket,
) -> None:
    name = f"refeed-{uuid4()}"
    with manager:
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        manager.bind(f"\0{name}")
        notifier = Notifier(f"@{name}", 20.0)
        for _ in range(2_000):
            notifier.send_status("busy")
        notifier.send_ready("up to date")
        told = set()
        for _ in range(2):
            with suppress(BlockingIOError):
                while True:
                    told.add(manager.recv(1000).decode())
            notifier.send_heartbeat()
        notifier.close()
    assert "READY=1\nSTATUS=up to date" in told
