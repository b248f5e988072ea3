"""Refresh tokens are good for one use: whoever renews, and however often it is broken off, none is lost."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from pathlib import Path

import pytest

from robot.crm import tokens
from robot.crm.errors import Misconfigured, Unreachable
from robot.crm.tokens import HELD_AT_MOST_S, Authorization, FileTokens, MemoryTokens, TokenPair
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


class Server:
    """Gives a pair for the newest refresh token alone."""

    def __init__(self, pause: asyncio.Event | None = None) -> None:
        self.given = 0
        self._pause = pause

    async def exchange(self, old: TokenPair | None) -> TokenPair:
        assert (old.refresh if old else "r0") == f"r{self.given}", "a refresh token was used twice"
        self.given += 1
        number = self.given
        if self._pause is not None:
            await self._pause.wait()
        return TokenPair(f"a{number}", f"r{number}")


async def test_many_who_find_it_expired_renew_it_once(tmp_path: Path) -> None:
    server = Server()
    all_of_them = [Authorization(FileTokens(tmp_path / "t.json"), "grant", server.exchange) for _ in range(8)]
    pairs = await asyncio.gather(*(one.pair() for one in all_of_them))
    assert {pair.access for pair in pairs} == {"a1"}
    again = await asyncio.gather(*(one.renewed(pairs[0]) for one in all_of_them))
    assert {pair.access for pair in again} == {"a2"}
    assert server.given == 2


async def test_a_pair_that_was_given_is_kept_though_nobody_waits_for_it(tmp_path: Path) -> None:
    pause = asyncio.Event()
    store, server = FileTokens(tmp_path / "t.json"), Server(pause)
    asking = asyncio.create_task(Authorization(store, "grant", server.exchange).pair())
    while not server.given:
        await asyncio.sleep(0)
    asking.cancel()
    pause.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    kept = await store.current()
    assert kept is not None
    assert (kept.access, kept.refresh) == ("a1", "r1")


async def test_the_file_is_its_owners_alone_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "crm" / "t.json"
    store = FileTokens(file)
    assert await store.current() is None
    await store.keep(TokenPair("access", "refresh", "https://x", "g"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert await FileTokens(file).current() == TokenPair("access", "refresh", "https://x", "g")
    assert [path.name for path in file.parent.iterdir()] == ["t.json"]
    file.write_text('{"access": "half')
    with pytest.raises(Misconfigured):
        await store.current()


async def test_who_hangs_keeps_nobody_from_renewing_for_good(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process that holds the lock, and stands still. What its clock said then is nobody's measure."""
    lock, server = tmp_path / "t.lock", Server()
    one, *others = [Authorization(FileTokens(tmp_path / "t.json"), "grant", server.exchange) for _ in range(9)]
    monkeypatch.setattr(tokens, "HELD_AT_MOST_S", HANGS_S)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.utime(lock, (0, 0))
        waiting = asyncio.create_task(one.pair())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done, "it may be in the middle of an exchange"
        monkeypatch.setattr(tokens, "HELD_AT_MOST_S", 0.0)
        async with asyncio.timeout(HANGS_S):
            await waiting
            monkeypatch.setattr(tokens, "HELD_AT_MOST_S", HANGS_S)
            pairs = await asyncio.gather(*(other.pair() for other in others))
    assert ({pair.access for pair in pairs}, server.given) == ({"a1"}, 1), "the others found what one of them got"


async def test_a_lock_that_is_being_taken_is_not_taken_for_the_one_that_hung(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its file has the date of the hold before until it is dated."""
    store, other, seen = FileTokens(tmp_path / "t.json"), FileTokens(tmp_path / "t.json"), []
    date = os.utime
    with (tmp_path / "t.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = other._try_lock(None, 0.0)
    assert isinstance(before, tuple)

    def late(descriptor: int) -> None:
        seen.append(other._try_lock(before, HELD_AT_MOST_S + 1))
        seen.append(other._try_lock(before, HELD_AT_MOST_S + 1))
        date(descriptor)

    monkeypatch.setattr(os, "utime", late)
    async with store.exclusively():
        assert seen == [before, before], "nobody else has it"
        assert (tmp_path / "t.lock").exists()


async def test_who_gives_up_while_taking_the_lock_leaves_it_free(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The thread that takes it goes on when its task is cancelled."""
    taking, may_go_on = threading.Event(), threading.Event()
    take = fcntl.flock

    def slowly(descriptor: int, how: int) -> None:
        taking.set()
        assert may_go_on.wait(HANGS_S)
        take(descriptor, how)

    server, store = Server(), FileTokens(tmp_path / "t.json")
    monkeypatch.setattr(fcntl, "flock", slowly)
    asking = asyncio.create_task(Authorization(store, "grant", server.exchange).pair())
    assert await asyncio.to_thread(taking.wait, HANGS_S)
    asking.cancel()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert server.given == 0
    with (tmp_path / "t.lock").open("w") as lock:
        take(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


async def test_another_grant_begins_anew() -> None:
    store = MemoryTokens(TokenPair("old", "old refresh", grant="another"))
    assert (await Authorization(store, "grant", Server().exchange).pair()).access == "a1"


async def test_a_failed_renewal_changes_nothing() -> None:
    async def down(_old: TokenPair | None) -> TokenPair:
        raise Unreachable("down")

    store = MemoryTokens()
    with pytest.raises(Unreachable):
        await Authorization(store, "grant", down).pair()
    assert await store.current() is None
    assert "secret" not in repr(TokenPair("secret", "secret"))
