"""Where phrases lead: answers and other ways out. A phrase written in place of a target that is led elsewhere is not
lost: it becomes a phrase of its own under the id it had."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap

from scripts_dialog.editing.document import Document, drop, grown, put, rename
from scripts_dialog.editing.edits import SetAnswer, SetWay
from scripts_dialog.editing.errors import EditError
from scripts_dialog.editing.spots import Slot, group, slots


def set_answer(document: Document, node: Any, edit: SetAnswer) -> None:
    answers = node.get("answers")
    if not isinstance(answers, CommentedMap) or not answers:
        if edit.target is not None:
            put(node, "answers", grown({edit.intent: edit.target}))
        return
    names = {slot.key: slot.name for slot in slots(document) if slot.within is answers}
    now = next((key for key in answers if edit.intent in group(key)), None)
    if now is not None:
        led = answers[now] if isinstance(answers[now], str) else names.get(now)
        if led == edit.target:
            return
        if len(group(now)) == 1 and edit.target is not None and isinstance(answers[now], str):
            put(answers, now, edit.target)
            return
        _leave(document, answers, now, edit.intent)
    if edit.target is not None:
        _lead(answers, names, edit.intent, edit.target)


def _leave(document: Document, answers: Any, key: str, intent: str) -> None:
    """The answer leads there no more; the others of its group do."""
    rest = [one for one in group(key) if one != intent]
    if isinstance(answers[key], dict) and (not rest or group(key)[0] == intent):
        slot = next(slot for slot in slots(document) if slot.within is answers and slot.key == key)
        _settle(document, slot)
    if rest:
        rename(answers, key, ", ".join(rest))
    else:
        drop(answers, key)


def _lead(answers: Any, names: dict[str, str], intent: str, target: str) -> None:
    same = next((key for key in answers if target in (answers[key], names.get(key))), None)
    if same is None:
        put(answers, intent, target)
    else:
        rename(answers, same, f"{same}, {intent}")


def set_way(document: Document, node: Any, edit: SetWay) -> None:
    first, _, rest = edit.way.partition(".")
    if rest == "then" and not isinstance(node.get(first), dict):
        if edit.target is not None:
            put(node, first, grown({"then": edit.target}))
        return
    within, key = _way(node, edit.way)
    if key in within and isinstance(within[key], dict):
        slot = next(slot for slot in slots(document) if slot.within is within and slot.key == key)
        if edit.target == slot.name:
            return
        _settle(document, slot)
    if edit.target is not None:
        put(within, key, edit.target)
    elif key in within:
        drop(within, key)


def _way(node: Any, way: str) -> tuple[Any, str]:
    first, _, rest = way.partition(".")
    if not rest:
        return node, way
    if first == "branch":
        cases = node.get("branch")
        index = int(rest.split(".")[0])
        if not isinstance(cases, list) or index >= len(cases) or not isinstance(cases[index], dict):
            raise EditError("unknown_way", "такого условия у фразы нет", "the phrase has no such condition")
        return cases[index], "goto"
    return node[first], rest


def _settle(document: Document, slot: Slot) -> None:
    """Give the phrase written in this place one of its own."""
    node = slot.within[slot.key]
    put(slot.within, slot.key, slot.name)
    if slot.name not in document.section("phrases"):
        document.add("phrases", slot.name, node)


def remove_slot(slot: Slot) -> None:
    """Take a way out away, with the phrase written in its place."""
    drop(slot.within, slot.key)
