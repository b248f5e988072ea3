"""The verdict on one person at one moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.campaigns import Campaign
from robot.domain.caps import ContactPolicy
from robot.domain.hours import CallingWindow
from robot.domain.numbering import NumberGuard
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_CALLBACK, PRIORITY_COLD
from robot.domain.rules import ALLOWED, DialingRules, Standing, judge, permit
from robot.domain.tariffs import Tariff

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CAMPAIGN = Campaign(1, "cold", "", "cold_call", window=CallingWindow.every(time(9), time(20)))
LEAD = Lead(1, "+74951234567")
RULES = DialingRules(contact=ContactPolicy(per_day=2, per_week=4, ever=9))

hours = st.integers(-400, 400).map(lambda n: NOW + timedelta(hours=n))
standings = st.builds(
    Standing, dials=st.lists(hours, max_size=8), cool_until=st.none() | hours, consented=st.booleans()
)


@given(standing=standings, now=hours, zone=st.sampled_from(["", "Asia/Kamchatka", "Europe/Kaliningrad"]))
def test_what_is_put_off_is_allowed_when_it_comes_back(standing: Standing, now: datetime, zone: str) -> None:
    lead = Lead(1, LEAD.phone, timezone=zone)
    verdict = judge(RULES, CAMPAIGN, lead, standing, priority=PRIORITY_COLD, now=now)
    assert verdict.allowed is (verdict == ALLOWED)
    if verdict.later is not None:
        assert verdict.later > now
        assert judge(RULES, CAMPAIGN, lead, standing, priority=PRIORITY_COLD, now=verdict.later) == ALLOWED


@given(standing=standings, now=hours)
def test_a_call_asked_for_waits_for_the_hours_alone(standing: Standing, now: datetime) -> None:
    verdict = judge(RULES, CAMPAIGN, LEAD, standing, priority=PRIORITY_CALLBACK, now=now)
    assert verdict.allowed is CAMPAIGN.window.allows(now, "Europe/Moscow")
    assert not verdict.never


@pytest.mark.parametrize(
    ("rules", "campaign", "lead", "standing", "reason"),
    [
        (RULES, CAMPAIGN, LEAD, Standing(stopped=True), "stopped"),
        (DialingRules(guard=NumberGuard(allowed=())), CAMPAIGN, LEAD, Standing(), "international"),
        (RULES, CAMPAIGN, Lead(1, "+78091234567"), Standing(), "premium"),
        (DialingRules(tariff=Tariff(())), CAMPAIGN, LEAD, Standing(), "no_tariff"),
        (RULES, Campaign(1, "a", "", "s", advertising=True), LEAD, Standing(), "no_consent"),
        (RULES, CAMPAIGN, LEAD, Standing(dials=[NOW] * 9), "contact_limit"),
    ],
)
def test_never(rules: DialingRules, campaign: Campaign, lead: Lead, standing: Standing, reason: str) -> None:
    for verdict in (
        judge(rules, campaign, lead, standing, priority=PRIORITY_COLD, now=NOW),
        permit(rules, campaign, lead, standing, priority=PRIORITY_COLD, now=NOW),
    ):
        assert (verdict.never, verdict.reason) == (True, reason)


def test_a_window_that_never_opens_is_looked_at_again_tomorrow() -> None:
    closed = Campaign(1, "a", "", "s", window=CallingWindow({}))
    verdict = judge(RULES, closed, LEAD, Standing(), priority=PRIORITY_COLD, now=NOW)
    assert (verdict.reason, verdict.later) == ("hours", NOW + timedelta(days=1))


def test_days_of_spending_are_the_companys() -> None:
    rules = DialingRules(timezone="Asia/Vladivostok")
    evening = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # midnight there
    assert rules.day(evening - timedelta(seconds=1)).day == 23
    assert rules.day(evening).day == 24
    assert rules.next_day(evening - timedelta(seconds=1)) == evening
