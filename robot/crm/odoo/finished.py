"""Leads that are finished: a call that comes late must not take back what people decided since."""

from __future__ import annotations

from datetime import datetime

from robot.crm.odoo import mapping as m
from robot.crm.odoo.office import Office


async def stays(office: Office, lead: m.Record, *, called_at: datetime) -> bool:
    """Whether the lead (id, active, stage_id) is left where it is: won ones always; lost ones where somebody else
    than the robot marked them so after the call. A lead that was lost before it is won back by the call."""
    if lead["stage_id"] and await office.first("crm.stage", [["id", "=", lead["stage_id"][0]], ["is_won", "=", True]]):
        return True
    return not lead["active"] and await _lost_since(office, lead["id"], called_at)


async def _lost_since(office: Office, lead: int, called_at: datetime) -> bool:
    """Odoo tells on the card who marked it."""
    named = [["module", "=", "crm"], ["name", "=", "mt_lead_lost"]]
    kinds = [one["res_id"] for one in await office.find("ir.model.data", named, ["res_id"])]
    told = [["model", "=", "crm.lead"], ["res_id", "=", lead], ["subtype_id", "in", kinds]]
    later = [["date", ">=", m.moment(called_at)], ["create_uid", "!=", await office.api.me()]]
    return await office.first("mail.message", [*told, *later]) is not None
