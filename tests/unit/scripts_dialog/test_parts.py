"""Sub-scripts: an offer is written once, and what is wrong between a script and its parts is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts_dialog import Script, ScriptError, check, load_script

pytestmark = pytest.mark.unit

MAIN = """\
script: main
goal: information
start: hello
include:
  - part: offer
    exits: {agreed: bye}
phrases:
  hello: {say: Удобно?, expects: yes_no, answers: {yes: offer, no: bye}}
  bye: {say: До свидания!, end: info_requested}
"""
OFFER = """\
part: offer
entries: [offer]
exits: [agreed]
variables: {price: сто рублей}
phrases:
  offer:
    say: Это стоит {price}. Берёте?
    expects: yes_no
    answers:
      yes: agreed
      no: why
  why:
    say: Почему?
    answers:
      expensive, more: {say: Жаль!, end: refused}
objections:
  expensive: {say: Это недорого., at_most: 1}
intents:
  more: {examples: [расскажите подробнее, а что это такое]}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "main.yaml"


def load(folder: Path, **files: str) -> Script:
    return load_script(write(folder, **{"main": MAIN, "offer": OFFER, **files}))


def test_a_part_joins_with_its_exit_led_where_the_script_says(tmp_path: Path) -> None:
    script = load(tmp_path)
    assert dict(script.phrases["offer"].targets())["answers.yes"] == "bye"
    assert {"offer", "why", "why.expensive", "hello", "bye"} == script.own
    assert {"expensive", "stop_calling"} <= script.objections.keys()
    assert "more" in script.intents
    assert script.variables["price"] == "сто рублей"
    assert script.place("phrases", "why").file.endswith("offer.yaml")
    assert script.place("phrases", "why").line == 12
    assert check(tmp_path / "main.yaml") == []


def test_the_script_has_the_last_word(tmp_path: Path) -> None:
    own = MAIN.replace("phrases:\n", "variables: {price: двести}\nphrases:\n  why: {say: Точно?, answers: {no: bye}}\n")
    script = load(tmp_path, main=own)
    assert script.variables["price"] == "двести"
    assert "why.expensive" not in script.phrases
    assert script.place("phrases", "why").file.endswith("main.yaml")


def test_a_replacing_phrase_may_lead_on_inside_the_part(tmp_path: Path) -> None:
    own = MAIN + "  offer: {say: Берёте?, answers: {no: why, yes: bye}}\n"
    assert "why" in dict(load(tmp_path, main=own).phrases["offer"].targets()).values()


def test_the_hash_covers_what_is_included(tmp_path: Path) -> None:
    before = load(tmp_path).version_hash
    assert load(tmp_path, offer="# comment\n" + OFFER).version_hash == before
    assert load(tmp_path, offer=OFFER.replace("сто рублей", "тысячу рублей")).version_hash != before


def test_parts_include_parts_and_a_diamond_is_no_clash(tmp_path: Path) -> None:
    base = "part: base\nentries: [base]\nexits: [out]\nphrases:\n  base: {say: Да?, answers: {yes: out}}\n"
    left = (
        "part: left\nentries: [left]\nexits: [agreed]\ninclude: [{part: base, exits: {out: agreed}}]\n"
        "phrases:\n  left: {goto: base}\n"
    )
    right = left.replace("left", "right").replace("agreed", "done")
    main = MAIN.replace(
        "  - part: offer\n    exits: {agreed: bye}\n",
        "  - {part: left, exits: {agreed: bye}}\n  - {part: right, exits: {done: bye}}\n",
    ).replace("yes: offer, no: bye", "yes: left, no: right")
    script = load(tmp_path, main=main, left=left, right=right, base=base)
    assert dict(script.phrases["base"].targets())["answers.yes"] == "bye"


OTHER = "part: other\nentries: [other]\nphrases:\n  other: {say: Ой!, end: refused}\n"
BOTH = MAIN.replace("phrases:\n", "  - other\nphrases:\n")
BROKEN = {
    "unknown part": ({"main": MAIN.replace("part: offer", "part: ofer")}, "unknown_part", "main.yaml", 5),
    "a path out": ({"main": MAIN.replace("part: offer", "part: ../offer")}, "string_pattern_mismatch", "main.yaml", 5),
    "an absolute path": (
        {"main": MAIN.replace("part: offer", "part: /etc/x")},
        "string_pattern_mismatch",
        "main.yaml",
        5,
    ),
    "a number": ({"main": MAIN.replace("part: offer", "part: 5")}, "string_type", "main.yaml", 5),
    "unknown exit": ({"main": MAIN.replace("agreed: bye", "agred: bye")}, "unknown_exit", "main.yaml", 5),
    "missing exit": ({"main": MAIN.replace("    exits: {agreed: bye}\n", "")}, "missing_exit", "main.yaml", 5),
    "inner phrase": ({"main": MAIN.replace("yes: offer", "yes: why")}, "not_an_entry", "main.yaml", 8),
    "undeclared exit": ({"offer": OFFER.replace("no: why", "no: hello")}, "undeclared_exit", "offer.yaml", 11),
    "unknown entry": (
        {"offer": OFFER.replace("entries: [offer]", "entries: [ofer]")},
        "unknown_entry",
        "offer.yaml",
        1,
    ),
    "cycle": ({"offer": OFFER.replace("exits:", "include: [offer]\nexits:")}, "part_cycle", "offer.yaml", 3),
    "clash of phrases": ({"main": BOTH, "other": OTHER + "  why: {end: refused}\n"}, "part_clash", "other.yaml", 5),
    "clash of variables": ({"main": BOTH, "other": OTHER + "variables: {price: x}\n"}, "part_clash", "other.yaml", 5),
    "broken part": ({"offer": OFFER.replace("  why:", "  why: ha: no")}, "broken_yaml", "offer.yaml", 12),
    "misspelt key in a part": ({"offer": OFFER.replace("entries", "entires")}, "unknown_key", "offer.yaml", 2),
    "misspelt key in its phrase": ({"offer": OFFER.replace("say: Поч", "sai: Поч")}, "unknown_key", "offer.yaml", 13),
    "unknown target": ({"offer": OFFER.replace("no: why", "no: wy")}, "unknown_target", "offer.yaml", 11),
    "defaults in a part": ({"offer": OFFER + "defaults: {max_speech: 5s}\n"}, "unknown_key", "offer.yaml", 20),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_named_where_it_is_written(name: str, tmp_path: Path) -> None:
    files, code, file, line = BROKEN[name]
    with pytest.raises(ScriptError) as caught:
        load(tmp_path, **files)
    found = {(finding.code, Path(finding.file).name, finding.line) for finding in caught.value.findings}
    assert (code, file, line) in found, caught.value


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.yaml").write_text(OFFER, encoding="utf-8")
    (tmp_path / "inside" / "offer.yaml").symlink_to(tmp_path / "secret.yaml")
    assert {finding.code for finding in check(write(tmp_path / "inside", main=MAIN))} == {"unknown_part"}


def test_a_part_alone_and_an_unused_part_are_remarked(tmp_path: Path) -> None:
    path = write(tmp_path, main=MAIN.replace("yes: offer", "yes: bye"), offer=OFFER)
    assert {finding.code for finding in check(path)} == {"unused_part"}
    assert {finding.code for finding in check(tmp_path / "offer.yaml")} == {"is_a_part"}
