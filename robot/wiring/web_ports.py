"""The stores as the web application asks for them."""

from __future__ import annotations

from robot.storage.store import Storage
from robot.web.call_ports import CallPorts
from robot.web.ports import AccessPorts
from robot.web.services import ListPorts, Ports, ReportPorts
from robot.web.settings_ports import SettingsPorts


def web_ports(store: Storage) -> Ports:
    return Ports(
        campaigns=store.campaigns,
        progress=store.progress,
        leads=store.leads,
        requests=store.requests,
        stop_list=store.stop_list,
        consents=store.consents,
        spending=store.spending,
        deliveries=store.outbox_desk,
        access=AccessPorts(
            users=store.users,
            credentials=store.credentials,
            sessions=store.sessions,
            tokens=store.api_tokens,
            guesses=store.guesses,
            journal=store.journal,
        ),
        reports=ReportPorts(
            scripts=store.script_rollups,
            attempts=store.attempt_rollups,
            leads=store.lead_rollups,
            plan=store.plan_source,
        ),
        meetings=store.meeting_book,
        certificates=store.persons,
        lists=ListPorts(leads=store.lead_desk, stops=store.stop_desk, consents=store.consent_desk),
        settings=SettingsPorts(
            kept=store.kept_settings, managers=store.managers, trials=store.trial_calls, weekly=store.weekly
        ),
        calls=CallPorts(
            search=store.call_search,
            records=store.records,
            reports=store.call_reports,
            reviews=store.reviews,
            deliveries=store.outbox_desk,
            comments=store.comments,
            corrections=store.corrections,
            suggestions=store.suggestions,
            keys=store.keys,
            telephones=store.telephones,
            live=store.call_orders,
        ),
    )
