"""What the routes work with: ports, the clock, and what the settings allow."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import web
from pydantic import BaseModel

from robot.analytics.ports import PlanSource
from robot.analytics.report_ports import AttemptRollups, LeadRollups, ScriptRollups
from robot.calls.live import LiveBoard
from robot.crm.base import Campaigns, Consents, Leads, Spending, StopList
from robot.crm.import_jobs import ImportJobs
from robot.crm.lead_desk import LeadDesk
from robot.crm.list_desk import ConsentDesk, StopDesk
from robot.crm.outbox_desk import OutboxDesk
from robot.crm.requests import Requests
from robot.dialer.ports import Progress
from robot.domain.clock import utc_now
from robot.domain.phones import InvalidPhone, parse_phone
from robot.privacy.erasure import Eraser
from robot.privacy.ports import Certificates
from robot.scripts.desk import ScriptsDesk
from robot.settings_web import WebSettings
from robot.web.call_ports import CallPorts
from robot.web.errors import NotFound, Unusable
from robot.web.events import EventHub
from robot.web.hook_tally import OnHook, ignore_hooks
from robot.web.meeting_ports import MeetingBook
from robot.web.pace_board import PaceBoard
from robot.web.passwords import Passwords
from robot.web.ports import AccessPorts
from robot.web.settings_ports import Plant, SettingsPorts
from robot.web.standing import Standing

INTAKE_AT_ONCE = 4
"""Requests that are written at once: when a site sends hundreds together, talks and dialing share the node's processor
and its connections to the database with so many, not with all. The others wait as long as it takes: a site that
gives up has its request written all the same, while one that was sent away might never come back with it."""

_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_CLEAR = re.compile(r"\+[0-9]{7,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReportPorts:
    """Out of the rollups; plan: what is left to call."""

    scripts: ScriptRollups
    attempts: AttemptRollups
    leads: LeadRollups
    plan: PlanSource


@dataclass(frozen=True, slots=True)
class ListPorts:
    """Of the page of leads and lists."""

    leads: LeadDesk
    stops: StopDesk
    consents: ConsentDesk


@dataclass(frozen=True, slots=True)
class Ports:
    """The stores, by what the routes ask of them."""

    campaigns: Campaigns
    progress: Progress
    leads: Leads
    requests: Requests
    stop_list: StopList
    consents: Consents
    spending: Spending
    access: AccessPorts
    deliveries: OutboxDesk
    reports: ReportPorts
    calls: CallPorts
    settings: SettingsPorts
    lists: ListPorts
    meetings: MeetingBook
    certificates: Certificates


@dataclass(frozen=True, slots=True)
class Services:
    """`ceiling_kopecks`: of a day's calls, None without one. lines: on which this node may talk at once. node: its
    name, "" where there is one alone. data_dir: what recordings are relative to, None where no recordings are. live:
    talks of this process, None where none are held. letters: there is a mail server to send them by. on_hook: told of
    each request to a webhook. intake: who may bring a lead at this moment."""

    ports: Ports
    settings: WebSettings
    pace: PaceBoard
    ceiling_kopecks: int | None = None
    now: Callable[[], datetime] = field(default=utc_now)
    passwords: Passwords = field(default_factory=Passwords)
    data_dir: Path | None = None
    live: LiveBoard | None = None
    hub: EventHub = field(default_factory=EventHub)
    standing: Standing = field(default_factory=Standing)
    plant: Plant | None = None
    scripts: ScriptsDesk | None = None
    eraser: Eraser | None = None
    lines: int = 0
    node: str = ""
    letters: bool = False
    on_hook: OnHook = ignore_hooks
    intake: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(INTAKE_AT_ONCE))
    imports: ImportJobs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "imports", ImportJobs(self.ports.leads, self.now))


SERVICES = web.AppKey("services", Services)


def plant_of(request: web.Request) -> Plant:
    """Raises NotFound where the pages are served without a robot."""
    plant = request.app[SERVICES].plant
    if plant is None:
        raise NotFound("no_robot", "здесь не работает робот", "no robot works here")
    return plant


def answer(model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        text=model.model_dump_json(), status=status, content_type="application/json", headers=dict(headers or {})
    )


def table(text: str, name: str) -> web.Response:
    """A CSV file that spreadsheets open in the right encoding."""
    return web.Response(
        body=text.encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def number(written: str) -> str:
    """E.164. Raises Unusable, without quoting it."""
    if _CLEAR.fullmatch(written):
        return written  # a number of the stop list need not be one of the plan
    try:
        return parse_phone(written)
    except InvalidPhone as error:
        raise Unusable("invalid", "такого номера нет: проверьте код и количество цифр", str(error)) from None


def id_of(request: web.Request, part: str = "id") -> int:
    """A number in the address. Raises NotFound for what is none: nothing has such a number."""
    written = request.match_info[part]
    if not _ID.fullmatch(written):
        raise NotFound("not_found", "такого нет", "there is no such thing")
    return int(written)
