"""Calls over real HTTP: found, shown, commented, corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from robot.analytics.call_search import CallsWanted
from robot.crm.base import NewLead
from robot.domain.access import Role
from robot.domain.calls import CallResult, HeardWord, Turn, TurnEnding
from robot.domain.journal import Wanted
from robot.domain.outcomes import Outcome
from tests.unit.web.office import Office, Person, error_of

pytestmark = pytest.mark.unit

PHONE = "+74951234567"
HELLO = Turn(1, "greeting", said="Здравствуйте!", said_from_ms=100, said_to_ms=900, ending=TurnEnding.ANSWERED)
OFFER = Turn(
    2,
    "offer",
    said="Есть минута?",
    said_from_ms=1500,
    said_to_ms=2400,
    heard="дорого",
    confidence=0.8,
    heard_from_ms=2700,
    heard_to_ms=3100,
    response_ms=250,
    ending=TurnEnding.ANSWERED,
    intent="expensive",
    words=(HeardWord("дорого", 2700, 3100, 0.8),),
)


async def called(office: Office, outcome: Outcome = Outcome.REFUSED, recording: str = "", *turns: Turn) -> UUID:
    """A call that has ended, with a lead of its own."""
    store, number = office.store, len((await office.store.call_search.find(CallsWanted())).items)
    lead = NewLead(PHONE[:-2] + f"{number:02}", "=Иван", "<b>Ромашка</b>")
    await store.leads.add(office.campaign.id, [lead], now=office.clock)
    (claimed,) = await store.queue.claim(
        office.campaign, limit=1, now=office.clock, node="a", lease=timedelta(minutes=1)
    )
    call = uuid4()
    assert await store.attempts.begin(claimed, attempt_id=call, node="a", now=office.clock)
    for turn in turns or (HELLO, OFFER):
        await store.calls.turn(call, turn)
    result = CallResult(
        outcome,
        office.clock + timedelta(seconds=30),
        answered_at=office.clock,
        recording=recording,
        collected={"name": "Иван"},
        script_version="v1",
    )
    await store.attempts.finish(call, result, retry_at=None)
    return call


async def told(person: Person, path: str) -> Any:
    response = await person.ask("GET", path)
    assert response.status == 200, await response.text()
    return await response.json()


async def test_calls_are_found_by_words_and_by_the_phrase_that_lost_them(office: Office) -> None:
    call, person = await called(office), await office.person()
    for query in (
        "client_words=дорогого",
        "lost_at=offer",
        "outcome=refused&outcome=busy&passed=greeting",
        "least_s=30",
    ):
        (row,) = (await told(person, f"/api/calls?{query}"))["items"]
        assert (row["id"], row["lost"]) == (str(call), {"phrase": "offer", "how": "refused", "at_ms": 1500}), query
        assert await told(person, f"/api/calls/count?{query}") == {"count": 1, "more": False}
    assert row["phone"] == "+7495*****00", "a list shows no number"
    assert (row["mark"], row["length_ms"], row["recorded"]) == ("good", 30_000, False)
    assert (await told(person, "/api/calls?lost_at=greeting"))["items"] == []
    choices = await told(person, "/api/calls/choices")
    assert (choices["phrases"], choices["script_versions"]) == (["greeting", "offer"], ["v1"])
    assert {one["id"] for one in choices["campaigns"]} == {"cold", "other"}


async def test_pages_follow_each_other(office: Office) -> None:
    calls, person = [await called(office) for _ in range(3)], await office.person()
    first = await told(person, "/api/calls?limit=2")
    second = await told(person, f"/api/calls?limit=2&after={first['next']}")
    assert {one["id"] for one in first["items"] + second["items"]} == {str(call) for call in calls}
    assert second["next"] == ""


@pytest.mark.parametrize(
    "query", ["outcome=won", "since=yesterday", "since=2026-11-23T09:00:00", "limit=0", "after=x", "least_s=-1", "x=1"]
)
async def test_what_cannot_be_asked_is_refused(office: Office, query: str) -> None:
    person = await office.person()
    assert (await person.ask("GET", f"/api/calls?{query}")).status == 422


async def test_one_call_tells_its_turns_marks_and_values(office: Office) -> None:
    call, person = await called(office), await office.person()
    whole = await told(person, f"/api/calls/{call}")
    first, second = whole["turns"]
    assert (first["said"], first["gap_ms"], first["words"]) == ("Здравствуйте!", None, [])
    assert (second["heard"], second["intent"], second["gap_ms"]) == ("дорого", "expensive", 250)
    assert second["words"] == [{"text": "дорого", "from_ms": 2700, "to_ms": 3100, "confidence": 0.8}]
    assert whole["quality"]["gap_ms"]["longest"] == 250
    assert (whole["collected"], whole["recording"], whole["meeting"]) == ({"name": "Иван"}, None, None)
    for path in (f"/api/calls/{uuid4()}", "/api/calls/1", "/api/calls/..%2f..%2fetc"):
        assert (await person.ask("GET", path)).status == 404


async def test_a_comment_is_everybodys_to_read_and_its_authors_to_remove(office: Office) -> None:
    call, olga, anna = await called(office), await office.person(), await office.person()
    made = await olga.ask("POST", f"/api/calls/{call}/comments", {"text": "Слишком быстро", "at_ms": 1500})
    comment = await made.json()
    assert (made.status, comment["by"], comment["mine"]) == (201, olga.user.name, True)
    (seen,) = (await told(anna, f"/api/calls/{call}"))["comments"]
    assert seen == {**comment, "mine": False}
    assert (await told(anna, "/api/calls"))["items"][0]["comments"] == 1
    path = f"/api/calls/{call}/comments/{comment['id']}"
    assert (await anna.ask("DELETE", path)).status == 404
    assert (await olga.ask("DELETE", path)).status == 204
    assert (await olga.ask("POST", f"/api/calls/{call}/comments", {"text": "  "})).status == 422
    assert (await olga.ask("POST", f"/api/calls/{uuid4()}/comments", {"text": "?"})).status == 404


async def test_a_corrected_outcome_is_kept_beside_what_it_was_and_journaled(office: Office) -> None:
    call, person = await called(office), await office.person()
    assert "agreed" in (await told(person, f"/api/calls/{call}"))["correctable"]
    body = {"outcome": "info_requested", "reason": "каталог", "note": "Попросил каталог"}
    with office.hub.listen(person.user.principal) as page:
        whole = await (await person.ask("PUT", f"/api/calls/{call}/outcome", body)).json()
        assert (await page.get()).event.data == {"call": str(call)}, "open pages ask again"
    assert (whole["call"]["outcome"], whole["call"]["corrected"]) == ("info_requested", True)
    (correction,) = whole["corrections"]
    assert (correction["was"], correction["outcome"], correction["by"]) == (
        "refused",
        "info_requested",
        person.user.name,
    )
    (change,) = await office.store.journal.changes(Wanted("outcome_corrected"), before=None, limit=9)
    assert (change.subject, change.before["outcome"], change.after["outcome"]) == (
        str(call),
        "refused",
        "info_requested",
    )
    assert (await person.ask("PUT", f"/api/calls/{call}/outcome", body)).status == 200
    assert len(await office.store.journal.changes(Wanted("outcome_corrected"), before=None, limit=9)) == 1


async def test_what_is_not_set_by_hand_is_refused(office: Office) -> None:
    call, person = await called(office), await office.person()
    for outcome in ("meeting_booked", "busy"):
        refused = await person.ask("PUT", f"/api/calls/{call}/outcome", {"outcome": outcome})
        assert await error_of(refused) == (409, "not_correctable")
    auditor = await office.person(Role.AUDITOR)
    assert (await told(auditor, f"/api/calls/{call}"))["correctable"] == []


async def test_words_are_suggested_as_an_example_and_taken_back(office: Office) -> None:
    call, person = await called(office), await office.person()
    path = f"/api/calls/{call}/examples"
    assert (await person.ask("POST", path, {"turn": 2, "intent": "expensive"})).status == 204
    assert [one["example"] for one in (await told(person, f"/api/calls/{call}"))["turns"]] == [False, True]
    (waits,) = await office.store.suggestions.waiting("cold_call")
    assert (waits.text, waits.intent, waits.author.name) == ("дорого", "expensive", person.user.name)
    assert await error_of(await person.ask("POST", path, {"turn": 1})) == (422, "no_words")
    assert (await person.ask("DELETE", f"{path}/2")).status == 204
    assert (await person.ask("DELETE", f"{path}/2")).status == 404
