"""/api/deliveries: what goes out after calls, what is parked until a person decides and why; tried again or dropped."""

from __future__ import annotations

from aiohttp import web

from robot.crm.outbox_desk import OPEN, UNHEARD_FOR, Entry, Unheard, Wanted
from robot.crm.outbox_ports import Problem, State
from robot.crm.outbox_words import unheard_problem
from robot.crm.remedies import remedy_of
from robot.domain.access import Right
from robot.domain.journal import Scalar
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint
from robot.web.journal import note
from robot.web.schemas_deliveries import (
    ChangedOut,
    DeliveriesOut,
    DeliveriesQuery,
    DeliveryOut,
    DropIn,
    ProblemOut,
    RetryIn,
    StandingOut,
    StandingsOut,
    UnheardOut,
    UnheardsOut,
)
from robot.web.services import SERVICES, answer

MOST_UNHEARD = 200


async def index(request: web.Request) -> web.Response:
    """The latest first."""
    services, asked = request.app[SERVICES], read_query(request, DeliveriesQuery)
    wanted = Wanted(
        tuple(asked.state),
        target=asked.target,
        kind=asked.kind,
        code=asked.code,
        lead_id=asked.lead_id,
        below=int(asked.after) if asked.after else None,
    )
    found = await services.ports.deliveries.entries(wanted, limit=asked.limit + 1, now=services.now())
    shown = found[: asked.limit]
    more = str(shown[-1].id) if len(found) > asked.limit else ""
    return answer(DeliveriesOut(items=[_out(one) for one in shown], next=more))


async def counts(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    targets = (await services.ports.deliveries.standing(services.now())).targets
    items = [
        StandingOut(target=name, waiting=one.waiting, parked=one.parked, oldest_s=one.oldest_s)
        for name, one in sorted(targets.items())
    ]
    waiting, parked = sum(one.waiting for one in items), sum(one.parked for one in items)
    return answer(StandingsOut(items=items, waiting=waiting, parked=parked))


async def unheard(request: web.Request) -> web.Response:
    """Of the last two weeks, unless something came of them since."""
    services = request.app[SERVICES]
    told = await services.ports.deliveries.unheard(since=services.now() - UNHEARD_FOR, limit=MOST_UNHEARD)
    return answer(UnheardsOut(items=[_unheard_out(one) for one in told]))


async def retry(request: web.Request) -> web.Response:
    """Those that wait or are parked, and dropped ones whose ids are given. What of them arrived is not repeated."""
    services, given = request.app[SERVICES], await read_model(request, RetryIn)
    states = OPEN if given.ids is None else (*OPEN, State.DROPPED)
    wanted = Wanted(states, target=given.target, code=given.code, ids=given.ids)
    changed = await services.ports.deliveries.retry(wanted, now=services.now())
    after: dict[str, Scalar] = {"deliveries": changed, "target": given.target or "", "code": given.code or ""}
    await note(request, "deliveries_retried", subject=_named(given.ids), after=after)
    return answer(ChangedOut(changed=changed))


async def drop(request: web.Request) -> web.Response:
    """Never delivered; the journal keeps who decided so, and why."""
    services, given = request.app[SERVICES], await read_model(request, DropIn)
    changed = await services.ports.deliveries.drop(Wanted(OPEN, ids=given.ids), now=services.now())
    after: dict[str, Scalar] = {"deliveries": changed, "reason": given.reason}
    await note(request, "deliveries_dropped", subject=_named(given.ids), after=after)
    return answer(ChangedOut(changed=changed))


def _named(ids: list[int] | None) -> str:
    return ", ".join(map(str, ids or ()))


def _out(one: Entry) -> DeliveryOut:
    return DeliveryOut(
        id=one.id,
        target=one.target,
        kind=one.kind,
        lead_id=one.lead_id,
        lead_ref=one.lead_ref,
        call=str(one.attempt_id) if one.attempt_id else None,
        state=one.state,
        under_way=one.under_way,
        tries=one.tries,
        created_at=one.created_at,
        next_try_at=one.due_at if one.state is State.WAITING else None,
        ended_at=one.ended_at,
        done=list(one.done),
        problem=None if one.problem is None else _problem(one.problem),
    )


def _problem(problem: Problem) -> ProblemOut:
    return ProblemOut(code=problem.code, text=problem.text, remedy=remedy_of(problem))


def _unheard_out(one: Unheard) -> UnheardOut:
    return UnheardOut(
        source=one.source,
        lead_ref=one.lead_ref,
        kind=one.kind,
        stage=one.stage,
        at=one.at,
        problem=_problem(unheard_problem(one)),
    )


_TAG = "Deliveries"
_PROBLEM = {"code": "not_there", "text": "стадии C2:WON больше нет", "remedy": "выберите другую: zvonar crm check"}
_DELIVERY = {
    "id": 341, "target": "bitrix24", "kind": "call", "lead_id": 17, "lead_ref": "902",
    "call": "8486b6f8-9fd9-41f7-ba3a-e49af605b22e", "state": "parked", "under_way": False, "tries": 1,
    "created_at": "2026-11-23T09:00:00Z", "next_try_at": None, "ended_at": None, "done": ["lead", "note"],
    "problem": _PROBLEM,
}  # fmt: skip

ENDPOINTS = (
    Endpoint("GET", "/api/deliveries", index, Right.MEND_DELIVERIES, "What goes out, and what is parked and why", _TAG,
             query=DeliveriesQuery, answer=DeliveriesOut, example={"items": [_DELIVERY], "next": ""}),
    Endpoint("GET", "/api/deliveries/counts", counts, Right.SEE_TODAY, "How much waits and is parked, by target", _TAG,
             answer=StandingsOut,
             example={"items": [{"target": "bitrix24", "waiting": 2, "parked": 1, "oldest_s": 40.0}], "next": "",
                      "waiting": 2, "parked": 1}),
    Endpoint("GET", "/api/deliveries/unheard", unheard, Right.MEND_DELIVERIES,
             "Leads that were not called since their CRM has no number of theirs", _TAG, answer=UnheardsOut),
    Endpoint("POST", "/api/deliveries/retry", retry, Right.MEND_DELIVERIES, "Deliver again, at once", _TAG,
             body=RetryIn, answer=ChangedOut, example={"changed": 1}),
    Endpoint("POST", "/api/deliveries/drop", drop, Right.MEND_DELIVERIES, "Never deliver, with the reason", _TAG,
             body=DropIn, answer=ChangedOut, example={"changed": 1}),
)  # fmt: skip
