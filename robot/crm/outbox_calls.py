"""A call into a CRM: put together when it is delivered, written by the connector, each write once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import uuid5

from robot.crm.connector import Connector, TellsWaiting
from robot.crm.errors import NotThere
from robot.crm.outbox_ports import CallReports, Delivery, Kind
from robot.crm.planning import AGAIN, CORRECTION
from robot.crm.report import CallReport
from robot.crm.writes import Keep, Write, carry_out
from robot.i18n import tr

CARD = frozenset({"lead", "fields", "card", "collected", "stage", "note", "asked"})
"""Writes of connectors that keep cards, as far as a corrected outcome changes them; the call itself, its recording and
its tasks are there already."""


def corrected(connector: Connector, report: CallReport, number: str) -> Sequence[Write]:
    """What a person's correction of this number changes. Its marks are its own: nothing that the call made is found
    for it, and nothing is made twice."""
    told = replace(
        report,
        attempt_id=uuid5(report.attempt_id, f"correction:{number}"),
        corrects=report.attempt_id,
        meeting=None,
        task=None,
        wishes=(),
        recording="",
        said=(),
    )
    writes = connector.writes(told)
    keeps_cards = any(write.name == "lead" for write in writes)
    return [write for write in writes if write.name in CARD] if keeps_cards else writes


class ConnectorDeliverer:
    """Deliverer of robot.crm.outbox_ports for the kinds CALL and REPLY."""

    def __init__(self, connector: Connector, reports: CallReports) -> None:
        self._connector = connector
        self._reports = reports

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        if delivery.kind == Kind.REPLY and hasattr(self._connector, "reply"):
            told = {name: value for name, value in delivery.payload.items() if name != "reply_to"}
            teller = cast("TellsWaiting", self._connector)
            await carry_out(teller.reply(delivery.payload["reply_to"], told), delivery.journal, keep)
            return
        if delivery.attempt_id is None:
            raise NotThere(tr("доставка без звонка", "a delivery without its call"))
        report = await self._reports.report(delivery.attempt_id)
        if CORRECTION in delivery.payload:
            writes = corrected(self._connector, report, delivery.payload[CORRECTION])
            await carry_out(writes, delivery.journal, keep)
            return
        writes = self._connector.writes(report)
        if AGAIN in delivery.payload:  # an earlier delivery of this call made some of them, under its own journal
            writes = [replace(write, always_look=True) for write in writes]
        await carry_out(writes, delivery.journal, keep)
