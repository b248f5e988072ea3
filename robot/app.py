"""The composition root: settings become a running robot. Only the commands import it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from aiohttp import web

from robot.calls.archive import Archive
from robot.calls.caller import CallerSettings, TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations, Switchboard
from robot.calls.events import CallEvent, ClientHeard, Observer
from robot.calls.managers import TransferTargets
from robot.calls.reception import Receptionist, ReceptionSettings
from robot.calls.scripts import ScriptShelf
from robot.calls.transfer import TransferSettings
from robot.dialer.breaker import BreakerState
from robot.dialer.hearing import Hearing
from robot.dialer.pacing import Pace
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.observability.metrics import CONTENT_TYPE, Metrics
from robot.observability.watch import MetricsObserver
from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Recognizer, Synthesizer
from robot.speech.options import EngineOptions
from robot.speech.phrases import PhraseCache
from robot.speech.sounds import SoundDetector
from robot.storage.reception import Desk
from robot.storage.store import Storage
from robot.web.app import Probes, Readiness, make_app
from robot.web.pace_board import PaceBoard
from robot.web.services import Ports, Services
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.base import Line, LineHealth, Receives
from telephony.errors import PortInUse, TelephonyError
from telephony.lab.settings import LabSettings

log = structlog.get_logger(__name__)

PROBE_INTERVAL_S = 0.2


@dataclass(frozen=True, slots=True)
class Speech:
    """Engines started and shared by all calls."""

    recognizer: Recognizer
    voice: Synthesizer
    phrases: PhraseCache


def engine_options(settings: Settings) -> EngineOptions:
    return EngineOptions(
        models_dir=settings.models_dir,
        recordings_dir=settings.speech.recordings,
        workers=settings.speech.recognizer_threads,
    )


@asynccontextmanager
async def open_speech(settings: Settings) -> AsyncIterator[Speech]:
    """The engines named in the settings, else the best installed. Raises SpeechError with the remedy."""
    options = engine_options(settings)
    chosen = settings.speech
    recognizer = (
        registry.recognizer(chosen.recognizer, options) if chosen.recognizer else registry.best_recognizer(options)
    )
    voice = registry.voice(chosen.voice, options) if chosen.voice else registry.best_voice(options)
    phrases = PhraseCache(voice, settings.phrases_dir)
    try:
        await voice.start()
        await recognizer.start()
        yield Speech(recognizer, voice, phrases)
    finally:
        await phrases.close()
        await recognizer.close()
        await voice.close()


def lab_settings(settings: Settings, seed: int = 0) -> LabSettings:
    """`seed`: which people live behind the lab's telephone company."""
    return LabSettings.under(settings.data_dir, port_base=settings.lab.port, seed=seed)


def asterisk_line(asterisk: AsteriskSettings, metrics: Metrics) -> AsteriskLine:
    return AsteriskLine(asterisk, asterisk.ami_client(), metrics.frame_lateness.observe)


def configured_asterisk(settings: Settings) -> AsteriskSettings:
    ours = settings.asterisk
    return AsteriskSettings(
        ami_host=ours.host,
        ami_port=ours.ami_port,
        ami_user=ours.ami_user,
        ami_secret=ours.ami_secret.get_secret_value(),
        trunk=ours.trunk,
        office_trunk=ours.office_trunk,
        agi_port=settings.inbound.port if settings.inbound.at_most else None,
        audio_host=ours.audiosocket_bind,
        audio_port=ours.audiosocket_port,
        advertised_host=ours.audiosocket_advertised,
    )


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works on one node: dials, and takes the calls that come in (None: nobody does)."""

    dialer: Dialer
    receptionist: Receptionist | None


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
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.archive = Archive(self.recordings)

    def dialer(self, *observers: Observer) -> Dialer:
        """For who dials and takes no calls."""
        return self.crew(*observers).dialer

    def crew(self, *observers: Observer) -> Crew:
        watch: tuple[Observer, ...] = (MetricsObserver(self.metrics, self.speech.recognizer.name), *observers)
        hearing = Hearing()

        def observe(event: CallEvent) -> None:
            if isinstance(event, ClientHeard):
                hearing.heard(event.took_s, asyncio.get_running_loop().time())
            for observer in watch:
                observer(event)

        settings = self.settings.dialer
        conversations = Conversations(
            recognizer=self.speech.recognizer,
            voice_detector=SoundDetector,
            phrases=self.speech.phrases,
            calls=self.storage.calls,
            calendar=self.storage.calendar,
            recordings=self.recordings,
            channels=Channels(settings.channels),
            now=utc_now,
            observe=observe,
            switchboard=self._switchboard(),
            longest_call_s=self.settings.rules.longest_call_s,
            on_recorded=self.archive.add,
        )
        caller = TelephoneCaller(
            line=self.line,
            conversations=conversations,
            dialogs=self.scripts.prepare,
            settings=CallerSettings(self.settings.asterisk.caller_id, settings.ring_timeout_s),
        )
        dialer = Dialer(
            self.storage.queue,
            self.storage.progress,
            self.storage.attempts,
            caller,
            DialerSettings(
                settings.node,
                round_s=settings.round_s,
                lease_s=settings.lease_s,
                drain_s=settings.drain_s,
                reserved=settings.kept_channels,
                starts_per_s=settings.starts_per_s,
            ),
            wake=self.storage.wake,
            hearing=hearing,
            on_pace=self._paced,
            on_line=self._alert,
        )
        return Crew(dialer, self._receptionist(conversations, dialer))

    def _switchboard(self) -> Switchboard:
        chosen = self.settings.transfer
        rings = TransferSettings(chosen.ring_s, chosen.wait_s, caller_id=self.settings.asterisk.caller_id)
        refusal = self.settings.dialing_rules().refusal
        targets = TransferTargets(chosen.targets, refusal, office=self.settings.reaches_office)
        return Switchboard(self.line, targets, rings, self.storage.spending)

    def _receptionist(self, conversations: Conversations, dialer: Dialer) -> Receptionist | None:
        chosen, dialing = self.settings.inbound, self.settings.dialer
        if not chosen.at_most or not isinstance(self.line, Receives):
            return None
        return Receptionist(
            line=self.line,
            conversations=conversations,
            dialogs=self.scripts.prepare,
            reception=self.storage.reception(Desk(dialing.node, timedelta(seconds=dialing.lease_s), chosen.campaign)),
            carrier=dialer,
            settings=ReceptionSettings(chosen.at_most, drain_s=dialing.drain_s),
            publish=lambda script: asyncio.to_thread(self.scripts.publish, script),
        )

    def _paced(self, campaign: Campaign, pace: Pace) -> None:
        self.board.note(campaign, pace)
        self.on_pace(campaign, pace)

    def services(self) -> Services:
        """What the API works with."""
        store = self.storage
        ports = Ports(
            campaigns=store.campaigns,
            progress=store.progress,
            leads=store.leads,
            requests=store.requests,
            stop_list=store.stop_list,
            consents=store.consents,
            spending=store.spending,
        )
        return Services(ports, self.settings.web, self.board, self.settings.dialing_rules().ceiling_kopecks)

    def _alert(self, campaign: Campaign, state: BreakerState) -> None:
        """A campaign pauses since its calls fail by faults of ours, or goes on."""
        self.metrics.breaker.labels(campaign.slug).set(state is not BreakerState.CLOSED)

    async def exposition(self) -> tuple[bytes, str]:
        """Metrics for a scrape, the gauges of the database fresh."""
        now = utc_now()
        for campaign in await self.storage.queue.campaigns():
            quota = await self.storage.progress.quota(campaign, now)
            self.metrics.quota.labels(campaign.slug).set(quota.target)
            self.metrics.booked.labels(campaign.slug).set(quota.booked)
        self.metrics.line_up.labels(self.line.name).set((await self.line.health()).ok)
        if isinstance(self.line, AsteriskLine):
            self.metrics.ami_reconnects(self.line.ami_state.reconnects)
        return self.metrics.exposition(), CONTENT_TYPE

    async def readiness(self) -> Readiness:
        problems = {}
        line = await self.line.health()
        if not line.ok:
            problems["line"] = line.detail
        return Readiness(problems)


async def serve(robot: Robot, stop: asyncio.Event, *observers: Observer) -> None:
    """Dial and answer HTTP until `stop`; then drain. What cannot mend itself is raised."""
    runner = web.AppRunner(make_app(Probes(robot.readiness, robot.exposition), robot.services()), access_log=None)
    await runner.setup()
    host, port = robot.settings.web.host, robot.settings.web.port
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortInUse(
                f"{host}:{port} is taken", remedy="stop the other program or set ZVONAR_WEB__PORT"
            ) from error
        log.info("serving", address=f"http://{host}:{port}", line=robot.line.name)
        crew = robot.crew(*observers)
        await run_until_dialed(robot, crew.dialer, stop, crew.receptionist)
    finally:
        await runner.cleanup()


async def run_until_dialed(
    robot: Robot, dialer: Dialer, stop: asyncio.Event, receptionist: Receptionist | None = None
) -> None:
    """Line, dialer and reception together, and the recordings compressed. The dialer ends first (it drains on `stop`,
    calls that came in too), then the line; a line or a reception that fails stops the dialer and is raised."""
    async with robot.archive:
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


async def probe(line: Line, *, within_s: float) -> LineHealth:
    """Bring a line up for a moment and ask how it is. Raises TelephonyError when it cannot run at all."""
    running = asyncio.create_task(line.run())
    deadline = asyncio.get_running_loop().time() + within_s
    try:
        while not (health := await line.health()).ok and not running.done():
            if asyncio.get_running_loop().time() >= deadline:
                break
            await asyncio.sleep(PROBE_INTERVAL_S)
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
    return health
