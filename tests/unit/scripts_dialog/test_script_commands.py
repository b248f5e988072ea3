"""`zvonar script …`: what a head of sales types, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from robot.cli.bench import bench
from robot.cli.script import script
from robot.i18n import Language, language
from scripts_dialog.conversations import ConversationError

pytestmark = pytest.mark.unit

SMALL = """\
script: small
title: Проверка
goal: information
start: hello
phrases:
  hello: {say: Вам удобно?, expects: yes_no, answers: {yes: bye, no: bye}}
  bye: {say: До свидания!, end: info_requested, reason: x}
"""
TALKS = """\
script: small
now: 2026-03-18T11:20:00
conversations:
  - name: Удобно
    steps:
      - {client: да, phrase: bye}
    outcome: info_requested
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "small.test.yaml").write_text(TALKS)
    return tmp_path / "small.yaml"


def zvonar(*args: object, stdin: str = "") -> Result:
    result = CliRunner().invoke(script, [str(arg) for arg in args], input=stdin, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def test_check_in_words_and_in_json(small: Path) -> None:
    assert zvonar("check", small).output == "Сценарий в порядке.\n"
    assert zvonar("check", "cold_call").exit_code == 0
    small.write_text(SMALL.replace("yes: bye", "yes: by"))
    result = zvonar("check", small)
    assert result.exit_code == 1
    assert f"{small}:6: ошибка [unknown_target] hello: " in result.output
    result = zvonar("check", small, "--json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.output)
    assert (finding["code"], finding["line"], finding["phrase"]) == ("unknown_target", 6, "hello")
    assert "«bye»" in finding["remedy"]["ru"]


def test_an_unknown_script_is_named_with_those_there_are() -> None:
    result = zvonar("check", "cold_cal")
    assert result.exit_code == 2
    assert "cold_call" in result.output


def test_conversations_that_hold_and_one_that_does_not(small: Path) -> None:
    for named in (small, small.with_name("small.test.yaml")):
        result = zvonar("test", named)
        assert result.exit_code == 0
        assert "верно 1 / 1" in result.output
    tests = small.with_name("small.test.yaml")
    tests.write_text(TALKS.replace("phrase: bye", "phrase: hello"))
    result = zvonar("test", small)
    assert result.exit_code == 1
    assert f"{tests}:6: «да»: разговор пришёл к «bye», а не к «hello»" in result.output
    assert "робот: Вам удобно?" in result.output


def test_a_chat_through_a_pipe(small: Path) -> None:
    result = zvonar("chat", small, stdin="\nну да удобно\nнаверх\n")
    lines = result.output.splitlines()
    assert lines[0] == "робот: Вам удобно?"
    assert any("silence: hello → hello" in line for line in lines)
    assert any(line.startswith("    · yes ") and "hello → bye" in line for line in lines)
    assert lines[-2:] == ["робот: До свидания!", "[info_requested x]"]


@pytest.mark.parametrize(
    ("typed", "last"), [("/quit\n", "вы: /quit"), ("/hangup\n", "[refused hung_up]"), ("", "вы: ")]
)
def test_ways_out_of_a_chat(small: Path, typed: str, last: str) -> None:
    result = zvonar("chat", small, "--quiet", stdin=typed)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == last


def test_a_chat_books_a_meeting_in_the_words_of_the_lead(tmp_path: Path) -> None:
    said = "да\nда давайте\nпервый вариант\nда верно\n"
    result = zvonar("chat", "cold_call", "--now", "2026-03-18T11:20:00", stdin=said)
    assert "[meeting_booked]" in result.output
    assert "запись на встречу: 2026-03-" in result.output


def test_pictures_and_schema(small: Path, tmp_path: Path) -> None:
    assert zvonar("graph", small).output.startswith("flowchart TD")
    assert zvonar("graph", small, "--format", "svg").output.startswith("<svg ")
    assert zvonar("graph", small, "-o", tmp_path / "small.svg").output.strip() == str(tmp_path / "small.svg")
    assert "Проверка" in (tmp_path / "small.svg").read_text()
    assert json.loads(zvonar("schema").output)["properties"]["phrases"]


def test_faults_of_files_are_sentences(small: Path, tmp_path: Path) -> None:
    result = zvonar("graph", small, "-o", tmp_path / "no" / "small.svg")
    assert result.exit_code == 1
    assert "не записать" in result.output
    tests = small.with_name("small.test.yaml")
    for name in ("smal", "../small", "/etc/passwd"):
        tests.write_text(TALKS.replace("script: small", f"script: {name}"))
        with pytest.raises(ConversationError, match=r"small\.test\.yaml:1: error \[unknown_script\]"):
            zvonar("test", tests)


def test_fuzz_counts_outcomes_and_shows_what_failed(small: Path) -> None:
    result = zvonar("fuzz", small, "--conversations", 20, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["conversations"], report["problems"]) == (20, [])
    small.write_text(
        SMALL.replace("yes: bye, no: bye", "yes: one, no: one") + "  one: {goto: two}\n  two: {goto: one}\n"
    )
    result = zvonar("fuzz", small, "--conversations", 20)
    assert result.exit_code == 1
    assert "разговор оборвался: script_loop" in result.output
    assert "робот: Вам удобно?" in result.output


def test_the_benchmark_counts_every_utterance_and_every_event() -> None:
    result = CliRunner().invoke(bench, ["dialog", "cold_call", "--rounds", "2", "--json"], catch_exceptions=False)
    report = json.loads(result.output)
    heard, stepped = report["understanding_ms"], report["engine_step_ms"]
    assert heard["count"] % 2 == stepped["count"] % 2 == 0
    assert stepped["count"] > heard["count"] > 100
    for times in (heard, stepped):
        assert 0 < times["p50"] <= times["p95"] <= times["p99"]
        assert 0 < times["cpu_p50"] <= times["cpu_p95"] <= times["cpu_p99"]
    assert CliRunner().invoke(bench, ["dialog", "no_such"]).exit_code == 1


def test_the_same_in_english(small: Path) -> None:
    token = language.set(Language.EN)
    try:
        assert zvonar("check", small).output == "The script is fine.\n"
        assert "right 1 / 1" in zvonar("test", small).output
        assert "robot: " in zvonar("chat", small, stdin="/quit\n").output
        assert "Hold random conversations" in zvonar("fuzz", "--help").output
    finally:
        language.reset(token)
