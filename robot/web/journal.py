"""Who changed what: every handler that changes something tells it here, after it was done.

    await note(request, "quota_changed", subject="cold", before={"quota": 10}, after={"quota": 12})

what: thing_verbed, in the past. subject: what its page calls it; a phone number goes through `mask_phone`. before and
after: flat, by the names the API gives them; what is alike in both is left out. Texts longer than LONGEST are cut.
Words in use; add yours here and to robot/web/ui/src/pages/settings/words.ts:

quota_changed  campaign_state_changed  campaign_added  campaign_changed  manager_added  manager_changed
script_added  script_put_away  script_published  script_restored  script_pinned  experiment_stopped
script_recording_kept  script_recording_removed
stop_added  stop_removed  stop_list_imported  stop_list_exported  number_shown
consent_recorded  consent_revoked  consents_exported  leads_imported
company_changed  crm_mapping_changed  test_call_made
outcome_corrected  call_taken_over  call_hung_up  call_listened_to  recording_heard  recording_exported
user_added  user_role_changed  user_disabled  user_enabled  user_link_made  password_changed  signed_out_everywhere
token_added  token_revoked
deliveries_retried  deliveries_dropped
person_erased  person_disclosed
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from aiohttp import web

from robot.domain.access import Principal
from robot.domain.journal import Change, Scalar, differing
from robot.web.endpoint import PRINCIPAL
from robot.web.services import SERVICES, Services

log = structlog.get_logger(__name__)

LONGEST = 500


async def note(
    request: web.Request,
    what: str,
    *,
    subject: str = "",
    before: Mapping[str, Scalar] | None = None,
    after: Mapping[str, Scalar] | None = None,
) -> None:
    """Raises StorageError: whoever asked for the change then hears that it was not written down."""
    await note_by(request.app[SERVICES], request[PRINCIPAL], what, subject=subject, before=before, after=after)


async def note_by(
    services: Services,
    principal: Principal,
    what: str,
    *,
    subject: str = "",
    before: Mapping[str, Scalar] | None = None,
    after: Mapping[str, Scalar] | None = None,
) -> None:
    """The same, of what goes on after its request was answered."""
    was, is_now = differing(_cut(before), _cut(after))
    log.info(what, by=principal.name)
    await services.ports.access.journal.add(
        Change(services.now(), principal.name, what, subject[:LONGEST], was, is_now, principal.user_id)
    )


def _cut(values: Mapping[str, Scalar] | None) -> Mapping[str, Scalar]:
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in (values or {}).items()}
