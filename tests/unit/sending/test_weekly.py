"""The week's report by itself: when it is due, on one node of all, once to each address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.crm.errors import DeliveryError, Refused, Unreachable, Unsure
from robot.domain.weekly import WEEK, WeeklySchedule
from robot.sending.letters import Letter
from robot.sending.printing import Printed
from robot.sending.weekly import LEASE, WeeklyMail
from robot.storage.memory import MemoryStorage

pytestmark = pytest.mark.unit

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Nine in Moscow."""
PAST = date(2026, 11, 16)
TO = ("anna@example.ru", "boris@example.ru")
MADE = Printed("Неделя", "Неделя", "<p>12</p>", "12", "", "weekly.pdf", b"%PDF")


@given(st.integers(0, 4 * 366 * 24 * 60), st.integers(0, 6), st.integers(0, 23))
def test_a_week_is_due_from_its_moment_to_the_end_of_the_next(minutes: int, weekday: int, hour: int) -> None:
    now, schedule = MONDAY + timedelta(minutes=minutes), WeeklySchedule(weekday, hour, TO)
    local = now.astimezone(MOSCOW)
    week = schedule.due(now, MOSCOW)
    assert (week is None) == ((local.weekday(), local.hour) < (weekday, hour))
    if week is not None:
        assert week.weekday() == 0
        assert WEEK <= local.date() - week < 2 * WEEK


def test_what_was_due_before_it_was_set_is_not_sent() -> None:
    wednesday = MONDAY + timedelta(days=2)
    schedule = WeeklySchedule(0, 9, TO, since=wednesday)
    assert schedule.due(wednesday, MOSCOW) is None
    assert schedule.due(MONDAY + WEEK, MOSCOW) == PAST + WEEK
    assert WeeklySchedule(0, 9, ()).due(MONDAY, MOSCOW) is None


class Post:
    """fails: by address, the next failure of a letter to it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fails: dict[str, DeliveryError] = {}

    async def send(self, letter: Letter) -> None:
        if (error := self.fails.pop(letter.to, None)) is not None:
            raise error
        self.sent.append(letter.to)


class Nodes:
    """On one store with one post; `now` is what they take for now."""

    def __init__(self, store: MemoryStorage) -> None:
        self.store = store
        self.post = Post()
        self.now = MONDAY
        self.printed: list[date] = []

    def node(self, name: str) -> WeeklyMail:
        async def printed(week: date) -> Printed:
            self.printed.append(week)
            return MADE

        return WeeklyMail(self.store.weekly, printed, self.post, owner=name, zone=MOSCOW, now=lambda: self.now)


@pytest.fixture
async def nodes() -> Nodes:
    made = Nodes(MemoryStorage())
    await made.store.weekly.set_schedule(WeeklySchedule(0, 9, TO), now=MONDAY - timedelta(days=1))
    return made


async def test_every_address_gets_it_once_whoever_looks_how_often(nodes: Nodes) -> None:
    a, b = nodes.node("a"), nodes.node("b")
    nodes.now = MONDAY - timedelta(minutes=1)
    await a.look()
    assert nodes.post.sent == []
    for hours in range(100):
        nodes.now = MONDAY + timedelta(hours=hours)
        await (a if hours % 2 else b).look()
    assert nodes.post.sent == list(TO)
    assert nodes.printed == [PAST]
    nodes.now = MONDAY + WEEK
    await a.look()
    assert nodes.post.sent == [*TO, *TO]


async def test_a_server_that_is_down_is_asked_again_and_nobody_gets_two(nodes: Nodes) -> None:
    nodes.post.fails[TO[1]] = Unreachable("down", may_have_arrived=False)
    a, b = nodes.node("a"), nodes.node("b")
    with pytest.raises(Unreachable):
        await a.look()
    await b.look()
    assert nodes.post.sent == [TO[0]], "the other node leaves it to the one that has it"
    nodes.now += timedelta(minutes=1)
    await a.look()
    assert nodes.post.sent == list(TO)


async def test_who_died_with_it_is_followed_by_another(nodes: Nodes) -> None:
    nodes.post.fails[TO[1]] = Unreachable("down", may_have_arrived=False)
    with pytest.raises(Unreachable):
        await nodes.node("a").look()
    nodes.now += LEASE + timedelta(seconds=1)
    await nodes.node("b").look()
    assert nodes.post.sent == list(TO)
    assert not await nodes.store.weekly.tell(PAST, "late@example.ru", owner="a", now=nodes.now)


@pytest.mark.parametrize("error", [Unsure("broke off"), Refused("no such box")])
async def test_what_may_have_arrived_or_never_will_is_not_sent_again(nodes: Nodes, error: DeliveryError) -> None:
    nodes.post.fails[TO[0]] = error
    for _ in range(3):
        await nodes.node("a").look()
    assert nodes.post.sent == [TO[1]]
