"""What all contract fakes share: an HTTP server that limits, loses answers, is slow and fails as a seed says.

A fake is a stand-in for a vendor's cloud, for tests and for training: it speaks the vendor's protocol, keeps what was
written in memory, and has the vendor's bad days when asked to.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp import web

from robot.crm.forms import form_text

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OWN = "/_fake/"
"""Below this path are the fake's own addresses: nothing ever goes wrong there."""
EXCHANGES = "/oauth"
"""An exchange of tokens whose answer is lost takes a person to authorize again: no share of requests does that."""

LARGEST_BODY = 128 * 1024 * 1024
TOLD_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of requests, 0..1. broken: the connection ends before anything is done. failed: 500, nothing done.
    limited: told that it is one too many. expired: the access token is told to have run out. lost: done, and the
    connection ends instead of an answer. slow: done at once, answered after `slow_s`."""

    broken: float = 0.0
    failed: float = 0.0
    limited: float = 0.0
    expired: float = 0.0
    lost: float = 0.0
    slow: float = 0.0
    slow_s: float = 2.0

    @classmethod
    def all(cls, share: float, *, slow_s: float) -> Faults:
        """Each with the same share."""
        return cls(share, share, share, share, share, share, slow_s)


class Bucket:
    """A leaky bucket as vendors count requests: each adds one, `per_s` leak in a second, more than `burst` is too much.
    Time is an argument: seconds of any clock."""

    def __init__(self, per_s: float, burst: int) -> None:
        self.per_s = per_s
        self.burst = burst
        self._level = 0.0
        self._at: float | None = None

    def take(self, at: float) -> bool:
        """Whether one more is let in now."""
        if self._at is not None:
            self._level = max(0.0, self._level - (at - self._at) * self.per_s)
        self._at = at
        if self._level + 1 > self.burst:
            return False
        self._level += 1
        return True


class Trouble:
    """Decides for every request what goes wrong with it. `faults` may be changed while it runs; `told` counts what was
    done to requests, by kind."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self.told: Counter[str] = Counter()
        self._dice = random.Random(seed)

    def strikes(self, kind: str) -> bool:
        """Whether this request gets it. Asked in the order of Faults, so that a seed means the same every time."""
        share: float = getattr(self.faults, kind)
        struck = share > 0 and self._dice.random() < share
        if struck:
            self.told[kind] += 1
        return struck

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(OWN):
            return await handler(request)
        if self.strikes("broken"):
            return broken(request)
        if self.strikes("failed"):
            return web.Response(status=500, text="<html><body>Internal Server Error</body></html>")
        answer = await handler(request)
        if request.path.startswith(EXCHANGES):
            return answer
        if self.strikes("lost"):
            return broken(request)
        if self.strikes("slow"):
            await asyncio.sleep(self.faults.slow_s)
        return answer


def broken(request: web.Request) -> web.Response:
    """The connection ends here, whatever is answered."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


class Telling:
    """What a vendor posts to others by itself: behind his answer, once; whoever does not listen misses it."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, told: Sequence[tuple[str, Mapping[str, Any]]], more: Mapping[str, Any] | None = None) -> None:
        """Forms with brackets, each to its address, in this order; with `more` in each."""
        if not told:
            return
        telling = asyncio.create_task(self._post([(url, {**body, **(more or {})}) for url, body in told]))
        self._under_way.add(telling)
        telling.add_done_callback(self._under_way.discard)

    async def _post(self, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TOLD_WITHIN_S)) as session:
            for url, body in told:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    await session.post(url, data=form_text(body), headers=headers)

    async def heard(self) -> None:
        """All that was told until now has come to its address, or was lost."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def stop(self) -> None:
        for telling in self._under_way:
            telling.cancel()
        await self.heard()


class FakeServer:
    """Runs an application on a port of this machine."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self.url = ""
        """Where it is, once started."""

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 is any free one. Raises OSError."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        number = self._runner.addresses[0][1]
        self.url = f"http://{host}:{number}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()
