"""Whom people of the company talked to: calls, mails and meetings that they marked done on a lead, and what they wrote
to the client from his card."""

from __future__ import annotations

from collections.abc import Sequence

from robot.crm.connector import Change
from robot.crm.odoo import mapping as m
from robot.crm.odoo.deeds import LEAD
from robot.crm.odoo.office import ALL, Office
from robot.crm.odoo.settings import Settings
from robot.crm.triggers.rules import ANSWERED

_TALKS = ("mail_activity_data_call", "mail_activity_data_email", "mail_activity_data_meeting")
_WRITTEN = "mt_comment"
"""A message to those who follow the card, the client too; notes are for colleagues alone."""


async def answered(office: Office, settings: Settings, earliest: str) -> Sequence[Change]:
    """At most one for each message, under its own key. The robot's own are none of them."""
    kinds = await office.ids("mail", (*_TALKS, _WRITTEN))
    talks = [kinds[name] for name in _TALKS if name in kinds]
    me = await office.partner(await office.api.me())
    domain = [
        *(["model", "=", LEAD], ["date", ">=", earliest], ["author_id", "!=", me]),
        ["author_id.user_ids.share", "=", False],  # of the company; clients write, too
        *("|", ["mail_activity_type_id", "in", talks], "&"),
        *(["subtype_id", "=", kinds.get(_WRITTEN, 0)], ["message_type", "in", ["comment", "email"]]),
    ]
    messages = await office.find("mail.message", domain, ["res_id", "date"])
    if not messages:
        return ()
    wanted = await office.some(LEAD, m.PHONES)
    refs = sorted({one["res_id"] for one in messages})
    leads = {lead["id"]: lead for lead in await office.find(LEAD, [["id", "in", refs]], wanted, context=ALL)}
    return [
        Change(
            key=f"odoo:{settings.database}:message:{one['id']}",
            kind=ANSWERED,
            lead_ref=str(one["res_id"]),
            phone=m.phone_of(leads[one["res_id"]]),
            at=m.aware(str(one["date"])),
        )
        for one in messages
        if one["res_id"] in leads
    ]
