"""The stores as the web application asks for them."""

from __future__ import annotations

from robot.storage.store import Storage
from robot.web.ports import AccessPorts
from robot.web.services import Ports


def web_ports(store: Storage) -> Ports:
    return Ports(
        campaigns=store.campaigns,
        progress=store.progress,
        leads=store.leads,
        requests=store.requests,
        stop_list=store.stop_list,
        consents=store.consents,
        spending=store.spending,
        access=AccessPorts(
            users=store.users,
            credentials=store.credentials,
            sessions=store.sessions,
            tokens=store.api_tokens,
            guesses=store.guesses,
            journal=store.journal,
        ),
    )
