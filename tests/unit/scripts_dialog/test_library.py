"""The scripts that ship: each passes its check, holds its conversations, and has every fact of the company as a
variable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import pytest

from scripts_dialog import Context, Engine, Outcome, Script, Understanding, check, library, load_script, templates
from scripts_dialog.actions import End, Say
from scripts_dialog.conversations import ConversationFile, load_conversations, run_conversations
from scripts_dialog.events import Heard
from scripts_dialog.nodes import Listening
from scripts_dialog.nodes.collect import Collect
from scripts_dialog.nodes.end import End as EndNode

pytestmark = pytest.mark.unit

SHIPPED = (
    "callback_promised",
    "cold_call",
    "document_follow_up",
    "inbound_lead",
    "meeting_reminder",
    "missed_call_back",
    "stalled_revival",
    "subscription_renewal",
    "upsell",
    "webinar_invite",
)
MUST_HOLD = {"opted_out", "wrong_number", "voicemail", "no_answer", "callback_scheduled", "refused"}
"""Endings that every script is tried for, besides its goal."""
GOALS = {
    "meeting": {Outcome.MEETING_BOOKED},
    "confirmation": {Outcome.AGREED},
    "payment": {Outcome.AGREED},
    "information": {Outcome.AGREED, Outcome.INFO_REQUESTED},
}


@pytest.fixture(scope="session")
def engines() -> Mapping[str, Engine]:
    """One fitted engine per script."""
    scripts = {name: load_script(library.path(name)) for name in SHIPPED}
    return {name: Engine(script, Understanding.for_script(script)) for name, script in scripts.items()}


@pytest.fixture(params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def script(name: str, engines: Mapping[str, Engine]) -> Script:
    return engines[name].script


@pytest.fixture
def conversations(name: str) -> ConversationFile:
    return load_conversations(library.path(name).with_suffix(".test.yaml"))


def test_nothing_ships_unlisted() -> None:
    assert library.names() == SHIPPED


def test_the_check_finds_nothing(name: str) -> None:
    assert [finding.render("ru") for finding in check(library.path(name))] == []


def test_conversations_hold(name: str, engines: Mapping[str, Engine], conversations: ConversationFile) -> None:
    results = run_conversations(engines[name], conversations)
    assert {result.name: [*result.failures, *result.transcript] for result in results if not result.ok} == {}


def test_conversations_try_every_way_a_call_can_end(script: Script, conversations: ConversationFile) -> None:
    tried = [conversation.outcome for conversation in conversations.conversations]
    assert len(tried) >= 12
    assert {str(outcome) for outcome in tried} >= MUST_HOLD
    assert set(tried) & GOALS[script.goal]
    steps = [step for conversation in conversations.conversations for step in conversation.steps]
    assert any(step.interrupted is not None for step in steps)
    assert any(step.hang_up is not None for step in steps)


def test_every_intent_of_a_script_is_worth_its_examples(script: Script) -> None:
    few = {name: len(intent.examples) for name, intent in script.intents.items() if len(intent.examples) < 6}
    assert few == {}


def test_a_refusal_always_says_why(script: Script) -> None:
    ends = {name: node for name, node in script.phrases.items() if isinstance(node, EndNode)}
    assert [name for name, node in ends.items() if node.end is Outcome.REFUSED and not node.reason] == []


def test_the_law_comes_first_and_is_not_cut(name: str, engines: Mapping[str, Engine], now: datetime) -> None:
    notice = "Вам звонит голосовой робот. Разговор записывается."
    _, actions = engines[name].start(Context(now, {"legal.introduction": notice}))
    first, second, *_ = [action for action in actions if isinstance(action, Say)]
    assert (first.text, first.interruptible) == (notice, False)
    assert second.text.startswith(("Здравствуйте", "Добрый день"))
    _, actions = engines[name].start(Context(now))
    assert [action.text for action in actions if isinstance(action, Say)] == [second.text]


def test_a_robot_says_that_it_is_one(name: str, engines: Mapping[str, Engine], now: datetime) -> None:
    engine = engines[name]
    state, _ = engine.start(Context(now))
    state, actions = engine.step(state, Heard("скажите честно, вы робот?"))
    assert "я робот" in " ".join(action.text for action in actions if isinstance(action, Say))
    assert state.ended is None


def test_the_company_is_a_variable(name: str, engines: Mapping[str, Engine], script: Script, now: datetime) -> None:
    """Another company in the campaign leaves no trace of the one the script ships with."""
    facts = {variable: "Рога" for variable, value in script.variables.items() if value}
    said = " ".join(engines[name].texts(Context(now, facts)))
    own = ("Город на ладони", "девяти тысяч", "Анна")
    assert "Рога" in said
    assert [word for word in own if word in said] == []


def test_everything_said_can_be_read_aloud(script: Script) -> None:
    for owner, text in script.texts():
        plain = " ".join(part for part in templates.parse(text).parts if isinstance(part, str))
        assert not re.search(r"[0-9A-Za-z%№@]", plain), (owner, text)


def test_no_phrase_asks_the_same_twice_in_the_same_words(script: Script) -> None:
    """What is asked again after a misunderstanding begins in other words than the phrase itself."""
    for owner, node in script.phrases.items():
        if isinstance(node, Listening) and node.not_understood is not None and node.say:
            asked = {text for variant in node.say for text in variant.text}
            assert not asked & set(node.not_understood.say or ()), owner


def test_an_address_is_read_back(script: Script) -> None:
    emails = [node for node in script.phrases.values() if isinstance(node, Collect) and node.collect == "email"]
    assert all(node.confirm for node in emails)


@pytest.mark.parametrize(
    ("name", "said", "phrase"),
    [
        ("upsell", "да, всё отлично, а вы робот?", "offer"),  # a question beside a yes: answered, and not asked twice
        ("upsell", "а вы робот?", "greeting"),
        ("document_follow_up", "да, получили, но это дорого", "price_meeting"),  # the second half counts
        ("callback_promised", "помню, но мы ещё думаем", "what_helps"),
        ("stalled_revival", "нет, у вас дорого", "special_offer"),  # the reason is given: it is not asked for
        ("meeting_reminder", "да, буду, только ссылку ещё раз пришлите", "confirmed"),
    ],
)
def test_both_halves_of_a_sentence_are_heard(
    engines: Mapping[str, Engine], name: str, said: str, phrase: str, now: datetime
) -> None:
    state, _ = engines[name].start(Context(now))
    state, _ = engines[name].step(state, Heard(said))
    assert state.phrase == phrase


def test_an_objection_is_no_value_where_any_words_would_do(engines: Mapping[str, Engine], now: datetime) -> None:
    engine = engines["inbound_lead"]
    state, _ = engine.start(Context(now))
    state, _ = engine.step(state, Heard("да"))
    for said in ("это вы робот звоните?", "повторите пожалуйста", "да"):  # the last one leads back to the question
        state, _ = engine.step(state, Heard(said))
        assert (state.phrase, state.variables.get("lead.need", "")) == ("need", "")
    state, actions = engine.step(state, Heard("не звоните мне больше"))
    assert isinstance(actions[-1], End)
    assert actions[-1].outcome is Outcome.OPTED_OUT
