"""The dialog language as a JSON Schema (draft 2020-12), for editors that complete and mark it while it is written.

It is made from the very models that read a script, so it cannot fall behind. It describes one file, a script or a part;
what needs more than one place of it (targets, intents, variables) is the check's business.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from scripts_dialog.loading.loader import Header
from scripts_dialog.loading.parts import PartHeader
from scripts_dialog.model import Defaults, Intent, Objection
from scripts_dialog.nodes import KINDS
from scripts_dialog.nodes.base import TARGET_FORMAT, fields_of
from scripts_dialog.words import KEYS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{model}"
_PHRASE = {"$ref": "#/$defs/phrase"}


def json_schema(language: str = "ru") -> dict[str, Any]:
    """The schema with the meaning of every key in `language` ("ru" or "en")."""
    defs: dict[str, Any] = {}
    kinds = [_model(kind, defs) for kind in KINDS.values()]
    objection, intent, defaults = (_model(model, defs) for model in (Objection, Intent, Defaults))
    header, part = (_inline(model, defs) for model in (Header, PartHeader))
    defs["phrase"] = {"anyOf": kinds}
    defs["Defaults"].pop("required", None)  # what is left out comes from the common ground
    properties = {
        **part["properties"],
        **header["properties"],
        "phrases": {"type": "object", "additionalProperties": _PHRASE},
        "objections": {"type": "object", "additionalProperties": objection},
        "intents": {"type": "object", "additionalProperties": intent},
        "defaults": defaults,
    }
    only_part = fields_of(PartHeader) - fields_of(Header)
    only_script = (fields_of(Header) - fields_of(PartHeader)) | {"defaults"}
    schema = {
        "$schema": DIALECT,
        "title": "Zvonar: сценарий разговора" if language == "ru" else "Zvonar: a dialog script",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": [
            {"required": ["script", "start"], "properties": dict.fromkeys(sorted(only_part), False)},
            {"required": ["part"], "properties": dict.fromkeys(sorted(only_script), False)},
        ],
        "$defs": dict(sorted(defs.items())),
    }
    _adapt(schema)
    _described(schema, language)
    return schema


def _inline(model: type[BaseModel], defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model; the models inside it go to `defs`."""
    schema = TypeAdapter(model).json_schema(mode="validation", by_alias=True, ref_template=_REF)
    defs.update(schema.pop("$defs", {}))
    return schema


def _model(model: type[BaseModel], defs: dict[str, Any]) -> dict[str, Any]:
    defs[model.__name__] = _inline(model, defs)
    return {"$ref": _REF.format(model=model.__name__)}


def _adapt(schema: Any) -> None:
    """Let every target be a phrase written in place, too, and leave out what editors read differently."""
    if isinstance(schema, list):
        for item in schema:
            _adapt(item)
    elif isinstance(schema, dict):
        if schema.get("format") == TARGET_FORMAT:
            description = {key: value for key, value in schema.items() if key == "description"}
            schema.clear()
            schema.update({"anyOf": [{"type": "string", "minLength": 1}, dict(_PHRASE)], **description})
            return
        if isinstance(schema.get("pattern"), str):
            del schema["pattern"]  # \w is ASCII alone in the JavaScript of editors
        for item in schema.values():
            _adapt(item)


def _described(schema: dict[str, Any], language: str) -> None:
    """What each key means, in the reader's language instead of the docstrings'."""
    for model in (schema, *schema["$defs"].values()):
        model.pop("description", None)
        for name, value in model.get("properties", {}).items():
            if isinstance(value, dict):
                value.pop("title", None)
                if name in KEYS:
                    value["description"] = KEYS[name].en if language == "en" else KEYS[name].ru
