"""Scripts edited, published, restored and talked to over HTTP."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from aiohttp import WSServerHandshakeError

from robot.domain.access import Role
from robot.domain.calls import Turn, TurnEnding
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.scripts.voice_talks import Ears
from robot.speech.errors import SynthesisFailed
from robot.speech.fake import FakeRecognizer, FakeVoice, decode
from scripts_dialog import library
from tests.conftest import HANGS_S
from tests.unit.web.script_office import Editor, Murmur, ScriptOffice
from tests.unit.web.test_calls import called

pytestmark = pytest.mark.unit

SHIPPED = library.path("cold_call").read_text(encoding="utf-8")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[ScriptOffice]:
    async with ScriptOffice(tmp_path) as running:
        yield running


@pytest.fixture
async def olga(office: ScriptOffice) -> Editor:
    editor = Editor(office, await office.person(name="Ольга"))
    await editor.open()
    return editor


@pytest.fixture
async def pyotr(office: ScriptOffice) -> Editor:
    editor = Editor(office, await office.person(name="Пётр"))
    await editor.open()
    return editor


def said(draft: dict[str, Any], phrase: str) -> list[str]:
    node = next(node for node in draft["canvas"]["nodes"] if node["id"] == phrase)
    return [text for variant in node["variants"] for text in variant["texts"]]


def spoken(office: ScriptOffice, phrase: str, campaign: Campaign | None = None) -> list[str]:
    """What the next call says there."""
    node = office.shelf.spoken_to(campaign or office.campaign).engine.script.phrases[phrase]
    return [text for variant in getattr(node, "say", ()) for text in variant.text]


# --- the list -----------------------------------------------------------------------------------------------


async def test_the_list_has_what_ships_with_who_speaks_it(office: ScriptOffice, olga: Editor) -> None:
    items = (await (await olga.person.ask("GET", "/api/scripts")).json())["items"]
    assert [one["name"] for one in items] == list(library.names())
    cold = next(one for one in items if one["name"] == "cold_call")
    assert (cold["origin"], cold["live"]["version"], cold["draft"]) == ("shipped", 1, None)
    assert [one["slug"] for one in cold["campaigns"]] == ["cold", "other"]
    assert await office.store.scripts.all() == []  # looking copies nothing


async def test_a_new_script_is_a_draft_until_it_is_published(office: ScriptOffice, olga: Editor) -> None:
    body = {"name": "vesna", "title": "Весна"}
    assert (await olga.person.ask("POST", "/api/scripts", body)).status == 201
    assert (await olga.person.ask("POST", "/api/scripts", body)).status == 409
    spring = Editor(office, olga.person, "vesna")
    draft = await spring.open()
    assert (draft["canvas"]["title"], draft["findings"], draft["changed"]) == ("Весна", [], True)
    assert (await spring.ask("GET", ""))["live"] is None
    job = await spring.published("первая")
    assert (job["state"], job["version"]["version"], job["findings"]) == ("done", 1, [])
    assert office.shelf.publish("vesna").engine.script.title == "Весна"


async def test_a_new_script_from_a_template_and_from_a_file(office: ScriptOffice, olga: Editor) -> None:
    for name, body in (("kopiya", {"template": "cold_call"}), ("fajl", {"yaml": SHIPPED})):
        made = await olga.person.ask("POST", "/api/scripts", {"name": name, "title": "Моя", **body})
        assert made.status == 201
        text = await Editor(office, olga.person, name).ask("GET", "/export")
        assert text == SHIPPED.replace("script: cold_call", f"script: {name}").replace(
            "title: Холодный звонок — от секретаря до встречи", "title: Моя"
        )


@pytest.mark.parametrize("name", ["cold_call", "common", "Имя", "a b", "../x", ""])
async def test_a_name_that_will_not_do_is_refused(olga: Editor, name: str) -> None:
    assert (await olga.person.ask("POST", "/api/scripts", {"name": name})).status in (409, 422)


async def test_a_script_that_nobody_speaks_is_put_away(office: ScriptOffice, olga: Editor) -> None:
    await olga.person.ask("POST", "/api/scripts", {"name": "lishnij"})
    assert (await olga.person.ask("DELETE", "/api/scripts/lishnij")).status == 204
    items = (await (await olga.person.ask("GET", "/api/scripts")).json())["items"]
    assert "lishnij" not in [one["name"] for one in items]
    assert (await olga.person.ask("POST", "/api/scripts", {"name": "lishnij", "title": "Снова"})).status == 201
    again = Editor(office, olga.person, "lishnij")
    assert (await again.open())["canvas"]["title"] == "Снова"
    await olga.ask("DELETE", "", status=409)
    await olga.person.ask("POST", "/api/scripts", {"name": "nuzhnyj"})
    await office.store.campaigns.ensure(Campaign(0, "third", "Третья", "nuzhnyj"))
    assert (await olga.person.ask("DELETE", "/api/scripts/nuzhnyj")).status == 409


# --- the draft ----------------------------------------------------------------------------------------------


async def test_an_edit_is_a_revision_and_the_text_around_it_stays(olga: Editor) -> None:
    assert (olga.revision, olga.draft["changed"]) == (0, False)
    draft = await olga.says("price_answer", "Покажу цифры?")
    assert (draft["revision"], draft["base"], draft["author"], draft["changed"]) == (2, 1, "Ольга", True)
    assert said(draft, "price_answer") == ["Покажу цифры?"]
    old = 'say: "{price_is_fair}. Давайте покажу цифры по вашей отрасли, полчаса?"'
    assert draft["yaml"] == SHIPPED.replace(old, "say: Покажу цифры?").replace(
        "say: Покажу цифры?", 'say: "Покажу цифры?"' if '"Покажу' in draft["yaml"] else "say: Покажу цифры?"
    )


async def test_undo_and_redo_go_through_all_edits(olga: Editor) -> None:
    for text in ("Раз?", "Два?"):
        await olga.says("price_answer", text)

    async def step(way: str, status: int = 200) -> list[str]:
        answer = await olga.ask("POST", f"/draft/{way}", {"revision": olga.revision}, status)
        if status != 200:
            return []
        olga.draft = answer
        return said(answer, "price_answer")

    assert await step("undo") == ["Раз?"]
    assert (await step("undo"))[0].startswith("{price_is_fair}")
    assert await step("undo", 409) == []
    assert await step("redo") == ["Раз?"]
    assert await step("redo") == ["Два?"]
    assert await step("redo", 409) == []
    assert await step("undo") == ["Раз?"]
    await olga.says("price_answer", "Три?")
    assert not olga.draft["can_redo"]
    history = await olga.ask("GET", "/draft/history")
    assert [one["what"] for one in history["items"]][:3] == ["edit", "undo", "redo"]


async def test_two_people_edit_different_phrases_and_both_edits_are_there(olga: Editor, pyotr: Editor) -> None:
    await olga.says("price_answer", "Её слова?")
    draft = await pyotr.says("details", "Его слова?")
    assert draft["merged"]
    assert (said(draft, "price_answer"), said(draft, "details")) == (["Её слова?"], ["Его слова?"])


async def test_two_people_edit_one_phrase_and_the_second_is_asked(olga: Editor, pyotr: Editor) -> None:
    await olga.says("offer", "Её слова?")
    answer = await pyotr.says("offer", "Его слова?", 409)
    assert answer["error"]["code"] == "draft_conflict"
    conflict = answer["conflict"]
    assert (conflict["author"], conflict["phrases"], conflict["revision"]) == ("Ольга", ["offer"], olga.revision)
    assert "Его слова?" in conflict["yours"]
    assert conflict["theirs"] == olga.draft["yaml"]
    pyotr.draft["revision"] = conflict["revision"]  # he has looked, and insists
    await pyotr.says("offer", "Его слова?")
    assert said(await olga.open(), "offer") == ["Его слова?"]


async def test_a_text_is_saved_whole_under_the_name_it_has_here(olga: Editor) -> None:
    text = SHIPPED.replace("script: cold_call", "script: drugoj").replace("полчаса. Найдётся время?", "час. Найдётся?")
    draft = await olga.ask("PUT", "/draft", {"revision": 0, "yaml": text})
    assert draft["yaml"] == text.replace("script: drugoj", "script: cold_call")


@pytest.mark.parametrize("text", ["a: 'b", "- 1", "phrases: 1\nphrases: 2", "a: " + "[" * 60, "x" * 500_000])
async def test_a_text_that_is_no_script_is_refused_and_nothing_is_saved(olga: Editor, text: str) -> None:
    answer = await olga.ask("PUT", "/draft", {"revision": 0, "yaml": text}, 422)
    assert answer["error"]["message"]
    assert (await olga.open())["revision"] == 0


async def test_findings_stand_beside_their_phrases_in_the_language_of_the_page(olga: Editor) -> None:
    draft = await olga.edit(op="set_answer", phrase="offer", intent="no", target="nowhere")
    (finding,) = draft["findings"]
    assert (finding["code"], finding["severity"], finding["phrase"]) == ("unknown_target", "error", "offer")
    assert finding["message"] == "переход на «nowhere», а такой фразы нет"
    english = await olga.person.ask("GET", "/api/scripts/cold_call/draft", **{"Accept-Language": "en"})
    assert (await english.json())["findings"][0]["message"] == "goes to 'nowhere', which does not exist"


async def test_an_edit_that_cannot_be_made_changes_nothing(olga: Editor) -> None:
    edits = [
        {"op": "set_header", "title": "Новое имя"},
        {"op": "set_say", "phrase": "nowhere", "variants": []},
    ]
    answer = await olga.ask("POST", "/draft/edits", {"revision": 0, "edits": edits}, 422)
    assert answer["error"]["code"] == "unknown_phrase"
    assert "Новое имя" not in (await olga.open())["yaml"]


async def test_cards_stay_where_they_were_put(olga: Editor) -> None:
    await olga.ask("PUT", "/draft/positions", {"positions": {"offer": {"x": 10.5, "y": -3}}}, 204)
    draft = await olga.open()
    assert (draft["positions"], draft["changed"]) == ({"offer": {"x": 10.5, "y": -3.0}}, False)


async def test_a_heard_sentence_becomes_an_example(olga: Editor) -> None:
    before = await olga.ask("POST", "/understood", {"text": "ну валяйте, чего уж", "phrase": "offer"})
    body = {"revision": 0, "intent": "yes", "text": "ну валяйте, чего уж"}
    olga.draft = await olga.ask("POST", "/draft/examples", body)
    after = await olga.ask("POST", "/understood", {"text": "ну валяйте, чего уж", "phrase": "offer"})
    assert before["example_of"] == ""
    assert (after["example_of"], after["meanings"][0]["intent"], after["meanings"][0]["title"]) == ("yes", "yes", "Да")
    taken = {"revision": olga.revision, "intent": "no", "text": "Ну валяйте, чего уж!"}
    refused = await olga.ask("POST", "/draft/examples", taken, 409)
    assert (refused["error"]["code"], refused["intent"]) == ("example_taken", "yes")
    await olga.ask("POST", "/draft/examples", {**taken, "intent": "no such: intent"}, 422)
    draft = await olga.ask("POST", "/draft/examples", {**taken, "anyway": True})
    assert "colliding_examples" in [finding["code"] for finding in draft["findings"]]


async def test_a_suggestion_is_taken_into_the_draft_or_turned_down(office: ScriptOffice, olga: Editor) -> None:
    call = await called(office)
    path = f"/api/calls/{call}/examples"
    await olga.person.ask("POST", path, {"turn": 2, "intent": "yes"})
    (waits,) = (await olga.ask("GET", "/suggestions"))["items"]
    assert (waits["text"], waits["phrase"], waits["at_ms"], waits["by"]) == ("дорого", "offer", 2700, "Ольга")
    accept = f"/suggestions/{waits['id']}/accept"
    body = {"revision": olga.revision, "intent": "yes"}
    assert (await olga.ask("POST", accept, body, 409))["error"]["code"] in {"example_taken", "example_collides"}
    assert len((await olga.ask("GET", "/suggestions"))["items"]) == 1, "what was refused waits on"
    draft = await olga.ask("POST", accept, {**body, "anyway": True})
    assert "дорого" in next(one for one in draft["canvas"]["intents"] if one["intent"] == "yes")["added"]
    assert (await olga.ask("GET", "/suggestions"))["items"] == []
    await olga.ask("POST", accept, body, 404)
    await olga.person.ask("POST", path, {"turn": 2, "intent": ""})
    (again,) = (await olga.ask("GET", "/suggestions"))["items"]
    await olga.ask("DELETE", f"/suggestions/{again['id']}", status=204)
    assert (await olga.ask("GET", "/suggestions"))["items"] == []


async def test_what_was_not_understood_is_told_by_phrase_with_its_calls(office: ScriptOffice, olga: Editor) -> None:
    def missed(number: int, phrase: str, heard: str) -> Turn:
        return Turn(number, phrase, heard=heard, heard_from_ms=10 * number, ending=TurnEnding.NOT_UNDERSTOOD)

    await called(office, Outcome.REFUSED, "", missed(1, "greeting", "чего"), missed(2, "offer", "эээ ну это"))
    newest = await called(office, Outcome.REFUSED, "", missed(1, "offer", "Чего"), missed(2, "offer", "чего"))
    await called(office)
    found = await olga.ask("GET", "/unheard?phrase=offer")
    assert [(one["text"], one["count"]) for one in found["items"]] == [("Чего", 2), ("эээ ну это", 1)]
    assert (found["items"][0]["call"], found["items"][0]["at_ms"]) == (str(newest), 10)
    assert (found["calls"], found["more"]) == (2, False)
    assert (await olga.ask("GET", "/unheard?phrase=offer&script_version=other"))["items"] == []
    assert (await olga.ask("GET", "/unheard?phrase=goodbye"))["calls"] == 0


async def test_a_script_tells_what_its_author_called_things(olga: Editor) -> None:
    names = await olga.ask("GET", "/names")
    assert names["phrases"]["offer_short"] == "Не дослушали"
    assert names["intents"]["yes"] == "Да"


# --- publishing ---------------------------------------------------------------------------------------------


async def test_what_is_published_is_what_the_next_call_says(office: ScriptOffice, olga: Editor) -> None:
    before = office.shelf.spoken_to(office.campaign)
    await olga.says("price_answer", "Покажу цифры?")
    assert spoken(office, "price_answer")[0].startswith("{price_is_fair}")
    job = await olga.published("короче")
    version = job["version"]
    assert (job["state"], version["version"], version["note"], version["author"]) == ("done", 2, "короче", "Ольга")
    assert job["done"] == job["total"] > 0
    assert spoken(office, "price_answer")[0] == "Покажу цифры?"
    assert before.engine.script.version_hash != version["hash"]  # who holds the old one goes on with it
    assert office.shelf.spoken_to(office.campaign).engine.script.version_hash == version["hash"]
    listed = (await olga.ask("GET", "/versions"))["items"]
    assert [(one["version"], one["live"], one["origin"]) for one in listed] == [(2, True, "own"), (1, False, "shipped")]
    assert not (await olga.open())["changed"]
    assert olga.draft["base"] == 2


async def test_other_nodes_speak_it_after_their_next_look(office: ScriptOffice, olga: Editor, tmp_path: Path) -> None:
    async with ScriptOffice(tmp_path / "other", office.store) as other:
        await other.desk.watch.refresh()
        await olga.says("price_answer", "Покажу цифры?")
        await olga.published()
        assert spoken(other, "price_answer")[0].startswith("{price_is_fair}")
        await other.desk.watch.refresh()
        assert spoken(other, "price_answer") == spoken(office, "price_answer")
        assert other.voices.phrases.get("Покажу цифры?") is not None  # rendered before anybody speaks it


async def test_a_script_made_on_another_node_is_there_before_anybody_is_rung(
    office: ScriptOffice, olga: Editor, tmp_path: Path
) -> None:
    await olga.person.ask("POST", "/api/scripts", {"name": "vesna"})
    spring = Editor(office, olga.person, "vesna")
    await spring.open()
    async with ScriptOffice(tmp_path / "other", office.store) as other:
        await other.desk.watch.refresh()
        await spring.published()
        campaign = await office.store.campaigns.ensure(Campaign(0, "spring", "Весна", "vesna"))
        with pytest.raises(FileNotFoundError):
            other.shelf.spoken_to(campaign)
        await other.desk.watch.ready(campaign)
        assert other.shelf.spoken_to(campaign).engine.script.name == "vesna"


async def test_a_version_that_cannot_be_made_ready_leaves_the_one_before(office: ScriptOffice, olga: Editor) -> None:
    """It should not be there; whatever has happened to it, people are called."""
    await olga.says("price_answer", "Раз?")
    await olga.published()
    good = await office.store.script_versions.get("cold_call", 2)
    assert good is not None
    bad = replace(good, mark=replace(good.mark, version=3), text="script: cold_call\nstart: nowhere\n")
    assert await office.store.script_versions.publish(bad)
    await office.desk.watch.refresh()
    assert spoken(office, "price_answer") == ["Раз?"]
    assert await office.store.script_versions.publish(replace(good, mark=replace(good.mark, version=4)))
    await office.desk.watch.refresh()
    assert office.shelf.lineup.live == {"cold_call": 4}


async def test_a_draft_with_errors_is_refused_with_its_findings(office: ScriptOffice, olga: Editor) -> None:
    await olga.edit(op="set_answer", phrase="offer", intent="no", target="nowhere")
    job = await olga.published()
    assert (job["state"], job["version"]) == ("refused", None)
    assert job["findings"][0]["phrase"] == "offer"
    assert (
        office.shelf.spoken_to(office.campaign).engine.script.version_hash
        == (await olga.ask("GET", ""))["live"]["hash"]
    )


async def test_what_no_voice_can_say_is_refused(tmp_path: Path) -> None:
    class Hoarse(Murmur):
        async def synthesize(self, text: str) -> bytes:
            if "Ъъ" in text:
                raise SynthesisFailed("no such sound")
            return await super().synthesize(text)

    async with ScriptOffice(tmp_path, voice=Hoarse()) as office:
        olga = Editor(office, await office.person())
        await olga.open()
        await olga.says("price_answer", "Ъъ?")
        job = await olga.published()
        assert (job["state"], [one["text"] for one in job["unspoken"]]) == ("refused", ["Ъъ?"] * 2)
        assert await office.store.script_versions.live() == {}


async def test_a_process_that_dies_while_it_publishes_leaves_the_old_version(
    office: ScriptOffice, olga: Editor, tmp_path: Path
) -> None:
    await olga.says("price_answer", "Покажу цифры?")
    rendering = asyncio.Event()

    async def prepare(*_args: object, **_options: object) -> None:
        rendering.set()
        await asyncio.Event().wait()

    office.voices.phrases.prepare = prepare  # type: ignore[method-assign, assignment]
    await olga.ask("POST", "/publish", {"revision": olga.revision}, 202)
    await rendering.wait()
    await olga.ask("POST", "/publish", {"revision": olga.revision}, 409)  # one at a time
    await office.desk.publisher.close()
    assert await office.store.script_versions.live() == {}
    async with ScriptOffice(tmp_path / "again", office.store) as again:
        await again.desk.watch.refresh()
        assert spoken(again, "price_answer")[0].startswith("{price_is_fair}")
        assert said((await Editor(again, await again.person(name="Ольга")).open()), "price_answer") == ["Покажу цифры?"]


async def test_nothing_is_published_twice_or_unseen(olga: Editor, pyotr: Editor) -> None:
    await olga.ask("POST", "/publish", {"revision": 0}, 409)
    await olga.says("price_answer", "Раз?")
    answer = await pyotr.ask("POST", "/publish", {"revision": 0}, 409)
    assert answer["error"]["code"] == "stale_revision"


async def test_an_old_version_is_restored_as_a_new_one(office: ScriptOffice, olga: Editor) -> None:
    await olga.says("price_answer", "Покажу цифры?")
    await olga.published()
    job = await olga.over(await olga.ask("POST", "/versions/1/restore", {"note": "лучше было"}, 202))
    assert (job["version"]["version"], job["version"]["restored"], job["version"]["ancestor"]) == (3, 1, 2)
    assert spoken(office, "price_answer")[0].startswith("{price_is_fair}")
    first, last = [await olga.ask("GET", f"/versions/{number}") for number in (1, 3)]
    assert (first["version"]["hash"], first["yaml"]) == (last["version"]["hash"], last["yaml"])
    assert not (await olga.open())["changed"]


async def test_a_campaign_stays_with_its_version(office: ScriptOffice, olga: Editor) -> None:
    other = next(one for one in await office.store.campaigns.all() if one.slug == "other")
    await olga.says("price_answer", "Раз?")
    await olga.published()
    await olga.ask("PUT", "/campaigns/other", {"version": 2})
    await olga.says("price_answer", "Два?")
    await olga.published()
    assert (spoken(office, "price_answer"), spoken(office, "price_answer", other)) == (["Два?"], ["Раз?"])
    listed = await olga.ask("PUT", "/campaigns/other", {"version": None})
    assert [one["pinned"] for one in listed["campaigns"]] == [None, None]
    assert spoken(office, "price_answer", other) == ["Два?"]
    await olga.ask("PUT", "/campaigns/other", {"version": 9}, 404)
    await olga.ask("PUT", "/campaigns/nobody", {"version": 2}, 404)


async def test_the_winner_is_rolled_out_and_the_draft_follows(office: ScriptOffice, olga: Editor) -> None:
    await olga.says("price_answer", "Ещё не готово?")
    body = {"phrase": "offer", "variant": "proof", "action": "keep", "note": "выиграл"}
    job = await olga.over(await olga.ask("POST", "/variants", body, 202))
    assert job["state"] == "done"
    assert len(spoken(office, "offer")) == 1
    assert spoken(office, "price_answer")[0].startswith("{price_is_fair}")
    draft = await olga.open()
    assert (len(said(draft, "offer")), said(draft, "price_answer"), draft["base"]) == (1, ["Ещё не готово?"], 2)
    await olga.ask("POST", "/variants", {**body, "action": "stop"}, 422)
    await olga.ask("POST", "/variants", body, 409)


async def test_what_differs_is_told_by_phrase_and_word(olga: Editor) -> None:
    await olga.edit(op="set_say", phrase="offer", variants=[{"variant": "benefit", "texts": ["Найдётся час?"]}])
    changes = (await olga.ask("GET", "/diff"))["changes"]
    assert [(one["id"], one["kind"]) for one in changes] == [("offer", "changed")]
    await olga.published()
    assert (await olga.ask("GET", "/diff"))["changes"] == []
    assert (await olga.ask("GET", "/diff?before=1&after=2"))["changes"] == changes
    await olga.ask("GET", "/diff?before=7", status=404)


async def test_a_published_version_means_the_same_when_the_product_changes(
    office: ScriptOffice, olga: Editor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Parts that a version includes are kept with it."""
    await olga.says("price_answer", "Раз?")
    version = (await olga.published())["version"]
    parts = tmp_path / "parts"
    parts.mkdir()
    for part in library.PARTS.glob("*.yaml"):
        changed = part.read_text(encoding="utf-8").replace("Отлично!", "Чудно!")
        (parts / part.name).write_text(changed, encoding="utf-8")
    monkeypatch.setattr(library, "PARTS", parts)
    async with ScriptOffice(tmp_path / "upgraded", office.store) as upgraded:
        await upgraded.desk.watch.refresh()
        assert spoken(upgraded, "book")[0] == "Отлично!"
        assert upgraded.shelf.spoken_to(office.campaign).engine.script.version_hash == version["hash"]


# --- trying it out ------------------------------------------------------------------------------------------


async def test_the_draft_is_talked_to_and_tells_why(olga: Editor) -> None:
    await olga.says("price_answer", "Дёшево и сердито. Записать вас?")
    talk = await olga.ask("POST", "/talks", {"variables": {"lead.name": "Мария"}, "seed": 3}, 201)
    assert talk["lines"][0]["who"] == "robot"
    at = f"/talks/{talk['id']}"
    for text in ("да", "а что вы предлагаете", "дорого"):
        talk = await olga.ask("POST", f"{at}/say", {"text": text})
    assert talk["phrase"] == "price_answer"
    assert talk["lines"][-1]["text"] == "Дёшево и сердито. Записать вас?"
    last = talk["turns"][-1]
    assert (last["intent"], last["next_phrase"], bool(last["matched"])) == ("expensive", "price_answer", True)
    assert talk["path"][-1] == "price_answer"
    talk = await olga.ask("POST", f"{at}/say", {"event": "hang_up"})
    assert talk["outcome"] == "refused"
    await olga.ask("POST", f"{at}/say", {"text": "алло"}, 409)
    assert (await olga.ask("GET", at))["outcome"] == "refused"
    await olga.ask("DELETE", at, status=204)
    await olga.ask("GET", at, status=404)


async def test_a_talk_is_forgotten_after_half_an_hour(office: ScriptOffice, olga: Editor) -> None:
    talk = await olga.ask("POST", "/talks", {"version": "1"}, 201)
    office.clock = office.clock.replace(hour=office.clock.hour + 1)
    await olga.ask("POST", f"/talks/{talk['id']}/say", {"text": "да"}, 404)


async def test_a_draft_with_errors_is_not_talked_to(olga: Editor) -> None:
    await olga.edit(op="set_answer", phrase="offer", intent="no", target="nowhere")
    answer = await olga.ask("POST", "/talks", {}, 422)
    assert answer["findings"][0]["phrase"] == "offer"


async def test_a_phrase_is_heard_as_calls_say_it(tmp_path: Path) -> None:
    async with ScriptOffice(tmp_path, voice=FakeVoice()) as office:
        olga = Editor(office, await office.person())
        await olga.open()
        await olga.edit(op="set_say", phrase="offer", variants=[{"texts": ["Это {company.name}. [пауза 1с] Да?"]}])
        answer = await olga.person.ask("GET", "/api/scripts/cold_call/audio?phrase=offer")
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        with wave.open(io.BytesIO(await answer.read())) as sound:
            pcm = sound.readframes(sound.getnframes())
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert decode(pcm)[0].startswith("Это Город на ладони")
        await olga.ask("GET", "/audio?phrase=nowhere", status=404)
        await olga.ask("GET", "/audio?phrase=offer&variant=5", status=404)


async def test_a_studio_recording_is_kept_heard_and_published(office: ScriptOffice, olga: Editor) -> None:
    tone = io.BytesIO()
    wave_of = 0.3 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000)
    soundfile.write(tone, wave_of.astype(np.float32), 16_000, format="WAV")
    at = "/api/scripts/cold_call/recordings"
    headers = {"Cookie": f"{office.cookie}={olga.person.secret}", "X-CSRF-Token": olga.person.csrf}
    kept = await office.client.put(f"{at}/offer.wav", data=tone.getvalue(), headers=headers)
    assert (await kept.json())["seconds"] == pytest.approx(2.0, abs=0.2)
    for bad, content in (("offer.exe", tone.getvalue()), ("..%2Foffer.wav", tone.getvalue()), ("a.wav", b"no sound")):
        assert (await office.client.put(f"{at}/{bad}", data=content, headers=headers)).status in (404, 422)
    await olga.open()
    variant = {"texts": ["Предлагаю встречу?"], "audio": ["offer.wav"]}
    draft = await olga.edit(op="set_say", phrase="offer", variants=[variant])
    assert draft["findings"] == []
    assert (await olga.ask("GET", "/recordings"))["items"][0]["used_by"] == ["offer"]
    heard = await (await olga.person.ask("GET", "/api/scripts/cold_call/audio?phrase=offer")).read()
    await olga.published()
    recorded = office.shelf.spoken_to(office.campaign).recordings["offer.wav"]
    assert heard.endswith(recorded)
    await olga.ask("DELETE", "/recordings/offer.wav", status=204)
    assert "unknown_recording" in [one["code"] for one in (await olga.open())["findings"]]
    assert office.shelf.spoken_to(office.campaign).recordings["offer.wav"] == recorded


async def test_a_draft_is_talked_to_over_a_websocket(tmp_path: Path) -> None:
    """The greeting comes down as sound; hanging up ends it. What is said and understood: tests/unit/scripts."""
    async with ScriptOffice(tmp_path, ears=Ears(FakeRecognizer(), lambda: any)) as office:
        olga = await office.person()
        headers = {"Cookie": f"{office.cookie}={olga.secret}", "Origin": str(office.client.make_url("")).rstrip("/")}
        heard, told = b"", []
        async with office.client.ws_connect("/api/scripts/cold_call/voice?rate=16000", headers=headers) as socket:
            async for message in socket:
                if isinstance(message.data, bytes):
                    heard += message.data
                    await socket.send_bytes(bytes(640))
                else:
                    told.append(json.loads(message.data))
                if any(heard) and {"type": "hang_up"} not in told:
                    told.append({"type": "hang_up"})
                    await socket.send_str('{"type": "hang_up"}')
        kinds = [one["type"] for one in told]
        assert kinds.index("rendering") < kinds.index("begun") < kinds.index("turn") < kinds.index("hang_up")
        assert told[-1] == {"type": "ended", "outcome": "refused", "reason": "hung_up", "by": "client"}
        for wrong in ({**headers, "Origin": "https://elsewhere.example"}, {"Origin": headers["Origin"]}):
            with pytest.raises(WSServerHandshakeError):
                await office.client.ws_connect("/api/scripts/cold_call/voice", headers=wrong)
        plain = await olga.ask("GET", "/api/scripts/cold_call/voice")
        assert plain.status == 426


async def test_who_is_signed_out_talks_to_it_no_more(tmp_path: Path) -> None:
    async with ScriptOffice(tmp_path, ears=Ears(FakeRecognizer(), lambda: any)) as office:
        olga = await office.person()
        headers = {"Cookie": f"{office.cookie}={olga.secret}", "Origin": str(office.client.make_url("")).rstrip("/")}
        told = []
        async with (
            asyncio.timeout(HANGS_S),
            office.client.ws_connect("/api/scripts/cold_call/voice?rate=16000", headers=headers) as socket,
        ):
            async for message in socket:
                if isinstance(message.data, bytes):
                    await socket.send_bytes(bytes(640))
                    continue
                told.append(json.loads(message.data))
                if told[-1]["type"] == "begun":
                    assert (await olga.ask("POST", "/api/sign-out")).status == 204
        assert (told[-1]["type"], told[-1]["by"]) == ("ended", "line")


# --- who may ------------------------------------------------------------------------------------------------


async def test_who_may_only_see_scripts_changes_none(office: ScriptOffice) -> None:
    manager = Editor(office, await office.person(Role.MANAGER))
    await manager.open()
    await manager.says("offer", "Моё?", 403)
    await manager.ask("POST", "/publish", {"revision": 0}, 403)
    assert (await manager.ask("POST", "/talks", {}, 201))["lines"]


async def test_what_was_published_is_in_the_journal(olga: Editor) -> None:
    await olga.says("price_answer", "Раз?")
    await olga.published("заметка")
    items = (await (await olga.person.ask("GET", "/api/journal")).json())["items"]
    assert (items[0]["what"], items[0]["subject"], items[0]["after"]["note"]) == (
        "script_published",
        "cold_call",
        "заметка",
    )
