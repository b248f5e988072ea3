"""All addresses of the API. A module of routes declares ENDPOINTS, and has one line here; what follows from the list:
the routes with their rights, GET /api/openapi.json, and the test that walks all of them with every role."""

from __future__ import annotations

from collections.abc import Sequence

from robot.web.endpoint import Endpoint
from robot.web.routes import (
    calls,
    campaigns,
    consents,
    deliveries,
    events,
    journal,
    leads,
    openapi,
    plan,
    recordings,
    reports,
    session,
    stoplist,
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
    *journal.ENDPOINTS,
    *calls.ENDPOINTS,
    *recordings.ENDPOINTS,
    *reports.ENDPOINTS,
    *plan.ENDPOINTS,
    *openapi.ENDPOINTS,
)
