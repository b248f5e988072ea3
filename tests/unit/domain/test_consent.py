"""Which consent permits an advertising call, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from robot.domain.consent import Consent, consented

pytestmark = pytest.mark.unit

GIVEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CONSENT = Consent("форма на сайте", GIVEN, "Согласен получать рекламу по телефону")
REVOKED = replace(CONSENT, revoked_at=GIVEN + 10 * DAY)


def test_a_consent_stands_from_the_day_it_was_given_until_it_is_revoked() -> None:
    assert CONSENT.valid()
    assert [CONSENT.valid(GIVEN + n * DAY) for n in (-1, 0, 9, 10)] == [False, True, True, True]
    assert not REVOKED.valid()
    assert [REVOKED.valid(GIVEN + n * DAY) for n in (-1, 0, 9, 10)] == [False, True, True, False]


@pytest.mark.parametrize("consent", [replace(CONSENT, source=" "), replace(CONSENT, text=""), Consent("", GIVEN, "")])
def test_what_cannot_be_shown_is_no_consent(consent: Consent) -> None:
    assert not consent.valid()
    assert not consent.valid(GIVEN + DAY)
    assert not consented([consent], GIVEN + DAY)


def test_a_revocation_takes_back_every_consent_before_it_and_none_after() -> None:
    older = replace(CONSENT, source="договор", given_at=GIVEN - 30 * DAY)
    newer = replace(CONSENT, source="звонок", given_at=GIVEN + 20 * DAY)
    assert consented([older, CONSENT], GIVEN)
    assert consented([older, REVOKED], GIVEN + 9 * DAY)
    assert not consented([older, REVOKED], GIVEN + 10 * DAY)
    assert not consented([older, REVOKED, newer], GIVEN + 19 * DAY)
    assert consented([older, REVOKED, newer], GIVEN + 20 * DAY)
    assert not consented([], GIVEN)
