"""The week's report, printed of real calls and sent to a real mail server; the sums counted anew."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from click.testing import CliRunner

from robot.cli.reports import reports
from robot.crm.base import NewLead
from robot.domain.calls import CallResult, Turn, TurnEnding
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.settings import Settings
from robot.storage.store import open_storage
from tests.conftest import HANGS_S
from tests.ports import free_port
from tests.unit.web.office import NOW

pytestmark = pytest.mark.unit

HOSTILE = "<script>alert(1)</script>"


class Inbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.letters.append(message_from_bytes(bytes(message), policy=default))


async def call(settings: Settings, calls: int) -> None:
    """Half of them refuse at the offer."""
    async with open_storage(settings.database) as store:
        campaign = Campaign(0, "spring", "Весна", "cold_call", quota=1000, window=ALWAYS, goal=Goal.AGREED)
        campaign = await store.campaigns.ensure(campaign)
        leads = [NewLead(f"+7495{2000000 + n}", fields={"utm_source": HOSTILE}) for n in range(calls)]
        await store.leads.add(campaign.id, leads, now=NOW)
        lease = timedelta(minutes=5)
        claimed = await store.queue.claim(campaign, limit=calls, now=NOW, node="a", lease=lease)
        for number, one in enumerate(claimed):
            attempt_id = uuid4()
            await store.attempts.begin(one, attempt_id=attempt_id, node="a", now=NOW)
            await store.calls.turn(attempt_id, Turn(1, "offer", ending=TurnEnding.ANSWERED))
            outcome = Outcome.REFUSED if number % 2 else Outcome.AGREED
            result = CallResult(outcome, NOW, answered_at=NOW, reason="дорого" if number % 2 else "")
            await store.attempts.finish(attempt_id, result, retry_at=None)


def test_the_week_goes_out_by_mail_and_into_a_folder(tmp_path: Path) -> None:
    inbox = Inbox()
    port = free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=HANGS_S)
    server.start()
    try:
        mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "robot@example.ru"}
        settings = Settings(data_dir=tmp_path, sending={"mail": mail})  # type: ignore[arg-type]
        asyncio.run(call(settings, 32))
        asked = ["weekly", "--since", "2026-11-23", "--out", str(tmp_path / "week"), "--send", "--to", "rop@example.ru"]
        done = CliRunner().invoke(reports, asked, obj=settings, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    finally:
        server.stop()
    (letter,) = inbox.letters
    assert "23.11 — 29.11.2026" in letter["Subject"]
    html = letter.get_body(("html",)).get_content()
    assert "Разговоров 32, до цели 16" in html
    assert "16 / 32" in html
    assert "дорого" in html
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    (pdf,) = letter.iter_attachments()
    assert pdf.get_content().startswith(b"%PDF")
    assert (tmp_path / "week" / "weekly.pdf").read_bytes().startswith(b"%PDF")
    again = CliRunner().invoke(reports, ["rebuild"], obj=settings, catch_exceptions=False)
    assert again.output.splitlines()[-1] == "Пересчитано месяцев кампаний: 1"


def test_a_report_that_goes_nowhere_says_what_is_missing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for asked in (["weekly"], ["weekly", "--send", "--to", "rop@example.ru"]):
        done = CliRunner().invoke(reports, asked, obj=settings)
        assert done.exit_code == 1
