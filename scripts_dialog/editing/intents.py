"""Examples of what clients say."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap

from scripts_dialog.editing.below import Below
from scripts_dialog.editing.document import Document, drop, grown, put
from scripts_dialog.editing.edits import AddExample, AddIntent, RemoveExample, RemoveIntent
from scripts_dialog.editing.errors import EditError
from scripts_dialog.understanding.shared import shared_intents


def edit_intent(document: Document, below: Below, edit: AddIntent | AddExample | RemoveExample | RemoveIntent) -> None:
    match edit:
        case AddIntent():
            _add_intent(document, below, edit)
        case AddExample():
            _add_example(document, below, edit)
        case RemoveExample():
            _remove_example(document, edit)
        case RemoveIntent():
            _remove_intent(document, edit.intent)


def _add_intent(document: Document, below: Below, edit: AddIntent) -> None:
    intents = document.section("intents")
    if edit.intent in intents or edit.intent in shared_intents() or below.owner(edit.intent, of="intents"):
        raise EditError("exists", f"смысл «{edit.intent}» уже есть", f"the intent '{edit.intent}' is there already")
    made = {"title": edit.title or None, "implies": edit.implies, "examples": [_line(text) for text in edit.examples]}
    document.add("intents", edit.intent, grown({key: value for key, value in made.items() if value}))


def _add_example(document: Document, below: Below, edit: AddExample) -> None:
    """Twice the same is once."""
    intents, text = document.section("intents"), _line(edit.text)
    intent = intents.get(edit.intent)
    if not isinstance(intent, CommentedMap):
        if edit.intent not in shared_intents() and not below.owner(edit.intent, of="intents"):
            raise _unknown(edit.intent)
        document.add("intents", edit.intent, grown({"also": [text]}))
        return
    key = "examples" if "examples" in intent else "also"
    if text in _lines(intent.get("examples")) + _lines(intent.get("also")):
        return
    written = intent.get(key)
    if isinstance(written, str):
        lines = written.rstrip("\n")
        put(intent, key, type(written)(f"{lines}\n{text}\n"))
    elif isinstance(written, list) and written:
        put(intent, key, grown([*written, text]))
    else:
        put(intent, key, grown([text]))


def _remove_example(document: Document, edit: RemoveExample) -> None:
    intents, text = document.section("intents"), _line(edit.text)
    intent = intents.get(edit.intent)
    for key in ("examples", "also"):
        written = intent.get(key) if isinstance(intent, dict) else None
        lines = _lines(written)
        if text not in lines:
            continue
        rest = [line for line in lines if line != text]
        if not rest:
            _remove_last(intents, edit.intent, key)
        elif isinstance(written, str):
            put(intents[edit.intent], key, type(written)("".join(f"{line}\n" for line in rest)))
        else:
            put(intents[edit.intent], key, grown(rest))
        return
    raise EditError("unknown_example", "такого примера в сценарии нет", "the script has no such example")


def _remove_last(intents: Any, name: str, key: str) -> None:
    other = {"examples": "also", "also": "examples"}[key]
    if other in intents[name]:
        drop(intents[name], key)
    elif key == "also":
        drop(intents, name)
    else:
        raise EditError(
            "last_example",
            f"это последний пример смысла «{name}»: удалите сам смысл",
            f"this is the last example of '{name}': remove the intent",
        )


def _remove_intent(document: Document, name: str) -> None:
    intents = document.section("intents")
    if name not in intents:
        raise _unknown(name)
    drop(intents, name)


def _unknown(name: str) -> EditError:
    return EditError("unknown_intent", f"смысла «{name}» нет", f"there is no intent '{name}'")


def _lines(written: Any) -> list[str]:
    if isinstance(written, str):
        return [line.strip() for line in written.splitlines() if line.strip()]
    return [str(line) for line in written] if isinstance(written, list) else []


def _line(text: str) -> str:
    return " ".join(text.split())
