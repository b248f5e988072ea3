"""/api/deliveries over HTTP: what a person sees of what goes out, and what he decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from robot.crm.base import NewLead
from robot.crm.outbox_ports import Kind, NewDelivery, Problem, State
from robot.crm.triggers.ports import BAD_PHONE, Happening
from robot.crm.writes import Journal
from robot.domain.access import Role
from tests.unit.web.office import NOW, Office, Person, error_of

pytestmark = pytest.mark.unit

PHONE = "+79161234567"
GONE = Problem("not_there", "стадии C2:WON больше нет", "выберите другую: zvonar crm check")
DOWN = Problem("unreachable", "Odoo не отвечает")


@pytest.fixture
async def ops(office: Office) -> Person:
    """Who keeps the robot running, on a morning with three deliveries: parked, failed once, new."""
    await office.store.leads.add(office.campaign.id, [NewLead(PHONE, "Пётр")], now=NOW)
    lead = await office.store.leads.find(PHONE)
    assert lead is not None
    outbox = office.store.outbox
    for number, target in enumerate(("amocrm", "odoo", "sending")):
        await outbox.add([NewDelivery(str(number), target, Kind.CALL, lead.id, None, NOW)], now=NOW)
    for target, state, problem in (("amocrm", State.PARKED, GONE), ("odoo", State.WAITING, DOWN)):
        (one,) = await outbox.claim(target, owner="a", now=NOW, until=NOW + timedelta(minutes=1), limit=1)
        await outbox.keep(one.id, Journal(done={"lead": "902"}), owner="a")
        due_at = NOW + timedelta(hours=1)
        await outbox.settle(one.id, state, owner="a", now=NOW, due_at=due_at, problem=problem)
    return await office.person(Role.OPS)


async def listed(person: Person, query: str = "") -> dict[str, Any]:
    answer = await person.ask("GET", f"/api/deliveries{query}")
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def test_what_is_open_is_shown_with_reason_and_remedy_and_without_anybodys_name(ops: Person) -> None:
    found = await listed(ops)
    assert [one["target"] for one in found["items"]] == ["sending", "odoo", "amocrm"]
    new, failed, parked = found["items"]
    assert parked["problem"] == {"code": GONE.code, "text": GONE.text, "remedy": GONE.remedy}
    assert (parked["state"], parked["lead_ref"], parked["done"], parked["tries"]) == ("parked", "902", ["lead"], 1)
    assert (failed["state"], failed["next_try_at"]) == ("waiting", "2026-11-23T10:00:00Z")
    assert failed["problem"]["remedy"] == "ничего: робот пробует сам"
    assert (new["problem"], new["lead_ref"], new["next_try_at"]) == (None, "", "2026-11-23T09:00:00Z")
    assert "Пётр" not in str(found)
    assert PHONE not in str(found)


async def test_one_looks_for_some_and_turns_pages(ops: Person) -> None:
    async def targets(query: str) -> list[str]:
        return [one["target"] for one in (await listed(ops, query))["items"]]

    assert await targets("?state=parked") == ["amocrm"]
    assert await targets("?state=parked&state=waiting&target=odoo&kind=call") == ["odoo"]
    assert await targets("?code=not_there&lead_id=1") == ["amocrm"]
    assert await targets("?state=delivered") == []
    first = await listed(ops, "?limit=2")
    second = await listed(ops, f"?limit=2&after={first['next']}")
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert second["next"] == ""
    for wrong in ("?state=lost", "?limit=0", "?after=x", "?lead_id=-1", "?nobody=1"):
        assert (await ops.ask("GET", f"/api/deliveries{wrong}")).status == 422


async def test_counts_are_for_everybody_who_sees_the_day(office: Office, ops: Person) -> None:
    office.clock = NOW + timedelta(seconds=40)
    for person in (ops, await office.person(Role.MANAGER)):
        answer = await person.ask("GET", "/api/deliveries/counts")
        told = await answer.json()
        assert (told["waiting"], told["parked"]) == (2, 1)
        assert told["items"][0] == {"target": "amocrm", "waiting": 0, "parked": 1, "oldest_s": 0.0}
        assert told["items"][1] == {"target": "odoo", "waiting": 1, "parked": 0, "oldest_s": 40.0}


async def test_what_was_mended_is_delivered_again_and_the_journal_says_who(office: Office, ops: Person) -> None:
    (parked,) = (await listed(ops, "?state=parked"))["items"]
    answer = await ops.ask("POST", "/api/deliveries/retry", {"ids": [parked["id"], 999]})
    assert await answer.json() == {"changed": 1}
    (again,) = await office.store.outbox.claim("amocrm", owner="b", now=NOW, until=NOW, limit=9)
    assert (again.id, again.tries, again.journal.done) == (parked["id"], 0, {"lead": "902"})
    assert await (await ops.ask("POST", "/api/deliveries/retry", {"target": "odoo"})).json() == {"changed": 1}
    assert await (await ops.ask("POST", "/api/deliveries/retry", {"code": "unsure"})).json() == {"changed": 0}
    unusable: list[dict[str, Any]] = [{}, {"ids": []}, {"ids": [0]}, {"ids": [2**63]}, {"everything": True}]
    for wrong in unusable:
        assert (await ops.ask("POST", "/api/deliveries/retry", wrong)).status == 422
    told = await _journal(office)
    assert [(what, subject) for what, subject, _ in told] == [
        ("deliveries_retried", ""),
        ("deliveries_retried", ""),
        ("deliveries_retried", f"{parked['id']}, 999"),
    ]


async def test_a_delivery_is_dropped_for_a_reason_alone_and_may_be_taken_up_again(office: Office, ops: Person) -> None:
    (parked,) = (await listed(ops, "?state=parked"))["items"]
    for wrong in ({"ids": [parked["id"]]}, {"ids": [parked["id"]], "reason": " "}, {"reason": "x"}):
        assert (await ops.ask("POST", "/api/deliveries/drop", wrong)).status == 422
    body = {"ids": [parked["id"]], "reason": "внесли в CRM руками"}
    assert await (await ops.ask("POST", "/api/deliveries/drop", body)).json() == {"changed": 1}
    assert [one["id"] for one in (await listed(ops, "?state=dropped"))["items"]] == [parked["id"]]
    ((what, _, after),) = await _journal(office)
    assert (what, after["reason"]) == ("deliveries_dropped", "внесли в CRM руками")
    again = await ops.ask("POST", "/api/deliveries/retry", {"ids": [parked["id"]]})
    assert await again.json() == {"changed": 1}


async def test_who_has_no_number_is_named_with_what_to_do(office: Office, ops: Person) -> None:
    told = Happening("7 stalled", "odoo", "stage", "7", NOW, "stalled", None, BAD_PHONE)
    await office.store.happenings.note(told, now=NOW)
    (one,) = (await (await ops.ask("GET", "/api/deliveries/unheard")).json())["items"]
    assert (one["source"], one["lead_ref"], one["stage"]) == ("odoo", "7", "stalled")
    assert one["problem"]["code"] == "bad_phone"
    assert "впишите телефон" in one["problem"]["remedy"]


async def test_a_salesman_decides_nothing_about_deliveries(office: Office, ops: Person) -> None:
    manager = await office.person(Role.MANAGER)
    for method, path in (("GET", ""), ("GET", "/unheard"), ("POST", "/retry"), ("POST", "/drop")):
        refused = await manager.ask(method, f"/api/deliveries{path}", {} if method == "POST" else None)
        assert await error_of(refused) == (403, "forbidden")
    assert len((await listed(ops))["items"]) == 3


async def _journal(office: Office) -> list[tuple[str, str, Any]]:
    """The latest first."""
    head = await office.person(Role.HEAD)
    answer = await head.ask("GET", "/api/journal")
    changes = (await answer.json())["items"]
    return [(one["what"], one["subject"], one["after"]) for one in changes if one["what"].startswith("deliveries")]
