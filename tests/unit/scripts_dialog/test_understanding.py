"""Intents: how many paraphrases are understood, what is rejected, and what must never be missed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scripts_dialog import Understanding
from scripts_dialog.understanding.evaluation import NOTHING, evaluate, read_paraphrases
from scripts_dialog.understanding.mishearing import mended
from scripts_dialog.understanding.rules import hard_rules
from scripts_dialog.understanding.shared import shared_intents
from tests.conftest import runs

pytestmark = pytest.mark.unit

DATA = Path(__file__).with_name("data")
REQUIRED = (
    "yes no not_interested expensive send_info callback who_is_calling source_of_number are_you_robot stop_calling "
    "have_supplier think secretary transfer dm_absent decision_maker wrong_number operator repeat busy_now greeting "
    "goodbye voicemail"
)


def paraphrases(name: str) -> Mapping[str, list[str]]:
    data: dict[str, str] = YAML(typ="safe").load(DATA / name)
    return {intent: [line.strip() for line in lines.splitlines() if line.strip()] for intent, lines in data.items()}


def first(understanding: Understanding, text: str) -> str | None:
    found = understanding.understand(text).intents
    return found[0].intent if found else None


@pytest.fixture(scope="module")
def shared() -> Understanding:
    return Understanding.shared()


@pytest.mark.parametrize(
    "text",
    [
        "больше звонков из карт",
        "нам нужно больше звонков",
        "чтобы нам больше звонили",
        "чтобы звонков было больше",
        "звонков мало, хотим больше",
        "клиентов не хватает, хочу больше звонков",
        "ещё звонков хотелось бы",
    ],
)
def test_who_wants_more_calls_from_clients_is_not_struck_off_the_list(shared: Understanding, text: str) -> None:
    assert first(shared, text) != "stop_calling"


@pytest.mark.parametrize(
    "text",
    [
        "больше звонков не надо",
        "больше никаких звонков",
        "звоните больше и больше, достали",
        "больше ни звонка",
        "хватит звонков, больше не хочу",
        "больше ваших звонков терпеть не буду",
        "надоели ваши звонки, больше чтобы не было",
    ],
)
def test_more_calls_that_are_refused_are_refused_for_good(shared: Understanding, text: str) -> None:
    assert first(shared, text) == "stop_calling"


@pytest.mark.parametrize(
    ("name", "bar"),
    [
        ("blind.yaml", 0.96),
        ("tuned.yaml", 0.96),
        ("sealed.yaml", 0.96),
        ("sealed_last.yaml", 0.92),
        ("independent.yaml", 0.95),
        ("held_out.yaml", 0.95),
    ],
)
def test_paraphrases_are_understood(shared: Understanding, name: str, bar: float) -> None:
    cases = [(intent, text) for intent, texts in paraphrases(name).items() for text in texts]
    wrong = [f"{intent}: {text}" for intent, text in cases if first(shared, text) != intent]
    assert 1 - len(wrong) / len(cases) >= bar, wrong


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("blind.yaml", 15),
        ("tuned.yaml", 13),
        ("sealed.yaml", 15),
        ("sealed_last.yaml", 5),
        ("independent.yaml", 9),
        ("held_out.yaml", 15),
    ],
)
def test_paraphrases_are_no_examples_and_cover_every_intent(name: str, least: int) -> None:
    known = {example.lower() for intent in shared_intents().values() for example in intent.examples}
    cases = paraphrases(name)
    assert set(cases) == set(REQUIRED.split()) <= set(shared_intents())
    assert all(len(texts) >= least for texts in cases.values())
    assert not [text for texts in cases.values() for text in texts if text.lower() in known]


def test_nonsense_is_rejected(shared: Understanding) -> None:
    lines = [line for file in sorted(DATA.glob("*nonsense.txt")) for line in file.read_text().splitlines()]
    assert len(lines) > 80
    accepted = [line for line in lines if first(shared, line)]
    assert len(accepted) <= len(lines) * 0.12, accepted


@pytest.mark.parametrize(
    ("clean", "misheard"),
    [
        ("перезвоните завтра", "перезвонит завтра"),
        ("нам не интересно", "нам не интерес"),
        ("это дорого", "это дорага"),
        ("у нас есть поставщик", "у нас есть поставщи"),
        ("нас всё устраивает", "нас все устраивает нас все устраивает"),
        ("соединяю", "сейчас саединяю"),
        ("отправьте на почту", "отправте на почту на почту"),
        ("я подумаю", "я подумаю подумаю"),
        ("позовите оператора", "позагите отиратр"),
        ("абонент временно недоступен", "обонюнт временно недостутен"),
        ("номер не обслуживается", "номер не отслуживается"),
        ("а по какому вопросу", "апокакууму-вапросу"),
        ("приёмная, слушаю", "приемне слушаю"),
        ("наберите меня через час", "на беретель меня через час"),
    ],
)
def test_recognition_errors_change_nothing(shared: Understanding, clean: str, misheard: str) -> None:
    assert first(shared, misheard) == first(shared, clean) is not None


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("дорого, да и вообще перезвоните завтра", {"expensive", "callback"}),
        ("нет не интересно до свидания", {"not_interested"}),
        ("кто это, откуда у вас мой номер", {"who_is_calling", "source_of_number"}),
        ("я занят, пришлите на почту", {"busy_now", "send_info"}),
    ],
)
def test_two_sentences_in_one_breath(shared: Understanding, text: str, intents: set[str]) -> None:
    assert intents <= {match.intent for match in shared.understand(text).intents}


def test_the_weightiest_of_two_sentences_comes_first(shared: Understanding) -> None:
    found = [match.intent for match in shared.understand("дорого, да и вообще перезвоните завтра").intents]
    assert found == ["callback", "expensive"]  # both sure: what was said last is what is wanted
    assert shared.understand("да, но это дорого").intents[0].intent == "expensive"


@pytest.mark.parametrize(
    "text",
    [
        "а вообще не звоните мне больше",
        "я веду машину",
        "в среду в двенадцать ровно",
        "в пять десять",
        "три рубля сорок",
        "в четвертом часу",
        "в четверть пятого",
    ],
)
def test_words_that_exist_are_left_alone(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("в четверду, в два часа дня", "в четверг, в два часа дня"),
        ("давайте в четверт, в два", "давайте в четверг, в два"),
        ("в четверт пятого", "в четверть пятого"),
    ],
)
def test_thursday_is_a_day_and_no_quarter(heard: str, said: str) -> None:
    assert mended(heard) == said


@settings(max_examples=runs(60))
@given(text=st.text(alphabet="абвгдежзиклмнопрстуфхчшыьэюя ,.-@0123456789", max_size=80))
def test_no_words_break_understanding(shared: Understanding, text: str) -> None:
    intents = shared.understand(text).intents
    assert all(0 <= match.confidence <= 1 for match in intents)
    assert len({match.intent for match in intents}) == len(intents)
    assert shared.understand(text).intents == intents


def test_a_report_counts_what_is_wrong(shared: Understanding) -> None:
    report = evaluate("two", {"yes": ["да", "дорого"], NOTHING: ["кошка спит на диване"]}, shared)
    assert report.accuracy == pytest.approx(2 / 3)
    assert "| yes | 2 | 1 | expensive 1 |" in report.markdown()
    assert "«дорого»: expensive, not yes" in report.markdown()


@pytest.mark.parametrize("broken", ["", "- да", "yes: [да]", "yes: |\n", "{", "yes: 1"])
def test_a_broken_set_of_paraphrases_is_told(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        read_paraphrases(file)


def test_an_expected_answer_is_preferred(shared: Understanding) -> None:
    text = "да, слушаю"
    assert shared.understand(text, expected=("yes",)).intents[0].intent == "yes"
    assert shared.understand(text, expected=("greeting",)).intents[0].intent == "greeting"


def test_what_matched_is_told(shared: Understanding) -> None:
    assert shared.understand("ой, это очень дорого для нас").intents[0].matched in ("дорого", "дорого для нас")
    assert shared.understand("больше не звоните").intents[0].hard


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("удалите мой номер из базы", "stop_calling"),
        ("я же просил не звонить", "stop_calling"),
        ("отстаньте уже", "stop_calling"),
        ("не надо мне больше звонить", "stop_calling"),
        ("оставьте сообщение после сигнала", "voicemail"),
        ("вы робот", "are_you_robot"),
        ("соедините с живым человеком", "operator"),
    ],
)
def test_hard_rules(text: str, intent: str) -> None:
    assert intent in {match.intent for match in hard_rules(text)}


@pytest.mark.parametrize(
    "text",
    [
        "не звоните сегодня",
        "звоните завтра",
        "мы продаем роботов и купили станок",
        "наш оператор у нас хороший",
        "оставьте номер",
    ],
)
def test_hard_rules_keep_silent(text: str) -> None:
    assert hard_rules(text) == ()


@pytest.mark.parametrize("text", ["", " ", "...", "😀", "ъ" * 5000, "{}", "\x00", "hello world", "а" * 599 + " да"])
def test_odd_input_is_survived(shared: Understanding, text: str) -> None:
    shared.understand(text)


def test_equal_scripts_share_one_understanding(understanding: Understanding, cold_call: object) -> None:
    assert Understanding.for_script(cold_call) is understanding  # type: ignore[arg-type]
