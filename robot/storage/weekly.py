"""The schedule of the week's report, and to whom it was sent: rows of the settings, for all nodes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.weekly import WeeklySchedule
from robot.storage import tables as t
from robot.storage.engine import Database
from robot.storage.kept_settings import keep, kept
from robot.storage.rows import insert

SCHEDULE = "weekly"
LEDGER = "weekly.told"

_k = t.kept_settings.c


class SqlWeekly:
    """WeeklyStore of robot.sending.weekly, WeeklySettings of robot.web.settings_ports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def schedule(self) -> WeeklySchedule:
        async with self._database.read() as connection:
            row = await kept(connection, SCHEDULE)
        since = row.get("since", "")
        return WeeklySchedule(
            int(row.get("weekday", "0")),
            int(row.get("hour", "9")),
            tuple(row.get("to", "").split()),
            datetime.fromisoformat(since) if since else None,
        )

    async def set_schedule(self, schedule: WeeklySchedule, *, now: datetime) -> None:
        row = {"weekday": str(schedule.weekday), "hour": str(schedule.hour), "to": "\n".join(schedule.to)}
        since = {"since": now.isoformat()}
        await self._database.write(lambda connection: keep(connection, SCHEDULE, {**row, **since}, now))

    async def told(self, week: date) -> frozenset[str]:
        async with self._database.read() as connection:
            return _told(await kept(connection, LEDGER), week)

    async def take(self, week: date, *, owner: str, now: datetime, until: datetime) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            row = await _locked(connection, now)
            others = row.get("owner", "") not in {"", owner} and row.get("until", "") > _text(now)
            if row.get("week", "") > str(week) or (row.get("week") == str(week) and others):
                return False
            done = "\n".join(sorted(_told(row, week)))
            taken = {"week": str(week), "told": done, "owner": owner, "until": _text(until)}
            await keep(connection, LEDGER, taken, now)
            return True

        return await self._database.write(work)

    async def tell(self, week: date, address: str, *, owner: str, now: datetime) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            row = await _locked(connection, now)
            if (row.get("week"), row.get("owner")) != (str(week), owner):
                return False
            done = "\n".join(sorted({*_told(row, week), address}))
            await keep(connection, LEDGER, {**row, "told": done}, now)
            return True

        return await self._database.write(work)


async def _locked(connection: AsyncConnection, now: datetime) -> Mapping[str, str]:
    new = insert(connection, t.kept_settings).values(name=LEDGER, content={}, changed_at=now)
    await connection.execute(new.on_conflict_do_nothing())
    query = sa.select(_k.content).where(_k.name == LEDGER).with_for_update()
    return dict((await connection.execute(query)).scalar_one())


def _told(row: Mapping[str, str], week: date) -> frozenset[str]:
    return frozenset(row.get("told", "").split()) if row.get("week") == str(week) else frozenset()


def _text(moment: datetime) -> str:
    """Sorts as the moments do: they are all in UTC."""
    return moment.isoformat(timespec="microseconds")
