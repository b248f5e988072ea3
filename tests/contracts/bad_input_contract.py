"""What goes wrong with a CRM's settings and a call's contents, as a person meets it: through the product's own worker
from the outbox to the CRM, the reason in the log, in `zvonar outbox list` and at the desk that the API shows, while the
rest goes out. Add `BadInputContract` to a connector's `ConnectorContract`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from robot.cli.outbox_view import entries_table
from robot.crm.base import NewLead
from robot.crm.connector import Connector
from robot.crm.outbox import Outbox, OutboxSettings
from robot.crm.outbox_calls import ConnectorDeliverer
from robot.crm.outbox_desk import Entry, Wanted
from robot.crm.outbox_ports import Deliverer, Delivery, Kind, State
from robot.crm.outbox_try import Tried
from robot.crm.planning import COMPLETE_IN, Target
from robot.crm.writes import Keep
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage.memory import MemoryStorage
from tests.conftest import HANGS_S
from tests.contracts.connector_contract import FIELD, MANAGER, SOUND, Broken, SeenLead, Stand, phone
from tests.contracts.storage_contract import NOW, Scene

NAME = "Пётр Иванов"
TOO_LARGE = "too_large"
CODES = {
    Broken.REVOKED: "unauthorized",
    Broken.STAGE_DELETED: "not_there",
    Broken.FIELD_RENAMED: "not_there",
    TOO_LARGE: TOO_LARGE,
}
TARGETS = (Target("crm", frozenset({Kind.CALL})), Target("mail", frozenset({Kind.INVITATION})))


@dataclass
class Mail:
    """Another target."""

    letters: list[str] = field(default_factory=list)

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        self.letters.append(delivery.key)


class Node:
    """Two calls that ended: in a meeting, and in a refusal. Each has its row for the CRM; the meeting one for mail."""

    def __init__(self, scene: Scene, numbers: Sequence[str]) -> None:
        self.scene = scene
        self.store: MemoryStorage = scene.store
        self.numbers = numbers
        self.mail = Mail()

    @classmethod
    async def with_calls(cls, data_dir: Path, sound: bytes = SOUND) -> Node:
        store = MemoryStorage(targets=TARGETS)
        campaign = await store.campaigns.ensure(Campaign(0, "cold", "", "cold_call", quota=3, window=ALWAYS))
        await store.managers.ensure(MANAGER, WorkingHours(), campaigns=[campaign.id])
        node = cls(Scene(store, campaign), [phone(), phone()])
        leads = [NewLead(number, NAME, "Ромашка") for number in node.numbers]
        await store.leads.add(campaign.id, leads, now=NOW)
        (data_dir / "recordings").mkdir(exist_ok=True)
        (data_dir / "recordings" / "talk.ogg").write_bytes(sound)
        _, attempt_id = await node.scene.call()
        slot = (await node.scene.slots())[0]
        assert await store.calendar.hold(attempt_id, slot, now=NOW)
        talk: dict[str, Any] = {"answered_at": NOW, "collected": {f"lead.{FIELD}": "карты"}}
        await node.scene.finish(
            attempt_id, Outcome.MEETING_BOOKED, meeting=slot, recording="recordings/talk.ogg", **talk
        )
        _, attempt_id = await node.scene.call()
        await node.scene.finish(attempt_id, Outcome.REFUSED, reason="price", answered_at=NOW)
        return node

    async def deliver(self, connector: Connector, *, tries: int) -> None:
        """The worker, until so many deliveries were tried."""
        stop, left = asyncio.Event(), [None] * tries

        def tried(_delivery: Delivery, _tried: Tried) -> None:
            left.pop()
            if not left:
                stop.set()

        deliverers: dict[str, Deliverer] = {
            "crm": ConnectorDeliverer(connector, self.store.call_reports),
            "mail": self.mail,
        }
        worker = Outbox(
            self.store.outbox, deliverers, OutboxSettings(at_once=1, poll_s=0.01), now=_later, on_tried=tried
        )
        try:
            async with asyncio.timeout(HANGS_S):
                await worker.run(stop)
        finally:
            await connector.close()

    async def entries(self, *states: State) -> Sequence[Entry]:
        return await self.store.outbox_desk.entries(Wanted(states), limit=9, now=_later())


def _later() -> datetime:
    """Recordings are complete, and nothing rests for good."""
    return NOW + 2 * COMPLETE_IN + timedelta(seconds=asyncio.get_running_loop().time())


class BadInputContract:
    """For classes that have a `stand`."""

    cannot_break: ClassVar[frozenset[Broken]] = frozenset()
    names: ClassVar[Mapping[Any, str]] = {}
    """By what is broken: what people are told the name of."""

    @pytest.mark.parametrize("how", [Broken.STAGE_DELETED, Broken.FIELD_RENAMED, TOO_LARGE])
    async def test_what_is_wrong_with_a_call_is_named_and_the_rest_arrives(self, stand: Stand, how: str) -> None:
        if how in self.cannot_break:
            pytest.skip("there is no such thing there")
        too_large = how == TOO_LARGE
        node = await Node.with_calls(stand.data_dir, bytes(1_100_000) if too_large else SOUND)
        connector = stand.connector() if too_large else await stand.broken(Broken(how))
        with capture_logs() as logs:
            await node.deliver(connector, tries=3)

        (parked,) = await node.entries(State.PARKED)
        self._is_told(node, parked, logs, how)
        assert len(await node.entries(State.DELIVERED)) == 2, "the other call, and the letter"
        assert len(node.mail.letters) == 1
        booked, refused = [_only(await stand.seen(number)) for number in node.numbers]
        assert (len(booked.meetings), len(booked.tasks), len(booked.calls), len(refused.calls)) == (1, 1, 1, 1)
        assert [one.recording is None for one in booked.calls] == [too_large]

    async def test_a_revoked_key_is_named_and_what_goes_elsewhere_arrives(self, stand: Stand) -> None:
        node = await Node.with_calls(stand.data_dir)
        with capture_logs() as logs:
            await node.deliver(await stand.broken(Broken.REVOKED), tries=2)

        (parked,) = await node.entries(State.PARKED)
        self._is_told(node, parked, logs, Broken.REVOKED)
        (waits,) = await node.entries(State.WAITING)
        assert (waits.target, waits.tries) == ("crm", 0), "a closed door is not knocked at for each call"
        assert len(node.mail.letters) == 1

    def _is_told(self, node: Node, parked: Entry, logs: Sequence[Any], how: str) -> None:
        problem = parked.problem
        assert problem is not None
        assert (parked.target, problem.code) == ("crm", CODES[how])
        assert re.search("[а-я]", problem.text)
        assert re.search("[а-я]", problem.remedy), "what to do, in the language of who has to do it"
        assert self.names.get(how, "") in f"{problem.text} {problem.remedy}"
        (told,) = [entry for entry in logs if entry["event"] == "delivery_failed"]
        assert (told["code"], told["problem"], told["remedy"]) == (problem.code, problem.text, problem.remedy)
        listed = _printed(parked)
        assert problem.text in listed
        assert problem.remedy in listed
        for private in (NAME, *(number[-10:] for number in node.numbers)):
            assert private not in f"{logs} {listed}"


def _only(leads: Sequence[SeenLead]) -> SeenLead:
    (lead,) = leads
    return lead


def _printed(entry: Entry) -> str:
    """As `zvonar outbox list` shows it."""
    console = Console(width=600)
    with console.capture() as captured:
        console.print(entries_table([entry]))
    return captured.get()
