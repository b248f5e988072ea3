"""The second hearing beside the service: only where it is wanted."""

import asyncio
import sys
from pathlib import Path

import pytest

from robot.calls.idle_review import IdleReview
from robot.settings import Settings, SpeechSettings
from robot.wiring.idle_review import reviewing
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit

TOUCH = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"


def test_it_is_off_unless_it_is_set() -> None:
    assert Settings().speech.review_when_idle is False


@pytest.mark.parametrize("wanted", [False, True])
async def test_who_wants_it_has_it_while_the_service_runs(wanted: bool, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    review = IdleReview(command=(sys.executable, "-c", TOUCH, str(ran)), quiet_s=0.0)
    settings = Settings(speech=SpeechSettings(review_when_idle=wanted))
    async with reviewing(settings, review) as listeners:
        assert listeners == ((review,) if wanted else ())
        async with asyncio.timeout(HANGS_S):
            while wanted and not ran.exists():
                await asyncio.sleep(0.01)
    assert ran.exists() is wanted
    assert len(asyncio.all_tasks()) == 1
