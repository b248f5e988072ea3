"""Broken scripts: each mistake is named with its line and a remedy, all at once."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scripts_dialog import Script, ScriptError, check, library, load_script
from tests.conftest import runs

pytestmark = pytest.mark.unit

GOOD = """\
script: small
start: hello
variables:
  company.name: Ромашка
phrases:
  hello:
    say: Здравствуйте, {lead.name|коллега}!
    expects: yes_no
    answers:
      yes: bye
      no: {say: Жаль, end: refused, reason: price}
  bye:
    say: До свидания!
    end: info_requested
"""

BROKEN = {
    "not yaml": (GOOD.replace("  hello:", "  hello: oops: no"), "broken_yaml", 6),
    "a tab": (GOOD.replace("    expects", "\texpects"), "broken_yaml", 8),
    "not a mapping": ("- one\n- two\n", "not_a_script", 1),
    "empty": ("\n\n", "not_a_script", 1),
    "a key twice": (GOOD.replace("  bye:", "  hello:"), "duplicate_key", 12),
    "misspelt key": (GOOD.replace("answers:", "anwsers:"), "unknown_key", 9),
    "misspelt section": (GOOD.replace("phrases:", "phrazes:"), "unknown_key", 5),
    "no start": (GOOD.replace("start: hello\n", ""), "missing_key", 1),
    "unknown start": (GOOD.replace("start: hello", "start: helo"), "unknown_target", 2),
    "unknown target": (GOOD.replace("yes: bye", "yes: buy"), "unknown_target", 10),
    "unknown intent": (GOOD.replace("yes: bye", "yess: bye"), "unknown_intent", 10),
    "unknown variable": (GOOD.replace("{lead.name|коллега}", "{lead.nmae}"), "unknown_variable", 7),
    "unknown format": (GOOD.replace("{lead.name|коллега}", "{lead.name:monye}"), "unknown_format", 7),
    "stray brace": (GOOD.replace("{lead.name|коллега}", "{lead.name"), "bad_braces", 7),
    "attribute access": (GOOD.replace("{lead.name|коллега}", "{lead.__class__[0]}"), "bad_braces", 7),
    "unknown outcome": (GOOD.replace("end: refused", "end: refuzed"), "enum", 11),
    "wrong type": (GOOD.replace("say: До свидания!", "say: 42"), "not_text", 13),
    "empty text": (GOOD.replace("say: До свидания!", "say: '  '"), "empty_text", 13),
    "phrase is a list": (
        GOOD.replace("  bye:\n    say: До свидания!\n    end: info_requested\n", "  bye: [a, b]\n"),
        "dict_type",
        12,
    ),
    "leads nowhere": (GOOD.replace("    end: info_requested\n", ""), "dead_end", 12),
    "bad duration": (GOOD + "defaults: {silence: {after: soon}}\n", "duration", 15),
    "bad condition": (
        GOOD + "  x: {branch: [{when: \"__import__('os')\", goto: bye}], otherwise: bye}\n",
        "bad_condition",
        15,
    ),
    "bad action": (GOOD + "  x: {action: drop_table, goto: bye}\n", "literal_error", 15),
    "too many re-asks": (GOOD + "defaults: {silence: {at_most: 99}}\n", "less_than_equal", 15),
    "no phrases": ("script: small\nstart: hello\n", "no_phrases", 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_script_is_named_with_line_and_remedy(name: str) -> None:
    text, code, line = BROKEN[name]
    with pytest.raises(ScriptError) as caught:
        load_script(text, file="small.yaml")
    found = {(finding.code, finding.line) for finding in caught.value.findings}
    assert (code, line) in found, caught.value
    for finding in caught.value.findings:
        assert finding.file == "small.yaml"
        assert all((finding.message.ru, finding.message.en, finding.remedy.ru, finding.remedy.en))
        assert f"small.yaml:{finding.line}" in finding.render("ru")


def test_the_nearest_word_is_suggested() -> None:
    text = GOOD.replace("answers:", "anwsers:").replace("end: refused", "end: refuzed").replace("yes: bye", "yes: buy")
    remedies = "\n".join(finding.remedy.ru for finding in check(text))
    assert "«answers»" in remedies
    targets = "\n".join(finding.remedy.ru for finding in check(GOOD.replace("yes: bye", "yes: buy")))
    assert "«bye»" in targets


def test_all_mistakes_come_at_once() -> None:
    text = (
        GOOD.replace("start: hello\n", "")
        .replace("end: refused", "end: refuzed")
        .replace("say: До свидания!", "say: '{oops'")
    )
    codes = {finding.code for finding in check(text)}
    assert {"missing_key", "enum", "bad_braces"} <= codes


def test_unknown_names_come_at_once() -> None:
    text = GOOD.replace("yes: bye", "yess: buy").replace("lead.name", "lead.nmae")
    assert {finding.code for finding in check(text)} >= {"unknown_target", "unknown_intent", "unknown_variable"}


def test_the_hash_follows_the_meaning_alone() -> None:
    base = load_script(GOOD).version_hash
    same = [
        "# a comment\n" + GOOD.replace("say: До свидания!", "say:    'До   свидания!'   # bye"),
        GOOD.replace("start: hello", "title: Другое имя\nstart: hello"),
        GOOD.replace("    expects: yes_no\n", "").replace("    answers:", "    expects: yes_no\n    answers:"),
    ]
    other = [
        GOOD.replace("До свидания!", "До встречи!"),
        GOOD.replace("yes: bye", "yes, greeting: bye"),
        GOOD.replace("reason: price", "reason: trust"),
        GOOD.replace("expects: yes_no", "expects: open"),
    ]
    assert {load_script(text).version_hash for text in same} == {base}
    assert len({base, *(load_script(text).version_hash for text in other)}) == 1 + len(other)


def test_inline_targets_are_phrases_with_their_own_line() -> None:
    script = load_script(GOOD)
    assert "hello.no" in script.phrases
    assert script.place("phrases", "hello.no").line == 11


def test_a_script_cannot_be_changed() -> None:
    script = load_script(GOOD)
    with pytest.raises(TypeError):
        script.phrases["hello"] = script.phrases["bye"]  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        script.phrases["hello"].title = "x"  # type: ignore[misc]


def test_a_missing_file_and_a_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be opened"):
        load_script(tmp_path / "no.yaml")
    file = tmp_path / "cp1251.yaml"
    file.write_bytes(GOOD.encode("cp1251"))
    with pytest.raises(ScriptError, match="UTF-8"):
        load_script(file)


def test_aliases_that_unfold_without_end_are_refused() -> None:
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
    for inner, outer in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{outer}: &{outer} [" + ",".join([f"*{inner}"] * 10) + "]\n"
    with pytest.raises(ScriptError, match="too big"):
        load_script(bomb)


@settings(max_examples=runs(60))
@given(position=st.integers(0, len(GOOD) - 1), junk=st.text(min_size=1, max_size=6))
def test_junk_anywhere_gives_findings_and_nothing_else(position: int, junk: str) -> None:
    check(GOOD[:position] + junk + GOOD[position:])


@pytest.mark.parametrize("name", library.names())
def test_shipped_scripts_have_nothing_to_remark(name: str) -> None:
    assert check(library.path(name)) == []


@settings(max_examples=runs(6))
@given(chance=st.randoms(use_true_random=False))
def test_the_hash_of_a_shipped_script_does_not_know_the_order_of_keys(cold_call: Script, chance: Random) -> None:
    def shuffled(value: object) -> object:
        if isinstance(value, dict):
            return {key: shuffled(value[key]) for key in chance.sample(sorted(value), len(value))}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    data = YAML(typ="safe", pure=True).load(library.path("cold_call").read_text(encoding="utf-8"))
    text = json.dumps(shuffled(data), ensure_ascii=False, indent=chance.choice((1, 4)))
    assert load_script(text).version_hash == cold_call.version_hash
