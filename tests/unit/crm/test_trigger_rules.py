"""Rules of triggers: what the file may say, which rule fits, and when the client is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from robot.crm.connector import Change
from robot.crm.errors import Misconfigured
from robot.crm.triggers.reading import load_triggers
from robot.crm.triggers.rules import On, Trigger, first_fitting, reminder_at
from robot.domain.campaigns import OFFICE_HOURS
from robot.domain.hours import CallingWindow

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""A Monday, noon in Moscow."""
MOSCOW = ("Europe/Moscow",)
HOUR = timedelta(hours=1)
WHOLE = """
triggers:
  - name: revive
    on: stage
    stage: 17
    crm: amocrm
    campaign: revival
    delay: 2d
    within: 5d
    priority: revival
  - {name: day, on: meeting, before: 1d, campaign: reminders}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "triggers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def change(kind: str = "stage", stage: str = "17", *, due_at: datetime | None = None) -> Change:
    return Change("k", kind, "7", "+74951000001", NOW, stage, due_at=due_at)


def test_a_file_is_read_in_its_order(tmp_path: Path) -> None:
    revive, day = load_triggers(written(tmp_path, WHOLE))
    days = timedelta(days=1)
    assert revive == Trigger("revive", On.STAGE, "revival", "amocrm", "17", 0 * days, 2 * days, 5 * days, 10)
    assert day == Trigger("day", On.MEETING, "reminders", before=days)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "triggers"),
        ("triggers: []", "triggers"),
        ("triggers: [", "строка"),
        ("[" * 5000, "triggers.yaml"),
        ("a: !!python/object/apply:os.system ['true']", "triggers.yaml"),
        ("triggers: [{name: a, on: stage, campaign: b}]", "1: stage"),
        ("triggers: [{name: a, on: paid, campaign: b}]", "triggers.1.on"),
        ("triggers: [{name: a, on: created, campaign: b, crm: sap}]", "crm"),
        ("triggers: [{name: a, on: created, campaign: b, priority: high}]", "priority"),
        ("triggers: [{name: a, on: created, campaign: b, delay: 2 weeks}]", "30m, 2h, 3d"),
        ("triggers: [{name: a, on: created, campaign: b, within: 0s}]", "within"),
        ("triggers: [{name: a, on: created, campaign: b, before: 1d}]", "before"),
        ("triggers: [{name: a, on: meeting, campaign: b}]", "before"),
        ("triggers: [{name: a, on: meeting, campaign: b, before: 1h, stage: x}]", "stage"),
        ("triggers: [{name: a, on: created, campaign: b}, {name: a, on: task, campaign: b}]", "повторяется: a"),
        ("triggers: [{name: a, on: created, campaign: b, says: c}]", "triggers.1.says"),
        ("triggers: [{name: a, on: sent, campaign: b}]", "delay"),
        ("triggers: [{name: a, on: sent, campaign: b, delay: 3d, stage: x}]", "при on: sent не бывает stage"),
        ("triggers: [{name: a, on: ends, campaign: b, before: 14d}]", "field"),
        ("triggers: [{name: a, on: ends, campaign: b, field: x}]", "before"),
        ("triggers: [{name: a, on: robot, campaign: b, document: x}]", "document"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_triggers(written(tmp_path, text))
    assert says in str(refused.value)
    assert refused.value.remedy


def test_schedules_of_our_own_and_scripts_are_read(tmp_path: Path) -> None:
    text = """
triggers:
  - {name: read, on: sent, document: offer, delay: 3d, campaign: cold, script: follow_up}
  - {name: renew, on: ends, field: ends_on, before: 30d, within: 5d, campaign: cold, stage: client, crm: odoo}
  - {name: asked, on: robot, campaign: cold}
"""
    read, renew, asked = load_triggers(written(tmp_path, text))
    assert (read.on, read.script, read.document, read.delay) == (On.SENT, "follow_up", "offer", 72 * HOUR)
    assert (renew.on, renew.field, renew.before, renew.stage) == (On.ENDS, "ends_on", 720 * HOUR, "client")
    assert asked == Trigger("asked", On.ROBOT, "cold")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="файла нет"):
        load_triggers(tmp_path / "none.yaml")


def test_the_first_rule_that_fits_wins() -> None:
    here = Trigger("here", On.STAGE, "a", "odoo", "17")
    any_crm = Trigger("any", On.STAGE, "b", "", "17")
    new = Trigger("new", On.CREATED, "c")
    rules = (here, any_crm, new)
    assert first_fitting(rules, "odoo", change()) is here
    assert first_fitting(rules, "amocrm", change()) is any_crm
    assert first_fitting(rules, "amocrm", change(stage="18")) is None
    assert first_fitting(rules, "odoo", change("created", "any")) is new
    assert first_fitting(rules, "odoo", change("deleted", "17")) is None


def test_a_call_is_due_after_the_delay_and_has_its_time_in_the_hours() -> None:
    trigger = Trigger("a", On.TASK, "b", delay=HOUR, within=2 * HOUR)
    assert trigger.due(change()) == NOW + HOUR
    assert trigger.due(change(due_at=NOW + 3 * HOUR)) == NOW + 4 * HOUR
    assert trigger.until(NOW, OFFICE_HOURS, MOSCOW) == NOW + 2 * HOUR
    assert trigger.until(NOW + 10 * HOUR, OFFICE_HOURS, MOSCOW) == NOW + 23 * HOUR, "from nine the next morning"
    assert Trigger("a", On.TASK, "b").until(NOW, OFFICE_HOURS, MOSCOW) is None


def test_a_reminder_moves_back_to_a_time_at_which_one_may_ring() -> None:
    day, hour = (Trigger("a", On.MEETING, "b", before=before) for before in (timedelta(days=1), HOUR))
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)  # Tuesday, 15:00 in Moscow
    assert reminder_at(day, at, OFFICE_HOURS, MOSCOW) == at - timedelta(days=1)
    assert reminder_at(hour, at, OFFICE_HOURS, MOSCOW) == at - HOUR
    monday_nine = datetime(2026, 11, 23, 6, tzinfo=UTC)
    friday_evening = datetime(2026, 11, 20, 16, 45, tzinfo=UTC)
    assert reminder_at(hour, monday_nine, OFFICE_HOURS, MOSCOW) == friday_evening
    assert reminder_at(hour, at, CallingWindow({}), MOSCOW) is None
