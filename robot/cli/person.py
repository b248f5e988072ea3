"""`zvonar person`: erase a person, show him what is known of him, and what goes by itself."""

from __future__ import annotations

import asyncio
import getpass
import json
from functools import partial
from pathlib import Path

import click

from robot.cli.data import shown, storage_of
from robot.cli.framework import EXIT_FAILED, EXIT_USAGE, Group, fail, option, run
from robot.crm.lead_row import RowRefused, read_phone
from robot.domain.clock import utc_now
from robot.domain.journal import Change
from robot.i18n import Language, language, tr
from robot.privacy.certificate import certificate_json, certificate_text
from robot.privacy.disclosure import disclose
from robot.privacy.erasure import Eraser
from robot.privacy.ledger import ledger_of
from robot.privacy.ports import Certificate, Old, StillTalking
from robot.privacy.retention import Retention
from robot.settings import Settings
from robot.speech.phrases import delete_personal
from robot.storage.store import Storage

KINDS = {
    Old.RECORDINGS: ("записи разговоров", "recordings"),
    Old.WORDS: ("слова разговоров", "words of calls"),
    Old.UNREACHED: ("до кого не дозвонились", "people never reached"),
    Old.REQUESTS: ("ключи заявок", "keys of requests"),
    Old.TRIALS: ("номера проверочных звонков", "numbers of test calls"),
    Old.JOURNAL: ("журнал действий", "journal"),
    Old.SESSIONS: ("сеансы", "sessions"),
    Old.CERTIFICATES: ("акты об удалении", "certificates"),
}
json_option = option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")


@click.group(cls=Group, help="Данные человека: удалить, выдать, срок хранения. | A person's data: erase, hand out.")
def person() -> None: ...


def _number(written: str) -> str:
    try:
        return read_phone(written)
    except RowRefused as refused:
        fail(shown(refused.reason), tr("пишите номер целиком: +74951234567", "write it whole"), code=EXIT_USAGE)


def _eraser(settings: Settings, storage: Storage) -> Eraser:
    forget = partial(asyncio.to_thread, delete_personal, settings.phrases_dir)
    return Eraser(storage, settings.data_dir, now=utc_now, forget_phrases=forget)


@person.command(
    help="Удалить всё, что известно о человеке, и больше никогда ему не звонить. Печатает акт без персональных данных. "
    "| Erase all that is known of a person and never call him again. Prints a certificate without personal data."
)
@click.argument("phone")
@option("--dry-run", is_flag=True, help="Только показать, что уйдёт. | Only show what would go.")
@option("--yes", is_flag=True, help="Не спрашивать. | Do not ask.")
@option("--by", default=getpass.getuser, show_default=False, help="Кто удаляет. | Who erases.")
@json_option
@click.pass_obj
def erase(settings: Settings, phone: str, *, dry_run: bool, yes: bool, by: str, as_json: bool) -> None:
    number = _number(phone)
    if not dry_run and not yes:
        question = tr("Вернуть данные будет нельзя. Удалить?", "Nothing brings it back. Erase?")
        click.confirm(question, abort=True, err=True)

    async def work() -> Certificate:
        async with storage_of(settings) as storage:
            eraser = _eraser(settings, storage)
            if dry_run:
                return await eraser.look(number, who=by)
            done = await eraser.erase(number, who=by)
            await storage.journal.add(Change(utc_now(), by, "person_erased", str(done.id)))
            return done

    try:
        done = run(work())
    except StillTalking as talking:
        fail(talking.ru if language.get() is Language.RU else str(talking), code=EXIT_FAILED)
    _tell(done, as_json=as_json)
    for one in done.doomed if done.id else ():
        click.echo(tr(f"запись удалит узел {one.node}", f"node {one.node} removes the recording"), err=True)


def _tell(one: Certificate, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(certificate_json(one), ensure_ascii=False, indent=2))
    else:
        click.echo(certificate_text(one), nl=False)


@person.command(
    help="Всё, что известно о человеке: архив ZIP с данными и записями, чтобы выдать ему. "
    "| All that is known of a person: a ZIP archive with data and recordings, to be handed to him."
)
@click.argument("phone")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--by", default=getpass.getuser, show_default=False, help="Кто выдаёт. | Who hands it out.")
@click.pass_obj
def export(settings: Settings, phone: str, file: Path, by: str) -> None:
    number = _number(phone)

    async def work() -> None:
        async with storage_of(settings) as storage:
            known, digest = await storage.persons.known(number), await storage.persons.digest(number)
            try:
                done = await asyncio.to_thread(
                    partial(disclose, known, settings.data_dir, file, digest=digest, now=utc_now())
                )
            except OSError as error:
                fail(tr(f"не записать {file}: {error.strerror}", f"cannot write {file}: {error.strerror}"))
            await storage.journal.add(Change(utc_now(), by, "person_disclosed", digest[:12]))
        rows = sum(done.rows.values())
        click.echo(
            tr(
                f"{file}: строк {rows}, файлов записей {done.files}, нет на этой машине: {done.missing}",
                f"{file}: {rows} rows, {done.files} files of recordings, {done.missing} not on this machine",
            )
        )

    run(work())


@person.command(help="Акты об удалении. | Certificates of erasures.")
@option("--phone", default="", help="Только этого номера. | Of this number only.")
@json_option
@click.pass_obj
def certificates(settings: Settings, phone: str, as_json: bool) -> None:
    number = _number(phone) if phone else ""

    async def work() -> list[Certificate]:
        async with storage_of(settings) as storage:
            digest = await storage.persons.digest(number) if number else ""
            return list(await storage.persons.certificates(digest=digest, limit=1000))

    found = run(work())
    if as_json:
        click.echo(json.dumps([certificate_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(map(certificate_text, found)) or tr("Никого не удаляли", "Nobody was erased"))


@person.command(
    help="Журнал удалений для восстановления из резервной копии; «-» — на экран. "
    "| The ledger of erasures, for bringing backups back; “-” prints it."
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.pass_obj
def ledger(settings: Settings, file: Path) -> None:
    async def work() -> str:
        async with storage_of(settings) as storage:
            return await ledger_of(storage.persons)

    document = run(work())
    if str(file) == "-":
        click.echo(document)
        return
    try:
        file.touch(mode=0o600)
        file.write_text(document, encoding="ascii")
    except OSError as error:
        fail(tr(f"не записать {file}: {error.strerror}", f"cannot write {file}: {error.strerror}"))
    click.echo(tr(f"Записано: {file}", f"Written: {file}"))


@person.command(
    help="Сколько хранится, и что уже пора забыть; --now — забыть сейчас. "
    "| How long things are kept, and what is old enough to go; --now lets it go."
)
@option("--now", "at_once", is_flag=True, help="Не ждать службы: удалить старое сейчас. | Let it go now.")
@json_option
@click.pass_obj
def retention(settings: Settings, at_once: bool, as_json: bool) -> None:
    async def work() -> None:
        async with storage_of(settings) as storage:
            kept = Retention(storage.old_data, settings.retention.kept(), now=utc_now)
            if at_once:
                await kept.run()
            waiting, files = await kept.waiting(), await storage.old_data.waiting()
        if as_json:
            told = {str(kind): {"days": one.kept.days, "waiting": one.count} for kind, one in waiting.items()}
            click.echo(json.dumps({"kinds": told, "files_waiting": dict(files)}, ensure_ascii=False, indent=2))
            return
        for kind, one in waiting.items():
            days, name = one.kept.days, tr(*KINDS[kind])
            click.echo(tr(f"{name}: {days} дн., пора забыть {one.count}", f"{name}: {days} days, {one.count} to go"))
        outbox = settings.outbox
        click.echo(
            tr(
                f"доставленное: {outbox.delivered_days} дн., отправленное клиентам: {outbox.sent_days} дн.",
                f"deliveries: {outbox.delivered_days} days, what was sent to clients: {outbox.sent_days} days",
            )
        )
        for node, count in files.items():
            click.echo(tr(f"узел {node} удалит записей: {count}", f"node {node} is to remove {count} recordings"))

    run(work())
