"""Reading single calls, and keeping what a second hearing of them told. A subclass gives the `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from robot.calls.review import CallReview, Disagreement, TurnReview
from robot.crm.base import NewLead
from robot.domain.calls import HeardWord, Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, SOON, Scene, phone

TURN = Turn(1, "offer", said="Есть минута?", said_to_ms=900, heard="да", heard_from_ms=1000, heard_to_ms=1400)


async def called(
    scene: Scene, *turns: Turn, outcome: Outcome | None = Outcome.REFUSED, recording: str = "r.ogg"
) -> UUID:
    """One call of the scene with these turns; None: it has not ended."""
    _, attempt_id = await scene.call()
    if recording:
        await scene.store.calls.answered(attempt_id, at=NOW + SOON)
    for turn in turns:
        await scene.store.calls.turn(attempt_id, turn)
    if outcome is not None:
        await scene.finish(attempt_id, outcome, recording=recording, ended_by="client", script_version="v1")
    return attempt_id


class CallsContract:
    async def test_a_call_is_read_with_all_that_is_known_of_it(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=0)
        await store.leads.add(scene.campaign.id, [NewLead(phone(1), "Иван", "Ромашка")], now=NOW)
        word = HeardWord("да", 1000, 1300, 0.75)
        turn = replace(TURN, words=(word,), false_starts=1, ending=TurnEnding.ANSWERED)
        call = await called(scene, turn)
        (record,) = await store.records.latest()
        assert (record.id, record.campaign, record.script) == (call, "cold", scene.campaign.script)
        assert (record.lead_name, record.company, record.phone) == ("Иван", "Ромашка", phone(1))
        assert (record.outcome, record.ended_by, record.recording) == (Outcome.REFUSED, "client", "r.ogg")
        assert (record.direction, record.script_version) == ("out", "v1")
        assert record.times.answered_at == NOW + SOON
        assert await store.records.turns([call, uuid4()]) == {call: [turn]}

    async def test_the_latest_calls_come_first_and_only_those_asked_for(self, store: Storage) -> None:
        scene, other = await Scene.set(store, leads=3), await Scene.set(store, leads=1, slug="other")
        silent = await called(scene, outcome=Outcome.NO_ANSWER, recording="")
        talked = await called(scene, TURN)
        elsewhere = await called(other, TURN)
        under_way = await called(scene, TURN, outcome=None)

        async def ids(**selection: object) -> set[UUID]:
            return {one.id for one in await store.records.latest(**selection)}  # type: ignore[arg-type]

        assert await ids() == {silent, talked, elsewhere, under_way}
        assert await ids(campaign="cold") == {silent, talked, under_way}
        assert await ids(talked=True, campaign="cold") == {talked, under_way}
        assert await ids(since=NOW + SOON) == set()
        assert len(await ids(limit=2)) == 2
        assert await ids(campaign="none") == set()

    async def test_a_call_is_found_by_the_beginning_of_its_id(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        one, other = await called(scene, TURN), await called(scene, TURN)
        for prefix in (str(one), one.hex, str(one)[:13].upper(), one.hex[:12]):
            assert [call.id for call in await store.records.starting_with(prefix)] == [one], prefix
        assert other in {call.id for call in await store.records.starting_with(other.hex[0])}
        for prefix in ("", "%", "x", "' OR 1=1 --", one.hex + "0", str(uuid4())):
            assert list(await store.records.starting_with(prefix)) == [], prefix

    async def test_calls_wait_for_a_second_hearing_until_they_had_it(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=4)
        await called(scene, outcome=Outcome.NO_ANSWER, recording="")
        one, other = await called(scene, TURN), await called(scene)
        await called(scene, TURN, outcome=None)
        waiting = await store.reviews.waiting(since=None, limit=10)
        assert {call.id: list(call.turns) for call in waiting} == {one: [TURN], other: []}
        assert {(call.script, call.script_version, call.recording) for call in waiting} == {
            (scene.campaign.script, "v1", "r.ogg")
        }
        assert len(await store.reviews.waiting(since=None, limit=1)) == 1
        assert list(await store.reviews.waiting(since=NOW + SOON, limit=9)) == []
        assert await store.reviews.of(one) is None
        await store.reviews.keep(one, CallReview("whisper", NOW, problem="recording_unreadable"))
        assert [call.id for call in await store.reviews.waiting(since=None, limit=9)] == [other]

    async def test_a_second_hearing_is_kept_and_replaced(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        call = await called(scene, TURN)
        turns = [
            TurnReview(1, "да нет", 0.5, "no", 0.5, Disagreement.MEANING),
            TurnReview(2, "", 0.0, "", 0.0, Disagreement.NONE),
        ]
        for review in (
            CallReview("small", NOW, turns),
            CallReview("base", NOW + SOON, turns[:1]),
            CallReview("base", NOW + SOON),
        ):
            await store.reviews.keep(call, review)
            kept = await store.reviews.of(call)
            assert kept is not None
            assert replace(kept, turns=()) == replace(review, turns=())
            assert list(kept.turns) == list(review.turns)

    async def test_calls_under_way_are_those_that_did_not_end_and_are_not_left_over(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        assert await store.reviews.calls_under_way(NOW) == 0
        call = await called(scene, TURN, outcome=None)
        assert await store.reviews.calls_under_way(NOW + SOON) == 1
        assert await store.reviews.calls_under_way(NOW + timedelta(hours=2)) == 0, "left by a crash"
        await scene.finish(call, Outcome.REFUSED)
        assert await store.reviews.calls_under_way(NOW + SOON) == 0
