"""Finding calls: what is found, in which order, page by page. A subclass gives the `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from robot.analytics.call_search import BadCursor, CallFound, CallsWanted, Lost, LostHow
from robot.analytics.ports import Selection
from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import Outcome
from robot.storage.store import Storage
from tests.contracts.storage_contract import NOW, SOON, Scene

GREETING = Turn(1, "greeting", said="Здравствуйте, это Звонарь", said_from_ms=100, said_to_ms=1900, heard="слушаю вас")
OFFER = Turn(2, "offer", said="Реклама в картах, интересно?", said_from_ms=2500, said_to_ms=4000)


async def talked(scene: Scene, *turns: Turn, outcome: Outcome = Outcome.REFUSED, minutes: int = 0, **more: Any) -> UUID:
    """A call that was answered and lasted 20 s, begun so many minutes after NOW."""
    now = NOW + timedelta(minutes=minutes)
    (claimed,) = await scene.claim(now=now)
    attempt_id = await scene.begin(claimed, now=now)
    assert attempt_id is not None
    await scene.store.calls.answered(attempt_id, at=now + SOON)
    for turn in turns:
        await scene.store.calls.turn(attempt_id, turn)
    ended = now + SOON + timedelta(seconds=more.pop("length_s", 20))
    await scene.finish(attempt_id, outcome, ended_at=ended, answered_at=now + SOON, **more)
    return attempt_id


async def found(store: Storage, **wanted: Any) -> list[UUID]:
    return [one.record.id for one in (await store.call_search.find(CallsWanted(**wanted))).items]


async def only(store: Storage, **wanted: Any) -> CallFound:
    (one,) = (await store.call_search.find(CallsWanted(**wanted))).items
    return one


class SearchContract:
    async def test_words_are_found_in_any_form_whoever_said_them(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        said = replace(OFFER, heard="Нет, перезвоните мне во вторник", ending=TurnEnding.ANSWERED)
        call = await talked(scene, GREETING, said)
        await talked(scene, GREETING, minutes=1)
        assert await found(store, client_words="перезвонить вторника") == [call]
        assert await found(store, client_words="ПЕРЕЗВОНИТЬ среда") == []
        assert await found(store, robot_words="карты рекламу") == [call]
        assert await found(store, client_words="реклама") == [], "that was the robot"
        assert await found(store, client_words="слушать", robot_words="карт", campaign="cold") == [call]
        assert await found(store, client_words="\" OR ((*) NEAR ' -- ") == [], "no language of the index's own"
        assert len(await found(store, client_words="и на")) == 2, "little words ask for nothing"

    async def test_words_are_found_as_soon_as_the_call_has_ended_and_with_those_told_late(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=1)
        _, call = await scene.call()
        await store.calls.turn(call, replace(OFFER, heard="дорого"))
        assert await found(store, client_words="дорого") == []
        assert await found(store) == [call], "and the call under way is in the list"
        await scene.finish(call, Outcome.REFUSED)
        assert await found(store, client_words="дорого") == [call]

    @pytest.mark.parametrize(
        ("ending", "how"),
        [
            (TurnEnding.HUNG_UP_DURING, LostHow.HUNG_UP_DURING),
            (TurnEnding.HUNG_UP_AFTER, LostHow.HUNG_UP_AFTER),
            (TurnEnding.ANSWERED, LostHow.REFUSED),
        ],
    )
    async def test_the_phrase_that_lost_a_call_is_told_with_its_second(
        self, store: Storage, ending: TurnEnding, how: LostHow
    ) -> None:
        scene = await Scene.set(store, leads=2)
        await talked(scene, GREETING, outcome=Outcome.CALLBACK_SCHEDULED)
        again = replace(OFFER, number=3, role="again", said_from_ms=6000, ending=ending)
        bye = Turn(4, "goodbye", said="Всего доброго", said_from_ms=9000, ending=TurnEnding.SPOKEN)
        first = [replace(GREETING, ending=TurnEnding.ANSWERED), replace(OFFER, ending=TurnEnding.NOT_UNDERSTOOD)]
        refused = how is LostHow.REFUSED
        call = await talked(scene, *first, again, *([bye] if refused else []), minutes=1)
        one = await only(store, lost_at="offer")
        assert one.lost == Lost("offer", how, 2500 if refused else 6000)
        assert (one.record.id, one.not_understood, one.length_ms) == (call, 1, 20_000)
        assert (one.last_phrase, one.last_ms) == (("goodbye", 9000) if refused else ("offer", 2500))
        assert await found(store, ended_at=one.last_phrase) == [call]
        assert await found(store, not_understood=True) == [call]
        assert await found(store, lost_at="greeting") == []
        assert len(await found(store, passed="greeting")) == 2
        assert await found(store, passed="offer", lost_at="offer", outcomes=frozenset({Outcome.REFUSED})) == [call]

    @pytest.mark.parametrize("seed", range(2))
    async def test_calls_lost_at_a_phrase_are_those_the_drop_off_counts(self, store: Storage, seed: int) -> None:
        random = Random(seed)
        scene = await Scene.set(store, leads=40, quota=100)
        for minute in range(40):
            phrases = ["greeting", *random.choices(["offer", "price", "book"], k=random.randint(0, 4))]
            endings = [random.choice([TurnEnding.ANSWERED, TurnEnding.SILENT]) for _ in phrases]
            endings[-1] = random.choice(list(TurnEnding))
            turns = [
                Turn(number, phrase, ending=ending, said_from_ms=1000 * number)
                for number, (phrase, ending) in enumerate(zip(phrases, endings, strict=True), 1)
            ]
            outcome = random.choice([Outcome.REFUSED, Outcome.CALLBACK_SCHEDULED, Outcome.INTERRUPTED])
            await talked(scene, *turns, outcome=outcome, minutes=minute)
        counts = await store.reports.phrases(Selection(scene.campaign.id))
        assert sum(one.left for one in counts) > 5
        for one in counts:
            assert len(await found(store, lost_at=one.phrase, campaign="cold")) == one.left, one.phrase
            assert len(await found(store, passed=one.phrase)) == one.reached

    async def test_everything_that_is_known_of_a_call_is_a_filter(self, store: Storage) -> None:
        scene, other = await Scene.set(store, leads=3), await Scene.set(store, leads=0, slug="other")
        await other.add(9)
        long = await talked(scene, GREETING, reason="дорого", script_version="v1", length_s=200)
        brief = await talked(scene, GREETING, script_version="v2", minutes=1, length_s=7)
        _, dead = await scene.call()
        await scene.finish(dead, Outcome.NO_ANSWER, reason="no_answer")
        elsewhere = await talked(other, replace(OFFER, variant="b"), outcome=Outcome.INFO_REQUESTED, minutes=2)
        for wanted, calls in (
            ({}, {long, brief, dead, elsewhere}),
            ({"campaign": "cold"}, {long, brief, dead}),
            ({"campaign": "none"}, set()),
            ({"outcomes": frozenset({Outcome.NO_ANSWER, Outcome.INFO_REQUESTED})}, {dead, elsewhere}),
            ({"outcomes": frozenset({Outcome.NO_ANSWER}), "reason": "no_answer"}, {dead}),
            ({"reason": "дорого"}, {long}),
            ({"reason": "дорог"}, set()),
            ({"script_version": "v2"}, {brief}),
            ({"script": "cold_call", "campaign": "other"}, {elsewhere}),
            ({"script": "inbound_lead"}, set()),
            ({"arm": "offer:b"}, {elsewhere}),
            ({"arm": "offer:a"}, set()),
            ({"least_s": 100}, {long}),
            ({"least_s": 7, "most_s": 7}, {brief}),
            ({"most_s": 8}, {brief}),
            ({"least_s": 201}, set()),
            ({"talked": True}, {long, brief, elsewhere}),
            ({"talked": True, "passed": "greeting"}, {long, brief}),
            ({"since": NOW + timedelta(seconds=1)}, {brief, elsewhere}),
            ({"since": NOW + timedelta(seconds=1), "passed": "greeting"}, {brief}),
            ({"until": NOW + timedelta(seconds=1), "passed": "greeting"}, {long}),
            ({"until": NOW}, set()),
            ({"lead_id": (await only(store, reason="дорого")).lead_id}, {long}),
            ({"lead_id": (await only(store, reason="дорого")).lead_id, "passed": "offer"}, set()),
            ({"corrected": True}, set()),
        ):
            assert set(await found(store, **wanted)) == calls, wanted
            assert await store.call_search.count(CallsWanted(**wanted), most=3) == min(3, len(calls)), wanted
        choices = await store.call_search.choices(campaign="cold")
        assert (choices.phrases, choices.reasons) == (["greeting"], ["no_answer", "дорого"])
        assert choices.script_versions == ["v1", "v2"]
        assert [name for _, name in choices.managers] == ["Анна (cold)", "Анна (other)"]

    async def test_whose_meeting_a_call_booked_is_a_filter(self, store: Storage) -> None:
        scene = await Scene.set(store, leads=2)
        await talked(scene, GREETING)
        slot = await scene.book()
        one = await only(store, manager_id=slot.manager_id)
        assert (one.manager, one.record.outcome) == ("Анна (cold)", Outcome.MEETING_BOOKED)
        assert await found(store, manager_id=slot.manager_id + 1) == []

    @pytest.mark.parametrize("wanted", [CallsWanted(), CallsWanted(passed="greeting")])
    async def test_pages_stay_right_while_calls_arrive(self, store: Storage, wanted: CallsWanted) -> None:
        scene = await Scene.set(store, leads=12, quota=100)
        calls = [await talked(scene, GREETING, minutes=minute // 2) for minute in range(7)]
        first = await store.call_search.find(wanted, limit=3)
        await talked(scene, GREETING, minutes=9)
        second = await store.call_search.find(wanted, after=first.next, limit=3)
        third = await store.call_search.find(wanted, after=second.next, limit=3)
        seen = [one.record.id for page in (first, second, third) for one in page.items]
        assert len(seen) == 7
        assert set(seen) == set(calls)
        times = [one.record.started_at for page in (first, second, third) for one in page.items]
        assert times == sorted(times, reverse=True)
        assert third.next == ""

    async def test_a_cursor_of_another_list_is_refused(self, store: Storage) -> None:
        plain, indexed = CallsWanted(), CallsWanted(passed="greeting")
        for wanted, after in (
            (plain, "x"), (plain, "p.1"), (plain, "t.1.2"), (plain, "t." + "9" * 40 + ".0" + "0" * 31),
            (indexed, "t.1." + "0" * 32), (indexed, "p."), (indexed, "p.-1"), (indexed, "p.²"),
        ):  # fmt: skip
            with pytest.raises(BadCursor):
                await store.call_search.find(wanted, after=after)
        assert (await store.call_search.find(indexed, after="p." + "9" * 40)).items == []
