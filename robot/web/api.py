"""All addresses of the API. A module of routes declares ENDPOINTS, and has one line here; what follows from the list:
the routes with their rights, GET /api/openapi.json, and the test that walks all of them with every role."""

from __future__ import annotations

from collections.abc import Sequence

from robot.web.endpoint import Endpoint
from robot.web.routes import (
    calls,
    campaign_settings,
    campaigns,
    company,
    consents,
    crm_settings,
    deliveries,
    events,
    health,
    journal,
    leads,
    live,
    managers,
    meetings,
    openapi,
    plan,
    recordings,
    report_files,
    reports,
    script_drafts,
    script_trials,
    script_voice,
    scripts,
    session,
    stoplist,
    telephony,
    users,
)

ENDPOINTS: Sequence[Endpoint] = (
    *session.ENDPOINTS,
    *campaigns.ENDPOINTS,
    *leads.ENDPOINTS,
    *stoplist.ENDPOINTS,
    *consents.ENDPOINTS,
    *deliveries.ENDPOINTS,
    *users.ENDPOINTS,
    *events.ENDPOINTS,
    *health.ENDPOINTS,
    *journal.ENDPOINTS,
    *calls.ENDPOINTS,
    *recordings.ENDPOINTS,
    *live.ENDPOINTS,
    *reports.ENDPOINTS,
    *report_files.ENDPOINTS,
    *scripts.ENDPOINTS,
    *script_drafts.ENDPOINTS,
    *script_trials.ENDPOINTS,
    *script_voice.ENDPOINTS,
    *meetings.ENDPOINTS,
    *plan.ENDPOINTS,
    *company.ENDPOINTS,
    *campaign_settings.ENDPOINTS,
    *managers.ENDPOINTS,
    *telephony.ENDPOINTS,
    *crm_settings.ENDPOINTS,
    *openapi.ENDPOINTS,
)
