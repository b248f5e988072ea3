"""What is old enough to go, and the files that are to go with it: in portions, so that nobody waits for a long one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.erased import PLACEHOLDER
from robot.privacy.ports import Doomed, Old
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.rows import chunks
from robot.storage.scrubbing import doom, empty_leads, empty_words

SILENT = timedelta(days=7)
"""A node that is not heard of for so long is no more; where its disk went, its files are looked for by all."""

REMEMBERED = timedelta(days=30)
"""When a file was removed is known so long."""

_a, _l, _d, _e = t.attempts.c, t.leads.c, t.doomed_recordings.c, t.erasures.c


class SqlOldData:
    """Attic and DoomedFiles of robot.privacy.ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_old(self, kind: Old, before: datetime) -> int:
        query = sa.select(sa.func.count()).select_from(_old(kind, before).subquery())
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def forget_old(self, kind: Old, before: datetime, *, limit: int, now: datetime) -> int:
        chosen = _old(kind, before).limit(limit)
        async with self._database.read() as connection:
            if not (await connection.execute(chosen)).first():  # most rounds: no lock for those
                return 0

        async def work(connection: AsyncConnection) -> int:
            keys = (await connection.execute(chosen)).scalars().all()
            await _forget(connection, kind, keys, now)
            return len(keys)

        return await self._database.write(work)

    async def doomed(self, node: str, *, now: datetime, limit: int) -> Sequence[Doomed]:
        alive = sa.exists().where(t.nodes.c.name == _d.node, t.nodes.c.seen_at > now - SILENT)
        query = (
            sa.select(_d.path, _d.node, _d.since)
            .where(_d.gone_at.is_(None), (_d.node == node) | ~alive)
            .order_by((_d.node != node), _d.since, _d.path)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [Doomed(*row) for row in await connection.execute(query)]

    async def waiting(self) -> Mapping[str, int]:
        query = sa.select(_d.node, sa.func.count()).where(_d.gone_at.is_(None)).group_by(_d.node).order_by(_d.node)
        async with self._database.read() as connection:
            return {node: int(count) for node, count in await connection.execute(query)}

    async def gone(self, paths: Sequence[str], *, now: datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            for some in chunks(paths):
                statement = sa.update(t.doomed_recordings).where(_d.path.in_(some))
                await connection.execute(statement.values(gone_at=now))
            await connection.execute(sa.delete(t.doomed_recordings).where(_d.gone_at < now - REMEMBERED))

        await self._database.write(work)

    async def erased_since(self, moment: datetime) -> bool:
        c = t.erasure_certificates.c
        async with self._database.read() as connection:
            return (await connection.execute(sa.select(c.id).where(c.at > moment).limit(1))).first() is not None

    async def mop_up(self, *, since: datetime) -> int:
        c = t.erasure_certificates.c
        lately = sa.select(_e.lead_id).join(t.erasure_certificates, c.digest == _e.digest).where(c.at > since)
        said = t.turns.c
        his = sa.select(_a.id).where(_a.lead_id.in_(lately), _a.ended_at.is_not(None))
        words = (said.said != "") | (said.heard != "")
        late = sa.select(said.attempt_id).where(said.attempt_id.in_(his), words).distinct()
        async with self._database.read() as connection:
            if not (await connection.execute(late)).first():
                return 0

        async def work(connection: AsyncConnection) -> int:
            calls = (await connection.execute(late)).scalars().all()
            return (await empty_words(connection, calls))["turns"]

        return await self._database.write(work)


def _old(kind: Old, before: datetime) -> sa.Select[Any]:
    """The keys of what is older, the oldest first."""
    match kind:
        case Old.RECORDINGS:
            return sa.select(_a.id).where(_a.ended_at < before, _a.recording != "").order_by(_a.started_at)
        case Old.WORDS:
            u = t.turns.c
            words = sa.exists().where(u.attempt_id == _a.id, (u.said != "") | (u.heard != ""))
            return sa.select(_a.id).where(_a.ended_at < before, words).order_by(_a.started_at)
        case Old.UNREACHED:
            return _unreached(before)
        case Old.TRIALS:
            return sa.select(t.trial_calls.c.id).where(t.trial_calls.c.at < before, t.trial_calls.c.phone != "")
    key, at = _ROWS[kind]
    return sa.select(key).where(at < before).order_by(at)


def _unreached(before: datetime) -> sa.Select[Any]:
    """Nobody answered for him, nobody called or asked for him since, and nobody is to; he agreed to nothing."""
    his_calls = t.attempts.alias().c
    reached = sa.exists().where(
        his_calls.lead_id == _l.id, his_calls.answered_at.is_not(None) | (his_calls.started_at >= before)
    )
    k, c, o = t.tasks.c, t.consents.c, t.outbox.c
    wanted = sa.exists().where(k.lead_id == _l.id, k.outcome.is_(None) | (k.came_at >= before))
    agreed = sa.exists().where(c.lead_id == _l.id, c.revoked_at.is_(None))
    waits = sa.exists().where(o.lead_id == _l.id, o.ended_at.is_(None))
    kept = ~_l.phone.startswith(PLACEHOLDER)
    return sa.select(_l.id).where(_l.created_at < before, kept, ~reached, ~wanted, ~agreed, ~waits).order_by(_l.id)


async def _forget(connection: AsyncConnection, kind: Old, keys: Sequence[Any], now: datetime) -> None:
    match kind:
        case Old.RECORDINGS:
            await doom(connection, keys, now=now)
        case Old.WORDS:
            await empty_words(connection, keys)
        case Old.UNREACHED:
            locked = sa.select(_l.id).where(_l.id.in_(keys)).order_by(_l.id).with_for_update(key_share=True)
            await connection.execute(locked)
            await empty_leads(connection, keys, now=now)
        case Old.TRIALS:
            await connection.execute(sa.update(t.trial_calls).where(t.trial_calls.c.id.in_(keys)).values(phone=""))
        case _:
            column, _ = _ROWS[kind]
            await connection.execute(sa.delete(column.table).where(column.in_(keys)))


_ROWS: Mapping[Old, tuple[sa.Column[Any], sa.Column[Any]]] = {
    Old.REQUESTS: (t.requests.c.key, t.requests.c.received_at),
    Old.JOURNAL: (t.journal.c.id, t.journal.c.at),
    Old.SESSIONS: (t.sessions.c.key, t.sessions.c.seen_at),
    Old.CERTIFICATES: (t.erasure_certificates.c.id, t.erasure_certificates.c.at),
}
"""Of kinds whose rows go whole: their key, and the moment that counts."""
