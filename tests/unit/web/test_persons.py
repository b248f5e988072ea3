"""Erasing a person over the API: whose right it is, what is answered, and that his number is written down nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from robot.domain.access import INTEGRATOR, RIGHTS, Right, Role
from robot.domain.journal import Wanted
from robot.privacy.erasure import Eraser
from robot.storage.memory import MemoryStorage
from tests.contracts.privacy_contract import PHONE, cells, known_everywhere, traces_in
from tests.unit.web.office import NOW, Office, error_of

pytestmark = pytest.mark.unit

WRITTEN = "8 (916) 123-45-67"


def test_it_is_the_right_of_the_head_of_sales_alone() -> None:
    assert [role for role in Role if Right.ERASE_PEOPLE in RIGHTS[role]] == [Role.HEAD]
    assert Right.ERASE_PEOPLE not in INTEGRATOR


async def forget_phrases() -> int:
    return 0


async def test_a_person_is_erased_and_only_the_certificate_remains(tmp_path: Path) -> None:
    store = MemoryStorage()
    await known_everywhere(store)
    eraser = Eraser(store, tmp_path, now=lambda: NOW, forget_phrases=forget_phrases)
    async with Office(store, eraser=eraser) as office:
        head = await office.person(Role.HEAD, "Анна")
        with structlog.testing.capture_logs() as logs:
            looked = await (await head.ask("POST", "/api/persons/erase", {"phone": WRITTEN, "dry_run": True})).json()
            assert await store.leads.find(PHONE) is not None
            response = await head.ask("POST", "/api/persons/erase", {"phone": WRITTEN})
            done = await response.json()
        listed = await (await head.ask("GET", "/api/persons/certificates")).json()
        assert await error_of(await head.ask("POST", "/api/persons/erase", {"phone": "12"})) == (422, "invalid")
    assert (response.status, looked["id"], done["id"]) == (200, 0, 1)
    assert looked["gone"] == {name: count for name, count in done["gone"].items() if name != "files"}
    assert done["text"].startswith("Акт № 1 об удалении персональных данных")
    assert [one["digest"] for one in listed["items"]] == [done["digest"]]
    (change,) = await store.journal.changes(Wanted(what="person_erased"), before=None, limit=9)
    assert (change.who, change.subject, change.after) == ("Анна", "1", {})
    assert traces_in(await cells(store) + str(logs) + str(done)) == []


async def test_without_a_robot_there_is_nobody_to_do_it(office: Office) -> None:
    head = await office.person(Role.HEAD)
    assert await error_of(await head.ask("POST", "/api/persons/erase", {"phone": WRITTEN})) == (404, "no_robot")
