"""`zvonar outbox`: a person sees what is wrong, and decides."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from robot.cli.main import zvonar
from robot.crm.base import NewLead
from robot.crm.connector import Change
from robot.crm.outbox_ports import Kind, NewDelivery, Problem, State
from robot.crm.triggers.rules import On, Trigger
from robot.crm.triggers.worker import happening_of
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.i18n import Language, language
from robot.settings import Settings
from robot.storage.store import open_storage

pytestmark = pytest.mark.unit

PHONE = "+74951234567"
GONE = Problem("not_there", "нет стадии C2:WON", "выберите другую: zvonar crm check")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, cache_dir=tmp_path / "cache")


@pytest.fixture(autouse=True)
def _filled(settings: Settings) -> None:
    """One parked, one down, one waiting for mail."""

    async def fill() -> None:
        async with open_storage(settings.database) as storage:
            campaign = await storage.campaigns.ensure(Campaign(0, "cold", "", "cold_call"))
            now = utc_now()
            await storage.leads.add(campaign.id, [NewLead(PHONE, name="Пётр")], now=now)
            lead = await storage.leads.find(PHONE)
            assert lead is not None
            for number, target in enumerate(("amocrm", "odoo", "mail")):
                await storage.outbox.add([NewDelivery(str(number), target, Kind.CALL, lead.id, None, now)], now=now)
            for target, state, problem in (
                ("amocrm", State.PARKED, GONE),
                ("odoo", State.WAITING, Problem("unreachable", "no answer")),
            ):
                (one,) = await storage.outbox.claim(target, owner="a", now=now, until=now, limit=1)
                later = now + timedelta(hours=1)
                await storage.outbox.settle(one.id, state, owner="a", now=now, due_at=later, problem=problem)

    asyncio.run(fill())


def call(settings: Settings, *words: str, told: str = "") -> Result:
    return CliRunner().invoke(zvonar, ["outbox", *words], obj=settings, input=told)


def rows(settings: Settings, *words: str) -> list[dict[str, Any]]:
    done = call(settings, "list", "--json", *words)
    assert done.exit_code == 0, done.output
    listed: list[dict[str, Any]] = json.loads(done.output)["deliveries"]
    return listed


def test_a_lead_without_a_number_is_named_in_log_and_list_and_the_rest_is_called(settings: Settings) -> None:
    change = Change("7", "stage", "901", "", utc_now(), "stalled", name="Пётр")
    stalled = Trigger("revive", On.STAGE, "cold", stage="stalled")

    async def told() -> list[str]:
        async with open_storage(settings.database) as storage:
            campaigns = {"cold": await storage.campaigns.get("cold")}
            fates = []
            for one in (change, replace(change, key="8", lead_ref="902", phone="+74957654321")):
                happening = happening_of("odoo", one, [stalled], campaigns, now=utc_now())
                fates.append((await storage.happenings.note(happening, now=utc_now())).fate)
            return fates

    with capture_logs() as logs:
        assert asyncio.run(told()) == ["bad_phone", "queued"]
    (entry,) = [one for one in logs if one["event"] == "trigger_without_phone"]
    assert (entry["ref"], entry["code"]) == ("901", "bad_phone")
    shown = "".join(call(settings, "list").output.split())
    assert "Некудапозвонить" in shown
    (unheard,) = json.loads(call(settings, "list", "--json").output)["unheard"]
    assert (unheard["source"], unheard["lead_ref"], unheard["stage"]) == ("odoo", "901", "stalled")
    assert unheard["problem"]["remedy"] == entry["remedy"]
    assert "впишите телефон" in entry["remedy"]
    assert "Пётр" not in f"{logs}{shown}"
    assert "Некуда" not in call(settings, "list", "--target", "mail").output, "that was not asked for"


def test_the_list_tells_what_is_wrong_and_the_remedy_and_nothing_personal(settings: Settings) -> None:
    told = call(settings, "list").output
    assert "нет стадии C2:WON" in told.replace("\n", "")
    assert "решает человек" in told
    assert PHONE not in told
    assert "Пётр" not in told
    language.set(Language.EN)
    try:
        told = call(settings, "list", "--state", "parked").output
    finally:
        language.set(Language.RU)
    assert "parked" in told
    (parked,) = rows(settings, "--state", "parked")
    assert parked["problem"] == {"code": "not_there", "text": GONE.text, "remedy": GONE.remedy}
    (down,) = rows(settings, "--target", "odoo")
    assert down["problem"]["remedy"]
    assert (down["tries"], down["state"]) == (1, "waiting")
    assert [one["target"] for one in rows(settings)] == ["mail", "odoo", "amocrm"]
    assert rows(settings, "--since", "2099-01-01") == []
    assert call(settings, "list", "--state", "delivered").output == "Пусто\n"


def test_retry_by_number_or_condition(settings: Settings) -> None:
    assert call(settings, "retry", "--problem", "not_there").output == "Будет доставлено снова: 1\n"
    assert rows(settings, "--state", "parked") == []
    (odoo,) = rows(settings, "--target", "odoo")
    done = call(settings, "retry", str(odoo["id"]), "999")
    assert done.exit_code == 1, "one of them is not there"
    (odoo,) = rows(settings, "--target", "odoo")
    assert odoo["tries"] == 0


def test_nothing_is_decided_about_all_by_mistake(settings: Settings) -> None:
    for command in ("retry", "drop"):
        assert call(settings, command).exit_code == 2
    assert call(settings, "drop", "--all", told="n\n").exit_code == 1
    assert len(rows(settings)) == 3


def test_drop_and_back(settings: Settings) -> None:
    assert "3" in call(settings, "drop", "--all", "--yes").output
    assert rows(settings) == []
    assert {one["state"] for one in rows(settings, "--state", "all")} == {"dropped"}
    assert call(settings, "retry", "--target", "mail").output.endswith(": 0\n")
    assert call(settings, "retry", "--target", "mail", "--dropped").output.endswith(": 1\n")
