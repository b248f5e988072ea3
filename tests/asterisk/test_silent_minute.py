"""AMI stays alive through a minute of silence: it runs beside the other tests, this one waits for its end."""

from __future__ import annotations

import pytest

from tests.asterisk.conftest import SilentMinute

pytestmark = pytest.mark.asterisk


def test_ami_is_alive_after_a_minute_without_a_word_from_asterisk(silent_minute: SilentMinute) -> None:
    outcome = silent_minute.outcome()
    assert outcome.quiet_s >= 60
    assert outcome.replied, "an action right after the silence is answered"
    assert outcome.connects == 1, "and over the same connection"
    assert outcome.pinged_connects == 1, "the guard's own pings do no harm either"
