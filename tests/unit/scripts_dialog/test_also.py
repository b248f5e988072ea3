"""Examples added to an intent that a part or all scripts have already."""

from __future__ import annotations

import pytest

from scripts_dialog import Understanding, check, library, load_script
from scripts_dialog.loading.loader import bundle_of
from scripts_dialog.understanding.shared import shared_intents

pytestmark = pytest.mark.unit

COLD = library.path("cold_call").read_text(encoding="utf-8")


def with_intents(text: str) -> str:
    return f"{COLD}\nintents:\n{text}"


def test_added_examples_are_understood_and_the_others_stay() -> None:
    script = load_script(with_intents("  yes:\n    also: [замётано начальник]\n"))
    understanding = Understanding.for_script(script)
    assert understanding.understand("замётано, начальник").intents[0].intent == "yes"
    assert set(shared_intents()["yes"].examples) < set(script.intents["yes"].examples)


def test_what_is_understood_otherwise_is_understood_as_before() -> None:
    """A shared intent that was added to is trusted no more than the others are."""
    plain = Understanding.for_script(load_script(COLD))
    added = Understanding.for_script(load_script(with_intents("  yes:\n    also: [замётано начальник]\n")))
    for sentence in ("да", "нет не надо", "дорого", "перезвоните завтра", "а кто это", "ну давайте попробуем"):
        assert added.understand(sentence).intents[0].intent == plain.understand(sentence).intents[0].intent


def test_an_intent_of_a_part_keeps_its_examples() -> None:
    script = load_script(with_intents("  names_time:\n    also: |\n      хоть бы и в субботу\n"))
    examples = script.intents["names_time"].examples
    assert examples[0] == "завтра в три"
    assert examples[-1] == "хоть бы и в субботу"


def test_an_example_of_another_intent_is_found() -> None:
    taken = shared_intents()["no"].examples[0]
    found = check(with_intents(f"  yes:\n    also: [{taken}]\n"))
    assert {finding.code for finding in found} == {"colliding_examples"}
    assert f"«{taken}»" in found[0].message.ru


def test_adding_changes_the_version_and_shared_examples_do_not() -> None:
    one = load_script(with_intents("  yes:\n    also: [замётано]\n"))
    other = load_script(with_intents("  yes:\n    also: [замётано, по рукам]\n"))
    assert len({load_script(COLD).version_hash, one.version_hash, other.version_hash}) == 3


def test_an_intent_without_any_example_is_refused() -> None:
    assert [finding.code for finding in check(with_intents("  yes:\n    title: Да\n"))] == ["no_examples"]


def test_a_published_script_stands_on_what_it_stood_on() -> None:
    bundle = dict(bundle_of(COLD))
    assert load_script(COLD, bundle=bundle).version_hash == load_script(COLD).version_hash
    bundle["booking"] = bundle["booking"].replace("Отлично!", "Замечательно!")
    changed = load_script(COLD, bundle=bundle)
    assert "Замечательно!" in next(iter(changed.phrases["book"].texts()))
    bundle["common"] = bundle["common"].replace("Алло, вы меня слышите?", "Алло, вы тут?")
    assert load_script(COLD, bundle=bundle).version_hash != changed.version_hash
