"""`zvonar users`: who signs in to the workplace, in which role; and how the first of them gets in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from robot.cli.data import storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, option, run
from robot.cli.operator import noted
from robot.domain.access import Role
from robot.domain.clock import utc_now
from robot.domain.users import User, check_password
from robot.i18n import tr
from robot.settings import Settings
from robot.storage.store import Storage
from robot.web.invitations import Invitation, invite
from robot.web.passwords import Passwords

T = TypeVar("T")

ROLES = {
    Role.HEAD: ("руководитель отдела продаж: всё, и пользователи", "head of sales: everything, users too"),
    Role.MANAGER: ("менеджер: свой день, звонки, лиды, встречи", "manager: the day, calls, leads, meetings"),
    Role.OPS: ("кто следит за роботом: связь, доставки, настройки", "ops: trunk, deliveries, settings"),
    Role.AUDITOR: ("проверяющий: читает всё, не меняет ничего", "auditor: reads everything, changes nothing"),
}
_ROLE = click.Choice([role.value for role in Role])


@click.group(cls=Group, help="Пользователи рабочего места. | Users of the workplace.")
def users() -> None: ...


@users.command(help="Добавить: вход по одноразовой ссылке. | Add a user: a one-time link lets him in.")
@click.argument("name")
@option("--role", type=_ROLE, default=Role.HEAD.value, show_default=True, help="Роль. | Role.")
@option(
    "--password", "ask", is_flag=True, help="Спросить пароль вместо ссылки. | Ask for a password instead of the link."
)
@click.pass_obj
def add(settings: Settings, /, name: str, role: str, *, ask: bool) -> None:
    password = _asked(name) if ask else ""

    async def work(storage: Storage) -> Invitation | None:
        user = await storage.users.add(name, Role(role), now=utc_now())
        await noted(storage.journal, "user_added", subject=user.name, after={"role": user.role})
        if not password:
            return await invite(storage.credentials, user.id, settings.web.address, now=utc_now())
        await storage.credentials.set_password(user.id, await Passwords().hash(password))
        return None

    made = _with(settings, work)
    if made is None:
        click.echo(tr(f"Добавлен. Вход: {settings.web.address}", f"Added. Sign in at {settings.web.address}"))
    else:
        _tell(made)


@users.command(name="list", help="Все пользователи. | All users.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def list_command(settings: Settings, *, as_json: bool) -> None:
    found = _with(settings, lambda storage: storage.users.all())
    if as_json:
        click.echo(json.dumps([_row(user) for user in found], ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(tr("Пока никого: zvonar users add ИМЯ --role head", "Nobody yet: zvonar users add NAME --role head"))
    for user in found:
        out = tr(" (вход закрыт)", " (let in no more)") if user.disabled_at else ""
        click.echo(f"{user.name} — {tr(*ROLES[user.role])}{out}")


@users.command(help="Сменить роль. | Change the role.")
@click.argument("name")
@click.argument("new_role", metavar="ROLE", type=_ROLE)
@click.pass_obj
def role(settings: Settings, name: str, new_role: str) -> None:
    async def work(storage: Storage) -> User:
        before = await _named(storage, name)
        after = await storage.users.set_role(before.id, Role(new_role))
        roles = {"before": {"role": before.role}, "after": {"role": after.role}}
        await noted(storage.journal, "user_role_changed", subject=after.name, **roles)
        return after

    user = _with(settings, work)
    click.echo(f"{user.name} — {tr(*ROLES[user.role])}")


@users.command(help="Новая одноразовая ссылка вместо пароля. | A new one-time link instead of the password.")
@click.argument("name")
@click.pass_obj
def reset(settings: Settings, name: str) -> None:
    async def work(storage: Storage) -> Invitation:
        user = await _named(storage, name)
        made = await invite(storage.credentials, user.id, settings.web.address, now=utc_now())
        await noted(storage.journal, "user_link_made", subject=user.name)
        return made

    _tell(_with(settings, work))


@users.command(help="Закрыть вход (--undo: открыть снова). | Let in no more (--undo: let in again).")
@click.argument("name")
@option("--undo", is_flag=True, help="Открыть снова. | Let in again.")
@click.pass_obj
def disable(settings: Settings, name: str, *, undo: bool) -> None:
    async def work(storage: Storage) -> User:
        user = await _named(storage, name)
        user = await storage.users.set_disabled(user.id, not undo, now=utc_now())
        await noted(storage.journal, "user_enabled" if undo else "user_disabled", subject=user.name)
        return user

    user = _with(settings, work)
    click.echo(
        tr(f"{user.name}: вход закрыт, сеансы окончены", f"{user.name} is let in no more; sessions are ended")
        if user.disabled_at
        else tr(f"{user.name}: вход открыт", f"{user.name} is let in again")
    )


def _with(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    async def done() -> T:
        async with storage_of(settings) as storage:
            return await work(storage)

    return run(done())


async def _named(storage: Storage, name: str) -> User:
    found = await storage.credentials.find(name)
    if found is None:
        fail(tr("такого пользователя нет", "there is no such user"), "zvonar users list", code=EXIT_USAGE)
    return found[0]


def _asked(name: str) -> str:
    given = click.prompt(tr("Пароль", "Password"), hide_input=True, confirmation_prompt=True)
    return check_password(given, name)


def _tell(made: Invitation) -> None:
    until = made.until.astimezone().strftime("%d.%m %H:%M")
    click.echo(
        tr(
            f"Ссылка для входа, один раз и до {until} (передайте лично):",
            f"The link to sign in with, once and until {until} (hand it over yourself):",
        )
    )
    click.echo(made.link)


def _row(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role.value,
        "has_password": user.has_password,
        "signed_in_at": user.signed_in_at.isoformat() if user.signed_in_at else None,
        "disabled": user.disabled_at is not None,
    }
