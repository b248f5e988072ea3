"""OAuth tokens that change: a refresh token is good for one use, so it is kept before the new pair is used, and only
one process renews at a time."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

from robot.crm.errors import Misconfigured
from robot.i18n import tr


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Both are secrets: never printed. endpoint: where the requests go, "" when the settings say. grant: fingerprint
    of what a person authorized these with."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    endpoint: str = ""
    grant: str = ""


class TokenStore(Protocol):
    """Of one account."""

    async def current(self) -> TokenPair | None:
        """None before the first authorization. Raises Misconfigured."""
        ...

    async def keep(self, pair: TokenPair) -> None:
        """Returns when it has outlived the process."""
        ...

    def exclusively(self) -> AbstractAsyncContextManager[None]:
        """Nobody else renews these tokens while it is held, on whichever node."""
        ...


HELD_AT_MOST_S = 120.0
"""An exchange of tokens is one request, given up after half a minute."""


Hold = tuple[int, int, int]
"""One time that a lock is held: device and number of its file, and when it was taken."""


def _take(place: Path) -> int | Hold:
    """The lock, or who holds it. That of a process that died is free."""
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.utime(descriptor)
    except BlockingIOError:
        told = os.fstat(descriptor)
        os.close(descriptor)
        return told.st_dev, told.st_ino, told.st_mtime_ns
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


class FileTokens:
    """A file that its owner alone may read. Nodes on one machine, or on a file system with locks (NFS 4), share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def current(self) -> TokenPair | None:
        return await asyncio.to_thread(self._read)

    async def keep(self, pair: TokenPair) -> None:
        await asyncio.shield(asyncio.to_thread(self._write, pair))

    @asynccontextmanager
    async def exclusively(self) -> AsyncIterator[None]:
        # Not a lock that blocks: a thread waiting in it could not be cancelled, and would hold the process.
        hold, since_s = None, time.monotonic()
        while not isinstance(found := await self._tried(hold, time.monotonic() - since_s), int):
            if found != hold:
                hold, since_s = found, time.monotonic()
            await asyncio.sleep(0.05)
        try:
            yield
        finally:
            os.close(found)

    async def _tried(self, hold: Hold | None, held_s: float) -> int | Hold | None:
        """A thread goes on when nobody waits for it any more: what it got then is given back."""
        trying = asyncio.ensure_future(asyncio.to_thread(self._try_lock, hold, held_s))
        try:
            return await asyncio.shield(trying)
        except asyncio.CancelledError:
            await asyncio.wait({trying})
            if trying.exception() is None and isinstance(descriptor := trying.result(), int):
                os.close(descriptor)
            raise

    def _try_lock(self, hold: Hold | None, held_s: float) -> int | Hold | None:
        """The lock, or who holds it. hold, held_s: who was seen to hold it, and for how long: longer than any exchange
        takes does a process that hangs, or a node whose file system has not noticed its death. Clocks may differ and
        be set: how long counts who waits. `hold` again while another looks: to take and to date it, to compare and to
        give it up are one step each."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        place = self._path.with_suffix(".lock")
        with self._path.with_suffix(".guard").open("a") as guard:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return hold
            found = _take(place)
            if found == hold and held_s > HELD_AT_MOST_S:
                place.unlink()  # it gives way to a new one
            return found

    def _read(self) -> TokenPair | None:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            names = ("access", "refresh", "endpoint", "grant")
            return TokenPair(*(str(told[name]) for name in names))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise Misconfigured(
                tr(f"токены в {self._path.name} не читаются", f"the tokens in {self._path.name} cannot be read"),
                remedy=tr(
                    "удалите этот файл в каталоге данных и подключите приложение к CRM заново",
                    "remove the file in the data directory and authorize the application in the CRM again",
                ),
            ) from None

    def _write(self, pair: TokenPair) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(pair))
        # mkstemp makes it 0600 from the first byte on.
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class MemoryTokens:
    """Of one process: for tests, and for settings that are only being tried."""

    def __init__(self, pair: TokenPair | None = None) -> None:
        self._pair = pair
        self._lock = asyncio.Lock()

    async def current(self) -> TokenPair | None:
        return self._pair

    async def keep(self, pair: TokenPair) -> None:
        self._pair = pair

    @asynccontextmanager
    async def exclusively(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


Exchange = Callable[[TokenPair | None], Awaitable[TokenPair]]
"""A new pair for the one there is, or for what the settings grant (None). Raises DeliveryError."""


class Authorization:
    """The access token of one account, renewed when the other side says that it has run out. grant: the secret of the
    settings by which a person authorized us; another one begins anew."""

    def __init__(self, store: TokenStore, grant: str, exchange: Exchange) -> None:
        self._store = store
        self._grant = hashlib.sha256(grant.encode()).hexdigest()[:16]
        self._exchange = exchange
        self._pair: TokenPair | None = None

    async def pair(self) -> TokenPair:
        """Raises DeliveryError."""
        return self._pair or await self.renewed(None)

    async def renewed(self, stale: TokenPair | None) -> TokenPair:
        """After the other side has called `stale` expired. Whoever comes second finds what the first one got."""
        async with self._store.exclusively():
            kept = await self._store.current()
            if kept is not None and kept.grant != self._grant:
                kept = None
            if kept is None or (stale is not None and kept.access == stale.access):
                kept = await _to_the_end(self._exchanged(kept))
        self._pair = kept
        return kept

    async def _exchanged(self, old: TokenPair | None) -> TokenPair:
        new = replace(await self._exchange(old), grant=self._grant)
        await self._store.keep(new)
        return new


async def _to_the_end(exchanged: Coroutine[None, None, TokenPair]) -> TokenPair:
    """A pair that was given and not kept is lost for good: no cancellation comes between."""
    task = asyncio.ensure_future(exchanged)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
