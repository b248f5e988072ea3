"""What became of each request to a webhook is counted by the node."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from robot.web.body import MOST_BYTES
from robot.web.hook_tally import Hook, HookResult, hook_of, result_of
from tests.unit.web.office import NOW, OTHER_SECRET, Office

pytestmark = pytest.mark.unit

PETR = {"phone": "+79161234567", "name": "Пётр"}


async def test_requests_are_told_apart_by_what_they_came_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.web.limits.MINUTE_S", 3600.0)  # a slow machine takes long enough to earn one more
    async with Office(per_minute=7) as office:
        await office.hook(PETR)
        await office.hook(PETR)
        await office.hook(PETR, secret=OTHER_SECRET)
        await office.hook(PETR, at=NOW - timedelta(hours=1))
        await office.hook(b"[" * 5000)
        await office.hook({"phone": "12"})
        await office.client.post("/hooks/nothing", data=b"")
        await office.hook(PETR, to="nowhere")
        await office.hook(PETR)
    assert office.hooks == Counter(
        {
            (Hook.LEADS, HookResult.TAKEN): 2,
            (Hook.LEADS, HookResult.UNSIGNED): 2,
            (Hook.LEADS, HookResult.INVALID): 2,
            (Hook.LEADS, HookResult.UNKNOWN): 1,
            (Hook.LEADS, HookResult.LIMITED): 1,
            (Hook.OTHER, HookResult.UNKNOWN): 1,
        }
    )


async def test_what_a_stranger_sends_is_no_request_that_is_lost() -> None:
    """Whatever is in its way before anybody looks at its signature."""
    async with Office() as office:
        await office.hook(b"[" * (MOST_BYTES + 1), secret=OTHER_SECRET)
        await office.client.post("/hooks/leads/cold", data=b"", headers={"Content-Encoding": "br"})
        await office.hook(b"[" * 5000, secret=OTHER_SECRET)
    assert office.hooks == Counter({(Hook.LEADS, HookResult.UNSIGNED): 3})


@pytest.mark.parametrize(
    ("path", "hook"),
    [
        ("/hooks/leads/cold", Hook.LEADS),
        ("/hooks/crm/amocrm/secret", Hook.CRM),
        ("/hooks/", Hook.OTHER),
        ("/hooks/other", Hook.OTHER),
        ("/hooks//leads", Hook.OTHER),
    ],
)
def test_addresses_are_of_few_kinds_whatever_is_asked_for(path: str, hook: Hook) -> None:
    assert hook_of(path) is hook


@pytest.mark.parametrize(
    ("status", "code", "result"),
    [
        (202, "", HookResult.TAKEN),
        (422, "stopped", HookResult.REFUSED),
        (422, "invalid", HookResult.INVALID),
        (400, "bad_json", HookResult.INVALID),
        (413, "too_large", HookResult.INVALID),
        (405, "method_not_allowed", HookResult.UNKNOWN),
        (503, "unavailable", HookResult.FAILED),
        (500, "internal", HookResult.FAILED),
    ],
)
def test_a_refusal_of_a_person_is_no_fault_of_who_asked(status: int, code: str, result: HookResult) -> None:
    assert result_of(status, code, genuine=True) is result
