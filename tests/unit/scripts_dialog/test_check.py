"""What the check finds in scripts that load."""

from __future__ import annotations

import pytest

from scripts_dialog import Severity, check

pytestmark = pytest.mark.unit

BASE = """\
script: small
goal: information
start: hello
phrases:
  hello:
    say: Вам удобно?
    expects: yes_no
    answers: {yes: bye, no: bye}
  bye: {say: До свидания!, end: info_requested}
"""

CASES = {
    "unreachable": (BASE + "  island: {say: Эй!, end: refused}\n", "unreachable", "island"),
    "yes without no": (BASE.replace(", no: bye", ""), "yes_no_incomplete", "hello"),
    "round and round": (
        BASE.replace("yes: bye", "yes: one") + "  one: {goto: two}\n  two: {goto: one}\n",
        "endless_loop",
        "one",
    ),
    "no way out": (BASE.replace("{yes: bye, no: bye}", "{yes: hello, no: hello}"), "no_exit", "hello"),
    "no opt-out": (BASE + "  opted_out: {end: refused}\n", "no_opt_out", "opted_out"),
    "too long": (BASE.replace("Вам удобно?", "Скажите, " + "пожалуйста, " * 20 + "удобно?"), "too_long", "hello"),
    "digits": (BASE.replace("Вам удобно?", "Это стоит 500 рублей, удобно?"), "not_spoken", "hello"),
    "latin": (BASE.replace("Вам удобно?", "Удобно по API?"), "not_spoken", "hello"),
    "no meeting": (BASE.replace("goal: information", "goal: meeting"), "goal_unreachable", ""),
    "colliding": (BASE + "intents:\n  mine: {examples: [это очень дорого, очень дорого]}\n", "colliding_examples", ""),
    "unused": (BASE + "intents:\n  mine: {examples: [зелёный слон летит]}\n", "unused_intent", ""),
    "bad default": (
        BASE + "  when: {say: Когда?, collect: datetime, into: x.at, default: никогда, collected: bye}\n",
        "bad_default",
        "when",
    ),
    "no read-back": (
        BASE + "  meet: {book_meeting: {}, words: {confirm: Верно?}, booked: bye, no_slot: bye}\n",
        "no_read_back",
        "meet",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_finding(name: str) -> None:
    text, code, phrase = CASES[name]
    found = check(text, file="small.yaml")
    assert (code, phrase) in {(finding.code, finding.phrase) for finding in found}, found
    assert all(finding.line > 0 for finding in found)


def test_a_good_script_has_no_remarks() -> None:
    assert check(BASE) == []


def test_warnings_do_not_stop_a_script() -> None:
    found = check(CASES["unreachable"][0])
    assert {finding.severity for finding in found} == {Severity.WARNING}
