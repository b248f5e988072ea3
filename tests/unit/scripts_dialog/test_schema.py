"""The exported schema accepts what the loader accepts and marks what an editor should mark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from scripts_dialog import library
from scripts_dialog.schema import json_schema
from scripts_dialog.words import KEYS

pytestmark = pytest.mark.unit

BROKEN = Path(__file__).parent / "broken"
SHIPPED = [*(library.path(name) for name in library.names()), *sorted(library.PARTS.glob("*.yaml"))]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def load(file: Path) -> Any:
    return YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scripts_and_parts_fit(file: Path, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(load(file))] == []


@pytest.mark.parametrize(
    "name",
    [
        "misspelt_key",
        "misspelt_section",
        "no_start",
        "number_for_text",
        "unknown_outcome",
        "dead_end",
        "bad_action",
        "too_many_asks",
        "wrong_shape",
        "not_a_script",
        "empty_answers",
    ],
)
def test_an_editor_marks_what_is_wrong_by_itself(name: str, validator: Draft202012Validator) -> None:
    assert not validator.is_valid(load(BROKEN / f"{name}.yaml"))


def test_every_key_is_explained_in_both_languages_and_no_other() -> None:
    schema = json_schema("en")
    keys = {key for model in (schema, *schema["$defs"].values()) for key in model.get("properties", {})}
    assert keys == set(KEYS)
    assert schema["properties"]["start"]["description"] == "The phrase to begin with"
    assert "С какой фразы" in json.dumps(json_schema("ru"), ensure_ascii=False)


def test_a_phrase_written_in_place_fits_as_deep_as_it_goes(validator: Draft202012Validator) -> None:
    inner = {"say": "Пока!", "end": "refused"}
    script = {
        "script": "s",
        "start": "a",
        "phrases": {"a": {"say": "Да?", "answers": {"yes": {"say": "Да?", "answers": {"no": inner}}, "no": "a"}}},
    }
    assert validator.is_valid(script)
    inner["ends"] = "x"
    assert not validator.is_valid(script)
