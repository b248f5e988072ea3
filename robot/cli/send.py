"""`zvonar send`: what is sent to clients, looked at and tried before anybody gets it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from robot.cli.data import shown, storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, option, run, terminal
from robot.crm.base import LeadCard
from robot.crm.errors import DeliveryError, NotThere
from robot.crm.http import HttpWire
from robot.crm.report import Booked
from robot.crm.sent import SentState
from robot.crm.stages import Text
from robot.domain.clock import utc_now
from robot.domain.meetings import Slot
from robot.domain.people import Lead
from robot.domain.phones import InvalidPhone, parse_phone
from robot.i18n import tr
from robot.sending.addresses import lead_email
from robot.sending.deliverer import Channels
from robot.sending.facts import Occasion, facts_of
from robot.sending.kit import FILE, FILES, TEMPLATES, Kit, load_kit
from robot.sending.office import channels_of, folder_of
from robot.sending.press import answer_to, decoded, order_of, trouble
from robot.sending.printing import LIBRARY, Job, Printed, names
from robot.sending.smpp import SmppSms
from robot.sending.sms import Receipt
from robot.settings import Settings

EXAMPLE = LIBRARY / "example"


@click.group(
    cls=Group,
    help="Письма, документы и сообщения клиентам: посмотреть и проверить. "
    "| Letters, documents and messages for clients: look and try.",
)
def send() -> None: ...


@send.command(help="Создать папку с образцом сведений о компании. | Make the folder with an example of the facts.")
@click.pass_obj
def init(settings: Settings) -> None:
    folder = folder_of(settings.sending, settings.data_dir)
    file = folder / FILE
    if file.exists():
        fail(tr(f"{file} уже есть", f"{file} is there already"), code=EXIT_USAGE)
    for part in (folder, folder / TEMPLATES, folder / FILES):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(EXAMPLE / FILE, file)
    click.echo(tr(f"Заполните {file} и выполните zvonar send check", f"Fill in {file}, then run zvonar send check"))


@send.command(name="list", help="Какие шаблоны есть. | Which templates there are.")
@click.pass_obj
def list_command(settings: Settings) -> None:
    for name in names(folder_of(settings.sending, settings.data_dir) / TEMPLATES):
        click.echo(name)


@send.command(
    help="Напечатать шаблон в файлы HTML, PDF и TXT; никому ничего не отправляется. "
    "| Print a template into files (HTML, PDF, TXT); nothing is sent to anybody."
)
@click.argument("template")
@option("--lead", help="Телефон лида: взять данные из его карточки. | A lead's phone: use his card.")
@option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Куда положить. | Where to.")
@click.pass_obj
def preview(settings: Settings, template: str, lead: str | None, out: Path) -> None:
    folder = folder_of(settings.sending, settings.data_dir)
    try:
        kit = load_kit(folder if (folder / FILE).exists() else _example_folder())
        made = _printed(kit, template, run(_occasion(settings, lead)), folder)
    except DeliveryError as error:
        fail(str(error), error.remedy)
    out.mkdir(parents=True, exist_ok=True)
    for path in _write(made, template, out):
        click.echo(str(path))
    if made.subject and made.html:
        click.echo(tr(f"Тема: {made.subject}", f"Subject: {made.subject}"))
    if made.sms:
        click.echo(f"SMS: {made.sms}")


def _example_folder() -> Path:
    """Without facts of one's own the example's are shown."""
    click.echo(tr("Сведений о компании нет: показываю образец", "No facts yet: an example is shown"), err=True)
    return EXAMPLE


async def _occasion(settings: Settings, phone: str | None) -> Occasion:
    """A lead's card, or an invented client with a meeting tomorrow."""
    now = utc_now()
    tomorrow = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    if phone is None:
        lead = Lead(1, "+79000000000", "Ирина Петрова", "ООО «Василёк»", "Москва")
        meeting = Booked(
            Slot(0, tomorrow, tomorrow + timedelta(minutes=30)), "Ольга Смирнова", "https://meet.example/1"
        )
        return Occasion(lead, now, UUID(int=0), email="irina@example.com", meeting=meeting)
    card = await _card(settings, phone)
    last = card.meetings[-1] if card.meetings else None
    booked = None if last is None else Booked(last.slot, last.manager_name)
    return Occasion(card.lead, now, card.lead.id, email=lead_email(card.lead.fields), meeting=booked)


async def _card(settings: Settings, phone: str) -> LeadCard:
    """Raises NotThere."""
    try:
        number = parse_phone(phone)
    except InvalidPhone as error:
        raise NotThere(str(error)) from None
    async with storage_of(settings) as storage:
        found = await storage.leads.find(number)
        card = None if found is None else await storage.leads.card(found.id)
    if card is None:
        raise NotThere(tr("такого лида нет", "there is no such lead"), remedy="zvonar leads import")
    return card


def _printed(kit: Kit, word: str, occasion: Occasion, folder: Path) -> Printed:
    templates = folder / TEMPLATES
    job = Job(
        kit.document(word).template,
        facts_of(occasion, kit, word),
        templates=templates if templates.is_dir() else None,
        files=folder / FILES,
    )
    answer = answer_to(order_of(job, pdf=True))
    made = decoded(answer)
    if made is None:
        raise trouble(job, answer)
    return made


def _write(made: Printed, name: str, out: Path) -> list[Path]:
    parts = {"html": made.html.encode(), "txt": made.text.encode(), "pdf": made.pdf}
    written = []
    for suffix, content in parts.items():
        if content:
            path = out / f"{Path(name).name}.{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written


STATES = {
    SentState.SENDING: Text("отправляется", "under way"),
    SentState.SENT: Text("отправлено", "sent"),
    SentState.DELIVERED: Text("доставлено", "delivered"),
    SentState.FAILED: Text("не доставлено", "not delivered"),
    SentState.UNSURE: Text("неизвестно, решает человек", "unknown, a person decides"),
    SentState.NOT_SENT: Text("не отправлено", "not sent"),
}


@send.command(help="Что отправлено клиенту и дошло ли. | What was sent to a client, and whether it arrived.")
@click.argument("phone")
@click.pass_obj
def history(settings: Settings, phone: str) -> None:
    try:
        card = run(_card(settings, phone))
    except DeliveryError as error:
        fail(str(error), error.remedy)
    zone = ZoneInfo(settings.rules.timezone)
    table = Table(box=None, header_style="bold")
    for title in (tr("когда", "when"), tr("канал", "channel"), tr("что", "what"), tr("итог", "outcome"), ""):
        table.add_column(title)
    for line in card.sent:
        when = f"{line.at.astimezone(zone):%d.%m.%Y %H:%M}"
        table.add_row(when, line.channel, line.title, shown(STATES[line.state]), line.problem)
    terminal().print(table if card.sent else tr("Ничего не отправлялось.", "Nothing was sent."))


@send.command(
    help="Проверить сведения о компании, все шаблоны и связь с серверами. Ничего не отправляет. "
    "| Check the company's facts, all templates, and the servers. Sends nothing."
)
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def check(settings: Settings, as_json: bool) -> None:
    found = {**_local(settings), **run(_servers(settings))}
    if as_json:
        rows = {name: _as_json(one) for name, one in found.items()}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _show(found)
    if any(isinstance(one, DeliveryError) for one in found.values()):
        raise SystemExit(1)


Outcome = str | DeliveryError


def _local(settings: Settings) -> Mapping[str, Outcome]:
    """Facts, then each template printed with them; those that need a link or prices nobody gave say so."""
    folder = folder_of(settings.sending, settings.data_dir)
    try:
        kit = load_kit(folder)
    except DeliveryError as error:
        return {FILE: error}
    found: dict[str, Outcome] = {FILE: kit.company.name}
    occasion = run(_occasion(settings, None))
    words = [*names(folder / TEMPLATES), *(word for word in kit.documents if kit.documents[word].template)]
    for word in dict.fromkeys(words):
        try:
            made = _printed(kit, word, occasion, folder)
            absent = [name for name in kit.document(word).attach if not (folder / FILES / name).is_file()]
            what = made.title + (f" (PDF {len(made.pdf) // 1024 + 1} kB)" if made.pdf else "")
            found[word] = what if not absent else NotThere(tr(f"нет файла {absent[0]}", f"no file {absent[0]}"))
        except DeliveryError as error:
            found[word] = error
    return found


async def _servers(settings: Settings) -> Mapping[str, Outcome]:
    async def unheard(_id: str, _fate: Receipt) -> None: ...

    channels = channels_of(settings.sending, HttpWire, on_receipt=unheard, now=utc_now)
    try:
        return {name: await _tried(ask) for name, ask in _questions(channels).items()}
    finally:
        for one in (channels.sms, channels.messenger):
            if one is not None:
                await one.close()


def _questions(channels: Channels) -> Mapping[str, Callable[[], Awaitable[str]]]:
    found: dict[str, Callable[[], Awaitable[str]]] = {}
    if channels.mail is not None:
        found["SMTP"] = channels.mail.check
    if channels.sms is not None:
        found["SMPP" if isinstance(channels.sms, SmppSms) else "SMS HTTP"] = channels.sms.check
    return found


async def _tried(ask: Callable[[], Awaitable[str]]) -> Outcome:
    try:
        return await ask()
    except DeliveryError as error:
        return error


def _as_json(one: Outcome) -> Mapping[str, object]:
    if isinstance(one, DeliveryError):
        return {"ok": False, "code": one.code, "error": str(one), "remedy": one.remedy}
    return {"ok": True, "found": one}


def _show(found: Mapping[str, Outcome]) -> None:
    table = Table(box=None, header_style="bold")
    for title in ("", tr("что", "what"), tr("итог", "outcome"), tr("что делать", "what to do")):
        table.add_column(title)
    for name, one in found.items():
        if isinstance(one, DeliveryError):
            table.add_row("✗", name, str(one), one.remedy)
        else:
            table.add_row("✓", name, one, "")
    terminal().print(table)
