from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from robot.calls.scripts import ScriptShelf, call_variables
from robot.domain.calls import CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCRIPT = """
script: tiny
title: Малый
goal: meeting
start: hello
phrases:
  hello:
    say: Здравствуйте!
    audio: hello.wav
    end: refused
    reason: test
"""


def test_recordings_beside_a_script_are_loaded_and_missing_ones_are_left_to_the_voice(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SCRIPT, encoding="utf-8")
    shelf = ScriptShelf(lambda: NOW, lambda content: content.upper())

    assert shelf.publish(str(tmp_path / "tiny.yaml")).recordings == {}

    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "hello.wav").write_bytes(b"sound")
    again = ScriptShelf(lambda: NOW, lambda content: content.upper())
    assert again.publish(str(tmp_path / "tiny.yaml")).recordings == {"hello.wav": b"SOUND"}


def test_a_lead_speaks_for_himself_and_says_nothing_where_he_is_unknown() -> None:
    lead = Lead(1, "+74951234567", name="{robot.name}", city="", fields={"need": "сайт"})
    campaign = Campaign(1, "c", "C", "cold_call", facts={"company.name": "Ромашка"})
    claimed = ClaimedTask(CallTask(1, 1, 1, TaskState.CLAIMED, NOW), lead, campaign)

    assert call_variables(claimed) == {
        "company.name": "Ромашка",
        "lead.name": "{robot.name}",
        "lead.need": "сайт",
    }


def test_only_a_sure_demand_never_to_be_called_again_is_taken_for_one() -> None:
    campaign = Campaign(1, "c", "C", "cold_call", facts={"company.name": "Ромашка"})
    claimed = ClaimedTask(CallTask(1, 1, 1, TaskState.CLAIMED, NOW), Lead(1, "+74951234567"), campaign)
    dialog = ScriptShelf(lambda: NOW, bytes).prepare(claimed, UUID(int=1)).dialog

    assert dialog.forbids("больше не звоните мне")
    assert dialog.forbids("уберите мой номер из базы")
    for harmless in ("", "алло, слушаю", "я сейчас не могу говорить, перезвоните", "нет, не интересно"):
        assert not dialog.forbids(harmless)
