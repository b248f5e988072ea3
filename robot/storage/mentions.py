"""Where else a number or a name stands: lists, the journal, what CRMs told, examples in drafts of scripts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from robot.domain.phones import mask_phone
from robot.storage import tables as t
from robot.storage.scrubbing import Counts

CUT = "…"
_NATIONAL = 10
"""Digits of a Russian number without its 7 or 8: however it is written, these follow each other, or nearly."""
_BETWEEN = r"[\s().\-‐-―]{0,3}"


@dataclass(frozen=True, slots=True)
class Person:
    """By what he is found in free text. A name of one word is many people's."""

    phone: str
    name: str = ""

    @property
    def digits(self) -> str:
        return "".join(sign for sign in self.phone if sign.isdigit())[-_NATIONAL:]

    def out_of(self, text: str) -> str:
        """The text without him."""
        number = _BETWEEN.join(self.digits)
        text = re.sub(rf"(?:\+?\d{_BETWEEN})?{number}", CUT, text)
        if self._named:
            text = re.sub(r"\s+".join(map(re.escape, self.name.split())), CUT, text, flags=re.IGNORECASE)
        return text

    @property
    def _named(self) -> bool:
        return len(self.name.split()) > 1

    def may_stand_in(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Rows worth reading: JSON writes Cyrillic in one of two ways, and numbers are written in many."""
        text = sa.cast(column, sa.Text)
        found = [text.contains(self.digits[-2:])]
        if self._named:
            word = max(self.name.split(), key=len)
            found += [text.contains(word, autoescape=True)]
            found += [text.contains(json.dumps(word)[1:-1], autoescape=True)]
        return sa.or_(*found)


async def forget_number(connection: AsyncConnection, phone: str) -> Counts:
    """The stop list keeps his digest instead, and test calls keep their cost."""
    stops = await connection.execute(sa.delete(t.stop_list).where(t.stop_list.c.phone == phone))
    trials = sa.update(t.trial_calls).where(t.trial_calls.c.phone == phone).values(phone="")
    r = t.stop_removals.c
    removals = sa.update(t.stop_removals).where(r.entry == phone).values(entry=CUT)
    return Counter(
        stops=stops.rowcount + (await connection.execute(removals)).rowcount,
        trial_calls=(await connection.execute(trials)).rowcount,
    )


async def forget_mentions(connection: AsyncConnection, person: Person, lead_id: int | None) -> Counts:
    """Out of texts that people wrote and programs told. The journal's lines stay: who did what, and when."""
    c, j, h = t.consents.c, t.journal.c, t.touched.c
    gone: Counts = Counter()
    if lead_id is not None:
        his = c.lead_id == lead_id
        gone["mentions"] = await _rewrite(connection, t.consents, (c.id,), ("source", "text"), person, his)
    gone["mentions"] += await _rewrite(connection, t.stop_removals, (t.stop_removals.c.id,), ("reason",), person)
    masked = sa.update(t.journal).where(j.subject == mask_phone(person.phone)).values(subject=CUT)
    gone["journal"] = (await connection.execute(masked)).rowcount
    gone["journal"] += await _rewrite(connection, t.journal, (j.id,), ("subject", "before", "after"), person)
    query = sa.select(h.source, h.kind, h.ref, h.told).where(person.may_stand_in(h.told))
    for row in (await connection.execute(query)).all():
        if _without(person, row.told) != row.told:
            row_key = (h.source == row.source, h.kind == row.kind, h.ref == row.ref)
            gone["told"] += (await connection.execute(sa.delete(t.touched).where(*row_key))).rowcount
    return gone


async def _rewrite(
    connection: AsyncConnection,
    table: sa.Table,
    key: Sequence[sa.Column[Any]],
    columns: Sequence[str],
    person: Person,
    *where: sa.ColumnElement[bool],
) -> int:
    """Rows of which something changed."""
    wanted = [table.c[name] for name in columns]
    query = sa.select(*key, *wanted).where(*where, sa.or_(*(person.may_stand_in(one) for one in wanted)))
    changed = 0
    for row in (await connection.execute(query)).all():
        values = {name: _without(person, getattr(row, name)) for name in columns}
        if any(values[name] != getattr(row, name) for name in columns):
            his = [column == getattr(row, column.name) for column in key]
            await connection.execute(sa.update(table).where(*his).values(values))
            changed += 1
    return changed


def _without(person: Person, value: Any) -> Any:
    match value:
        case str():
            return person.out_of(value)
        case Mapping():
            return {name: _without(person, inner) for name, inner in value.items()}
    return value


async def take_out_examples(connection: AsyncConnection, calls: Sequence[UUID]) -> Counts:
    """Words of his that were taken for examples, out of the drafts of scripts. Published versions never change: how
    many of them hold such a sentence is told, for people to publish without it."""
    s, r, v = t.suggested_examples.c, t.script_revisions.c, t.script_versions.c
    query = sa.select(s.script, s.text).where(s.attempt_id.in_(calls), s.text != "").distinct()
    gone: Counts = Counter()
    for script, words in (await connection.execute(query)).all():
        line = re.compile(rf"^[ \t]*-[ \t]+([\"']?){re.escape(words)}\1[ \t]*(?:\n|\Z)", re.MULTILINE)
        drafts = sa.select(r.number, r.text).where(r.script == script, r.text.contains(words, autoescape=True))
        for row in (await connection.execute(drafts)).all():
            text = line.sub("", row.text)
            if text != row.text:
                his = (r.script == script, r.number == row.number)
                await connection.execute(sa.update(t.script_revisions).where(*his).values(text=text))
                gone["examples"] += 1
        published = sa.select(v.text).where(v.script == script, v.text.contains(words, autoescape=True))
        gone["examples_published"] += sum(
            line.search(text) is not None for text in (await connection.execute(published)).scalars()
        )
    return gone
