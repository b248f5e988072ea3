"""The dialer's loop over a small store, on a virtual clock, with a caller whose calls are written down."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from robot.dialer.breaker import BreakerState
from robot.dialer.pacing import Limit, Pace
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.calls import CallResult, ClaimedTask, TaskState
from robot.domain.campaigns import CallingWindow, Campaign, CampaignState
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_REMINDER, PRIORITY_REQUEST
from robot.patience import Patience
from tests.unit.dialer.office import START, Away, Dial, Office, Phone, elapsed_s, now

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

MANY_STARTS = 100.0


def dialer_for(office: Office, phone: Phone, node: str = "node-1", **settings: float) -> Dialer:
    known = {"starts_per_s": MANY_STARTS, **settings}
    return Dialer(office, office, office, phone, DialerSettings(node, **known), wake=office, now=now)  # type: ignore[arg-type]


async def run_for(dialer: Dialer, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    await dialer.run(stop)


def later(seconds: float, work: object, *args: object) -> None:
    asyncio.get_running_loop().call_later(seconds, work, *args)  # type: ignore[arg-type]


# Clients who ring in


async def arrived(office: Office, campaign: Campaign) -> tuple[ClaimedTask, UUID]:
    """As the reception of a store leaves it: claimed and begun, outside of any round."""
    job, attempt_id = office.add(campaign.id), uuid4()
    job.task = replace(job.task, state=TaskState.CLAIMED)
    job.owner, job.lease_until = "node-1", now() + timedelta(seconds=60)
    office.dials[attempt_id] = Dial(job, "node-1", now(), answered=True)
    return ClaimedTask(job.task, job.lead, campaign), attempt_id


async def test_a_client_who_rings_in_is_kept_and_written_like_a_dialed_one() -> None:
    office, phone = Office(), Phone()
    campaign = office.campaign(quota=0)
    dialer = dialer_for(office, phone)

    async def rings() -> None:
        await dialer.recovered.wait()
        claimed, attempt_id = await arrived(office, campaign)

        async def talk() -> CallResult:
            await asyncio.sleep(200)
            return CallResult(Outcome.CALLBACK_SCHEDULED, now(), callback_at=now() + timedelta(days=1))

        await dialer.carry(claimed, attempt_id, talk)
        (dial,) = office.dials.values()
        assert dial.result is not None
        assert dial.result.outcome is Outcome.CALLBACK_SCHEDULED
        assert office.retries == [dial.result.callback_at], "written when `carry` returns, its retry too"

    ringing = asyncio.create_task(rings())
    await run_for(dialer, 300)
    await ringing
    assert phone.called == [], "longer than three leases, and still nobody else's"


async def test_stopping_the_campaign_ends_the_call_of_who_rang_in() -> None:
    office = Office()
    campaign = office.campaign(quota=0)
    dialer = dialer_for(office, Phone())
    claimed, attempt_id = await arrived(office, campaign)
    del office.dials[attempt_id]
    later(10, office.set_state, campaign.id, CampaignState.STOPPED)

    async def rings() -> None:
        await dialer.recovered.wait()
        office.dials[attempt_id] = Dial(office.jobs[claimed.task.id], "node-1", now(), answered=True)
        await dialer.carry(claimed, attempt_id, lambda: asyncio.sleep(1000))  # type: ignore[arg-type, return-value]
        assert elapsed_s() < 11

    ringing = asyncio.create_task(rings())
    await run_for(dialer, 20)
    await ringing
    (dial,) = office.dials.values()
    assert dial.result is not None
    assert (dial.result.outcome, dial.result.reason) == (Outcome.INTERRUPTED, "campaign_stopped")


# The quota


async def test_it_dials_until_the_quota_is_met_and_nobody_after() -> None:
    office = Office()
    campaign = office.campaign(quota=3, leads=100)
    phone = Phone([Outcome.MEETING_BOOKED, Outcome.REFUSED] * 50)
    await run_for(dialer_for(office, phone), 900)

    assert (await office.quota(campaign, now())).booked >= 3
    assert len(phone.called) <= 12, "ten minutes were left and 88 people in the queue: they stay there"
    assert len(set(phone.called)) == len(phone.called)
    assert phone.shown == {"+74950000000"}, "the number to show is the one the log chose"


async def test_other_goals_count_too() -> None:
    office = Office()
    office.slots = 0
    campaign = office.campaign(quota=2, leads=50, goal=Goal.AGREED)
    phone = Phone([Outcome.AGREED] * 50)
    await run_for(dialer_for(office, phone), 600)

    assert (await office.quota(campaign, now())).met, "an agreement needs no slot"
    assert len(phone.called) <= 6


async def test_nobody_is_dialed_for_whom_no_slot_is_left() -> None:
    office = Office()
    office.slots = 2
    office.campaign(quota=30, leads=100)
    phone = Phone([Outcome.REFUSED, Outcome.MEETING_BOOKED, Outcome.REFUSED, Outcome.MEETING_BOOKED], channels=20)
    await run_for(dialer_for(office, phone), 600)

    assert phone.most_under_way == 2
    assert len(phone.called) == 4


async def test_it_explains_every_decision() -> None:
    office = Office()
    office.campaign(quota=1, leads=10)
    told: list[Pace] = []
    dialer = Dialer(
        office, office, office, Phone([Outcome.MEETING_BOOKED] * 9), DialerSettings("n"), now=now,
        on_pace=lambda _campaign, pace: told.append(pace),
    )  # fmt: skip
    await run_for(dialer, 60)

    assert {pace.limit for pace in told} >= {Limit.ENOUGH, Limit.QUOTA}
    assert told[-1].en == f"quota met: {told[-1].quota.booked} of 1, 0 calls finishing"


# What the node carries


async def test_no_more_calls_at_once_than_can_be_carried() -> None:
    office = Office()
    office.campaign(quota=50, leads=100)
    phone = Phone([Outcome.REFUSED] * 100, channels=7)
    await run_for(dialer_for(office, phone), 600)

    assert phone.most_under_way == 7
    assert len(phone.called) == 100


async def test_a_slow_log_does_not_let_more_calls_through_than_there_are_channels() -> None:
    office = Office()
    office.campaign(quota=50, leads=100)
    phone = Phone([Outcome.REFUSED] * 100, channels=5)
    begin = office.begin

    async def slowly(*args: object, **named: object) -> object:
        await asyncio.sleep(7)
        return await begin(*args, **named)  # type: ignore[arg-type]

    office.begin = slowly  # type: ignore[assignment,method-assign]
    await run_for(dialer_for(office, phone), 300)

    assert phone.most_under_way == 5


async def test_the_trunk_never_gets_more_calls_in_a_second_than_it_takes() -> None:
    office = Office()
    office.campaign(quota=90, leads=90)
    phone = Phone([Outcome.REFUSED] * 90, channels=60, talk_s=5)
    await run_for(dialer_for(office, phone, starts_per_s=3), 120)

    starts = [at for at, _ in phone.started]
    assert len(starts) == 90
    assert max(sum(at <= other < at + 0.9 for other in starts) for at in starts) == 3
    assert max(starts) < 40, "and it gets about as many as it takes"


def stalling(office: Office, every_s: float) -> None:
    """Attempts are written at once every so many seconds."""
    begin = office.begin

    async def stalled(*args: object, **named: object) -> object:
        await asyncio.sleep(every_s - elapsed_s() % every_s)
        return await begin(*args, **named)  # type: ignore[arg-type]

    office.begin = stalled  # type: ignore[assignment,method-assign]


async def test_a_store_that_gives_back_many_attempts_at_once_does_not_make_the_trunk_ring_them_at_once() -> None:
    office = Office()
    office.campaign(quota=60, leads=60)
    phone = Phone([Outcome.REFUSED] * 60, channels=60, talk_s=5)
    stalling(office, 6)
    await run_for(dialer_for(office, phone, starts_per_s=3), 120)

    starts = [at for at, _ in phone.started]
    assert len(starts) == 60
    assert max(sum(at <= other < at + 0.9 for other in starts) for at in starts) == 3


async def test_who_waited_for_the_trunk_until_the_hours_were_over_is_not_rung() -> None:
    office = Office()
    closes_s = 22
    closes = (START + timedelta(seconds=closes_s)).astimezone(ZoneInfo("Europe/Moscow")).time()
    office.campaign(quota=60, leads=60, window=CallingWindow.every(time(9), closes))
    phone = Phone([Outcome.REFUSED] * 60, channels=60)
    stalling(office, 20)
    told: list[BreakerState] = []
    dialer = Dialer(
        office, office, office, phone, DialerSettings("n", starts_per_s=1), wake=office, now=now,
        on_line=lambda _campaign, state: told.append(state),
    )  # fmt: skip
    await run_for(dialer, 60)

    assert phone.started
    assert max(at for at, _ in phone.started) < closes_s
    kept = [dial.result for dial in office.dials.values() if dial.result is not None and dial.result.reason == "hours"]
    assert len(kept) > 10, "they were begun in time"
    assert not any(result.counts for result in kept), "which is not held against them"
    assert told == [], "nor against the line"


async def test_who_waited_long_for_the_trunk_is_asked_about_anew_and_called_later() -> None:
    """He may have said no meanwhile."""
    office = Office()
    office.campaign(quota=60, leads=60)
    phone = Phone([Outcome.REFUSED] * 200, channels=60, talk_s=5)
    stalling(office, 30)
    begun: dict[UUID, float] = {}
    begin = office.begin

    async def noted(*args: object, **named: object) -> object:
        done = await begin(*args, **named)  # type: ignore[arg-type]
        begun[named["attempt_id"]] = elapsed_s()  # type: ignore[index]
        return done

    office.begin = noted  # type: ignore[assignment,method-assign]
    await run_for(dialer_for(office, phone, starts_per_s=1), 600)

    dialed = {one: dial for one, dial in office.dials.items() if dial.result and dial.result.reason != "cancelled"}
    given_back = [dial.result for one, dial in office.dials.items() if one not in dialed and dial.result is not None]
    assert given_back, "thirty came at once, and it takes one a second"
    assert not any(result.counts for result in given_back)
    assert sorted(phone.called) == sorted(set(phone.called)), "nobody twice"
    assert len(phone.called) == 60
    by_phone = {dial.job.lead.phone: begun[one] for one, dial in dialed.items()}
    assert all(at - by_phone[called] <= 11 for at, called in phone.started)


# Who goes first


async def test_a_new_request_rings_within_two_seconds_while_the_line_is_full() -> None:
    office = Office()
    cold = office.campaign(quota=500, leads=2000)
    site = office.campaign(quota=5)
    phone = Phone([Outcome.REFUSED] * 2000, channels=31, talk_s=300)
    requests = []

    def arrive() -> None:
        assert phone.under_way == 30, "the cold calls leave one channel"
        requests.append(office.add(site.id, priority=PRIORITY_REQUEST, due_at=now()))

    later(100.3, arrive)
    await run_for(dialer_for(office, phone, reserved=1, starts_per_s=5, drain_s=0), 120)

    rang = {number: at for at, number in phone.started}
    assert rang[requests[0].lead.phone] < 102.3
    assert cold.id != site.id


async def test_without_wake_ups_a_request_waits_for_the_next_round_only() -> None:
    office = Office()
    site = office.campaign(quota=5)
    phone = Phone(channels=2)
    dialer = Dialer(office, office, office, phone, DialerSettings("n"), now=now)
    later(50.5, lambda: office.add(site.id, priority=PRIORITY_REQUEST, due_at=now()))
    await run_for(dialer, 60)

    assert 50.5 < phone.started[0][0] < 52


async def test_a_promised_callback_is_kept_while_the_line_is_full() -> None:
    office = Office()
    cold = office.campaign(quota=500, leads=1000)
    promised = office.add(cold.id, priority=PRIORITY_CALLBACK, due_at=START + timedelta(seconds=600))
    phone = Phone([Outcome.REFUSED] * 1000, channels=8, talk_s=47)
    await run_for(dialer_for(office, phone, reserved=1), 800)

    rang = {number: at for at, number in phone.started}
    assert 600 <= rang[promised.lead.phone] <= 602


async def test_requests_of_any_campaign_go_before_callbacks_of_all() -> None:
    office = Office()
    first, second = office.campaign(quota=5), office.campaign(quota=5)
    callback = office.add(first.id, priority=PRIORITY_CALLBACK)
    request = office.add(second.id, priority=PRIORITY_REQUEST)
    phone = Phone([Outcome.REFUSED] * 9, channels=1)
    await run_for(dialer_for(office, phone), 100)

    assert phone.called == [request.lead.phone, callback.lead.phone]


async def test_reminders_go_before_cold_campaigns_and_these_share_the_channels() -> None:
    office = Office()
    colds = [office.campaign(quota=40, leads=400), office.campaign(quota=40, leads=400)]
    reminders = office.campaign(quota=40, leads=6, priority=PRIORITY_REMINDER)
    phone = Phone([Outcome.REFUSED] * 1000, channels=10, talk_s=30)
    await run_for(dialer_for(office, phone, drain_s=0), 295)

    whose = [office.jobs[int(number[5:])].task.campaign_id for number in phone.called]
    assert set(whose[:6]) == {reminders.id}
    by_campaign = Counter(whose)
    assert abs(by_campaign[colds[0].id] - by_campaign[colds[1].id]) <= 4
    assert sum(by_campaign.values()) >= 90


async def test_a_campaign_with_nobody_to_call_leaves_its_channels_to_the_others() -> None:
    office = Office()
    office.campaign(quota=100, leads=0)
    office.campaign(quota=100, leads=100)
    phone = Phone([Outcome.REFUSED] * 100, channels=10)
    await run_for(dialer_for(office, phone, drain_s=0), 20)

    assert phone.most_under_way == 10


# Pause, stop


async def test_a_paused_campaign_dials_nobody_and_lets_its_calls_go_on() -> None:
    office = Office()
    campaign = office.campaign(quota=20, leads=100)
    phone = Phone([Outcome.REFUSED] * 100, talk_s=30)
    later(10, office.set_state, campaign.id, CampaignState.PAUSED)
    later(100, office.set_state, campaign.id, CampaignState.RUNNING)
    await run_for(dialer_for(office, phone), 110)

    assert [at for at, _, how in phone.ended if how == "refused"][:4] == pytest.approx([30] * 4, abs=1)
    assert not any(10 < at < 100 for at, _ in phone.started)
    assert any(100 < at < 101 for at, _ in phone.started)


async def test_stopping_a_campaign_ends_its_calls_within_a_second_and_no_others() -> None:
    office = Office()
    stopped, other = office.campaign(quota=20, leads=100), office.campaign(quota=20, leads=100)
    phone = Phone(talk_s=60, channels=6)
    later(10, office.set_state, stopped.id, CampaignState.STOPPED)
    await run_for(dialer_for(office, phone), 11)

    cut = [at for at, _, how in phone.ended if how == "cut"]
    assert len(cut) == 3
    assert max(cut) < 11
    reasons = {dial.job.task.campaign_id: dial.result.reason for dial in office.dials.values() if dial.result}
    assert reasons[stopped.id] == "campaign_stopped"
    assert reasons[other.id] == ""


async def test_told_to_stop_it_lets_calls_finish_and_starts_none() -> None:
    office = Office()
    campaign = office.campaign(quota=5, leads=10)
    phone = Phone([Outcome.MEETING_BOOKED] * 10, talk_s=40, channels=2)
    with capture_logs() as logs:
        await run_for(dialer_for(office, phone, drain_s=60), 10)

    assert len(phone.called) == 2
    assert (await office.quota(campaign, now())).booked == 2
    assert office.draining == {"node-1"}
    assert [(one["reason"], one["calls"]) for one in logs if one["event"] == "draining"] == [("stop_asked", 2)]


async def test_calls_that_outlive_the_drain_are_ended_and_recorded() -> None:
    office = Office()
    office.campaign(quota=5, leads=10)
    phone = Phone(talk_s=10_000, channels=2)
    await run_for(dialer_for(office, phone, drain_s=30), 10)

    assert elapsed_s() < 60
    assert [dial.result.reason for dial in office.dials.values() if dial.result] == ["dialer_stopped"] * 2


async def test_a_campaign_stopped_during_the_drain_ends_its_calls_and_no_others() -> None:
    office = Office()
    stopped, other = office.campaign(quota=5, leads=10), office.campaign(quota=5, leads=10)
    phone = Phone(talk_s=60, channels=6)
    later(5, setattr, office, "away", True)
    later(12, setattr, office, "away", False)
    later(20, office.set_state, stopped.id, CampaignState.STOPPED)
    await run_for(dialer_for(office, phone, drain_s=300), 4)

    ends = {office.jobs[int(number[5:])].task.campaign_id: (at, how) for at, number, how in phone.ended}
    assert ends[stopped.id] == (pytest.approx(20, abs=1), "cut")
    assert ends[other.id] == (pytest.approx(60, abs=1), "no_answer")
    reasons = {dial.result.reason for dial in office.dials.values() if dial.result}
    assert reasons == {"campaign_stopped", ""}


async def test_a_node_stops_in_time_even_when_the_store_is_away_for_good() -> None:
    office = Office()
    office.campaign(quota=5, leads=10)
    phone = Phone(talk_s=20, channels=2)
    later(10, setattr, office, "away", True)
    with pytest.raises(Away):
        await run_for(dialer_for(office, phone, drain_s=30, lease_s=600), 15)

    assert elapsed_s() < 120


# The store away


async def test_a_store_that_restarts_is_waited_out_with_the_calls_going_on() -> None:
    office = Office()
    office.campaign(quota=20, leads=60)
    phone = Phone([Outcome.REFUSED] * 60, talk_s=30, channels=6)
    later(20, setattr, office, "away", True)
    later(45, setattr, office, "away", False)
    await run_for(dialer_for(office, phone), 400)

    assert not any(how == "cut" for _, _, how in phone.ended)
    assert len(phone.called) == len(set(phone.called)) == 60
    assert all(dial.result is not None and dial.result.outcome is Outcome.REFUSED for dial in office.dials.values())


@pytest.mark.parametrize("hangs", [False, True])
async def test_calls_are_ended_before_leases_that_cannot_be_renewed_run_out(hangs: bool) -> None:
    office = Office()
    office.campaign(quota=20, leads=60)
    phone = Phone(talk_s=500, channels=6)
    renew = office.renew

    async def never(*args: object, **named: object) -> None:
        await asyncio.Event().wait()

    if hangs:
        later(50, setattr, office, "renew", never)
        later(250, setattr, office, "renew", renew)
    else:
        later(50, setattr, office, "away", True)
        later(250, setattr, office, "away", False)
    await run_for(dialer_for(office, phone, lease_s=60, drain_s=0), 300)

    first = [at for at, _, how in phone.ended if how == "cut"][:6]
    leases_end = 40 + 60  # renewed at 20 and 40
    assert all(50 < at < leases_end for at in first), first
    assert not any(max(first) < at < 250 for at, _ in phone.started), "who does not hold his leases claims nothing"
    assert any(at > 250 for at, _ in phone.started), "and goes on when he does again"


@pytest.mark.parametrize("method", ["claim", "begin", "finish"])
async def test_an_answer_lost_after_the_work_was_done_loses_no_task_and_calls_nobody_twice(method: str) -> None:
    office = Office()
    office.campaign(quota=20, leads=20)
    phone = Phone([Outcome.REFUSED] * 60, talk_s=10, channels=4)
    for at in range(3, 60, 7):
        later(at, office.lose.add, method)
    await run_for(dialer_for(office, phone, lease_s=30), 600)

    assert len(phone.called) == len(set(phone.called)) == 20
    assert all(dial.result is not None for dial in office.dials.values())
    assert all(job.task.state == "done" for job in office.jobs.values())


async def test_what_the_last_process_noted_is_stored_before_its_calls_are_closed() -> None:
    """That he had answered was noted, and not stored: who talked is not called again at once."""
    office = Office()
    campaign = office.campaign(quota=1, leads=1)
    [claimed] = await office.claim(campaign, limit=1, now=now(), node="node-1", lease=timedelta(seconds=60))
    cut = uuid4()
    assert await office.begin(claimed, attempt_id=cut, node="node-1", now=now())

    async def noted(_patience: Patience) -> None:
        office.dials[cut].answered = True

    phone = Phone()
    settings = DialerSettings("node-1", starts_per_s=MANY_STARTS)
    await run_for(Dialer(office, office, office, phone, settings, now=now, before=noted), 600)

    closed = office.dials[cut].result
    assert closed is not None
    assert closed.counts
    assert phone.called == [], "a quarter of an hour must pass"


async def test_after_a_crash_nobody_is_called_twice_and_no_attempt_stays_open() -> None:
    office = Office()
    campaign = office.campaign(quota=1, leads=1)
    [claimed] = await office.claim(campaign, limit=1, now=now(), node="node-1", lease=timedelta(seconds=60))
    before = uuid4()
    assert await office.begin(claimed, attempt_id=before, node="node-1", now=now())
    office.dials[before].answered = True
    office.away = True
    later(30, setattr, office, "away", False)
    phone = Phone()
    await run_for(dialer_for(office, phone), 600)

    assert [attempt.id for attempt in phone.swept] == [before]
    assert phone.called == [], "he was talked to: a quarter of an hour must pass"
    assert await office.unfinished("node-1") == []


async def test_whose_attempts_were_used_up_by_a_call_that_the_restart_cut_is_not_called_again() -> None:
    office = Office()
    campaign = office.campaign(quota=1, leads=1)
    office.book[campaign.id] = replace(campaign, max_attempts=1)
    [claimed] = await office.claim(campaign, limit=1, now=now(), node="node-1", lease=timedelta(seconds=60))
    before = uuid4()
    assert await office.begin(claimed, attempt_id=before, node="node-1", now=now())
    office.dials[before].answered = True
    await run_for(dialer_for(office, Phone()), 60)

    assert office.retries == [None]


async def test_a_log_that_fails_stops_the_dialer_loudly() -> None:
    office = Office()
    office.campaign(quota=5, leads=20)
    phone = Phone([Outcome.REFUSED] * 20)
    office.broken["finish"] = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        await run_for(dialer_for(office, phone), 3600)
    assert elapsed_s() < 200
    assert len(phone.called) <= 8


@pytest.mark.parametrize("raising", ["campaigns", "quota", "claim", "urgent", "renew", "funnel"])
async def test_a_store_that_fails_drains_first_and_is_raised(raising: str) -> None:
    office = Office()
    office.campaign(quota=5, leads=20)
    phone = Phone([Outcome.REFUSED] * 20, talk_s=25)
    later(15, office.broken.__setitem__, raising, OSError("connection lost"))
    with pytest.raises(OSError, match="connection lost"):
        await run_for(dialer_for(office, phone), 3600)
    assert await office.unfinished("node-1") == []
    assert {how for _, _, how in phone.ended} == {"refused"}


async def test_whoever_was_stopped_between_claim_and_dial_is_not_called() -> None:
    office = Office()
    campaign = office.campaign(quota=1, leads=1)
    phone = Phone()
    claim = office.claim

    async def claim_then_pause(*args: object, **named: object) -> object:
        claimed = await claim(*args, **named)  # type: ignore[arg-type]
        if claimed:
            office.set_state(campaign.id, CampaignState.PAUSED)
        return claimed

    office.claim = claim_then_pause  # type: ignore[assignment,method-assign]
    await run_for(dialer_for(office, phone), 60)

    assert phone.called == []
    assert [job.task.state for job in office.jobs.values()] == ["queued"]


async def test_a_task_the_store_keeps_refusing_keeps_its_place_and_is_asked_for_once_a_second() -> None:
    office = Office()
    office.campaign(quota=1, leads=3)
    office.add(1, priority=PRIORITY_CALLBACK)
    other = office.campaign(quota=1, leads=1)
    due = {number: job.task.due_at for number, job in office.jobs.items()}
    begin, refused = office.begin, 0

    async def refuse(claimed: ClaimedTask, **named: object) -> object:
        nonlocal refused
        if claimed.campaign.id == other.id:
            return await begin(claimed, **named)  # type: ignore[arg-type]
        refused += 1
        return None

    office.begin = refuse  # type: ignore[assignment,method-assign]
    phone = Phone([Outcome.REFUSED])
    await run_for(dialer_for(office, phone), 20)

    assert 15 <= refused <= 4 * 21, "all four of them, and no sooner"
    assert {number: job.task.due_at for number, job in office.jobs.items() if job.task.campaign_id == 1} == {
        number: at for number, at in due.items() if office.jobs[number].task.campaign_id == 1
    }
    assert len(phone.called) == 1, "nobody else waits for that"


class SlowToPrepare(Phone):
    """Takes three seconds before it can dial, as rendered phrases do."""

    async def prepare(self, claimed: ClaimedTask, attempt_id: UUID) -> None:
        await asyncio.sleep(3)


async def test_what_is_slow_is_done_before_the_attempt_is_begun() -> None:
    office, phone = Office(), SlowToPrepare()
    office.campaign(quota=1, leads=1)
    await run_for(dialer_for(office, phone), 60)

    ((at, _),) = phone.started
    (dial,) = office.dials.values()
    assert at == pytest.approx(3, abs=0.2)
    assert at - (dial.began - START).total_seconds() < 0.1, "nothing stands between the attempt and the dial"


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.STOPPED])
async def test_what_changes_while_a_call_is_prepared_is_seen(state: CampaignState) -> None:
    office, phone = Office(), SlowToPrepare()
    campaign = office.campaign(quota=1, leads=1)
    later(1.5, office.set_state, campaign.id, state)
    await run_for(dialer_for(office, phone), 60)

    assert phone.called == []
    assert office.dials == {}, "nothing is written of a call that was not made"
    assert [job.task.state for job in office.jobs.values()] == ["queued"]
    assert [job.owner for job in office.jobs.values()] == [None]


# The line


async def test_a_failing_trunk_pauses_the_campaign_probes_and_resumes() -> None:
    office = Office()
    campaign = office.campaign(quota=50, leads=300)
    phone = Phone([Outcome.REFUSED] * 300, channels=10, talk_s=5)
    phone.congested = True
    later(200, setattr, phone, "congested", False)
    told: list[tuple[float, Campaign, BreakerState]] = []
    dialer = Dialer(
        office, office, office, phone, DialerSettings("n", starts_per_s=MANY_STARTS), now=now,
        on_line=lambda campaign, state: told.append((elapsed_s(), campaign, state)),
    )  # fmt: skip
    await run_for(dialer, 400)

    failed = [at for at, _, how in phone.ended if how == "congestion"]
    assert len(failed) <= 20, "the list is not burnt"
    probes = [at for at in failed if at > 5]
    assert len(probes) == 2, "after 30 s and, twice as long, after another 60 s"
    assert told[0][1].id == campaign.id
    assert [state for _, _, state in told][:3] == [BreakerState.OPEN, BreakerState.PROBING, BreakerState.OPEN]
    assert told[-1][2] is BreakerState.CLOSED
    assert sum(how == "refused" for _, _, how in phone.ended) >= 280
    assert all(job.task.attempts <= 1 for job in office.jobs.values()), "a fault of ours is held against nobody"


# More than one node


class Wire:
    """A node's way to the store, which can be cut: then nothing arrives any more, as after kill -9."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.cut = False

    def __getattr__(self, name: str) -> object:
        async def asked(*args: object, **named: object) -> object:
            if self.cut:
                await asyncio.Event().wait()
            return await getattr(self._office, name)(*args, **named)

        return asked


async def test_nodes_on_one_store_call_nobody_twice_and_make_up_for_one_that_dies() -> None:
    office = Office()
    office.campaign(quota=60, leads=120)
    phones = [Phone([Outcome.REFUSED] * 200, talk_s=20, channels=5) for _ in range(3)]
    wires = [Wire(office) for _ in phones]
    dialers = [
        Dialer(wire, wire, wire, phone, DialerSettings(f"node-{n}", lease_s=30, starts_per_s=MANY_STARTS), now=now)  # type: ignore[arg-type]
        for n, (wire, phone) in enumerate(zip(wires, phones, strict=True))
    ]
    later(70, setattr, wires[2], "cut", True)
    doomed = asyncio.create_task(run_for(dialers[2], 3600))
    await asyncio.gather(*(run_for(dialer, 900) for dialer in dialers[:2]))
    doomed.cancel()

    talked = [dial for dial in office.dials.values() if dial.result and dial.result.outcome is Outcome.REFUSED]
    lost = [dial for dial in office.dials.values() if dial.result and dial.result.reason == "node_lost"]
    assert len(talked) == len({dial.job.task.id for dial in talked}) == 120
    assert len(lost) == 5
    assert all(dial.node == "node-2" for dial in lost)
    assert phones[0].most_under_way == phones[1].most_under_way == 5


async def test_a_store_that_hangs_does_not_keep_the_dialer_from_stopping() -> None:
    office = Office()
    office.campaign(quota=60, leads=120)
    wire = Wire(office)
    dialer = Dialer(wire, wire, wire, Phone(talk_s=5), DialerSettings("node", drain_s=20), now=now)  # type: ignore[arg-type]
    later(30, setattr, wire, "cut", True)
    await run_for(dialer, 32)

    assert elapsed_s() < 150
