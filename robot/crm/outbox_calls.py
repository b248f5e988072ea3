"""A call into a CRM: put together when it is delivered, written by the connector, each write once."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from robot.crm.connector import Connector, TellsWaiting
from robot.crm.errors import NotThere
from robot.crm.outbox_ports import CallReports, Delivery, Kind
from robot.crm.planning import AGAIN
from robot.crm.writes import Keep, carry_out
from robot.i18n import tr


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
        writes = self._connector.writes(await self._reports.report(delivery.attempt_id))
        if AGAIN in delivery.payload:  # an earlier delivery of this call made some of them, under its own journal
            writes = [replace(write, always_look=True) for write in writes]
        await carry_out(writes, delivery.journal, keep)
