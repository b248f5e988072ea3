"""Broken scripts of many kinds (`broken/*.yaml`), each with the remark its author must get written at its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts_dialog import check
from scripts_dialog.loading.loader import Header
from scripts_dialog.loading.parts import SECTIONS
from scripts_dialog.nodes import KINDS
from scripts_dialog.nodes.action import PARAMETERS
from scripts_dialog.nodes.base import Fallback, fields_of
from scripts_dialog.outcomes import Outcome

pytestmark = pytest.mark.unit

FILES = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECTED = "# -> "

LANGUAGE = {
    *SECTIONS,
    *fields_of(Header),
    *fields_of(Fallback),
    *(field for kind in KINDS.values() for field in fields_of(kind)),
    *PARAMETERS,
    *(name for needed, possible in PARAMETERS.values() for name in needed | possible),
    *(outcome.value for outcome in Outcome),
    *("yes", "no", "variant", "recordings", "opted_out", "datetime", "bye", "s", "m", "h", "d"),
}
"""Words of the dialog language itself, which a Russian sentence about a script cannot do without."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_author_is_told_where_and_what_to_do(file: Path) -> None:
    expected = [line.removeprefix(EXPECTED) for line in file.read_text().splitlines() if line.startswith(EXPECTED)]
    assert expected, "the file says not what is wrong with it"
    found = [finding.render("ru").removeprefix(f"{file}:") for finding in check(file)]
    assert found == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_said_without_jargon_and_in_english_too(file: Path) -> None:
    for finding in check(file):
        for said in (finding.message.ru, finding.remedy.ru):
            own = re.sub(r"«[^»]*»|\{[^}]*\}|\"[^\"]*\"|\b\d\w*\b", "", said)
            foreign = set(re.findall(r"[a-z_]{2,}", own.lower())) - LANGUAGE - {"lead", "calls", "city", "and"}
            assert not foreign, (said, foreign)
            assert re.search("[а-я]", said)
        assert not re.search(
            "[а-яё]", re.sub(r"'[^']*'|\"[^\"]*\"", "", finding.message.en + finding.remedy.en).lower()
        )


def test_there_are_more_than_twenty_kinds() -> None:
    codes = {finding.code for file in FILES for finding in check(file)}
    assert len(codes) > 30
