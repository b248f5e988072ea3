"""Edits carried out on a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ruamel.yaml.comments import CommentedMap

from scripts_dialog.editing import edits as e
from scripts_dialog.editing.below import Below
from scripts_dialog.editing.document import Document, drop, grown, put, rename
from scripts_dialog.editing.errors import EditError, unknown_phrase
from scripts_dialog.editing.intents import edit_intent
from scripts_dialog.editing.sayings import keep_variant, set_say, stop_variant
from scripts_dialog.editing.spots import OBJECTION, Spot, find, slots
from scripts_dialog.editing.ways import remove_slot, set_answer, set_way


def edited(text: str, edits: Iterable[e.Edit]) -> str:
    """The text after all of the edits. Raises EditError, ScriptError for a text that cannot be read."""
    document = Document(text)
    below = Below(document.data)
    for edit in edits:
        _edit(document, below, edit)
    return document.text()


def _edit(document: Document, below: Below, edit: e.Edit) -> None:
    match edit:
        case e.SetStart() | e.SetHeader() | e.SetVariable():
            _edit_header(document, edit)
        case e.AddIntent() | e.AddExample() | e.RemoveExample() | e.RemoveIntent():
            edit_intent(document, below, edit)
        case e.AddPhrase():
            _add_phrase(document, below, edit)
        case e.AddObjection():
            _refuse_known(document, below, f"{OBJECTION}{edit.intent}")
            document.add("objections", edit.intent, grown({"say": said(edit.text)}))
        case e.RemovePhrase():
            _remove_phrase(document, below, edit.phrase)
        case e.RenamePhrase():
            _rename_phrase(document, below, edit)
        case _:
            _edit_phrase(document, _own(document, below, edit.phrase).node, edit)


def _edit_header(document: Document, edit: e.SetStart | e.SetHeader | e.SetVariable) -> None:
    match edit:
        case e.SetStart():
            put(document.data, "start", edit.phrase)
        case e.SetHeader():
            for key in ("title", "goal"):
                if getattr(edit, key) is not None:
                    put(document.data, key, getattr(edit, key))
        case e.SetVariable():
            _set_variable(document, edit)


def _edit_phrase(
    document: Document,
    node: Any,
    edit: e.SetSay | e.SetField | e.SetAnswer | e.SetWay | e.SetFallback | e.StopVariant | e.KeepVariant,
) -> None:
    match edit:
        case e.SetSay():
            set_say(node, edit.variants)
        case e.SetField():
            _set_field(node, edit)
        case e.SetAnswer():
            set_answer(document, node, edit)
        case e.SetWay():
            set_way(document, node, edit)
        case e.SetFallback():
            _set_fallback(document, node, edit)
        case e.StopVariant():
            stop_variant(node, edit.variant)
        case e.KeepVariant():
            keep_variant(node, edit.variant)


def _own(document: Document, below: Below, phrase: str) -> Spot:
    """The phrase in the script's own text, copied there from a part when it is of one."""
    spot = find(document, phrase)
    if spot is not None:
        return spot
    if phrase == "defaults":
        put(document.data, "defaults", grown({}), apart=True)
    for section, nodes in below.copy_of(phrase).items():
        for name, raw in nodes.items():
            document.add(section, name, grown(raw))
    spot = find(document, phrase)
    if spot is None:
        raise unknown_phrase(phrase)
    return spot


def _set_field(node: Any, edit: e.SetField) -> None:
    value = edit.value
    if isinstance(value, str):
        value = said(value)
    if isinstance(value, tuple):
        texts = [said(text) for text in value]
        value = grown(texts) if len(texts) != 1 else texts[0]
    if value is not None and value != []:
        put(node, edit.field, value)
    elif edit.field in node:
        drop(node, edit.field)


def _set_fallback(document: Document, node: Any, edit: e.SetFallback) -> None:
    texts = [said(text) for text in edit.say or ()]
    given = {
        "after": f"{edit.after_s:g}s" if edit.after_s is not None else None,
        "say": (texts[0] if len(texts) == 1 else grown(texts)) if texts else None,
        "at_most": edit.at_most,
    }
    if edit.then is None and all(value is None for value in given.values()):
        set_way(document, node, e.SetWay(op="set_way", phrase=edit.phrase, way=f"{edit.when}.then", target=None))
        drop(node, edit.when)
        return
    if not isinstance(node.get(edit.when), dict):
        made = {key: value for key, value in {**given, "then": edit.then}.items() if value is not None}
        put(node, edit.when, grown(made))
        return
    for key, value in given.items():
        if value is not None:
            put(node[edit.when], key, value)
        elif key in node[edit.when]:
            drop(node[edit.when], key)
    set_way(document, node, e.SetWay(op="set_way", phrase=edit.phrase, way=f"{edit.when}.then", target=edit.then))


def _set_variable(document: Document, edit: e.SetVariable) -> None:
    """Where it is written, dotted or nested; a new one dotted."""
    within, name = document.section("variables"), edit.name
    while name not in within:
        first, _, rest = name.partition(".")
        if not rest or not isinstance(within.get(first), dict):
            break
        within, name = within[first], rest
    if edit.value is not None and within is document.section("variables"):
        document.add("variables", name, said(edit.value), apart=False)
    elif edit.value is not None:
        put(within, name, said(edit.value))
    elif name in within:
        drop(within, name)


def _refuse_known(document: Document, below: Below, phrase: str) -> None:
    if find(document, phrase) is not None or below.copy_of(phrase):
        raise EditError("exists", f"«{phrase}» уже есть", f"'{phrase}' is there already")


def _add_phrase(document: Document, below: Below, edit: e.AddPhrase) -> None:
    _refuse_known(document, below, edit.id)
    target = edit.target or str(document.data.get("start", ""))
    speaks = {"title": edit.title or None, "say": said(edit.text) or None}
    ways: dict[str, dict[str, Any]] = {
        "phrase": {"answers": {"yes": edit.target} if edit.target else {}},
        "end": {"end": edit.end, "interruptible": False},
        "goto": {"goto": target},
        "collect": {"collect": edit.collect, "into": edit.into, "collected": target},
        "book_meeting": {"book_meeting": {"duration": "30m"}, "booked": target, "no_slot": "callback"},
        "transfer": {"transfer": edit.transfer, "failed": edit.target or "operator_callback"},
    }
    node = {key: value for key, value in {**speaks, **ways[edit.kind]}.items() if value is not None}
    document.add("phrases", edit.id, grown(node))


def _remove_phrase(document: Document, below: Below, phrase: str) -> None:
    spot = find(document, phrase)
    if spot is None:
        raise _not_own(phrase) if below.copy_of(phrase) else unknown_phrase(phrase)
    if not spot.inline:
        drop(spot.within, spot.key)
        return
    remove_slot(next(slot for slot in slots(document) if slot.within is spot.within and slot.key == spot.key))


def _rename_phrase(document: Document, below: Below, edit: e.RenamePhrase) -> None:
    spot = find(document, edit.phrase)
    if spot is None or edit.phrase.startswith(OBJECTION):
        raise _not_own(edit.phrase) if below.copy_of(edit.phrase) else unknown_phrase(edit.phrase)
    _refuse_known(document, below, edit.to)
    leading = [slot for slot in slots(document) if isinstance(slot.within[slot.key], str)]
    if spot.inline:
        node = spot.node
        put(spot.within, spot.key, edit.to)
        document.add("phrases", edit.to, node)
    else:
        rename(spot.within, spot.key, edit.to)
    for slot in leading:
        target = str(slot.within[slot.key])
        if target == edit.phrase or target.startswith(f"{edit.phrase}."):
            put(slot.within, slot.key, edit.to + target[len(edit.phrase) :])
    if document.data.get("start") == edit.phrase:
        put(document.data, "start", edit.to)
    for include in document.data.get("include") or ():
        exits = include.get("exits") if isinstance(include, dict) else None
        if isinstance(exits, CommentedMap):
            for way in [way for way, target in exits.items() if target == edit.phrase]:
                put(exits, way, edit.to)


def _not_own(phrase: str) -> EditError:
    return EditError(
        "not_own",
        f"фраза «{phrase}» общая для нескольких сценариев: здесь её можно изменить, но не удалить и не переименовать",
        f"'{phrase}' belongs to a part: it can be changed here, not removed or renamed",
    )


def said(text: str) -> str:
    """One line: what is spoken has no other."""
    return " ".join(text.split())
