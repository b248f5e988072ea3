"""The engine's promises: opt-out everywhere, nothing said twice as a template, states that survive JSON."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from scripts_dialog import Context, Engine, Outcome, Script, ScriptError, State, Understanding, load_script
from scripts_dialog.actions import Action, CrmAction, End, Listen, Role, Say, StopCalling, Transfer, Turn, Understood
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Side, Silence, SlotBooked, Transferred
from scripts_dialog.state import Ended
from scripts_dialog.values import Expects, Slot

pytestmark = pytest.mark.unit


def said(actions: tuple[Action, ...]) -> str:
    return " ".join(action.text for action in actions if isinstance(action, Say))


def play(engine: Engine, context: Context, *events: Event) -> tuple[State, tuple[Action, ...]]:
    state, actions = engine.start(context)
    for event in events:
        state, actions = engine.step(state, event)
    return state, actions


def test_a_hostile_name_stays_plain_text(understanding: Understanding, now: datetime) -> None:
    script = load_script(
        "script: s\nstart: a\nphrases:\n  a: {say: 'Это {lead.name}, верно?', answers: {yes: b, no: b}}\n"
        "  b: {say: Пока!, end: refused}\n"
    )
    engine = Engine(script, understanding)
    for name in (
        "{robot.name}",
        "{0.__class__}",
        "{lead.name}",
        "<speak>",
        "a\r\nAction: Originate",
        "%s{}",
        "x" * 5000,
    ):
        _, actions = engine.start(Context(now, {"lead": {"name": name}, "robot": {"name": "Анна"}}))
        text = said(actions)
        assert "Анна" not in text
        assert not set("\r\n<>") & set(text)
        assert len(text) < 200
        assert text.startswith(f"Это {name[:3]}") or name[0] in "<a"


def test_opt_out_works_in_every_phrase_of_the_script(cold_call: Script, engine: Engine, now: datetime) -> None:
    start, _ = engine.start(Context(now))
    listening = [name for name, node in cold_call.phrases.items() if hasattr(node, "answers")]
    assert len(listening) > 15
    for name in listening:
        state = State.from_dict({**start.to_dict(), "phrase": name})
        state, actions = engine.step(state, Heard("да слушайте не звоните мне больше"))
        assert state.ended is not None
        assert state.ended.outcome is Outcome.OPTED_OUT, name
        assert [action.said for action in actions if isinstance(action, StopCalling)] == [
            "да слушайте не звоните мне больше"
        ]
        assert "не позвоним" in said(actions)


def test_opt_out_is_heard_while_something_is_awaited(engine: Engine, now: datetime) -> None:
    state, _ = play(engine, Context(now), Heard("да"), Heard("да"))
    assert state.awaiting == "slots"
    state, _ = engine.step(state, Heard("больше не звоните"))
    assert state.ended is not None
    assert state.ended.outcome is Outcome.OPTED_OUT


def test_not_today_is_no_opt_out(engine: Engine, now: datetime) -> None:
    for text in ("не звоните мне сегодня, я занят", "раньше десяти не звоните", "не перезвоните ли вы завтра"):
        state, _ = play(engine, Context(now), Heard(text))
        assert state.ended is None or state.ended.outcome is not Outcome.OPTED_OUT, text


def test_a_state_survives_json(engine: Engine, now: datetime) -> None:
    state, _ = engine.start(Context(now, {"lead": {"name": "Иван"}}, seed=7))
    for event in (Heard("да"), Heard("это дорого"), Interrupted(500, 4000), Silence(), Heard("да, давайте")):
        copy = State.from_dict(json.loads(json.dumps(state.to_dict())))
        assert copy == state
        assert engine.step(copy, event) == engine.step(state, event)
        state, _ = engine.step(state, event)
    assert State.from_dict(state.to_dict()).now.tzinfo == now.tzinfo


def test_the_seed_alone_draws_the_variant(engine: Engine, now: datetime) -> None:
    variants = {
        seed: [a.variant for a in engine.start(Context(now, seed=seed))[1] if isinstance(a, Say)] for seed in range(40)
    }
    assert {variant for drawn in variants.values() for variant in drawn} == {"direct", "help"}
    assert all(
        [a.variant for a in engine.start(Context(now, seed=s))[1] if isinstance(a, Say)] == variants[s]
        for s in variants
    )


def test_an_objection_is_answered_and_the_talk_returns(engine: Engine, now: datetime) -> None:
    state, actions = play(engine, Context(now), Heard("да"), Heard("а вы робот"))
    says = [action for action in actions if isinstance(action, Say)]
    assert [action.role for action in says] == [Role.OBJECTION, Role.AGAIN]
    assert says[0].phrase == "objections.are_you_robot"
    assert state.phrase == "offer"
    assert isinstance(actions[-1], Listen)
    record = actions[0]
    assert isinstance(record, Understood)
    assert (record.kind, record.intent, record.phrase, record.next_phrase) == (
        Turn.HARD_RULE,
        "are_you_robot",
        "offer",
        "offer",
    )


def test_an_objection_ends_after_its_limit(engine: Engine, now: datetime) -> None:
    state, _ = play(engine, Context(now), Heard("да"), Heard("дорого"), Heard("дорого"), Heard("дорого"))
    assert state.ended is not None
    assert (state.ended.outcome, state.ended.reason) == (Outcome.REFUSED, "price")


def test_re_asks_differ_and_stop(engine: Engine, now: datetime) -> None:
    state, _ = engine.start(Context(now))
    texts = []
    for _ in range(3):
        state, actions = engine.step(state, Heard("курс доллара вырос"))
        texts.append(said(actions))
    assert len(set(texts)) == 3
    assert state.ended is not None


def test_a_phrase_cut_short_is_said_again_only_when_little_was_heard(engine: Engine, now: datetime) -> None:
    first = said(engine.start(Context(now))[1])
    _, actions = play(engine, Context(now), Interrupted(400, 5000), Silence())
    assert said(actions) == first
    _, actions = play(engine, Context(now), Interrupted(4500, 5000), Silence())
    assert said(actions) != first


def test_repeat_says_the_last_words_again(engine: Engine, now: datetime) -> None:
    _, before = play(engine, Context(now), Heard("да"))
    _, actions = play(engine, Context(now), Heard("да"), Heard("повторите, не расслышал"))
    assert said(actions) == said(before)


def test_hanging_up(engine: Engine, now: datetime) -> None:
    state, actions = play(engine, Context(now), HungUp(Side.CLIENT))
    assert actions[-1] == End(Outcome.REFUSED, "hung_up")
    state, _ = play(engine, Context(now), HungUp(Side.LINE))
    assert state.ended is not None
    assert state.ended.outcome is Outcome.INTERRUPTED


def test_a_meeting_written_while_the_client_hung_up_counts(engine: Engine, now: datetime) -> None:
    state, _ = play(engine, Context(now), HungUp())
    state, actions = engine.step(state, SlotBooked(Slot("1", now, 30)))
    assert actions == (End(Outcome.MEETING_BOOKED),)
    assert state.ended is not None


def test_after_the_end_nothing_changes(engine: Engine, now: datetime) -> None:
    ended, _ = play(engine, Context(now), Heard("не туда попали"))
    for event in (Heard("алло"), Silence(), Dtmf("1"), HungUp(), Transferred(ok=True)):
        state, actions = engine.step(ended, event)
        assert state == ended
        assert actions == (End(Outcome.WRONG_NUMBER),)


def test_words_the_recognizer_does_not_believe_decide_nothing(engine: Engine, now: datetime) -> None:
    state, _ = play(engine, Context(now), Heard("да", 0.05))
    assert state.phrase == "greeting"
    state, _ = play(engine, Context(now), Heard("больше мне не звоните", 0.05))
    assert state.ended is not None


def test_time_moves_with_the_clock_of_the_caller(engine: Engine, now: datetime) -> None:
    state, _ = play(engine, Context(now), Heard("да"))
    later = now.replace(hour=14, minute=0)
    state, actions = engine.step(state, Heard("перезвоните через двадцать минут"), now=later)
    assert actions[-1] == End(Outcome.CALLBACK_SCHEDULED, "asked", later.replace(minute=20))


def test_a_live_person_is_fetched_when_there_is_one(engine: Engine, now: datetime) -> None:
    context = Context(now, {"campaign": {"transfer_to": "sales"}})
    state, actions = play(engine, context, Heard("соедините с живым человеком"))
    assert Transfer("sales") in actions
    assert engine.step(state, Transferred(ok=True))[1][-1] == End(Outcome.TRANSFERRED)
    _, actions = engine.step(state, Transferred(ok=False))
    assert any(isinstance(action, CrmAction) for action in actions)
    assert isinstance(actions[-1], End)
    _, actions = play(engine, Context(now), Heard("соедините с живым человеком"))
    assert not any(isinstance(action, Transfer) for action in actions)


def test_what_is_listened_for_is_told(engine: Engine, now: datetime) -> None:
    _, actions = engine.start(Context(now))
    listen = actions[-1]
    assert isinstance(listen, Listen)
    assert listen.expects is Expects.YES_NO
    assert listen.silence_after_s == 3.0
    assert "да" in listen.bias


def test_all_texts_of_a_call_are_known_before_it(engine: Engine, now: datetime) -> None:
    context = Context(now, {"lead": {"name": "Иван"}})
    texts = engine.texts(context)
    assert said(engine.start(context)[1]) in texts
    assert not [text for text in texts if "{" in text]
    assert engine.missing({"lead": {"name": "Иван"}}) == ()


def test_of_texts_with_what_the_talk_brings_the_other_sentences_are_known(engine: Engine, now: datetime) -> None:
    texts = engine.texts(Context(now))
    assert {"Всё верно?", "Спасибо!", "Хорошего дня, до свидания!"} <= set(texts)
    assert not [text for text in texts if text.startswith(("Записываю вас на", "Встреча "))]


def test_a_script_that_changed_under_a_call_ends_it(engine: Engine, now: datetime) -> None:
    state, _ = engine.start(Context(now))
    gone = State.from_dict({**state.to_dict(), "phrase": "no_such_phrase"})
    assert engine.step(gone, Heard("да"))[1][-1] == End(Outcome.INTERRUPTED, "script_changed")


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Context(datetime(2026, 3, 18, 11, 20))  # noqa: DTZ001 - that is the point


TRANSFER = """\
script: s
start: a
phrases:
  a: {say: Соединить?, answers: {yes: live, no: bye}}
  live: {say: Соединяю., transfer: "{campaign.transfer_to}", failed: bye}
  bye: {say: Пока!, end: refused}
"""


def test_a_transfer_succeeds_fails_or_is_not_tried_without_a_number(
    understanding: Understanding, now: datetime
) -> None:
    engine = Engine(load_script(TRANSFER), understanding)
    there = Context(now, {"campaign": {"transfer_to": "sales"}})
    state, actions = play(engine, there, Heard("да"))
    assert [action.to for action in actions if isinstance(action, Transfer)] == ["sales"]
    assert engine.step(state, Transferred(ok=True))[0].ended == Ended(Outcome.TRANSFERRED)
    failed, actions = engine.step(state, Transferred(ok=False))
    assert failed.ended == Ended(Outcome.REFUSED)
    assert said(actions) == "Пока!"
    state, actions = play(engine, Context(now), Heard("да"))
    assert said(actions) == "Пока!"
    assert not [action for action in actions if isinstance(action, Transfer)]


def test_a_transfer_under_way_is_not_started_twice(understanding: Understanding, now: datetime) -> None:
    engine = Engine(load_script(TRANSFER), understanding)
    state, _ = play(engine, Context(now, {"campaign": {"transfer_to": "sales"}}), Heard("да"))
    for event in (Heard("алло"), Silence(), Dtmf("1"), SlotBooked(Slot("1", now, 30)), Interrupted(1, 2)):
        state, actions = engine.step(state, event)
        assert not [action for action in actions if isinstance(action, Transfer)], event
        assert state.awaiting == "transfer"


def test_a_transfer_that_takes_the_line_from_us_counts(understanding: Understanding, now: datetime) -> None:
    engine = Engine(load_script(TRANSFER), understanding)
    state, _ = play(engine, Context(now, {"campaign": {"transfer_to": "sales"}}), Heard("да"), HungUp(Side.LINE))
    assert engine.step(state, Transferred(ok=False))[0] == state
    assert engine.step(state, Transferred(ok=True))[0].ended == Ended(Outcome.TRANSFERRED)
    refused, _ = play(engine, Context(now), Heard("нет"))
    assert engine.step(refused, Transferred(ok=True))[0] == refused


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("action: send_document", "missing_parameter"),
        ("action: set_fields", "missing_parameter"),
        ("action: set_stage, with: {stag: won}", "missing_parameter"),
        ("action: add_note, with: {text: а, colour: б}", "unknown_parameter"),
    ],
)
def test_an_action_knows_its_parameters(action: str, code: str) -> None:
    text = f"script: s\nstart: a\nphrases:\n  a: {{{action}, goto: b}}\n  b: {{end: refused}}\n"
    with pytest.raises(ScriptError) as caught:
        load_script(text)
    assert [(finding.code, finding.line) for finding in caught.value.findings] == [(code, 4)]
