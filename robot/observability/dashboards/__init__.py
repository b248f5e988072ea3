"""Grafana's dashboards as code: `python -m robot.observability.dashboards` writes them into docker/grafana/dashboards.

A panel is a value (`panels`), a dashboard is rows of them (`business`, `conversation`, `telephony`, `health`);
`grafana` makes its JSON. Each query is asked of a real Prometheus in tests/e2e/test_dashboards.py.
"""

from __future__ import annotations

from robot.observability.dashboards.business import BUSINESS
from robot.observability.dashboards.conversation import CONVERSATION
from robot.observability.dashboards.health import HEALTH
from robot.observability.dashboards.telephony import TELEPHONY

DASHBOARDS = (BUSINESS, CONVERSATION, TELEPHONY, HEALTH)
