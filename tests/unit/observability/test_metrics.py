"""The metrics keep Prometheus' conventions, are there from the first scrape on, and their labels are bounded."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from robot.calls.events import Answered, CallEnded, CallEvent, Dialing, PhraseStarted, TurnEnded
from robot.dialer.decision import Limit
from robot.domain.calls import CallResult, CallTask, ClaimedTask, TaskState, Turn, TurnEnding
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD, PRIORITY_REQUEST
from robot.domain.waiting import Waiting
from robot.observability.metrics import Metrics
from robot.observability.metrics_plan import CampaignFigures
from robot.observability.watch import MetricsObserver
from robot.speech.load import Load
from robot.web.hook_tally import Hook, HookResult
from telephony.asterisk.line import Refusal
from telephony.asterisk.media import Direction
from tests.conftest import missing_service
from tests.contracts.storage_contract import NOW

pytestmark = pytest.mark.unit

PHONE = "+74951234567"
LABELS = {
    "answer",
    "by",
    "campaign",
    "code",
    "direction",
    "ending",
    "engine",
    "hook",
    "le",
    "limit",
    "line",
    "outcome",
    "port",
    "priority",
    "reason",
    "result",
} | {"state", "step", "target", "version", "voice"}
"""All that may be told apart. What is added here must have few values, and tell nobody's number, name or call."""


def claimed(priority: int = PRIORITY_COLD, attempts: int = 0) -> ClaimedTask:
    task = CallTask(1, 1, 1, TaskState.CLAIMED, NOW - timedelta(seconds=7), priority=priority, attempts=attempts)
    return ClaimedTask(task, Lead(1, PHONE, "Иван"), Campaign(1, "cold", "", "cold_call"))


def a_day(metrics: Metrics) -> None:
    """Something of everything."""
    metrics.plan.campaigns({"cold": CampaignFigures(12, 5, 40, 3600.0)})
    metrics.plan.paced("cold", Limit.ENOUGH)
    metrics.plan.breaker("cold", open_=True)
    metrics.plan.waiting({"request": Waiting(2, 31.5)})
    metrics.outgoing.meet(["webhook"])
    metrics.node.carries(8, free=lambda: 3, headroom=lambda: None)
    metrics.node.recognizer(Load(0.5, 0.1, 0.2))
    metrics.node.counts(ami_reconnects=2, recognizer_restarts=1, voice_restarts=4)
    metrics.node.store_write.observe(0.004)
    metrics.intake.counts({Refusal.STRANGER: 7, Refusal.NO_AGI: 1}, ami_malformed=2)
    metrics.intake.hook(Hook.LEADS, HookResult.INVALID)
    metrics.intake.lost(Direction.HEARD, 0.04)
    metrics.node.rendered("festival", 0.3)
    metrics.node.disk(free_bytes=10, size_bytes=100)
    metrics.node.line_up.labels("asterisk").set(1)
    metrics.node.ami_up.labels("asterisk").set(1)
    observe = MetricsObserver(metrics, "whisper", lambda: NOW)
    for event in a_call(claimed(PRIORITY_REQUEST)):
        observe(event)


def a_call(task: ClaimedTask) -> list[CallEvent]:
    one = uuid4()
    result = CallResult(
        Outcome.REFUSED, NOW + timedelta(seconds=60), answered_at=NOW, ended_by="client", answered_as="human"
    )
    return [
        Dialing(one, task),
        Answered(one),
        PhraseStarted(one, PHONE, "offer", "слова", 300),
        TurnEnded(one, Turn(1, "offer", ending=TurnEnding.ANSWERED)),
        CallEnded(one, task, result),
    ]


def test_promtool_finds_nothing_to_say() -> None:
    promtool = shutil.which("promtool") or missing_service("promtool: apt-get install prometheus")
    metrics = Metrics()
    a_day(metrics)
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=metrics.exposition(), capture_output=True, check=False
    )
    assert (checked.returncode, checked.stderr, checked.stdout) == (0, b"", b"")


def test_names_units_and_labels_are_those_agreed_on() -> None:
    metrics = Metrics()
    a_day(metrics)
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        if not family.name.startswith("zvonar_"):
            continue
        assert family.documentation
        unit = family.name.endswith(("_seconds", "_bytes", "_ratio", "_calls", "_tasks", "_meetings", "_info"))
        assert unit or "seconds" not in family.name
        assert not family.name.endswith(("_ms", "_milliseconds", "_minutes", "_kb", "_percent")), family.name
        assert family.type != "histogram" or family.name.endswith(("_seconds", "_ratio"))
        for sample in family.samples:
            assert set(sample.labels) <= LABELS, sample
            assert PHONE[1:] not in str(sample)


def test_what_can_be_counted_is_there_before_it_happens() -> None:
    text = Metrics().exposition().decode()
    for line in (
        'zvonar_calls{state="ringing"} 0.0',
        'zvonar_dials_total{result="congestion"} 0.0',
        'zvonar_attempts_total{outcome="meeting_booked"} 0.0',
        'zvonar_answers_total{answer="voicemail"} 0.0',
        'zvonar_turns_total{ending="not_understood"} 0.0',
        "zvonar_recognizer_restarts_total 0.0",
        "zvonar_voice_restarts_total 0.0",
        'zvonar_refused_connections_total{port="audio",reason="malformed"} 0.0',
        'zvonar_webhooks_total{hook="leads",result="unsigned"} 0.0',
        'zvonar_media_loss_ratio_count{direction="said"} 0.0',
        "zvonar_store_write_seconds_count 0.0",
        "zvonar_response_seconds_count 0.0",
    ):
        assert line in text


def test_calls_are_followed_to_the_funnel_and_its_promises() -> None:
    metrics = Metrics()
    observe = MetricsObserver(metrics, "whisper", lambda: NOW)
    for task in (claimed(PRIORITY_REQUEST), claimed(PRIORITY_REQUEST, attempts=1), claimed(PRIORITY_CALLBACK)):
        for event in a_call(task):
            observe(event)
    unanswered = uuid4()
    observe(Dialing(unanswered, claimed()))
    observe(CallEnded(unanswered, claimed(), CallResult(Outcome.BUSY, NOW, reason="busy")))
    value = metrics.registry.get_sample_value
    steps = [
        value("zvonar_funnel_calls_total", {"campaign": "cold", "step": step})
        for step in ("dialed", "answered", "talked", "reached")
    ]
    assert steps == [4, 3, 3, None]
    assert value("zvonar_dials_total", {"result": "answered"}) == 3
    assert value("zvonar_dials_total", {"result": "busy"}) == 1
    assert value("zvonar_answers_total", {"answer": "human"}) == 3
    assert value("zvonar_hang_ups_total", {"by": "client"}) == 3
    assert value("zvonar_request_to_ring_seconds_count") == 1, "a request is one until it rang once"
    assert value("zvonar_request_to_ring_seconds_sum") == 7
    assert value("zvonar_callback_lateness_seconds_sum") == 7


def test_a_call_that_a_fault_of_ours_ends_is_under_way_no_more() -> None:
    metrics = Metrics()
    observe = MetricsObserver(metrics, "whisper")
    one = uuid4()
    observe(Dialing(one, claimed(), came_in=True))
    observe(Answered(one))
    observe(CallEnded(one, claimed(), CallResult(Outcome.INTERRUPTED, NOW, reason="robot_fault")))
    value = metrics.registry.get_sample_value
    assert [value("zvonar_calls", {"state": state}) for state in ("ringing", "talking")] == [0, 0]
    assert value("zvonar_dials_total", {"result": "answered"}) == 0, "he rang us"


def test_a_reason_nobody_foresaw_makes_no_new_series() -> None:
    metrics = Metrics()
    observe, one = MetricsObserver(metrics, "whisper"), uuid4()
    observe(CallEnded(one, claimed(), CallResult(Outcome.FAILED, NOW, reason=PHONE)))
    assert PHONE not in metrics.exposition().decode()
    assert metrics.registry.get_sample_value("zvonar_dials_total", {"result": "other"}) == 1


def test_a_campaign_that_has_gone_is_not_told_of_any_more() -> None:
    metrics = Metrics()
    a_day(metrics)
    metrics.plan.campaigns({"warm": CampaignFigures(3, 0, None, 0.0)})
    text = metrics.exposition().decode()
    assert 'zvonar_quota_meetings{campaign="cold"}' not in text
    assert 'zvonar_pace_limit{campaign="cold"' not in text
    assert 'zvonar_slots_left{campaign="warm"}' not in text
    assert 'zvonar_breaker_open{campaign="warm"} 0.0' in text
    assert 'zvonar_funnel_calls_total{campaign="cold",step="dialed"} 1.0' in text, "counters never go back"
    metrics.plan.campaigns({"cold": CampaignFigures(12, 5, 40, 3600.0)})
    assert 'zvonar_funnel_calls_total{campaign="cold",step="dialed"} 1.0' in metrics.exposition().decode()


def test_the_node_tells_what_its_parts_tell() -> None:
    metrics = Metrics()
    a_day(metrics)
    metrics.node.counts(ami_reconnects=2, recognizer_restarts=3)
    value = metrics.registry.get_sample_value
    assert [value("zvonar_channels"), value("zvonar_channels_taken")] == [8, 5]
    assert value("zvonar_recognizer_headroom_calls") == 3, "as many as there are channels, where nothing limits it"
    assert [value("zvonar_ami_reconnects_total"), value("zvonar_recognizer_restarts_total")] == [2, 3]
    assert value("zvonar_voice_restarts_total") == 4, "those who are not asked keep what they told"
    metrics.intake.counts({Refusal.STRANGER: 9}, ami_malformed=1)
    assert value("zvonar_refused_connections_total", {"port": "audio", "reason": "stranger"}) == 9
    assert value("zvonar_refused_connections_total", {"port": "agi", "reason": "malformed"}) == 1
    assert value("zvonar_ami_malformed_total") == 2, "a counter never goes back"
    assert value("zvonar_media_loss_ratio_bucket", {"direction": "heard", "le": "0.03"}) == 0
    metrics.node.carries(8, free=lambda: 3, headroom=lambda: 1)
    assert value("zvonar_recognizer_headroom_calls") == 1
