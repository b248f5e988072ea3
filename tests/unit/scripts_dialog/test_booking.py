"""Booking: nothing is booked that was not read back and agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts_dialog import Context, Engine, Outcome, Slot, State
from scripts_dialog.actions import Action, BookSlot, End, FindSlots, Listen, ReleaseSlots, Say
from scripts_dialog.calendar import MemoryCalendar
from scripts_dialog.events import Dtmf, Event, Heard, Silence, SlotBooked, SlotsFound, SlotTaken
from scripts_dialog.spoken import slot_words, time_words
from scripts_dialog.values import Expects
from tests.conftest import runs

pytestmark = pytest.mark.unit


class Desk:
    """Answers the engine as the application does, and keeps what was said."""

    def __init__(self, engine: Engine, now: datetime, *, taken: int = 0) -> None:
        self.engine, self.now, self.taken = engine, now, taken
        self.calendar = MemoryCalendar.working_week(now)
        self.said: list[str] = []
        self.booked: list[Slot] = []
        self.offered: tuple[Slot, ...] = ()
        self.actions: tuple[Action, ...] = ()
        self.state: State
        self._carry(*engine.start(Context(now)))
        for text in ("да", "да"):
            self.hear(text)

    def hear(self, event: str | Event) -> str:
        before = len(self.said)
        self._carry(*self.engine.step(self.state, Heard(event) if isinstance(event, str) else event))
        return " ".join(self.said[before:])

    def _carry(self, state: State, actions: tuple[Action, ...]) -> None:
        self.state, self.actions = state, actions
        self.said += [action.text for action in actions if isinstance(action, Say)]
        for action in actions:
            if isinstance(action, FindSlots):
                self.offered = self.calendar.find(action.request)
                self._carry(*self.engine.step(self.state, SlotsFound(self.offered)))
                return
            if isinstance(action, BookSlot):
                self._book(action.slot)
                return

    def _book(self, slot: Slot) -> None:
        if self.taken > 0:
            self.taken -= 1
            self.calendar.book(slot)
            self._carry(*self.engine.step(self.state, SlotTaken()))
            return
        assert self.calendar.book(slot)
        self.booked.append(slot)
        self._carry(*self.engine.step(self.state, SlotBooked(slot)))


@pytest.fixture
def desk(engine: Engine, now: datetime) -> Desk:
    return Desk(engine, now)


def test_two_slots_on_different_days_are_offered(desk: Desk) -> None:
    assert desk.said[-1] == "Могу предложить сегодня в два часа дня или завтра в десять утра. Что вам удобнее?"
    listen = desk.actions[-1]
    assert isinstance(listen, Listen)
    assert listen.expects is Expects.CHOICE
    assert any("первый" in words for words in listen.bias)


@pytest.mark.parametrize(
    ("answer", "day", "hour"),
    [
        ("первое", 18, 14),
        ("давайте второй вариант", 19, 10),
        ("утром", 19, 10),
        ("сегодня", 18, 14),
        ("лучше завтра", 19, 10),
        ("в два", 18, 14),
        ("в десять", 19, 10),
        ("последнее", 19, 10),
        ("без разницы", 18, 14),
        ("в четверг в четыре", 19, 16),
        ("нет давайте в пятницу в три", 20, 15),
        ("завтра не могу давайте в пятницу в три", 20, 15),
        ("на следующей неделе во вторник в десять", 24, 10),
        ("второе то есть нет первое", 18, 14),
    ],
)
def test_a_choice_is_read_back_before_it_is_booked(desk: Desk, answer: str, day: int, hour: int) -> None:
    wanted = desk.now.replace(day=day, hour=hour, minute=0)
    text = desk.hear(answer)
    assert desk.booked == []
    assert f"Записываю вас на встречу {slot_words(wanted, desk.now)}" in text
    desk.hear("да, верно")
    assert [slot.start for slot in desk.booked] == [wanted]
    assert desk.state.ended is not None
    assert desk.state.ended.outcome is Outcome.MEETING_BOOKED


def test_a_no_to_the_read_back_books_nothing(desk: Desk) -> None:
    desk.hear("первое")
    assert "В какой день" in desk.hear("нет") or "в какой день" in desk.said[-1]
    assert "в пять вечера" in desk.hear("сегодня в пять")
    assert desk.booked == []
    desk.hear("да")
    assert desk.booked[0].start == desk.now.replace(hour=17, minute=0)


@pytest.mark.parametrize(
    "answer", ["второе", "в пять", "лучше завтра", "подождите", "а сколько это стоит", "угу но не в это время"]
)
def test_anything_but_a_yes_at_the_read_back_books_nothing(desk: Desk, answer: str) -> None:
    desk.hear("первое")
    desk.hear(answer)
    assert desk.booked == []


def test_silence_at_the_read_back_books_nothing(desk: Desk) -> None:
    desk.hear("первое")
    for _ in range(4):
        desk.hear(Silence())
    assert desk.booked == []


def test_later_and_another_day_bring_other_slots(desk: Desk) -> None:
    assert "завтра в одиннадцать" in desk.hear("попозже")
    assert "послезавтра" in desk.hear("в другой день")


def test_a_wish_without_a_free_slot_brings_the_nearest(engine: Engine, now: datetime) -> None:
    desk = Desk(engine, now)
    assert "всё занято" in desk.hear("в субботу в час")
    assert desk.booked == []


def test_a_vague_yes_asks_which(desk: Desk) -> None:
    assert "сегодня в два часа дня или завтра" in desk.hear("да")
    assert "Записываю вас" in desk.hear("да")
    assert desk.booked == []


def test_a_taken_slot_is_replaced(engine: Engine, now: datetime) -> None:
    desk = Desk(engine, now, taken=1)
    desk.hear("первое")
    text = desk.hear("да")
    assert "заняли" in text
    assert time_words(now.replace(hour=14)) not in text.split("заняли")[1]
    desk.hear("первое")
    desk.hear("да")
    assert len(desk.booked) == 1


def test_keys_choose_too(desk: Desk) -> None:
    assert "Записываю вас на встречу завтра" in desk.hear(Dtmf("2"))
    assert desk.booked == []


def test_leaving_without_a_meeting_releases_the_slots(desk: Desk) -> None:
    desk.hear("перезвоните завтра в девять")
    assert desk.state.ended is not None
    assert ReleaseSlots() in desk.actions
    assert isinstance(desk.actions[-1], End)


@pytest.mark.parametrize(
    ("answer", "gone"), [("ни то ни другое", True), ("перезвоните завтра в девять", True), ("дорого", False)]
)
def test_slots_nobody_considers_any_more_are_given_back_at_once(desk: Desk, answer: str, gone: bool) -> None:
    desk.hear(answer)
    assert (ReleaseSlots() in desk.actions) is gone


def test_a_slot_taken_of_two_is_not_given_back_when_the_talk_goes_on(desk: Desk) -> None:
    desk.hear("первое")
    desk.hear("да")
    assert ReleaseSlots() not in desk.actions


def test_no_more_is_looked_for_than_is_read_out(desk: Desk) -> None:
    assert [slot.start.hour for slot in desk.offered] == [14, 10]
    desk.hear("сегодня в пять")
    assert [slot.start.hour for slot in desk.offered] == [17], "free: it is read back alone"


def test_past_and_refused_slots_of_a_careless_calendar_are_never_offered(engine: Engine, now: datetime) -> None:
    state, _ = engine.start(Context(now))
    state, _ = engine.step(state, Heard("да"))
    state, _ = engine.step(state, Heard("да"))
    past = Slot("past", now - timedelta(hours=1), 30)
    utc = Slot(
        "utc", now.replace(hour=15, minute=0).astimezone(datetime.fromisoformat("2026-01-01T00:00+00:00").tzinfo), 30
    )
    _, actions = engine.step(state, SlotsFound((past, utc)))
    text = " ".join(action.text for action in actions if isinstance(action, Say))
    assert "сегодня в три часа дня" in text
    assert "десять" not in text


WITHOUT_A_YES = [
    "первое",
    "второе",
    "нет",
    "утром",
    "в пятницу в три",
    "попозже",
    "дорого",
    "вы робот",
    "алло",
    "в другой день",
    "ни то ни другое",
    "завтра не могу",
    "бла бла",
    "в субботу",
    "второе нет первое",
    "подумаю",
    "пораньше",
]


@settings(max_examples=runs(20))
@given(
    st.lists(
        st.sampled_from(WITHOUT_A_YES),
        max_size=10,
    )
)
def test_no_words_without_a_yes_book_anything(engine: Engine, texts: list[str]) -> None:
    desk = Desk(engine, datetime.fromisoformat("2026-03-18T11:20:00+03:00"))
    for text in texts:
        desk.hear(text)
    assert desk.booked == []
