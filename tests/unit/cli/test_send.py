"""`zvonar send`: what a head of sales sees before anybody is written to."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from robot.cli.data import storage_of
from robot.cli.send import send
from robot.crm.base import NewLead
from robot.crm.sent import Channel, Parcel, SentState
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.sending.settings import SendingSettings
from robot.settings import Settings

pytestmark = pytest.mark.unit

PHONE = "+79161234567"


def told(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(send, list(arguments), obj=settings, catch_exceptions=False)


async def client(settings: Settings) -> None:
    """Somebody with a hostile name, who was sent two things."""
    now = utc_now()
    async with storage_of(settings) as storage:
        campaign = await storage.campaigns.ensure(Campaign(0, "cold", "Холодные", "cold_call"))
        lead = NewLead(PHONE, name="<b>Ирина</b>", fields={"email": "irina@vasilek.example"})
        await storage.leads.add(campaign.id, [lead], now=now)
        found = await storage.leads.find(PHONE)
        assert found is not None
        for key, state, problem in (("1", SentState.SENT, ""), ("2", SentState.NOT_SENT, "no_address")):
            parcel = Parcel(key, found.id, None, Channel.MAIL, "Счёт на оплату", "irina@vasilek.example")
            await storage.sent.begun(parcel, now=now)
            await storage.sent.settled(key, state, now=now, problem=problem)


def test_without_facts_the_way_is_shown_and_an_example_is_printed(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    checked = told(settings, "check")
    assert checked.exit_code == 1
    assert "zvonar send init" in checked.output
    printed = told(settings, "preview", "invitation", "--out", str(tmp_path / "out"))
    assert printed.exit_code == 0
    assert "Ольга Смирнова" in (tmp_path / "out" / "invitation.html").read_text("utf-8")
    assert not (tmp_path / "sending").exists()


def test_an_example_is_made_once_and_checks_whole(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert told(settings, "init").exit_code == 0
    assert told(settings, "init").exit_code == 2
    checked = told(settings, "check", "--json")
    found = json.loads(checked.output)
    assert checked.exit_code == 0
    assert all(one["ok"] for one in found.values())
    assert "PDF" in found["invoice"]["found"]


def test_a_document_is_printed_for_a_lead_as_he_would_get_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    asyncio.run(client(settings))
    printed = told(settings, "preview", "invoice", "--lead", "8 916 123-45-67", "--out", str(tmp_path / "out"))
    assert printed.exit_code == 0
    html = (tmp_path / "out" / "invoice.html").read_text("utf-8")
    assert "&lt;b&gt;Ирина&lt;/b&gt;" in html
    assert (tmp_path / "out" / "invoice.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "out" / "invoice.txt").exists()
    for arguments in (("preview", "invoice", "--lead", "+79990000000"), ("preview", "no_such_paper")):
        assert told(settings, *arguments).exit_code == 1


def test_wrong_facts_are_named_by_their_place(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    told(settings, "init")
    file = tmp_path / "sending" / "sending.yaml"
    for before, after, place in (
        ('inn: "7701234567"', 'inn: "77"', "company.inn"),
        ("valid_days: 14", "valid_days: soon", "valid_days"),
        ("benefits:", "benefitz:", "benefitz"),
        ("company:", "company: [", "YAML"),
        ("presentation: {template: presentation}", "presentation: {attach: [../../etc/passwd]}", "attach"),
    ):
        good = file.read_text("utf-8")
        assert before in good
        file.write_text(good.replace(before, after, 1), "utf-8")
        checked = told(settings, "check")
        assert checked.exit_code == 1
        assert place in checked.output
        file.write_text(good, "utf-8")


def test_a_server_that_is_away_is_told_with_its_remedy(tmp_path: Path) -> None:
    mail = {"host": "127.0.0.1", "port": 9, "sender": "a@b.ru", "user": "robot", "password": "hunter2hunter2"}
    settings = Settings(data_dir=tmp_path, sending=SendingSettings.model_validate({"mail": mail}))
    checked = told(settings, "check", "--json")
    found = json.loads(checked.output)["SMTP"]
    assert (found["ok"], found["code"]) == (False, "unreachable")
    assert "hunter2" not in checked.output


def test_the_history_of_a_client_tells_what_arrived_and_no_address(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    asyncio.run(client(settings))
    shown = told(settings, "history", PHONE)
    assert "отправлено" in shown.output
    assert "no_address" in shown.output
    assert "vasilek" not in shown.output
