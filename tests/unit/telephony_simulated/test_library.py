"""Descriptions of people: what is shipped is complete, and what is wrong is refused with file and place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import phonenumbers
import pytest

from telephony.errors import PersonaError
from telephony.simulated.directory import NumberedDirectory, default_directory
from telephony.simulated.library import PERSONAS, load_library
from telephony.simulated.population import DEFAULT_MIX, population
from telephony.simulated.sentences import all_sentences
from telephony.simulated.speech import MANIFEST, SPEECH, RenderedVoices, load_voices
from telephony.simulated.utterance import Gender, Noise, Sound, Words, parse, pcm, spoken
from tests.unit.telephony_simulated.puppet import is_loud, library

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("_common.yaml", "agrees.yaml", "busy.yaml"):
        shutil.copy(PERSONAS / name, tmp_path / name)
    return tmp_path


def edited(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (edited("voices: [elena, ", "voices: [boris, "), "boris"),
        (edited("rulesets: [hold", "rulesets: [holds"), "holds"),
        (edited("greets:", "greats:"), "greats"),
        (edited('"Алло?"', '"Алло <beeep>"'), "beeep"),
        (edited('"Алло?"', '"Алло <pause"'), "angle bracket"),
        (edited('"Алло?"', '"Алло <pause -1>"'), "pause -1"),
        (edited('code: "10"', "code: 10"), "code"),
        (edited('code: "10"', 'code: "40"'), "40 belongs to"),
        (edited("rulesets:", "rules: [{name: x, heard: '(', then: hang_up}]\n    rulesets:"), "regular expression"),
        (edited("rulesets:", "rules: [{name: x, then: hand_over, to: boss}]\n    rulesets:"), "boss"),
        (edited("rulesets:", "rules: [{name: x, then: hand_over}]\n    rulesets:"), "hand_over"),
        (edited("rulesets:", "rules: [{name: x, reaction_s: [2, 1]}]\n    rulesets:"), "range"),
        (edited("people:", "ringing: {then: busy}\npeople:"), "answered"),
        (lambda _text: "- a list", "mapping"),
        (lambda text: text + "\n  - {", "YAML"),
        (lambda _text: "", "mapping"),
    ],
)
def test_a_wrong_description_is_refused_by_name(folder: Path, edit: Callable[[str], str], told: str) -> None:
    path = folder / "agrees.yaml"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PersonaError, match=told) as caught:
        load_library(folder)
    assert "yaml" in str(caught.value)
    assert caught.value.remedy


def test_other_encodings_and_missing_files_are_told(folder: Path) -> None:
    (folder / "agrees.yaml").write_bytes("title: Привет".encode("cp1251"))
    with pytest.raises(PersonaError, match=r"agrees\.yaml"):
        load_library(folder)
    with pytest.raises(PersonaError, match="_common"):
        load_library(folder / "nowhere")


def test_every_sentence_is_rendered_once_and_is_speech() -> None:
    voices, wanted = load_voices(), all_sentences(library())
    assert [key for key in wanted if key not in voices] == []
    files = {str(path.relative_to(SPEECH)) for path in SPEECH.glob("*/*.ogg")}
    assert len(files) == len(wanted)
    for voice in library().common.voices:
        for name, text in sorted(wanted):
            if name == voice:
                assert is_loud(voices.pcm(voice, text))
                break


def test_speech_that_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match="manifest"):
        load_voices(tmp_path)
    (tmp_path / MANIFEST).write_text('{"voice": "elena"}\n', encoding="utf-8")
    with pytest.raises(PersonaError, match="manifest"):
        load_voices(tmp_path)
    broken = tmp_path / "broken.ogg"
    broken.write_bytes(b"OggS" + bytes(100))
    voices = RenderedVoices({("elena", "да"): broken})
    with pytest.raises(PersonaError, match="decoded"):
        voices.pcm("elena", "да")
    with pytest.raises(PersonaError, match="not rendered"):
        voices.pcm("elena", "нет")


def test_an_utterance_has_words_sounds_endings_and_facts() -> None:
    assert parse("Минутку. <pause 0.5> <beep> Да.") == (
        Words("Минутку."),
        Noise(Sound.PAUSE, 0.5),
        Noise(Sound.BEEP, 0.4),
        Words("Да."),
    )
    assert spoken("Я понял(а), {name}.", Gender.FEMALE, {"name": "Пётр"}) == "Я поняла, Пётр."
    assert spoken("Я понял(а).", Gender.MALE, {}) == "Я понял."
    with pytest.raises(ValueError, match="unknown fact"):
        spoken("{boss}", Gender.MALE, {"name": "Пётр"})
    ringback = pcm(Noise(Sound.RINGBACK, 6.0))
    assert [is_loud(ringback[at * 16000 + 1600 :][:320]) for at in range(6)] == [True, *[False] * 4, True]


@pytest.fixture(scope="module")
def directory() -> NumberedDirectory:
    return NumberedDirectory(library(), load_voices())


def test_numbers_are_valid_belong_to_nobody_and_tell_the_persona(directory: NumberedDirectory) -> None:
    numbers = [directory.number_for(name, index) for name in DEFAULT_MIX for index in (0, 9999)]
    assert len(set(numbers)) == len(numbers)
    for name, number in zip([n for n in DEFAULT_MIX for _ in range(2)], numbers, strict=True):
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))
        assert number.startswith("+74950")
        persona = directory.persona(number)
        assert persona is not None
        assert persona.name == name
    with pytest.raises(ValueError, match="index"):
        directory.number_for("agrees", 10_000)
    with pytest.raises(PersonaError, match="nobody"):
        directory.number_for("nobody", 0)


def test_the_default_mix_names_every_persona() -> None:
    assert set(DEFAULT_MIX) == {persona.name for persona in library().personas.values()}


@pytest.mark.parametrize("count", [0, 1, 7, 131, 500])
def test_a_population_is_distinct_and_shared_out_as_asked(directory: NumberedDirectory, count: int) -> None:
    people = population(directory, 3, count)
    assert len(people) == count
    assert len({person.number for person in people}) == count
    assert len({person.company for person in people}) == count
    total = sum(DEFAULT_MIX.values())
    for name, weight in DEFAULT_MIX.items():
        share = sum(person.persona == name for person in people)
        assert abs(share - weight / total * count) < 1
    assert people == population(directory, 3, count)


def test_seeds_order_the_town_differently_and_a_mix_is_obeyed(directory: NumberedDirectory) -> None:
    one, two = population(directory, 1, 100), population(directory, 2, 100)
    assert [person.number for person in one] != [person.number for person in two]
    only = population(directory, 1, 5, {"agrees": 1.0, "busy": 0.0})
    assert {person.persona for person in only} == {"agrees"}
    for mix in ({}, {"agrees": 0.0}, {"agrees": -1.0, "busy": 2.0}):
        with pytest.raises(ValueError, match="mix"):
            population(directory, 1, 5, mix)
    with pytest.raises(ValueError, match="count"):
        population(directory, 1, -1)


def test_the_lead_names_the_person_who_says_that_name(directory: NumberedDirectory) -> None:
    for index in range(10):
        number = directory.number_for("secretary", index)
        persona = directory.persona(number)
        assert persona is not None
        cast = directory.cast(number, persona)
        assert cast.name == directory.name_at(number)
        assert cast.parts["secretary"].voice != cast.parts["director"].voice
        female = cast.name.patronymic.endswith("на")
        assert (cast.parts["director"].gender is Gender.FEMALE) == female


def test_the_default_directory_is_the_same_in_every_process() -> None:
    one, two = default_directory(5), default_directory(5)
    number = one.number_for("agrees", 42)
    assert one.name_at(number) == two.name_at(number)
    assert one.subscriber(number).ringing == two.subscriber(number).ringing
    names = {NumberedDirectory(library(), load_voices(), seed).name_at(number) for seed in range(8)}
    assert len(names) > 1
