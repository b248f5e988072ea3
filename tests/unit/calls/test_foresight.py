"""What is rendered while the client thinks is what he is told then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from robot.calls.dialog import ScriptDialog
from robot.calls.foresight import render_ahead
from robot.calls.pieces import is_ready, parts
from robot.calls.scripts import ScriptShelf
from robot.domain.calls import CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.speech.fake import FakeVoice
from robot.speech.phrases import PhraseCache
from scripts_dialog.actions import Action, BookSlot, FindSlots, Say
from scripts_dialog.events import Heard, SlotBooked, SlotsFound
from scripts_dialog.values import Slot

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCRIPT = """
script: tiny
title: Малый
goal: meeting
start: book
phrases:
  book:
    say: Отлично!
    book_meeting: {offer: 2}
    booked: goodbye
    no_slot: bye
  goodbye: {say: "Спасибо! Встреча {meeting.when}. До свидания!", end: meeting_booked}
  bye: {say: Пока!, end: refused, reason: test}
"""


def _say(actions: list[Action]) -> Say:
    return [action for action in actions if isinstance(action, Say)][-1]


async def _asked(tmp_path: Path) -> tuple[ScriptDialog, PhraseCache]:
    """A client who is offered two slots."""
    (tmp_path / "tiny.yaml").write_text(SCRIPT, encoding="utf-8")
    shelf = ScriptShelf(lambda: NOW)
    campaign = Campaign(1, "c", "C", str(tmp_path / "tiny.yaml"))
    claimed = ClaimedTask(CallTask(1, 1, 1, TaskState.CLAIMED, NOW), Lead(1, "+74951234567"), campaign)
    prepared = shelf.prepare(claimed, UUID(int=1))
    phrases = PhraseCache(FakeVoice(), tmp_path / "phrases")
    await phrases.prepare(prepared.texts)
    dialog = prepared.dialog
    assert isinstance(dialog, ScriptDialog)
    assert any(isinstance(action, FindSlots) for action in dialog.start(NOW))
    assert await render_ahead(dialog, phrases) == 0, "nothing is foreseen before the calendar has answered"
    slots = tuple(Slot(str(day), NOW + timedelta(days=day, hours=2), 30) for day in (1, 2))
    dialog.step(SlotsFound(slots), NOW)
    return dialog, phrases


async def test_the_slot_read_back_and_the_goodbye_are_there_before_they_are_needed(tmp_path: Path) -> None:
    dialog, phrases = await _asked(tmp_path)

    assert await render_ahead(dialog, phrases) == 2, "one sentence a slot: the question behind it was known"
    confirm = dialog.step(Heard("давайте завтра"), NOW + timedelta(seconds=4))
    assert is_ready(phrases, _say(confirm))
    assert all(phrases.get(part.text) for part in parts(phrases, _say(confirm)))

    assert await render_ahead(dialog, phrases) == 1
    booking = dialog.step(Heard("да, верно"), NOW + timedelta(seconds=9))
    (slot,) = (action.slot for action in booking if isinstance(action, BookSlot))
    goodbye = dialog.step(SlotBooked(slot), NOW + timedelta(seconds=10))
    assert all(phrases.get(part.text) for part in parts(phrases, _say(goodbye)))


async def test_looking_ahead_changes_nothing(tmp_path: Path) -> None:
    looked, phrases = await _asked(tmp_path)
    (other := tmp_path / "other").mkdir()
    plain, _ = await _asked(other)
    for answer in looked.likely_answers():
        looked.said_after(answer)
    heard = Heard("второй вариант")
    assert looked.step(heard, NOW) == plain.step(heard, NOW)
    await phrases.close()
