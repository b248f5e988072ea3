"""A call can be followed through the log by its attempt's id, and the log tells nobody's number or words."""

from __future__ import annotations

import json
import logging

import pytest

from robot.calls.events import BargedIn, CallEnded, ClientHeard, Dialing
from robot.observability.log import setup_logging
from robot.observability.trail import TrailObserver
from tests.unit.observability.test_metrics import PHONE, a_call, claimed

pytestmark = pytest.mark.unit


def test_each_line_has_the_calls_id_and_none_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers, logging.getLogger().level
    setup_logging(json=True)
    try:
        observe = TrailObserver("asterisk", "whisper")
        events = a_call(claimed())
        one = events[0].attempt_id
        for event in (*events[:-1], ClientHeard(one, "перезвоните на " + PHONE, 0.21), BargedIn(one, 80), events[-1]):
            observe(event)
    finally:
        logging.getLogger().handlers, level = before
        logging.getLogger().setLevel(level)
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["attempt"] for line in lines} == {str(one)}
    assert [line["event"] for line in lines] == ["dialing", "answered", "turn", "heard", "interrupted", "call_ended"]
    assert lines[3]["took_ms"] == 210
    assert (lines[-1]["outcome"], lines[-1]["by"]) == ("refused", "client")
    assert isinstance(events[0], Dialing)
    assert isinstance(events[-1], CallEnded)
    assert not [word for word in (PHONE[1:], "слова", "перезвоните", "Иван") if word in written]
