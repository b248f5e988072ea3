"""Edits of a script's text: what they change, and what they leave as it was."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from pydantic import TypeAdapter

from scripts_dialog import check, library, load_script, read_script
from scripts_dialog.editing.apply import edited
from scripts_dialog.editing.canvas import canvas_of
from scripts_dialog.editing.document import Document
from scripts_dialog.editing.edits import Edit
from scripts_dialog.editing.errors import EditError
from scripts_dialog.findings import ScriptError

pytestmark = pytest.mark.unit

COLD = library.path("cold_call").read_text(encoding="utf-8")
_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)


def edit(text: str, /, **fields: object) -> str:
    return edited(text, [_EDIT.validate_python(fields)])


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """(gone, come), stripped."""
    diff = [
        line for line in unified_diff(before.splitlines(), after.splitlines(), n=0) if line[:3] not in ("---", "+++")
    ]
    return [line[1:].strip() for line in diff if line[0] == "-"], [line[1:].strip() for line in diff if line[0] == "+"]


@pytest.mark.parametrize("name", library.names())
def test_a_script_that_is_not_edited_stays_as_it_is_to_the_letter(name: str) -> None:
    text = library.path(name).read_text(encoding="utf-8")
    assert Document(text).text() == text


def test_a_text_is_changed_and_nothing_around_it() -> None:
    after = edit(COLD, op="set_say", phrase="price_answer", variants=[{"texts": ["Дёшево:  и\nсердито?"]}])
    assert lines_changed(COLD, after) == (
        ['say: "{price_is_fair}. Давайте покажу цифры по вашей отрасли, полчаса?"'],
        ['say: "Дёшево: и сердито?"'],
    )


def test_a_variant_is_added_beside_the_others() -> None:
    variants = [
        {"variant": "benefit", "texts": ["Раз."]},
        {"variant": "proof", "texts": ["Два."], "weight": 3},
        {"variant": "third", "texts": ["Три.", "Снова три."]},
    ]
    script = load_script(edit(COLD, op="set_say", phrase="offer", variants=variants))
    said = getattr(script.phrases["offer"], "say")  # noqa: B009 - kinds without texts have none
    assert [(one.variant, one.text, one.weight) for one in said] == [
        ("benefit", ("Раз.",), 1),
        ("proof", ("Два.",), 3),
        ("third", ("Три.", "Снова три."), 1),
    ]


def test_an_answer_leaves_its_group_and_joins_another() -> None:
    after = edit(COLD, op="set_answer", phrase="details", intent="more", target="why_not")
    assert lines_changed(COLD, after) == (
        ["no: why_not", "expensive, more: price_answer"],
        ["no, more: why_not", "expensive: price_answer"],
    )


def test_an_answer_is_taken_away_and_a_new_one_comes_last() -> None:
    gone = edit(COLD, op="set_answer", phrase="why_not", intent="not_needed_now", target=None)
    assert lines_changed(COLD, gone) == (["not_needed_now: callback"], [])
    come = edit(COLD, op="set_answer", phrase="offer", intent="expensive", target="price_answer")
    assert lines_changed(COLD, come) == ([], ["expensive: price_answer"])


def test_a_phrase_of_a_part_is_copied_when_it_is_edited_and_comes_back_when_the_copy_goes() -> None:
    text = edit(COLD, op="set_say", phrase="goodbye", variants=[{"texts": ["Договорились. {meeting.when}."]}])
    script = load_script(text)
    assert script.place("phrases", "goodbye").file == "<text>"
    assert list(script.phrases["goodbye"].texts()) == ["Договорились. {meeting.when}."]
    assert check(text) == []
    back = edit(text, op="remove_phrase", phrase="goodbye")
    assert load_script(back).version_hash == load_script(COLD).version_hash


@pytest.mark.parametrize("name", ["cold_call", "webinar_invite"])
def test_all_that_comes_from_parts_can_be_copied_without_a_change_of_meaning(name: str) -> None:
    """Also phrases written in place inside others, and those whose ways out a part leaves to the script."""
    text = library.path(name).read_text(encoding="utf-8")
    script = load_script(text)
    titles = [{"op": "set_field", "phrase": one, "field": "title", "value": "Имя"} for one in script.phrases]
    often = [
        {"op": "set_field", "phrase": f"objections.{name}", "field": "at_most", "value": one.at_most}
        for name, one in script.objections.items()
    ]
    copied = edited(text, [_EDIT.validate_python(one) for one in (*titles, *often)])
    whole = load_script(copied)
    assert whole.version_hash == script.version_hash
    assert {whole.place("phrases", one).file for one in whole.phrases} == {"<text>"}


def test_a_phrase_written_in_place_is_edited_where_it_stands() -> None:
    text = COLD.replace("      greeting: greeting_again\n", "      greeting: {say: Да-да., end: refused}\n")
    after = edit(text, op="set_say", phrase="greeting.greeting", variants=[{"texts": ["Нет-нет."]}])
    assert lines_changed(text, after) == (
        ["greeting: {say: Да-да., end: refused}"],
        ["greeting: {say: Нет-нет., end: refused}"],
    )


def test_a_phrase_written_in_place_is_not_lost_when_its_answer_leads_elsewhere() -> None:
    text = COLD.replace("      greeting: greeting_again\n", "      greeting: {say: Да-да., end: refused}\n")
    script = load_script(edit(text, op="set_answer", phrase="greeting", intent="greeting", target="offer"))
    assert script.phrases["greeting"].answers["greeting"] == "offer"  # type: ignore[attr-defined]
    assert list(script.phrases["greeting.greeting"].texts()) == ["Да-да."]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"kind": "phrase", "target": "book"}, "phrase"),
        ({"kind": "end", "end": "refused"}, "end"),
        ({"kind": "goto", "target": "offer"}, "goto"),
        ({"kind": "collect", "collect": "number", "into": "lead.size", "target": "offer"}, "collect"),
        ({"kind": "book_meeting", "target": "refused_goodbye"}, "book_meeting"),
        ({"kind": "transfer"}, "transfer"),
    ],
)
def test_a_new_phrase_of_each_kind_loads(fields: dict[str, object], kind: str) -> None:
    text = edit(COLD, op="add_phrase", id="novaya", title="Новая", text="Ещё одно.", **fields)
    script = load_script(text)
    canvas = canvas_of(text, script)
    node = next(node for node in canvas.nodes if node.id == "novaya")
    assert (node.kind, node.title, node.reachable) == (kind, "Новая", False)
    assert "\n\n  novaya:\n" in text
    assert load_script(edit(text, op="remove_phrase", phrase="novaya")).version_hash == load_script(COLD).version_hash


def test_a_renamed_phrase_is_led_to_by_its_new_name() -> None:
    text = edit(COLD, op="rename_phrase", phrase="info_meeting", to="meeting_too")
    assert check(text) == []
    assert load_script(text).parts["materials"].exits["materials_sent"] == "meeting_too"
    assert "info_meeting:" not in text


def test_fallbacks_are_set_and_taken_away() -> None:
    fields = {"op": "set_fallback", "phrase": "offer", "when": "silence"}
    text = edit(COLD, **fields, say=["Алло?"], after_s=4, at_most=1, then="callback")
    silence = load_script(text).phrases["offer"].silence  # type: ignore[attr-defined]
    assert (silence.say, silence.after, silence.at_most, silence.then) == (("Алло?",), 4.0, 1, "callback")
    assert edit(text, **fields) == COLD


def test_ways_and_settings_of_an_objection() -> None:
    text = edit(COLD, op="set_way", phrase="objections.think", way="then", target="why_not")
    text = edit(text, op="set_field", phrase="objections.think", field="at_most", value=3)
    think = load_script(text).objections["think"]
    assert (think.then, think.at_most) == ("why_not", 3)


def test_a_heard_sentence_becomes_an_example_of_any_intent() -> None:
    text = COLD
    for intent in ("more", "yes"):  # of a part, shared by all
        text = edit(text, op="add_example", intent=intent, text="валяй  рассказывай")
    intents = load_script(text).intents
    assert intents["more"].examples[-1] == intents["yes"].examples[-1] == "валяй рассказывай"
    for intent in ("more", "yes"):
        text = edit(text, op="remove_example", intent=intent, text="валяй рассказывай")
    assert load_script(text).version_hash == load_script(COLD).version_hash


def test_examples_in_a_block_of_text_stay_one() -> None:
    text = f"{COLD}\nintents:\n  wow:\n    title: Ого\n    examples: |\n      ого\n      ничего себе\n"
    after = edit(text, op="add_example", intent="wow", text="вот это да")
    assert lines_changed(text, after) == ([], ["вот это да"])
    assert edit(after, op="remove_example", intent="wow", text="вот это да") == text


def test_the_loser_is_stopped_and_the_winner_stays() -> None:
    for text in (
        edit(COLD, op="stop_variant", phrase="offer", variant="proof"),
        edit(COLD, op="keep_variant", phrase="offer", variant="benefit"),
    ):
        said = load_script(text).phrases["offer"].say  # type: ignore[attr-defined]
        assert [one.variant for one in said] == ["benefit"]


def test_variables_are_changed_where_they_are_written() -> None:
    text = edit(COLD, op="set_variable", name="area", value="дверями")
    assert lines_changed(COLD, text)[1] == ["area: дверями                      # «вы занимаетесь …?»"]
    text = edit(text, op="set_variable", name="robot.name", value="Ольга")
    assert load_script(text).variables["robot.name"] == "Ольга"
    assert "proof:" not in edit(text, op="set_variable", name="proof", value=None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"op": "set_say", "phrase": "nowhere", "variants": []}, "unknown_phrase"),
        ({"op": "remove_phrase", "phrase": "goodbye"}, "not_own"),
        ({"op": "rename_phrase", "phrase": "goodbye", "to": "bye"}, "not_own"),
        ({"op": "rename_phrase", "phrase": "offer", "to": "details"}, "exists"),
        ({"op": "add_phrase", "id": "goodbye"}, "exists"),
        ({"op": "add_objection", "intent": "think", "text": "Думайте."}, "exists"),
        ({"op": "add_example", "intent": "nothing_like_it", "text": "да"}, "unknown_intent"),
        ({"op": "remove_example", "intent": "yes", "text": "да"}, "unknown_example"),
        ({"op": "stop_variant", "phrase": "offer", "variant": "c"}, "no_variant"),
        ({"op": "set_way", "phrase": "greeting", "way": "branch.3.goto", "target": "offer"}, "unknown_way"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(fields: dict[str, object], code: str) -> None:
    with pytest.raises(EditError) as refused:
        edit(COLD, **fields)
    assert refused.value.code == code


def test_a_list_that_stands_under_its_key_stays_there() -> None:
    text = "script: x\nstart: a\nphrases:\n  a:\n    say:\n    - раз\n    - два\n    end: refused\n"
    after = edit(text, op="set_header", title="Имя")
    assert after == f"{text}title: Имя\n"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {x: 1, x: 2}\n",
        "- 1\n- 2\n",
        "a: b: c\n",
        "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"x{n + 1}: &x{n + 1} [{', '.join([f'*x{n}'] * 10)}]\n" for n in range(5)),
        "a: 'unclosed\n",
        "a: " + "[" * 60 + "]" * 60 + "\n",
    ],
)
def test_hostile_yaml_is_refused_with_findings(text: str) -> None:
    with pytest.raises(ScriptError) as refused:
        Document(text)
    assert refused.value.findings


def test_a_canvas_shows_what_a_script_is() -> None:
    canvas = canvas_of(COLD, load_script(COLD))
    nodes = {node.id: node for node in canvas.nodes}
    assert next(iter(nodes)) == canvas.start == "opening"
    offer = nodes["offer"]
    assert (offer.kind, offer.part, [one.variant for one in offer.variants]) == ("phrase", "", ["benefit", "proof"])
    assert {answer.intent: answer.target for answer in offer.answers}["no"] == "why_not"
    assert nodes["book"].part == "booking"
    assert nodes["opted_out"].part == "common"
    assert nodes["greeting"].silence is not None
    assert {edge.target for edge in canvas.edges if edge.source == "offer"} >= {"book", "why_not", "details"}
    assert next(edge for edge in canvas.edges if edge.source == "greeting" and edge.quiet).target == "no_reply"
    objection = next(node for node in canvas.objections if node.id == "objections.think")
    assert (objection.kind, objection.settings["at_most"]) == ("objection", 1)
    yes = next(one for one in canvas.intents if one.intent == "yes")
    assert (yes.shared, yes.own, len(yes.examples) < yes.count) == (True, False, True)


@pytest.mark.parametrize("said", ["1.5", "{a: b}", "[1, [2], x]", "null", "[]"])
def test_what_no_phrase_can_say_breaks_no_canvas(said: str) -> None:
    text = COLD.replace(
        '    say: "{price_is_fair}. Давайте покажу цифры по вашей отрасли, полчаса?"', f"    say: {said}"
    )
    nodes = {node.id: node for node in canvas_of(text, read_script(text)[0]).nodes}
    assert "price_answer" in nodes


def test_a_broken_phrase_is_on_the_canvas_with_what_it_says() -> None:
    text = COLD.replace("    expects: yes_no\n", "    expects: yes_yes\n", 1)
    script, findings = read_script(text)
    nodes = {node.id: node for node in canvas_of(text, script).nodes}
    assert findings[0].phrase == "greeting"
    assert nodes["greeting"].kind == "broken"
    assert nodes["greeting"].title == "Приветствие"
    assert nodes["offer"].kind == "phrase"
