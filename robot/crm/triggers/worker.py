"""Looks at the CRMs, at the meetings to come and at what was sent, and lets what fits a rule become calls. One node at
a time reads a CRM; what it told is noted before the place to go on from is kept, so that nothing is lost, and by its
key, so that nothing is done twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog

from robot.crm.base import Campaigns, NewLead
from robot.crm.connector import Change, Connector, KnowsEnds, TellsWaiting
from robot.crm.errors import DeliveryError
from robot.crm.outbox_words import phone_remedy
from robot.crm.triggers.ports import BAD_PHONE, LATE, NOTHING, Cursors, Happening, Happenings, Inbox, Replies, Wanted
from robot.crm.triggers.rules import CATCH_UP, NIGHTS, On, Trigger, first_fitting
from robot.crm.triggers.schedules import SOURCE, as_renewal, follow_up_of, reminder_of
from robot.crm.triggers.told import Rereads
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.domain.phones import InvalidPhone, parse_phone

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
"""A node that died keeps a CRM from being read so long."""
MOST_PAGES = 20
"""Of changes, in a round."""
AT_ONCE = 50
"""Touched things read in a round."""
ENDS_EVERY = timedelta(minutes=10)
"""Days on cards are asked for."""
OWN_SOURCE = "own"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The stores."""

    happenings: Happenings
    replies: Replies
    cursors: Cursors
    inbox: Inbox
    campaigns: Campaigns


class TriggerWorker:
    """Of one node. crms: connectors by name; those that reread are asked about what webhooks told, too."""

    def __init__(
        self,
        triggers: Sequence[Trigger],
        crms: Mapping[str, Connector],
        shelf: Shelf,
        *,
        node: str,
        now: Callable[[], datetime],
        every_s: float = 30.0,
    ) -> None:
        self._triggers = triggers
        self._crms = crms
        self._shelf = shelf
        self._node = node
        self._now = now
        self._every_s = every_s
        self._troubled: dict[str, str] = {}
        self._ends_asked: dict[str, datetime] = {}

    @property
    def troubled(self) -> Mapping[str, str]:
        """What could not be read at the last look, and why."""
        return self._troubled

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. What goes wrong is told and tried again."""
        while not stop.is_set():
            await self.look()
            try:
                async with asyncio.timeout(self._every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Once at everything. A CRM that does not answer keeps nobody else waiting."""
        try:
            campaigns = {one.slug: one for one in await self._shelf.campaigns.all()}
        except Exception as error:  # the store is away: the dialer tells, and waits for it
            self._trouble("campaigns", error)
            return
        missing = {one.campaign for one in self._triggers} - set(campaigns)
        if missing:  # what is not asked for now is told later: nothing is lost
            self._told("campaigns", f"missing {', '.join(sorted(missing))}")
            return
        self._troubled.pop("campaigns", None)
        looks = {name: self._crm(name, crm, campaigns) for name, crm in self._crms.items()}
        looks[OWN_SOURCE] = self._own(campaigns)
        for name, end in zip(looks, await asyncio.gather(*looks.values(), return_exceptions=True), strict=True):
            if isinstance(end, Exception):  # another system's fault or the store's: the next round goes on from here
                self._trouble(name, end)
            elif self._troubled.pop(name, None):
                log.info("triggers_go_on", source=name)

    async def _crm(self, name: str, crm: Connector, campaigns: Mapping[str, Campaign]) -> None:
        now = self._now()
        place = await self._shelf.cursors.take(name, owner=self._node, now=now, until=now + LEASE)
        if place is None:
            return
        await self._read(name, crm, place, campaigns)
        if hasattr(crm, "touched"):
            await self._reread(name, cast("Rereads", crm), campaigns)
        if hasattr(crm, "ending"):
            await self._ends(name, cast("KnowsEnds", crm), campaigns)

    async def _read(self, name: str, crm: Connector, place: str, campaigns: Mapping[str, Campaign]) -> None:
        """To the end: a CRM tells a page at a time, and a call may have lost its point on the last one."""
        for _ in range(MOST_PAGES):
            changes, further = await crm.changes(place)
            await self._note(name, changes, campaigns)
            if further == place:
                return
            await self._shelf.cursors.keep(name, further, owner=self._node)
            place = further
            if not changes:
                return

    async def _reread(self, name: str, crm: Rereads, campaigns: Mapping[str, Campaign]) -> None:
        """One by one: what cannot be read keeps none of the others."""
        for one, told_at in await self._shelf.inbox.waiting(name, limit=AT_ONCE):
            try:
                changes = await crm.touched([one])
            except DeliveryError as error:
                if error.retryable:
                    raise
                log.warning("touched_unread", source=name, kind=one.kind, ref=one.ref, error=error.code)
                await self._shelf.inbox.later(name, one, now=self._now())
                continue
            await self._note(name, changes, campaigns)
            await self._shelf.inbox.done(name, one, told_at)

    async def _note(self, crm: str, changes: Sequence[Change], campaigns: Mapping[str, Campaign]) -> None:
        for change in changes:  # in whatever order: by their times the store knows what came later
            happening = happening_of(crm, change, self._triggers, campaigns, now=self._now())
            await self._keep(happening)

    async def _keep(self, happening: Happening) -> None:
        noted = await self._shelf.happenings.note(happening, now=self._now())
        if not noted.again and (happening.wanted is not None or noted.withdrawn):
            log.info(
                "trigger",
                source=happening.source,
                kind=happening.kind,
                name="" if happening.wanted is None else happening.wanted.trigger,
                became=noted.fate,
                withdrawn=noted.withdrawn,
            )

    async def _ends(self, name: str, crm: KnowsEnds, campaigns: Mapping[str, Campaign]) -> None:
        """What ends soon, and whether it still does: a day that was moved takes its call back."""
        now = self._now()
        if now < self._ends_asked.get(name, now):
            return
        for trigger in self._triggers:
            if trigger.on is not On.ENDS or trigger.crm not in ("", name):
                continue
            found, whole = await crm.ending(trigger.field, after=now, before=now + trigger.before)
            renewals = [one for change in found if (one := as_renewal(change, trigger)) is not None]
            if whole:
                still = [change.key for change, _ in renewals]
                gone = await self._shelf.happenings.withdraw_gone(name, trigger.name, still=still, now=now)
                self._withdrawn(name, gone)
            for change, rule in renewals:
                await self._keep(happening_of(name, change, [rule], campaigns, now=now))
        self._ends_asked[name] = now + ENDS_EVERY

    async def _own(self, campaigns: Mapping[str, Campaign]) -> None:
        """Meetings to come, and documents that clients have."""
        now, happenings = self._now(), self._shelf.happenings
        self._withdrawn(OWN_SOURCE, await happenings.withdraw_pointless(now=now))
        await self._reply(now)
        for trigger in self._triggers:
            campaign = campaigns[trigger.campaign]
            if trigger.on is On.MEETING:
                latest = now + trigger.before + NIGHTS
                for meeting in await happenings.upcoming(after=now, before=latest, without=trigger.name):
                    happening = reminder_of(meeting, trigger, campaign, now=now)
                    if happening is not None:
                        await self._keep(happening)
            elif trigger.on is On.SENT:
                due = now - trigger.delay
                for sent in await happenings.documents(
                    after=due - CATCH_UP, before=due, without=trigger.name, document=trigger.document
                ):
                    await self._keep(follow_up_of(sent, trigger, campaign, now=now))

    async def _reply(self, now: datetime) -> None:
        """What goes out by no outbox is told here; whoever was told already waits no more, so it may be told again."""
        for one in await self._shelf.replies.send_off(now=now):
            crm = self._crms.get(one.source)
            if hasattr(crm, "reply"):
                for write in cast("TellsWaiting", crm).reply(one.reply_to, one.told):
                    await write.do({})
                await self._shelf.replies.sent(one.key)

    def _withdrawn(self, source: str, count: int) -> None:
        if count:
            log.info("trigger", source=source, kind="over", withdrawn=count)

    def _trouble(self, source: str, error: Exception) -> None:
        self._told(source, error.code if isinstance(error, DeliveryError) else type(error).__name__)

    def _told(self, source: str, what: str) -> None:
        """Once, until it is over."""
        if self._troubled.get(source) != what:
            log.warning("triggers_wait", source=source, error=what)
        self._troubled[source] = what


def happening_of(
    crm: str, change: Change, triggers: Sequence[Trigger], campaigns: Mapping[str, Campaign], *, now: datetime
) -> Happening:
    """What a CRM told, with the call it starts. Pure."""

    phone = _phone(change.phone)

    def happening(wanted: Wanted | None, fate: str = NOTHING) -> Happening:
        return Happening(
            change.key,
            crm,
            change.kind,
            change.lead_ref,
            change.at,
            change.stage,
            wanted,
            fate,
            phone=phone,
            closed=change.closed,
            reply_to=change.reply_to,
        )

    trigger = first_fitting(triggers, crm, change)
    if trigger is None:
        return happening(None)
    if not phone:
        log.warning(
            "trigger_without_phone",
            source=crm,
            trigger=trigger.name,
            ref=change.lead_ref,
            code=BAD_PHONE,
            remedy=phone_remedy(),
        )
        return happening(None, BAD_PHONE)
    campaign, due_at = campaigns[trigger.campaign], trigger.due(change)
    until = trigger.until(due_at, campaign.window, Lead(0, phone, city=change.city).zones)
    if until is not None and until <= now:
        return happening(None, LATE)
    lead = NewLead(phone, change.name, change.company, change.city, fields=change.fields, source=SOURCE)
    wanted = Wanted(
        trigger.name, campaign.id, lead, max(now, due_at), until, trigger.stage, trigger.priority, trigger.script
    )
    return happening(wanted)


def _phone(written: str) -> str:
    try:
        return parse_phone(written)
    except InvalidPhone:
        return ""
