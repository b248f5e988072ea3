"""Ports for what a test starts: below those that the system hands out by itself, so that they stay free until they are
used. Each worker of a run has a range of its own, and gives none twice."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

FIRST, EACH, WORKERS = 7_000, 1_000, 3
"""Of three workers; further ones share. The ports of labs begin above (tests/e2e/conftest.py)."""

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
_own = range(FIRST + EACH * _worker, FIRST + EACH * (_worker + 1))
_begin = os.getpid() % EACH
_next = cycle([*_own[_begin:], *_own[:_begin]])


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Each free for TCP and for UDP."""
    found: list[int] = []
    while len(found) < count:
        port = next(_next)
        if port not in found and _free(port):
            found.append(port)
    return found


def _free(port: int) -> bool:
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            for one in (tcp, udp):
                one.bind(("0.0.0.0", port))  # noqa: S104 - at every address of this machine
        except OSError:
            return False
    return True


@contextmanager
def deaf_port() -> Iterator[int]:
    """Where nobody listens: taken, so that nobody else begins to, and whoever calls does not get it for his own end."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
