"""Busy times are kept fresh, and no client waits for a slow calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from robot.calendars.watch import FRESH_S, BusyWatch
from robot.crm.connector import Busy, KnowsBusy
from robot.crm.errors import Unreachable

pytestmark = [pytest.mark.unit, pytest.mark.looptime]

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """A calendar that takes so many seconds to answer."""

    def __init__(self, manager: str, takes_s: float = 0.1) -> None:
        self.manager = manager
        self.takes_s = takes_s
        self.fails = False
        self.asked = 0

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        self.asked += 1
        await asyncio.sleep(self.takes_s)
        if self.fails:
            raise Unreachable("down")
        return [Busy(self.manager, after + HOUR, after + self.asked * HOUR)]


class Kept:
    """BusyTimes: what was kept last, by source."""

    def __init__(self) -> None:
        self.by_source: dict[str, int] = {}

    async def replace(self, source: str, busy: Sequence[Busy], *, after: datetime, before: datetime) -> None:
        assert before - after >= timedelta(days=14)
        self.by_source[source] = round((busy[0].ends_at - NOW) / HOUR)

    async def keep_only(self, sources: Collection[str]) -> None:
        self.by_source = {name: told for name, told in self.by_source.items() if name in sources}


def watch(kept: Kept, *diaries: Diary) -> BusyWatch:
    async def sources() -> Mapping[str, KnowsBusy]:
        return {f"caldav:{one.manager}": one for one in diaries}

    return BusyWatch(sources, kept, now=lambda: NOW, every_s=120)


async def test_before_an_offer_the_calendars_are_asked_once_more() -> None:
    kept, anna = Kept(), Diary("Анна")
    looking = watch(kept, anna)
    await asyncio.gather(looking.fresh(), looking.fresh())
    assert (kept.by_source, anna.asked) == ({"caldav:Анна": 1}, 1), "two clients at once ask once"
    await looking.fresh()
    assert anna.asked == 1, "just now"
    await asyncio.sleep(FRESH_S)
    await looking.fresh()
    assert kept.by_source == {"caldav:Анна": 2}


async def test_a_slow_calendar_costs_600_ms_and_its_answer_counts_when_it_comes() -> None:
    kept, slow, quick = Kept(), Diary("Борис", takes_s=3), Diary("Анна")
    looking = watch(kept, slow, quick)
    began = asyncio.get_running_loop().time()
    await looking.fresh()
    assert asyncio.get_running_loop().time() - began == pytest.approx(0.6)
    assert kept.by_source == {"caldav:Анна": 1}
    await asyncio.sleep(2.5)
    assert kept.by_source == {"caldav:Анна": 1, "caldav:Борис": 1}
    assert slow.asked == 1
    await looking.close()


async def test_one_that_is_down_keeps_what_was_known_and_hinders_no_other() -> None:
    kept, anna, boris = Kept(), Diary("Анна"), Diary("Борис")
    looking, stop = watch(kept, anna, boris), asyncio.Event()
    running = asyncio.create_task(looking.run(stop))
    await asyncio.sleep(1)
    boris.fails = True
    with capture_logs() as logs:
        await asyncio.sleep(120)
    assert [(one["event"], one["source"]) for one in logs] == [("calendar_unread", "caldav")], "and no name"
    assert kept.by_source == {"caldav:Анна": 2, "caldav:Борис": 1}
    boris.fails = False
    await asyncio.sleep(120)
    assert kept.by_source == {"caldav:Анна": 3, "caldav:Борис": 3}
    stop.set()
    await running


async def test_it_ends_at_once_though_a_calendar_hangs() -> None:
    hangs = Diary("Анна", takes_s=10**6)
    looking = watch(Kept(), hangs)
    await looking.fresh()
    await looking.close()
    assert hangs.asked == 1
