"""What an answer's headers say about trying again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from robot.crm.http import LONGEST_WAIT, Answer, retry_after

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("999999", LONGEST_WAIT),
        ("9999999", None),
        ("-1", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_the_other_sides_word_counts_within_reason(told: str, wait: timedelta | None) -> None:
    assert retry_after(Answer(429, headers={"retry-after": told})) == wait
