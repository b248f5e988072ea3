"""A delivery goes out once, whatever happens: by a real SMTP server, with the process killed at every step."""

from __future__ import annotations

import email
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from robot.crm.base import LeadCard
from robot.crm.errors import BadDocument, BrokeOff, NoAddress, NotThere, Unreachable, Unsure
from robot.crm.outbox_pace import CONCERN_ALL
from robot.crm.outbox_ports import Delivery, Kind
from robot.crm.report import CallReport, Wish
from robot.crm.sent import Channel, SentState
from robot.crm.throttle import MemoryThrottle
from robot.crm.writes import Journal
from robot.domain.meetings import Meeting
from robot.sending.deliverer import MOST_PRINTINGS, Channels, Desk, SendingDeliverer
from robot.sending.mail import Mail
from robot.sending.messenger import Message
from robot.sending.press import trouble
from robot.sending.printing import Job, Printed
from robot.storage.errors import DatabaseUnavailable
from tests.unit.sending.scene import (
    AT,
    ATTEMPT,
    CLIENT,
    MEETING,
    Cards,
    Kept,
    Log,
    QuickPress,
    Reports,
    delivery,
    folder,
    report,
)
from tests.unit.sending.test_letters import SENDER
from tests.unit.sending.test_mail import Mailbox, server

pytestmark = [pytest.mark.unit, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]

INVOICE = {"document": "invoice", "email": "irina@vasilek.example"}


class Phones:
    """An operator: takes every part, unless told to go wrong at one."""

    repeats_safely = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.failures: list[Exception] = []

    def parts(self, key: str, text: str) -> int:
        return 2

    async def send(self, key: str, to: str, text: str, part: int) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((to, text, part))
        return f"id-{part}"

    async def check(self) -> str:
        return ""

    async def close(self) -> None: ...


class Chat:
    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> str:
        self.messages.append(message)
        return "m-1"

    async def close(self) -> None: ...


@dataclass
class Office:
    place: Path
    told: CallReport = field(default_factory=report)
    log: Log = field(default_factory=Log)
    channels: Channels = field(default_factory=Channels)
    card: LeadCard | None = None
    messages: dict[str, str] = field(default_factory=dict)

    def deliverer(self, **more: Any) -> SendingDeliverer:
        desk = Desk(
            self.channels, QuickPress(), self.log, Reports(self.told), Cards(self.card), MemoryThrottle(), self.place,
            lambda: AT, self.messages,
        )  # fmt: skip
        return SendingDeliverer(replace(desk, **more))

    async def deliver(self, given: Delivery, kept: Kept | None = None) -> None:
        kept = kept or Kept()
        await self.deliverer().deliver(replace(given, journal=deepcopy(kept.journal)), kept.keep)


@asynccontextmanager
async def office(tmp_path: Path, mailbox: Mailbox | None = None, **more: Any) -> AsyncIterator[Office]:
    async with server(mailbox or Mailbox()) as there:
        yield Office(folder(tmp_path), channels=Channels(mail=Mail(there), sender=SENDER), **more)


async def test_a_promised_document_comes_by_mail_and_the_card_says_so(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with office(tmp_path, mailbox) as at:
        (at.place / "files" / "price.pdf").write_bytes(b"%PDF price")
        company = (at.place / "sending.yaml").read_text("utf-8")
        with_file = company.replace("  upsell: ", "  invoice: {attach: [price.pdf]}\n  upsell: ")
        (at.place / "sending.yaml").write_text(with_file, "utf-8")
        given = delivery(**INVOICE)
        await at.deliver(given)
    (letter,) = mailbox.letters
    assert letter.rcpt_tos == ["irina@vasilek.example"]
    assert b"price.pdf" in bytes(letter.content or b"")
    parcel = at.log.parcels[given.key]
    assert (parcel.channel, parcel.title, parcel.address) == (Channel.MAIL, "Счёт на оплату", "irina@vasilek.example")
    assert at.log.states[given.key] is SentState.SENT


async def test_an_invitation_brings_the_meeting_into_the_calendar(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with office(tmp_path, mailbox) as at:
        await at.deliver(delivery(Kind.INVITATION))
        at.told = report(meeting=None)
        await at.deliver(delivery(Kind.INVITATION))  # called off before it was sent
    (letter,) = mailbox.letters
    message = email.message_from_bytes(bytes(letter.content or b""), policy=default)
    (invitation,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert invitation.get_param("method") == "REQUEST"
    text = invitation.get_content().replace("\r\n ", "")
    assert f"UID:{ATTEMPT}@zvonar" in text
    assert "DTSTART:20261125T120000Z" in text
    assert "mailto:irina@vasilek.example" in text


async def test_a_meeting_that_was_moved_takes_the_old_one_out_of_the_calendar(tmp_path: Path) -> None:
    mailbox, old = Mailbox(), UUID(int=7)
    async with office(tmp_path, mailbox) as at:
        at.told = report(meeting=replace(MEETING, moves=old))
        await at.deliver(delivery(Kind.INVITATION))
    (letter,) = mailbox.letters
    message = email.message_from_bytes(bytes(letter.content or b""), policy=default)
    calendars = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    told = {part.get_param("method"): part.get_content() for part in calendars}
    assert f"UID:{ATTEMPT}@zvonar" in told["REQUEST"]
    assert f"UID:{old}@zvonar" in told["CANCEL"]
    assert "STATUS:CANCELLED" in told["CANCEL"]


class Killed(BaseException):
    pass


class Steps:
    """Counts the steps at which a process may die: before and after everything that outlives it."""

    def __init__(self, dies_at: int) -> None:
        self.left = dies_at

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def around(self, owner: Any, name: str) -> None:
        work: Callable[..., Any] = getattr(owner, name)

        async def counted(*args: Any, **more: Any) -> Any:
            self.step()
            done = await work(*args, **more)
            self.step()
            return done

        setattr(owner, name, counted)


async def test_killed_at_any_step_leaves_exactly_one_letter_or_a_question_to_a_person(tmp_path: Path) -> None:
    endings = []
    for dies_at in range(1, 100):
        mailbox, steps = Mailbox(), Steps(dies_at)
        async with office(tmp_path / str(dies_at), mailbox) as at:
            kept, log = Kept(), at.log
            mail = at.channels.mail
            for owner, name in ((kept, "keep"), (log, "begun"), (log, "settled"), (mail, "send")):
                steps.around(owner, name)
            given = delivery(**INVOICE)
            try:
                await at.deliver(given, kept)
            except Killed:
                steps.left = -1
            else:
                break
            asked = await _again(at, given, kept)
            if asked:
                assert at.log.states[given.key] is SentState.UNSURE
                if not mailbox.letters:  # the person saw that nothing arrived, and says: retry
                    kept.journal = Journal()
                    assert not await _again(at, given, kept)
            assert len(mailbox.letters) == 1
            assert asked or at.log.states[given.key] is SentState.SENT
            endings.append(asked)
    else:
        pytest.fail("it never ended")
    # Begun and the letter's own two steps, between which nobody can tell; before and after them all is certain.
    assert endings == [False] * 3 + [True] * 4 + [False] * 3


async def _again(at: Office, given: Delivery, kept: Kept) -> bool:
    """Another node takes it up. Whether a person is asked."""
    try:
        await at.deliver(given, kept)
    except Unsure:
        return True
    return False


async def test_a_lost_receipt_is_never_answered_by_a_second_letter(tmp_path: Path) -> None:
    mailbox = Mailbox()
    mailbox.cut = True
    async with office(tmp_path, mailbox) as at:
        kept, given = Kept(), delivery(**INVOICE)
        for _ in range(3):
            with pytest.raises(Unsure):
                await at.deliver(given, kept)
        assert at.log.states[given.key] is SentState.UNSURE
    assert len(mailbox.letters) == 1


async def test_a_mailbox_that_is_not_there_waits_for_a_person_then_goes_to_the_new_address(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with office(tmp_path, mailbox) as at:
        bad = replace(CLIENT, fields={"email": "nobody@vasilek.example"})
        at.told = report(bad)
        kept, given = Kept(), delivery(document="invoice", email="nobody@vasilek.example")
        with pytest.raises(NoAddress):
            await at.deliver(given, kept)
        assert at.log.states[given.key] is SentState.NOT_SENT
        assert at.log.problems[given.key] == "no_address"
        at.told = report(CLIENT, collected={"lead.email": "nobody@vasilek.example"})  # corrected on the card
        await at.deliver(given, kept)
    assert [letter.rcpt_tos for letter in mailbox.letters] == [["irina@vasilek.example"]]


async def test_the_same_promised_twice_in_a_talk_is_sent_once(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with office(tmp_path, mailbox) as at:
        other = {"document": "proposal", "email": "irina@vasilek.example"}
        wishes = [Wish("send_document", one) for one in (INVOICE, INVOICE, other)]
        at.told = report(wishes=wishes)
        for number, wish in enumerate(wishes, 1):
            await at.deliver(delivery(number=number, **wish.params))
    assert len(mailbox.letters) == 2


async def test_without_a_mailbox_a_link_goes_by_sms_part_by_part(tmp_path: Path) -> None:
    phones = Phones()
    no_mail = replace(CLIENT, fields={})
    at = Office(folder(tmp_path), told=report(no_mail), channels=Channels(sms=phones))
    kept, given = Kept(), delivery(document="meeting_link")
    phones.failures = [Unreachable("away", may_have_arrived=False)]
    with pytest.raises(Unreachable):
        await at.deliver(given, kept)
    assert at.log.states[given.key] is SentState.SENDING
    await at.deliver(given, kept)
    await at.deliver(given, kept)
    assert [(to, part) for to, _, part in phones.sent] == [("+79161234567", 0), ("+79161234567", 1)]
    assert "https://meet.example/abc" in phones.sent[0][1]
    assert at.log.ids == ["id-0", "id-1"]
    assert at.log.states[given.key] is SentState.SENT


async def test_a_part_in_doubt_is_not_sent_again_and_the_rest_waits(tmp_path: Path) -> None:
    phones = Phones()
    phones.failures = [Unsure("away")]
    at = Office(folder(tmp_path), told=report(replace(CLIENT, fields={})), channels=Channels(sms=phones))
    kept, given = Kept(), delivery(document="meeting_link")
    for _ in range(2):
        with pytest.raises(Unsure):
            await at.deliver(given, kept)
    assert phones.sent == []


async def test_what_began_by_sms_does_not_come_by_mail_as_well(tmp_path: Path) -> None:
    mailbox, phones = Mailbox(), Phones()
    async with office(tmp_path, mailbox) as at:
        at.channels = replace(at.channels, sms=phones)
        at.told = report(replace(CLIENT, fields={}))
        kept, given = Kept(), delivery(document="meeting_link")
        phones.failures = [Unreachable("away")]
        with pytest.raises(Unreachable):
            await at.deliver(given, kept)
        at.told = report(CLIENT)  # the address became known meanwhile
        with pytest.raises(Unsure):
            await at.deliver(given, kept)
    assert mailbox.letters == []


async def test_what_began_by_a_channel_that_is_gone_waits_for_it(tmp_path: Path) -> None:
    mailbox, phones = Mailbox(), Phones()
    async with office(tmp_path, mailbox) as at:
        with_sms = replace(at.channels, sms=phones)
        at.channels, at.told = with_sms, report(replace(CLIENT, fields={}))
        kept, given = Kept(), delivery(document="meeting_link")
        phones.failures = [Unreachable("away")]
        with pytest.raises(Unreachable):
            await at.deliver(given, kept)
        at.channels, at.told = replace(with_sms, sms=None), report(CLIENT)
        with pytest.raises(BadDocument):
            await at.deliver(given, kept)
    assert mailbox.letters == []


async def test_a_store_that_is_away_leaves_no_doubt_of_what_was_sent(tmp_path: Path) -> None:
    class Away(Log):
        times = 1

        async def part_sent(self, key: str, channel: Channel, external_id: str, *, now: datetime) -> None:
            if self.times:
                self.times -= 1
                raise DatabaseUnavailable("away")
            await super().part_sent(key, channel, external_id, now=now)

    phones, log = Phones(), Away()
    at = Office(folder(tmp_path), told=report(replace(CLIENT, fields={})), log=log, channels=Channels(sms=phones))
    given = delivery(document="meeting_link")
    await at.deliver(given)
    assert (log.ids, log.states[given.key]) == (["id-0", "id-1"], SentState.SENT)


async def test_a_stage_brings_its_message_and_no_other_stage_does(tmp_path: Path) -> None:
    chat = Chat()
    at = Office(
        folder(tmp_path),
        channels=Channels(messenger=chat),
        messages={"meeting": "meeting_booked"},  # type: ignore[arg-type]
    )
    await at.deliver(delivery(Kind.MESSAGE, stage="meeting", stage_before="new"))
    await at.deliver(delivery(Kind.MESSAGE, stage="refused", stage_before="new"))
    at.told = report(replace(CLIENT, stage="do_not_call"))
    await at.deliver(delivery(Kind.MESSAGE, stage="meeting", stage_before="new"))
    (message,) = chat.messages
    assert message.text.startswith("Ромашка: ждём вас 25 ноября в 17:00")
    assert message.phone == "+79161234567"


async def test_without_a_call_the_card_and_its_next_meeting_are_meant(tmp_path: Path) -> None:
    chat = Chat()
    past = replace(MEETING.slot, starts_at=AT.replace(month=10), ends_at=AT.replace(month=10, minute=30))
    meetings = [Meeting(n, slot, "Ольга", 17, "", "", ATTEMPT) for n, slot in enumerate((past, MEETING.slot))]
    card = LeadCard(CLIENT, meetings=meetings)
    at = Office(folder(tmp_path), channels=Channels(messenger=chat), card=card)  # type: ignore[arg-type]
    given = Delivery(9, "reminder:1", "messages", Kind.MESSAGE, 17, None, {"template": "meeting_booked"}, created_at=AT)
    await at.deliver(given)
    assert "25 ноября в 17:00" in chat.messages[0].text
    at.card = None
    with pytest.raises(NotThere):
        await at.deliver(given)


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"document": "no_such_paper"}, BadDocument),
        ({"document": "../../etc/passwd"}, BadDocument),
        ({"document": "invoice", "email": "a@b.ru\r\nBcc: c@d.ru"}, None),
    ],
)
async def test_strange_words_of_a_script(
    tmp_path: Path, payload: dict[str, str], error: type[Exception] | None
) -> None:
    mailbox = Mailbox()
    async with office(tmp_path, mailbox) as at:
        if error is not None:
            with pytest.raises(error):
                await at.deliver(delivery(**payload))
            assert mailbox.letters == []
            return
        await at.deliver(delivery(**payload))
    (letter,) = mailbox.letters
    assert letter.rcpt_tos == ["irina@vasilek.example"]
    assert b"c@d.ru" not in bytes(letter.content or b"")


async def test_a_paper_that_only_mail_can_carry_says_that_mail_is_not_set_up(tmp_path: Path) -> None:
    at = Office(folder(tmp_path), channels=Channels(sms=Phones()))
    with pytest.raises(BadDocument) as raised:
        await at.deliver(delivery(document="contract"))
    assert "ZVONAR_SENDING__MAIL__" in raised.value.remedy


async def test_a_printer_that_dies_is_tried_a_few_times_and_then_a_person_looks(tmp_path: Path) -> None:
    class Dies:
        async def printed(self, job: Job, *, pdf: bool = True) -> Printed:
            raise trouble(job, {"died": -6})

    async with office(tmp_path) as at:
        deliverer, keep = at.deliverer(press=Dies()), Kept().keep
        for tries in range(MOST_PRINTINGS - 1):
            with pytest.raises(BrokeOff):
                await deliverer.deliver(replace(delivery(**INVOICE), tries=tries), keep)
        with pytest.raises(BadDocument) as raised:
            await deliverer.deliver(replace(delivery(**INVOICE), tries=MOST_PRINTINGS - 1), keep)
    assert not raised.value.retryable
    assert "zvonar outbox retry" in raised.value.remedy


def test_what_is_wrong_with_one_document_does_not_close_the_way_of_others() -> None:
    assert not {BadDocument.code, BrokeOff.code} & CONCERN_ALL


async def test_without_any_address_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    async with office(tmp_path) as at:
        at.told = report(replace(CLIENT, fields={}))
        with pytest.raises(NoAddress) as raised:
            await at.deliver(delivery(document="invoice"))
    assert "zvonar outbox retry" in raised.value.remedy
    assert not raised.value.retryable
