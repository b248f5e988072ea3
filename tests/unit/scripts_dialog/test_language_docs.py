"""The reference names everything the language has, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts_dialog import Outcome, check, load_script
from scripts_dialog.loading.references import FORMATS, KNOWN_VARIABLES
from scripts_dialog.nodes.action import PARAMETERS
from scripts_dialog.words import KEYS

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = DOCS / "ru" / "dialog-language.md"


def test_the_reference_names_every_key_variable_format_outcome_and_action() -> None:
    named = set(re.findall(r"[\w.]+", " ".join(re.findall(r"```.*?```|`[^`]+`", REFERENCE.read_text(), re.S))))
    language = set(KEYS) | KNOWN_VARIABLES | FORMATS | {outcome.value for outcome in Outcome} | set(PARAMETERS)
    assert language - named - {""} == set()


def test_the_first_example_is_a_script_without_remarks() -> None:
    text = re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text(), re.S)[0]
    assert check(text) == []
    assert "Ромашка" not in load_script(text).variables


def test_commands_of_the_how_to_exist() -> None:
    from robot.cli.script import script  # noqa: PLC0415 - only here

    used = set(re.findall(r"zvonar script (\w+)", (DOCS / "ru" / "write-a-script.md").read_text()))
    assert used
    assert used <= set(script.commands)
