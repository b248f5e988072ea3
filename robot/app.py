"""The composition root: settings become a running robot. Only the commands import it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from robot.calls.archive import Archive
from robot.calls.events import Observer
from robot.calls.live import LiveBoard
from robot.calls.ports import Calendar, PhraseSource
from robot.calls.reception import Receptionist
from robot.calls.scripts import ScriptShelf
from robot.crm.outbox import Outbox
from robot.dialer.breaker import BreakerState
from robot.dialer.pacing import Pace
from robot.dialer.worker import Dialer
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.observability.metrics import Metrics
from robot.observability.traced import TracedCalendar
from robot.scripts.desk import ScriptsDesk
from robot.settings import Settings
from robot.steady import going_first, keep_steady
from robot.storage.store import Storage
from robot.storage.throttles import SqlThrottle
from robot.web.app import Probes
from robot.web.events import EventHub, Topic
from robot.web.feed import feed
from robot.web.pace_board import PaceBoard
from robot.web.services import Services
from robot.wiring.calendars import watching
from robot.wiring.crew import Crew, make_crew
from robot.wiring.crm_desk import CrmDesk, following
from robot.wiring.idle_review import reviewing
from robot.wiring.keeping import (
    erasures_of,
    installation,
    known_schemas,
    purifier,
    schema_of,
)
from robot.wiring.lines import asterisk_line, configured_asterisk, lab_settings, probe
from robot.wiring.live import taking_orders
from robot.wiring.look import look
from robot.wiring.outgoing import delivering, outgoing, targets
from robot.wiring.pages import pages
from robot.wiring.plant import NodePlant
from robot.wiring.privacy import eraser, forgetting
from robot.wiring.probes import NodeProbes
from robot.wiring.scripts import publishing, script_stores, scripts_desk
from robot.wiring.speech import Speech, engine_options, open_speech, recognizer_options
from robot.wiring.tracing import tracing
from robot.wiring.triggers import crm_inlet, triggering
from robot.wiring.trunk import Places, configured_pbx, usual_places
from robot.wiring.web_ports import web_ports
from robot.wiring.weekly import weekly
from telephony.base import Line
from telephony.errors import TelephonyError

__all__ = [
    "Crew",
    "Places",
    "Robot",
    "Speech",
    "asterisk_line",
    "configured_asterisk",
    "configured_pbx",
    "engine_options",
    "erasures_of",
    "installation",
    "known_schemas",
    "lab_settings",
    "open_speech",
    "pages",
    "probe",
    "purifier",
    "recognizer_options",
    "run_until_dialed",
    "schema_of",
    "script_stores",
    "serve",
    "targets",
    "usual_places",
    "web_ports",
]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Robot:
    """Everything one node runs: a line, engines, a database, the dialer over them."""

    settings: Settings
    storage: Storage
    speech: Speech
    line: Line
    metrics: Metrics
    recordings: Path
    scripts: ScriptShelf
    on_pace: Callable[[Campaign, Pace], None] = lambda _campaign, _pace: None
    board: PaceBoard = field(default_factory=lambda: PaceBoard(utc_now))
    hub: EventHub = field(default_factory=EventHub)
    live: LiveBoard = field(default_factory=LiveBoard)
    archive: Archive = field(init=False)
    desk: ScriptsDesk = field(init=False)
    crms: CrmDesk = field(init=False)

    def __post_init__(self) -> None:
        self.crms = CrmDesk(self.settings, self.storage.kept_settings, SqlThrottle(self.storage.database))
        self.settings = self.crms.settings
        self.archive = Archive(self.recordings)
        self.storage.database.on_written = self.metrics.node.store_write.observe
        self.desk = scripts_desk(self.storage, self.speech, self.scripts, self.hub)

    def dialer(self, *observers: Observer) -> Dialer:
        """For who dials and takes no calls."""
        return self.crew(*observers).dialer

    def crew(self, *observers: Observer, calendar: Calendar | None = None) -> Crew:
        """Who dials, and who takes calls. calendar: instead of the store's own."""
        return make_crew(self, observers, on_pace=self._paced, on_line=self._alert, calendar=calendar)

    def probes(self) -> Probes:
        """What machines ask."""
        asked = NodeProbes(self.storage, self.line, self.metrics, partial(look, self))
        return Probes(asked.readiness, asked.exposition)

    def _paced(self, campaign: Campaign, pace: Pace) -> None:
        before = self.board.last.get(campaign.slug)
        self.board.note(campaign, pace)
        self.metrics.plan.paced(campaign.slug, pace.limit)
        if before is None or before[0] != self.board.last[campaign.slug][0]:
            self.hub.publish(Topic.CAMPAIGNS, campaign=campaign.slug)
        self.on_pace(campaign, pace)

    @property
    def trial_voice(self) -> PhraseSource:
        return self.speech.phrases

    def services(self) -> Services:
        """What the API works with."""
        ports = web_ports(self.storage)
        ceiling = self.settings.dialing_rules().ceiling_kopecks
        data_dir = self.recordings.parent
        return Services(
            ports,
            self.settings.web,
            self.board,
            ceiling,
            hub=self.hub,
            data_dir=data_dir,
            scripts=self.desk,
            live=self.live,
            lines=self.settings.dialer.channels,
            node=self.settings.dialer.node,
            letters=self.settings.sending.mail is not None,
            on_hook=self.metrics.intake.hook,
            plant=NodePlant(self, self.crms),
            eraser=eraser(self),
        )

    def _alert(self, campaign: Campaign, state: BreakerState) -> None:
        """A campaign pauses since its calls fail by faults of ours, or goes on."""
        self.metrics.plan.breaker(campaign.slug, open_=state is not BreakerState.CLOSED)


async def serve(robot: Robot, stop: asyncio.Event, *observers: Observer) -> None:
    """Dial and answer HTTP until `stop`; then drain. What cannot mend itself is raised."""
    async with (
        tracing(robot.settings) as tracer,
        following(robot.crms),
        publishing(robot.desk),
        pages(robot, crm_inlet(robot)),
        taking_orders(robot),
        forgetting(robot),
        weekly(robot),
        reviewing(robot.settings) as listeners,
        outgoing(robot, tracer) as outbox,
        watching(robot) as calendar,
        triggering(robot),
    ):
        traces = () if tracer is None else (tracer,)
        watched = calendar if tracer is None else TracedCalendar(calendar, tracer)
        crew = robot.crew(*traces, *observers, *listeners, feed(robot.hub), calendar=watched)
        await run_until_dialed(robot, crew.dialer, stop, crew.receptionist, outbox)


async def run_until_dialed(
    robot: Robot,
    dialer: Dialer,
    stop: asyncio.Event,
    receptionist: Receptionist | None = None,
    outbox: Outbox | None = None,
) -> None:
    """Line, dialer and reception together, the recordings compressed, and what goes out delivered. The dialer ends
    first (it drains on `stop`, calls that came in too), then the line, then the outbox; any of them that fails stops
    the dialer and is raised."""
    keep_steady()
    async with robot.archive, delivering(outbox, on_failure=stop.set):
        with going_first() as first:
            log.info("audio_goes_first", allowed=first)
            await _run_until_dialed(robot, dialer, stop, receptionist)


async def _run_until_dialed(
    robot: Robot, dialer: Dialer, stop: asyncio.Event, receptionist: Receptionist | None
) -> None:
    line = asyncio.create_task(robot.line.run(), name="line")
    line.add_done_callback(lambda _task: stop.set())
    receiving = asyncio.create_task(_receive(dialer, receptionist, stop), name="reception")
    receiving.add_done_callback(lambda _task: stop.set())
    try:
        await dialer.run(stop)
    except TelephonyError:
        if not line.done():
            raise  # else the line's own end, raised below, tells more
    finally:
        for side in (receiving, line):
            side.cancel()
            await asyncio.wait([side])
    for side in (line, receiving):
        if not side.cancelled() and (error := side.exception()) is not None:
            raise error


async def _receive(dialer: Dialer, receptionist: Receptionist | None, stop: asyncio.Event) -> None:
    """Nobody is let in before the dialer has closed what a previous life left: it would take him for that."""
    if receptionist is None:
        await stop.wait()
        return
    await dialer.recovered.wait()
    await receptionist.run(stop)
