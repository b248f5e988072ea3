"""Why a lead could not be called, in a person's words, wherever it is shown."""

from __future__ import annotations

from robot.crm.outbox_desk import Unheard
from robot.crm.outbox_ports import Problem
from robot.crm.triggers.ports import BAD_PHONE
from robot.i18n import tr


def phone_remedy() -> str:
    return tr(
        "впишите телефон в его карточку и переведите его на этот этап ещё раз",
        "write the phone on his card, and bring him to the stage once more",
    )


def unheard_problem(one: Unheard) -> Problem:
    """Of a lead without a number: his name is not told, his card in the CRM is."""
    return Problem(
        BAD_PHONE,
        tr(
            f"у лида {one.lead_ref} в {one.source} нет номера, на который можно позвонить",
            f"lead {one.lead_ref} of {one.source} has no number that can be called",
        ),
        phone_remedy(),
    )
