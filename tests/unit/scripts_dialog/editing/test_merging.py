"""Two people's edits of one draft, and what differs between two texts."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from scripts_dialog import library, load_script
from scripts_dialog.editing.apply import edited
from scripts_dialog.editing.differences import differences
from scripts_dialog.editing.edits import Edit
from scripts_dialog.editing.merging import merge

pytestmark = pytest.mark.unit

COLD = library.path("cold_call").read_text(encoding="utf-8")
_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)


def said(phrase: str, text: str, on: str = COLD) -> str:
    return edit(on, op="set_say", phrase=phrase, variants=[{"texts": [text]}])


def edit(text: str, /, **fields: object) -> str:
    return edited(text, [_EDIT.validate_python(fields)])


def texts(text: str, phrase: str) -> list[str]:
    return list(load_script(text).phrases[phrase].texts())


def test_edits_of_different_phrases_are_both_kept_with_the_comments_of_both() -> None:
    yours = said("price_answer", "Ваше?").replace("# --- после письма", "# --- ваша заметка")
    theirs = said("details", "Их?").replace("# --- предложение", "# --- их заметка")
    merged = merge(COLD, yours, theirs)
    assert merged.conflicts == ()
    assert (texts(merged.text, "price_answer")[0], texts(merged.text, "details")[0]) == ("Ваше?", "Их?")
    assert "# --- ваша заметка" in merged.text
    assert "# --- их заметка" in merged.text


def test_edits_of_one_phrase_are_a_conflict_though_they_touch_different_lines() -> None:
    yours, theirs = said("offer", "Ваше?"), edit(COLD, op="set_answer", phrase="offer", intent="no", target="details")
    merged = merge(COLD, yours, theirs)
    assert (merged.text, merged.conflicts) == ("", ("offer",))


def test_the_same_edit_twice_is_no_conflict() -> None:
    assert merge(COLD, said("offer", "То же?"), said("offer", "То же?")).text == said("offer", "То же?")


def test_a_phrase_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    yours, theirs = edit(COLD, op="remove_phrase", phrase="why_not"), said("why_not", "Почему?")
    assert merge(COLD, yours, theirs).conflicts == ("why_not",)
    assert merge(COLD, theirs, yours).conflicts == ("why_not",)


def test_phrases_that_both_added_are_both_there() -> None:
    yours = edit(COLD, op="add_phrase", id="odin", kind="end", text="Раз.")
    theirs = edit(COLD, op="add_phrase", id="dva", kind="end", text="Два.")
    script = load_script(merge(COLD, yours, theirs).text)
    assert {"odin", "dva"} <= script.phrases.keys()


@pytest.mark.parametrize("intent", ["yes", "names_time"])
def test_examples_that_both_added_are_both_there(intent: str) -> None:
    yours = edit(COLD, op="add_example", intent=intent, text="ваш пример")
    theirs = edit(COLD, op="add_example", intent=intent, text="их пример")
    assert {"ваш пример", "их пример"} <= set(load_script(merge(COLD, yours, theirs).text).intents[intent].examples)


def test_neighbours_in_the_text_do_not_stand_in_each_others_way() -> None:
    yours = edit(COLD, op="set_variable", name="area", value="окнами")
    theirs = edit(COLD, op="set_variable", name="subject", value="Окна")
    variables = load_script(merge(COLD, yours, theirs).text).variables
    assert (variables["area"], variables["subject"]) == ("окнами", "Окна")


def test_who_changed_nothing_loses_nothing() -> None:
    theirs = said("offer", "Их?")
    assert merge(COLD, COLD, theirs).text == theirs
    assert merge(COLD, theirs, COLD).text == theirs


def test_a_difference_names_the_phrase_the_place_and_the_words() -> None:
    before = said("offer", "Найдётся полчаса на встречу?")
    after = edit(
        said("offer", "Найдётся час на встречу?"), op="set_answer", phrase="details", intent="no", target="book"
    )
    offer, details = differences(before, after)
    assert (offer.id, offer.title, offer.kind, offer.pieces[0].where) == ("offer", "Предложение", "changed", "say")
    assert [(word.kind, word.text) for word in offer.pieces[0].words] == [
        ("same", "Найдётся "),
        ("removed", "полчаса"),
        ("added", "час"),
        ("same", " на встречу?"),
    ]
    assert [(piece.where, piece.before, piece.after) for piece in details.pieces] == [("answers.no", "why_not", "book")]


def test_comments_and_the_order_of_answers_are_no_difference() -> None:
    other = COLD.replace("yes, decision_maker, more: offer", "more, yes, decision_maker: offer").replace(
        "# --- пред", "# пред"
    )
    assert other != COLD
    assert differences(COLD, other) == ()


def test_what_was_added_and_removed_is_told() -> None:
    text = edit(COLD, op="remove_phrase", phrase="why_not")
    text = edit(text, op="add_phrase", id="novaya", kind="end", text="Всё.")
    assert [(one.id, one.kind) for one in differences(COLD, text)] == [("why_not", "removed"), ("novaya", "added")]
