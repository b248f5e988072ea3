"""Who works on one node: a dialer, and a receptionist for the calls that come in; both hold the same conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from robot.calls.archive import Archive
from robot.calls.caller import CallerSettings, TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations, Switchboard
from robot.calls.events import CallEvent, ClientHeard, Observer
from robot.calls.journal import FileJournal, store_left
from robot.calls.live import LiveBoard
from robot.calls.managers import TransferTargets
from robot.calls.ports import Calendar
from robot.calls.reception import Receptionist, ReceptionSettings
from robot.calls.scripts import ScriptShelf
from robot.calls.transfer import TransferSettings
from robot.dialer.hearing import Hearing
from robot.dialer.rounds import OnLine, OnPace
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.clock import utc_now
from robot.observability.metrics import Metrics
from robot.observability.trail import TrailObserver
from robot.observability.watch import MetricsObserver
from robot.scripts.desk import ScriptsDesk
from robot.settings import Settings
from robot.speech.base import Recognizer
from robot.speech.load import load_of
from robot.speech.sounds import SoundDetector
from robot.storage.reception import Desk
from robot.storage.store import Storage
from robot.wiring.speech import Speech
from telephony.base import Line, Receives


@dataclass(frozen=True, slots=True)
class Crew:
    """receptionist None: nobody takes calls."""

    dialer: Dialer
    receptionist: Receptionist | None


class Equipment(Protocol):
    """What they work with."""

    settings: Settings
    storage: Storage
    speech: Speech
    line: Line
    metrics: Metrics
    recordings: Path
    scripts: ScriptShelf
    desk: ScriptsDesk
    archive: Archive
    live: LiveBoard


def make_crew(
    node: Equipment,
    observers: tuple[Observer, ...],
    *,
    on_pace: OnPace,
    on_line: OnLine,
    calendar: Calendar | None = None,
) -> Crew:
    """On one line, with one count of channels. calendar: instead of the store's own."""
    hearing = Hearing()
    engine = node.speech.recognizer.name
    told = (MetricsObserver(node.metrics, engine), TrailObserver(node.line.name, engine))
    watch: tuple[Observer, ...] = (*told, *observers)
    observe = _all(hearing, node.speech.recognizer, watch)
    conversations = _conversations(node, observe, calendar or node.storage.calendar)
    caller = TelephoneCaller(
        line=node.line,
        conversations=conversations,
        dialogs=node.scripts.prepare,
        settings=CallerSettings(node.settings.asterisk.caller_id, node.settings.dialer.ring_timeout_s),
        ready=node.desk.watch.ready,
    )
    dialer = Dialer(
        node.storage.queue,
        node.storage.progress,
        node.storage.attempts,
        caller,
        _dialing(node.settings),
        wake=node.storage.wake,
        hearing=hearing,
        before=partial(store_left, _unstored(node), node.storage.calls),
        on_pace=on_pace,
        on_line=on_line,
    )
    _measured(node.metrics, conversations.channels, hearing, dialer)
    return Crew(dialer, _receptionist(node, conversations, dialer))


def _measured(metrics: Metrics, channels: Channels, hearing: Hearing, dialer: Dialer) -> None:
    clock = asyncio.get_running_loop()

    def headroom() -> int | None:
        return hearing.headroom(dialer.under_way, clock.time())

    metrics.node.carries(channels.total, free=lambda: channels.free, headroom=headroom)


def _all(hearing: Hearing, recognizer: Recognizer, watch: tuple[Observer, ...]) -> Observer:
    def observe(event: CallEvent) -> None:
        if isinstance(event, ClientHeard):
            now_s, load = asyncio.get_running_loop().time(), load_of(recognizer)
            hearing.heard(event.took_s, now_s)
            hearing.loaded(load.busy, load.waiting_s, now_s)
        for observer in watch:
            observer(event)

    return observe


def _conversations(node: Equipment, observe: Callable[[CallEvent], None], calendar: Calendar) -> Conversations:
    return Conversations(
        recognizer=node.speech.recognizer,
        voice_detector=SoundDetector,
        phrases=node.speech.phrases,
        calls=node.storage.calls,
        calendar=calendar,
        recordings=node.recordings,
        channels=Channels(node.settings.dialer.channels),
        now=utc_now,
        observe=observe,
        switchboard=_switchboard(node),
        longest_call_s=node.settings.rules.longest_call_s,
        on_recorded=node.archive.add,
        voices=lambda campaign: node.speech.voices.of(campaign.facts),
        live=node.live,
        journal=partial(FileJournal, _unstored(node)),
    )


def _unstored(node: Equipment) -> Path:
    """Where calls note what the store does not have yet."""
    return node.recordings.parent / "unstored"


def _switchboard(node: Equipment) -> Switchboard:
    settings = node.settings
    chosen = settings.transfer
    rings = TransferSettings(chosen.ring_s, chosen.wait_s, caller_id=settings.asterisk.caller_id)
    targets = TransferTargets(chosen.targets, settings.dialing_rules().refusal, office=settings.reaches_office)
    return Switchboard(node.line, targets, rings, node.storage.spending)


def _dialing(settings: Settings) -> DialerSettings:
    chosen = settings.dialer
    return DialerSettings(
        chosen.node,
        round_s=chosen.round_s,
        lease_s=chosen.lease_s,
        drain_s=chosen.drain_s,
        reserved=chosen.kept_channels,
        starts_per_s=chosen.starts_per_s,
    )


def _receptionist(node: Equipment, conversations: Conversations, dialer: Dialer) -> Receptionist | None:
    chosen, dialing = node.settings.inbound, node.settings.dialer
    if not chosen.at_most or not isinstance(node.line, Receives):
        return None
    desk = Desk(dialing.node, timedelta(seconds=dialing.lease_s), chosen.campaign)
    return Receptionist(
        line=node.line,
        conversations=conversations,
        dialogs=node.scripts.prepare,
        reception=node.storage.reception(desk),
        carrier=dialer,
        settings=ReceptionSettings(chosen.at_most, drain_s=dialing.drain_s),
        publish=lambda script: asyncio.to_thread(node.scripts.publish, script),
    )
