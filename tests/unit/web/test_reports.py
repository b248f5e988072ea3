"""Reports over HTTP, on calls made through the product's own stores, against a count by hand of the turns table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise, product
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from robot.analytics.dropoff import PhraseCounts, count
from robot.crm.base import NewLead
from robot.domain.access import Role
from robot.domain.calls import CallResult, Turn, TurnEnding
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.storage import tables as t
from robot.storage.call_records import turn_of
from robot.storage.memory import MemoryStorage
from robot.web.routes.report_files import MAKERS
from tests.unit.web.office import NOW, Office, error_of

pytestmark = pytest.mark.unit

LEASE = timedelta(minutes=5)
TALK = ("greeting", "offer", "book", "goodbye")
LOST = (Outcome.REFUSED, Outcome.OPTED_OUT, Outcome.WRONG_NUMBER, Outcome.NOT_DECISION_MAKER)
COUNTS = [name for name in PhraseCounts.__dataclass_fields__ if name not in ("phrase", "went_on")]


async def seeded(store: MemoryStorage, *, calls: int = 70) -> None:
    """Calls of two campaigns with one script in two versions over five days; the offer is said in two variants."""
    random = Random(7)
    for slug in ("spring", "autumn"):
        campaign = Campaign(0, slug, slug, "cold_call", quota=1000, window=ALWAYS, goal=Goal.AGREED)
        await store.campaigns.ensure(campaign)
    for number in range(calls):
        campaign = await store.campaigns.get(random.choice(["spring", "autumn"]))
        now = NOW - timedelta(days=random.randint(0, 4), hours=random.randint(-5, 2))
        lead = NewLead(f"+7495{2000000 + number}", fields={"utm_source": random.choice(["yandex", "vk"])})
        await store.leads.add(campaign.id, [lead], now=now)
        (claimed,) = await store.queue.claim(campaign, limit=1, now=now, node="a", lease=LEASE)
        call = uuid4()
        assert await store.attempts.begin(claimed, attempt_id=call, node="a", now=now)
        if random.random() < 0.2:
            await store.attempts.finish(call, CallResult(Outcome.NO_ANSWER, now), retry_at=None)
            continue
        await store.calls.answered(call, at=now + timedelta(seconds=random.randint(3, 20)))
        ended = await _talk(store, call, random)
        if ended is not None:
            version = random.choice(["v1", "v2"])
            result = CallResult(ended, now + timedelta(minutes=1), answered_at=now, script_version=version)
            await store.attempts.finish(call, result, retry_at=None)


async def _talk(store: MemoryStorage, call: Any, random: Random) -> Outcome | None:
    """Says the script until something happens. None: the call is under way."""
    variant, number = random.choice("ab"), 0
    for phrase, after in pairwise((*TALK, "")):
        while True:
            number += 1
            ending = random.choices([*TurnEnding, None], weights=[60, 5, 8, 5, 4, 3, 1, 2])[0]
            objects = ending is TurnEnding.ANSWERED and random.random() < 0.15
            turn = Turn(
                number,
                phrase,
                visit=1,
                variant=variant if phrase == "offer" else "",
                interrupted=random.random() < 0.1,
                ending=ending,
                kind="objection" if objects else "answer",
                intent="price" if objects else "yes",
                went_to="" if ending is not TurnEnding.ANSWERED or objects else after,
            )
            await store.calls.turn(call, turn)
            if ending is None:
                return None
            if ending in (TurnEnding.HUNG_UP_DURING, TurnEnding.HUNG_UP_AFTER):
                return Outcome.CALLBACK_SCHEDULED
            if ending is TurnEnding.CUT_OFF:
                return Outcome.INTERRUPTED
            if ending is TurnEnding.ANSWERED and random.random() < 0.15:
                return random.choice(LOST)
            if ending is TurnEnding.ANSWERED and not objects:
                break
            if number > 12:
                return Outcome.CALLBACK_SCHEDULED
    return Outcome.AGREED


async def calls_by_hand(store: MemoryStorage) -> list[tuple[Any, list[Turn]]]:
    async with store.database.read() as connection:
        query = sa.select(t.attempts, t.campaigns.c.slug).join_from(t.attempts, t.campaigns)
        attempts = (await connection.execute(query)).all()
        turns = (await connection.execute(sa.select(t.turns).order_by(t.turns.c.number))).all()
    return [(call, [turn_of(row) for row in turns if row.attempt_id == call.id]) for call in attempts]


async def test_the_graph_equals_a_count_by_hand_in_every_filter(office: Office) -> None:
    auditor = await office.person(Role.AUDITOR)
    await seeded(office.store)
    every = await calls_by_hand(office.store)
    today = NOW.date()
    periods = [(None, None), (today - timedelta(days=2), today), (today - timedelta(days=4), today - timedelta(days=3))]
    filters = product((None, "v1", "v2", ""), (None, "spring", "autumn"), periods, (None, "offer:a", "offer:b"))
    checked = 0
    for version, campaign, (since, until), variant in filters:
        asked = {"version": version, "campaign": campaign, "since": since, "until": until, "variant": variant}
        given = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
        response = await auditor.ask("GET", f"/api/reports/dropoff?script=cold_call&{given}")
        told = await response.json()
        assert response.status == 200, told
        chosen = [
            (call, turns)
            for call, turns in every
            if version in (None, call.script_version)
            and campaign in (None, call.slug)
            and (since or date.min) <= call.day <= (until or date.max)
            and (variant is None or variant in {f"{turn.phrase}:{turn.variant}" for turn in turns})
        ]
        check_graph(told, chosen)
        checked += bool(told["phrases"])
    assert checked > 60


def check_graph(told: Any, chosen: list[tuple[Any, list[Turn]]]) -> None:
    by_hand = count([(Outcome(call.outcome) if call.outcome else None, turns) for call, turns in chosen])
    assert [{name: one[name] for name in ("phrase", *COUNTS)} for one in told["phrases"]] == [
        {name: getattr(one, name) for name in ("phrase", *COUNTS)} for one in by_hand
    ]
    for one in told["phrases"]:
        assert one["left"] == one["hung_up_during"] + one["hung_up_after"] + one["refused"]
        assert one["small"] == (one["reached"] < 30)
        assert one["left_low"] <= one["left_share"] <= one["left_high"]
    edges: Counter[tuple[str, str]] = Counter()
    for call, turns in chosen:
        ways = {(a.phrase, b.phrase) for a, b in pairwise(turns) if a.phrase != b.phrase}
        edges.update(ways | ({(turns[-1].phrase, "")} if turns and call.outcome else set()))
    assert {(edge["phrase"], edge["to"]): edge["calls"] for edge in told["edges"]} == edges
    assert all(sum(way["calls"] for way in edge["answers"]) == edge["calls"] for edge in told["edges"])
    assert told["calls"] == sum(bool(turns) for _, turns in chosen)


async def test_every_report_answers_for_an_empty_office_and_a_seeded_one(office: Office) -> None:
    script = "script=cold_call"
    asked = ("scripts", f"dropoff?{script}", "funnel", f"phrases?{script}", f"objections?{script}", "reasons",
             "channels", f"trend?{script}&by=week", f"experiments?{script}", "hours")  # fmt: skip
    head = await office.person(Role.HEAD)
    for report in asked:
        assert (await head.ask("GET", f"/api/reports/{report}")).status == 200
    await seeded(office.store, calls=40)
    found = {}
    for report in asked:
        response = await head.ask("GET", f"/api/reports/{report}")
        assert response.status == 200
        found[report.partition("?")[0]] = await response.json()
    every = await calls_by_hand(office.store)
    stages = {stage["stage"]: stage["calls"] for stage in found["funnel"]["stages"]}
    assert stages["dials"] == len(every) == 40
    assert stages["talked"] == sum(bool(turns) for _, turns in every)
    refusals = Counter(call.outcome for call, _ in every if call.outcome in {"refused", "opted_out", "wrong_number"})
    assert {one["outcome"]: one["calls"] for one in found["reasons"]["items"]} == refusals
    assert {one["channel"] for one in found["channels"]["items"]} == {"yandex", "vk"}
    assert sum(one["received"] for one in found["channels"]["items"]) == 40
    assert sum(point["talks"] for point in found["trend"]["points"]) == stages["talked"]
    assert sum(hour["dials"] for hour in found["hours"]["items"]) == 40
    (offer,) = found["experiments"]["variants"]
    assert offer["phrase"] == "offer"
    assert [arm["name"] for arm in offer["arms"]] == ["a", "b"]
    assert abs(sum(arm["best"] for arm in offer["arms"]) - 1) < 1e-9
    ranks = [one["left_low"] for one in found["phrases"]["items"] if not one["small"]]
    assert ranks == sorted(ranks, reverse=True)
    raised = {call.id for call, turns in every for turn in turns if turn.kind == "objection"}
    assert [(one["objection"], one["raised"]) for one in found["objections"]["items"]] == [("price", len(raised))]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("dropoff", 422),
        ("dropoff?script=cold_call&variant=offer", 422),
        ("funnel?since=2026-11-30&until=2026-11-01", 422),
        ("funnel?since=1926-11-30&until=2026-11-01", 422),
        ("funnel?campaign=unknown", 404),
        ("hours?days=3", 422),
    ],
)
async def test_a_question_without_sense_is_refused(office: Office, asked: str, status: int) -> None:
    head = await office.person(Role.HEAD)
    assert (await error_of(await head.ask("GET", f"/api/reports/{asked}")))[0] == status


async def test_today_tells_each_campaigns_day_and_what_it_hangs_on(office: Office) -> None:
    ops = await office.person(Role.OPS)
    await seeded(office.store, calls=20)
    told = await (await ops.ask("GET", "/api/today")).json()
    days = {one["campaign"]: one for one in told["items"]}
    assert set(days) == {"cold", "other", "spring", "autumn"}
    cold, other, spring = (days[name] for name in ("cold", "other", "spring"))
    assert (cold["quota"], cold["booked"], cold["forecast"]["why"]) == (5, 0, "no_pace")
    assert (other["quota"], other["forecast"]["why"], other["slots"]) == (None, "no_quota", 0)
    assert cold["behind"]
    assert [hour["planned_so_far"] for hour in cold["hours"]][-1] == 5
    assert spring["slots"] is None
    every = await calls_by_hand(office.store)
    mine = [call for call, _ in every if call.slug == "spring" and call.day == NOW.date()]
    assert sum(hour["dials"] for hour in spring["hours"]) == len(mine) > 0
    assert {hour["hour"] for hour in spring["hours"] if hour["dials"]} == {call.hour for call in mine}
    assert spring["booked"] == sum(call.goal_reached for call in mine) == sum(hour["goal"] for hour in spring["hours"])


async def test_every_report_is_a_table_in_which_nothing_is_a_formula(office: Office) -> None:
    head = await office.person(Role.HEAD)
    campaign = await office.store.campaigns.ensure(Campaign(0, "mail", "Почта", "cold_call"))
    hostile = "=cmd|' /C calc'!A0"
    await office.store.leads.add(campaign.id, [NewLead("+74952000001", fields={"utm_source": hostile})], now=NOW)
    for report in MAKERS:
        csv = await head.ask("GET", f"/api/reports/{report}/csv?script=cold_call")
        xlsx = await head.ask("GET", f"/api/reports/{report}/xlsx?script=cold_call")
        assert (csv.status, xlsx.status) == (200, 200)
        header, *rows = CalamineWorkbook.from_filelike(BytesIO(await xlsx.read())).get_sheet_by_index(0).to_python()
        lines = (await csv.read()).decode("utf-8-sig").splitlines()
        assert lines[0] == ";".join(header)
        assert len(lines) == 1 + len(rows)
        if report == "channels":
            assert rows[0][:2] == [hostile, 1]
            assert lines[1].startswith(f"'{hostile};1;")
    assert (await error_of(await head.ask("GET", "/api/reports/phrases/csv")))[0] == 422
    assert (await error_of(await head.ask("GET", "/api/reports/secrets/csv")))[0] == 404
