"""Random conversations find what is broken, and find nothing in the cold call. `zvonar script fuzz` holds 10,000."""

from __future__ import annotations

import pytest

from scripts_dialog import Script, Understanding, load_script
from scripts_dialog.events import Event
from scripts_dialog.fuzz import Report, fuzz
from scripts_dialog.nodes.goto import Goto
from scripts_dialog.talk import Talk

pytestmark = pytest.mark.unit


def test_the_cold_call_stands_random_clients(cold_call: Script, understanding: Understanding) -> None:
    report = fuzz(cold_call, understanding, conversations=150, seed=7)
    assert report.problems == []
    assert sum(report.outcomes.values()) == 150
    assert len(report.outcomes) > 8
    assert "meeting_booked" in report.outcomes
    assert len(report.visited & cold_call.own) > len(cold_call.own) * 0.7


def test_the_same_seed_holds_the_same_conversations(cold_call: Script, understanding: Understanding) -> None:
    def run(first: int, count: int, seed: int = 1) -> Report:
        return fuzz(cold_call, understanding, conversations=count, seed=seed, first=first)

    whole, parts = run(0, 12), (run(0, 5), run(5, 7))
    assert whole.outcomes == parts[0].outcomes + parts[1].outcomes
    assert whole.turns == parts[0].turns + parts[1].turns
    assert run(0, 12, seed=2).outcomes != whole.outcomes


LOOP = "script: s\nstart: a\nphrases:\n  a: {say: Да?, answers: {yes: b, no: b}}\n  b: {goto: c}\n  c: {goto: b}\n"
ENDLESS = (
    "script: s\nstart: a\ndefaults: {silence: {at_most: 1, then: a}}\n"
    "phrases:\n  a: {say: Да?, answers: {yes: a, no: a}}\n"
)


@pytest.mark.parametrize(("text", "what"), [(LOOP, "script_loop"), (ENDLESS, "with a silent client")])
def test_a_script_that_goes_round_is_found(text: str, what: str, understanding: Understanding) -> None:
    report = fuzz(load_script(text), understanding, conversations=40)
    assert report.problems
    assert all(what in problem.what.en for problem in report.problems)
    assert report.problems[0].transcript


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (RuntimeError("boom"), "RuntimeError: boom"),
        (None, "broke off: dead_end"),
    ],
)
def test_a_broken_kind_of_phrase_is_found(
    fault: Exception | None, what: str, monkeypatch: pytest.MonkeyPatch, understanding: Understanding
) -> None:
    def enter(_: Goto, talk: Talk, event: Event | None = None) -> None:
        if fault is not None:
            raise fault

    monkeypatch.setattr(Goto, "enter", enter)
    text = "script: s\nstart: a\nphrases:\n  a: {say: Да?, answers: {yes: b, no: b}}\n  b: {goto: a}\n"
    report = fuzz(load_script(text), understanding, conversations=40)
    assert {problem.what.en for problem in report.problems if what in problem.what.en}
    assert report.conversations == 40
