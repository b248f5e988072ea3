"""Pauses, emphasis and studio recordings: what the engine says, and what a voice without them hears."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_dialog import Context, Engine, ScriptError, Understanding, check, load_script, templates
from scripts_dialog.actions import Role, Say
from scripts_dialog.events import Heard
from scripts_dialog.marks import Emphasis, Mark, Pause

pytestmark = pytest.mark.unit

VALUES = {"name": "Анна", "none": "", "stars": "* [пауза] *"}


def spoken(text: str) -> tuple[str, tuple[Mark, ...]]:
    said = templates.parse(text).render(lambda field: VALUES[field.name])
    return said.text, said.marks


@pytest.mark.parametrize(
    ("text", "plain", "marks"),
    [
        ("Да… слушаю", "Да… слушаю", ()),
        ("Привет! [пауза 300мс] Как дела?", "Привет! Как дела?", (Pause(8, 300),)),
        ("Привет [пауза 1,5 с], друг", "Привет, друг", (Pause(6, 1500),)),
        ("[pause] Привет", "Привет", (Pause(0, 400),)),
        ("Это *очень* важно", "Это очень важно", (Emphasis(4, 9),)),
        ("Это *{name}*, {none} привет", "Это Анна, привет", (Emphasis(4, 8),)),
        ("*{none}*, [пауза]привет", ", привет", (Pause(2, 400),)),
        ("Скажи {stars}", "Скажи * [пауза] *", ()),
    ],
)
def test_marks_stand_where_they_belong_in_the_plain_text(text: str, plain: str, marks: tuple[Mark, ...]) -> None:
    assert spoken(text) == (plain, marks)


@pytest.mark.parametrize("text", ["5 * 3", "[пауза 300]", "[пауза 9с]", "[шум]", "скидка]", "{lead.name|*друг*}"])
def test_a_mark_that_marks_nothing_is_an_error(text: str) -> None:
    with pytest.raises(ScriptError) as caught:
        load_script(f"script: s\nstart: a\nphrases:\n  a:\n    say: '{text}'\n    end: refused\n")
    (finding,) = caught.value.findings
    assert (finding.code, finding.line, finding.phrase) == ("bad_mark", 5, "a")
    assert "[пауза" in finding.remedy.ru


@given(st.lists(st.sampled_from(["слово", " ", ", ", "{none}", "{name}", "[пауза]", "*это*", "!", "  "]), max_size=12))
def test_marks_never_leave_the_text(parts: list[str]) -> None:
    text, marks = spoken("".join(parts))
    assert "  " not in text
    assert "*" not in text
    assert text == text.strip()
    for mark in marks:
        start, end = (mark.at, mark.at) if isinstance(mark, Pause) else (mark.start, mark.end)
        assert 0 <= start <= end <= len(text)
        assert isinstance(mark, Pause) or text[start:end] == "это"


RECORDED = """\
script: s
goal: information
start: a
phrases:
  a:
    say: ["Вам *удобно*?", "Ещё раз: удобно?"]
    audio: [hello.wav, offer/again.flac]
    answers: {yes: b, no: c, greeting: a}
  b:
    say:
      - {variant: one, text: Пока!, audio: bye.wav}
    end: refused
  c: {say: Пока!, end: refused}
objections:
  expensive: {say: Это недорого., audio: cheap.wav}
"""


def test_the_engine_says_which_recording_to_play(understanding: Understanding, now: datetime) -> None:
    engine = Engine(load_script(RECORDED), understanding)
    state, actions = engine.start(Context(now))
    said = [action for action in actions if isinstance(action, Say)]
    for text in ("дорого", "алло", "да"):
        state, actions = engine.step(state, Heard(text))
        said += [action for action in actions if isinstance(action, Say)]
    recordings = [(say.role, say.recording) for say in said]
    assert recordings == [
        (Role.PHRASE, "hello.wav"),
        (Role.OBJECTION, "cheap.wav"),
        (Role.AGAIN, ""),
        (Role.PHRASE, "offer/again.flac"),
        (Role.PHRASE, "bye.wav"),
    ]
    assert (said[0].text, said[0].marks) == ("Вам удобно?", (Emphasis(4, 10),))


def test_missing_recordings_are_found_beside_the_file_or_among_those_known(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(RECORDED)
    (tmp_path / "recordings" / "offer").mkdir(parents=True)
    for name in ("hello.wav", "offer/again.flac", "by.wav"):
        (tmp_path / "recordings" / name).touch()
    found = {(finding.code, finding.phrase, finding.line) for finding in check(file)}
    assert found == {("unknown_recording", "b", 11), ("unknown_recording", "objections.expensive", 15)}
    assert "by.wav" in next(finding.remedy.ru for finding in check(file) if finding.phrase == "b")
    assert check(RECORDED, recordings=["hello.wav", "offer/again.flac", "bye.wav", "cheap.wav"]) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (RECORDED.replace("[hello.wav, offer/again.flac]", "hello.wav"), "audio_count"),
        (RECORDED.replace("one, text: Пока!,", "one, text: [Пока!, До встречи!],"), "audio_count"),
        (RECORDED.replace("hello.wav", "../hello.wav"), "string_pattern_mismatch"),
        (RECORDED.replace("hello.wav", "/etc/passwd"), "string_pattern_mismatch"),
        (RECORDED.replace("удобно*?", "удобно*, {lead.name}?"), "recording_with_variables"),
    ],
)
def test_recordings_that_cannot_be_right(text: str, code: str) -> None:
    known = ["hello.wav", "offer/again.flac", "bye.wav", "cheap.wav"]
    assert code in {finding.code for finding in check(text, recordings=known)}
