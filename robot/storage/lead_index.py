"""What leads are found by: names, companies and numbers in one spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.people import Lead
from robot.storage import tables as t
from robot.storage.rows import chunks, insert

MOST_WORDS = 8
"""Of a search: more than that says nothing more."""

_NUMBER = frozenset("+-–—() .\u00a00123456789")


def folded(text: str) -> str:
    """One spelling for all: databases fold Cyrillic each in its own way, or not at all."""
    return " ".join(text.casefold().replace("ё", "е").split())


def text_of(name: str, company: str, phone: str) -> str:
    return f"{folded(name)}\n{folded(company)}\n{phone}"


def parts_of(words: str) -> Sequence[str]:
    """What must all stand in the text. A number may be written as people do: 8 (912) 345-67-89."""
    digits = "".join(sign for sign in words if sign.isascii() and sign.isdigit())
    if digits and all(sign in _NUMBER for sign in words):
        whole_russian = len(digits) == 11 and digits[0] in "78"
        return (digits[1:] if whole_russian else digits,)
    return folded(words).split()[:MOST_WORDS]


async def index_leads(connection: AsyncConnection, leads: Mapping[int, Lead]) -> None:
    """Write what these leads, by id, are found by from now on."""
    rows: list[Mapping[str, Any]] = [
        {"lead_id": number, "text": text_of(lead.name, lead.company, lead.phone)} for number, lead in leads.items()
    ]
    for some in chunks(rows):
        statement = insert(connection, t.lead_index)
        again = statement.on_conflict_do_update(
            index_elements=[t.lead_index.c.lead_id], set_={"text": statement.excluded.text}
        )
        await connection.execute(again, some)


def fits(parts: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(t.lead_index.c.text.contains(part, autoescape=True) for part in parts))
