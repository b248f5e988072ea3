"""Users, sessions, tokens, guesses and the journal, on every database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from robot.domain.access import Right, Role
from robot.domain.errors import InvalidName, LastHead, NameTaken, UnknownUser
from robot.domain.journal import Change, Wanted
from robot.domain.users import IDLE, TRIES_WITHIN, Tries
from robot.storage.store import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY, OTHER = "a" * 64, "b" * 64


class AccessContract:
    async def test_names_that_look_alike_are_one(self, store: Storage) -> None:
        user = await store.users.add("  Анна   Петрова ", Role.HEAD, now=NOW)
        assert (user.name, user.role, user.has_password, user.made_at) == ("Анна Петрова", Role.HEAD, False, NOW)
        for same in ("анна петрова", "АННА\u00a0ПЕТРОВА"):
            with pytest.raises(NameTaken):
                await store.users.add(same, Role.OPS, now=NOW)
        for wrong in ("", " ", "a\x00b", "<b>", "x" * 65, "=cmd", "\u202eevil"):
            with pytest.raises(InvalidName):
                await store.users.add(wrong, Role.OPS, now=NOW)
        assert await store.users.all() == [user]
        with pytest.raises(UnknownUser):
            await store.users.get(user.id + 1)

    async def test_a_new_password_or_link_ends_what_was(self, store: Storage) -> None:
        user = await store.users.add("Анна", Role.HEAD, now=NOW)
        keys = store.credentials
        await store.sessions.open(KEY, user.id, now=NOW)
        await keys.set_link(user.id, "link", until=NOW + timedelta(hours=1))
        assert await store.sessions.get(KEY, now=NOW) is None
        await store.sessions.open(KEY, user.id, now=NOW)
        await keys.set_password(user.id, "hash")
        assert await store.sessions.get(KEY, now=NOW) is None
        assert await keys.redeem("link", now=NOW) is None
        found = await keys.find("АННА")
        assert found is not None
        assert (found[0].has_password, found[1]) == (True, "hash")
        assert await keys.find("Никто") is None
        assert await keys.redeem("", now=NOW) is None

    async def test_a_link_is_redeemed_by_one(self, store: Storage) -> None:
        user = await store.users.add("Анна", Role.HEAD, now=NOW)
        await store.credentials.set_link(user.id, "link", until=NOW + timedelta(hours=1))
        assert await store.credentials.redeem("link", now=NOW + timedelta(hours=1)) is None
        came = await asyncio.gather(*(store.credentials.redeem("link", now=NOW) for _ in range(4)))
        assert [one.id for one in came if one is not None] == [user.id]

    async def test_two_heads_do_not_dismiss_each_other(self, store: Storage) -> None:
        one = await store.users.add("Анна", Role.HEAD, now=NOW)
        two = await store.users.add("Пётр", Role.HEAD, now=NOW)
        done = await asyncio.gather(
            store.users.set_role(one.id, Role.OPS),
            store.users.set_disabled(two.id, True, now=NOW),
            return_exceptions=True,
        )
        assert sum(isinstance(each, LastHead) for each in done) == 1
        left = [user for user in await store.users.all() if user.role is Role.HEAD and user.disabled_at is None]
        assert len(left) == 1

    async def test_a_session_is_used_and_swept_out(self, store: Storage) -> None:
        user = await store.users.add("Анна", Role.HEAD, now=NOW)
        await store.sessions.open(KEY, user.id, now=NOW, by_link=True)
        later = NOW + timedelta(minutes=5)
        assert (await store.sessions.get(KEY, now=later)) is not None
        session = await store.sessions.get(KEY, now=later)
        assert session is not None
        assert (session.since, session.seen_at, session.by_link, session.user.id) == (NOW, later, True, user.id)
        await store.sessions.open(OTHER, user.id, now=later + IDLE)
        assert await store.sessions.get(KEY, now=NOW) is None  # not only too old: gone
        assert await store.sessions.close_all(user.id) == 1

    async def test_a_token_keeps_its_scopes(self, store: Storage) -> None:
        scopes = frozenset({Right.SEE_TODAY, Right.EDIT_LEADS})
        made = await store.api_tokens.add("crm", KEY, scopes, by="Анна", now=NOW)
        with pytest.raises(NameTaken):
            await store.api_tokens.add("crm", OTHER, scopes, by="Анна", now=NOW)
        found = await store.api_tokens.find(KEY, now=NOW)
        assert found is not None
        assert (found.name, found.scopes, found.made_by) == ("crm", scopes, "Анна")
        assert await store.api_tokens.find(OTHER, now=NOW) is None
        gone = await store.api_tokens.revoke(made.id, now=NOW)
        assert gone is not None
        assert gone.revoked_at == NOW
        assert await store.api_tokens.revoke(made.id, now=NOW) is None
        assert await store.api_tokens.find(KEY, now=NOW) is None
        (listed,) = await store.api_tokens.all()
        assert listed.used_at == NOW

    async def test_guesses_at_once_are_each_counted(self, store: Storage) -> None:
        tries = [Tries("account:x", 3), Tries("address:y", 100)]
        waits = await asyncio.gather(*(store.guesses.take(tries, now=NOW) for _ in range(8)))
        assert sum(not wait for wait in waits) == 3
        assert {wait for wait in waits if wait} == {TRIES_WITHIN}
        assert not await store.guesses.take([Tries("account:z", 3), Tries("address:y", 100)], now=NOW)
        later = NOW + timedelta(minutes=10)
        assert await store.guesses.take(tries, now=later) == TRIES_WITHIN - timedelta(minutes=10)
        await store.guesses.forget("account:x")
        assert not await store.guesses.take(tries, now=later)
        for _ in range(2):
            await store.guesses.take(tries, now=later)
        assert await store.guesses.take(tries, now=later)
        assert not await store.guesses.take(tries, now=later + TRIES_WITHIN)

    async def test_the_journal_is_read_from_its_end(self, store: Storage) -> None:
        for number in range(7):
            who = "Анна" if number % 2 else "crm"
            at = NOW + timedelta(minutes=number)
            kept = Change(at, who, "quota_changed", "cold", {"quota": number, "hard": False}, {"quota": None}, number)
            await store.journal.add(kept)
        await store.journal.add(Change(NOW, "Анна", "stop_added", "\x00'; DROP TABLE", {}, {"reason": "\ud800"}))
        newest, *_ = every = await store.journal.changes(Wanted(), before=None, limit=50)
        assert (len(every), newest.what, newest.after) == (8, "stop_added", {"reason": "\ufffd"})
        assert every[1].before == {"quota": 6, "hard": False}
        assert [one.id for one in every] == sorted((one.id for one in every), reverse=True)
        some = await store.journal.changes(Wanted(what="quota_changed", who="Анна"), before=every[2].id, limit=1)
        assert [(one.user_id, one.at) for one in some] == [(3, NOW + timedelta(minutes=3))]
        bounds = Wanted(since=NOW + timedelta(minutes=2), until=NOW + timedelta(minutes=4))
        assert [one.user_id for one in await store.journal.changes(bounds, before=None, limit=9)] == [3, 2]
        assert await store.journal.changes(Wanted(subject="warm"), before=None, limit=9) == []
