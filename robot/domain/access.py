"""Who may do what: rights, the roles that people have, and the scopes that tokens of integrators have. Pure.

A right is what one address of the API asks for; a role is a fixed set of rights, in a seller's words:

head      the head of sales: everything, the users too
manager   a salesman: his day, calls, leads and meetings; he listens in and takes calls over, and changes no rules
ops       who keeps the robot running: trunk, deliveries, settings; no recordings, no people's data
auditor   reads calls, recordings, reports and the journal of changes; changes nothing
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    SEE_TODAY = "see_today"
    RUN_CAMPAIGNS = "run_campaigns"
    SEE_CALLS = "see_calls"
    HEAR_CALLS = "hear_calls"
    TAKE_CALLS = "take_calls"
    """Take over, or hang up, a call under way."""
    CORRECT_CALLS = "correct_calls"
    """Comment, mark as an example, correct the outcome."""
    SEE_SCRIPTS = "see_scripts"
    EDIT_SCRIPTS = "edit_scripts"
    SEE_REPORTS = "see_reports"
    SEE_LEADS = "see_leads"
    EDIT_LEADS = "edit_leads"
    """Lists, the stop list, consents."""
    SEE_MEETINGS = "see_meetings"
    EDIT_MEETINGS = "edit_meetings"
    SEE_SETTINGS = "see_settings"
    EDIT_SETTINGS = "edit_settings"
    MEND_DELIVERIES = "mend_deliveries"
    MANAGE_USERS = "manage_users"
    SEE_JOURNAL = "see_journal"
    ERASE_PEOPLE = "erase_people"
    """Erase all that is known of a person: nothing brings it back."""


class Role(StrEnum):
    HEAD = "head"
    MANAGER = "manager"
    OPS = "ops"
    AUDITOR = "auditor"


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.HEAD: frozenset(Right),
        Role.MANAGER: frozenset(
            {
                Right.SEE_TODAY,
                Right.SEE_CALLS,
                Right.HEAR_CALLS,
                Right.TAKE_CALLS,
                Right.SEE_SCRIPTS,
                Right.SEE_LEADS,
                Right.SEE_MEETINGS,
                Right.EDIT_MEETINGS,
            }
        ),
        Role.OPS: frozenset(
            {Right.SEE_TODAY, Right.SEE_SETTINGS, Right.EDIT_SETTINGS, Right.MEND_DELIVERIES, Right.SEE_SCRIPTS}
        ),
        Role.AUDITOR: frozenset(
            {
                Right.SEE_TODAY,
                Right.SEE_CALLS,
                Right.HEAR_CALLS,
                Right.SEE_SCRIPTS,
                Right.SEE_REPORTS,
                Right.SEE_LEADS,
                Right.SEE_MEETINGS,
                Right.SEE_JOURNAL,
            }
        ),
    }
)


INTEGRATOR = frozenset({Right.SEE_TODAY, Right.RUN_CAMPAIGNS, Right.SEE_LEADS, Right.EDIT_LEADS})
"""Of a token that is written in the settings, without scopes: campaigns, quotas, leads, stop list, consents."""


def rights_of(role: Role) -> frozenset[Right]:
    return RIGHTS[role]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a user with a role, or a token with scopes (rights by their names). `name` is what journals keep;
    `user_id` is None for a token."""

    name: str
    rights: frozenset[Right]
    user_id: int | None = None

    def may(self, right: Right) -> bool:
        return right in self.rights
