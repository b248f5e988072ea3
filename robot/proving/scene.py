"""Whom the nodes call: many who mostly listen, and some who can be won, under a hard quota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from functools import cache

from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.proving.short_offer import SHORT_OFFER, publish_short_offer
from robot.storage.store import Storage
from telephony.simulated.directory import NumberedDirectory, default_directory
from telephony.simulated.population import Resident, population

LISTENERS = "listeners"
BUYERS = "buyers"
BURST = "requests"
"""Those who ask to be called, when many do at once."""
SCRIPTS = {LISTENERS: "cold_call", BUYERS: SHORT_OFFER, BURST: "cold_call"}
MANAGERS = ("Ольга Смирнова", "Павел Кузнецов")

LISTEN = {"never_speaks": 70, "no_answer": 8, "busy": 8, "rejects": 4, "unknown_number": 3, "hangs_up_at_once": 7}
"""They answer, hear the robot out and say nothing: calls of real audio that leave the recognizer to others."""

BUY = {"agrees": 10, "interrupts": 2, "asks_robot": 2, "not_interested": 2, "busy": 1}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of each, and the quota of those who may be won. `listening`: quota of the others, never reached; with
    `hard_quota` it decides how the lines are shared."""

    listeners: int
    buyers: int
    hard_quota: int
    listening: int


async def settle(storage: Storage, crowd: Crowd, *, now: datetime) -> None:
    """Campaigns that may call at any hour, managers with time enough, everybody queued."""
    await publish_short_offer(storage, now=now)
    ids = {}
    for slug, script in SCRIPTS.items():
        campaign = await storage.campaigns.ensure(Campaign(0, slug, slug, script, window=ALWAYS, max_attempts=2))
        ids[slug] = campaign.id
    every_day = WorkingHours(opens=time(0), closes=time(23, 30), weekdays=frozenset(range(7)))
    for name in MANAGERS:
        await storage.managers.ensure(name, every_day, campaigns=ids.values())
    directory = default_directory()
    for slug, mix, count in ((LISTENERS, LISTEN, crowd.listeners), (BUYERS, BUY, crowd.buyers)):
        people = population(directory, len(slug), count, mix)
        await storage.leads.add(ids[slug], _fresh(people, slug), now=now)
    await storage.campaigns.set_quota(LISTENERS, crowd.listening)
    await storage.campaigns.set_quota(BUYERS, crowd.hard_quota, hard=True)
    await storage.campaigns.set_quota(BURST, crowd.listening)


def asking(number: int) -> str:
    """The telephone number of one more client who asks to be called, listens and says nothing: nobody's of those who
    are queued at first."""
    return _people().number_for("never_speaks", 5000 + number)


@cache
def _people() -> NumberedDirectory:
    """Reading who they are takes a third of a second, in which the trial's cables would carry nothing."""
    return default_directory()


def _fresh(people: tuple[Resident, ...], slug: str) -> list[NewLead]:
    """Nobody is in both campaigns: personas that both have begin at another number."""
    return [
        NewLead(_other(one.number) if slug == BUYERS else one.number, one.name, one.company, one.city, "Europe/Moscow")
        for one in people
    ]


def _other(number: str) -> str:
    """The same persona, five thousand people further."""
    return f"{number[:-4]}{int(number[-4:]) + 5000:04d}"
