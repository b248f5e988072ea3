"""Rules for all tests: each names its category, and a missing service skips on a laptop but fails in CI."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
import structlog
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

pytest.register_assert_rewrite("tests.contracts")

CATEGORIES = frozenset({"unit", "speech", "asterisk", "postgres", "e2e", "web"})
IN_CI = os.environ.get("CI") == "true"
HANGS_S = 120.0
"""What has not happened by then never will: a bound against hanging, not for measuring. A busy machine takes ten times
as long as an idle one, and may stand still for a while."""
THOROUGH = os.environ.get("ZVONAR_THOROUGH") == "1"
"""Whether properties are tried with as many examples as they deserve: `make test` does after the quick unit tests."""
QUICK_SHARE = 5
ON_ODOO = (
    "postgres/test_odoo.py", "postgres/test_odoo_calls.py", "postgres/test_odoo_talks.py",
    "postgres/test_triggers_odoo.py",
)  # fmt: skip
ALL_SCRIPTS = ("scripts_dialog/test_library.py", "scripts_dialog/test_random_talks.py")


def runs(thorough: int) -> int:
    """How many examples to try a property with; the quick unit tests try a fifth of them."""
    return thorough if THOROUGH else max(4, thorough // QUICK_SHARE)


# No deadlines: a busy machine is slow. In CI always the same examples: a change is not blamed for what chance found.
settings.register_profile("zvonar", max_examples=runs(100), deadline=None, derandomize=IN_CI)
settings.load_profile("zvonar")


def missing_service(what: str) -> NoReturn:
    """Skip here, fail where everything is promised to be installed."""
    if IN_CI:
        pytest.fail(f"CI must have it: {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that a test runs in this process sets up the logs of its process; the next test's are its own."""
    root = logging.getLogger()
    told, handlers, level = structlog.get_config(), root.handlers[:], root.level
    yield
    structlog.configure(**told)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session", autouse=True)
def patient_wires() -> Iterator[None]:
    """How soon this machine connects is no matter in tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robot.crm.http.CONNECT_S", HANGS_S)
        yield


def pytest_configure() -> None:
    """The plugin of the virtual clock asks for the thread's event loop before every test; an implicit one would be made
    and never closed."""
    asyncio.set_event_loop(None)


class Together(LoadFileScheduling):  # type: ignore[misc]
    """A file's tests run in one worker, which makes once what they share; so do files that share what is dear."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if file.endswith(ON_ODOO):
            return "one Odoo"
        return "every script's understanding" if file.endswith(ALL_SCRIPTS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marks = {mark.name for mark in item.iter_markers()} & CATEGORIES
        if len(marks) != 1:
            names = ", ".join(sorted(CATEGORIES))
            raise pytest.UsageError(f"{item.nodeid}: mark it with exactly one of {names} (pytestmark = pytest.mark.…)")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.property)
