"""`zvonar campaigns`: whom the robot calls, with which script, at which hours; and how to stop it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from robot.cli.data import draft_of, storage_of
from robot.cli.framework import EXIT_USAGE, Group, fail, option, run
from robot.domain.campaigns import Campaign, CampaignState
from robot.domain.choosing import ManagerBy, parse_order
from robot.domain.clock import utc_now
from robot.domain.goals import Goal
from robot.domain.hours import CallingWindow
from robot.domain.priorities import OF_LISTS as PRIORITIES
from robot.i18n import tr
from robot.settings import Settings
from robot.speech.voices import VOICE
from robot.storage.store import Storage

_NAMES = {value: name for name, value in PRIORITIES.items()}


@click.group(cls=Group, help="Кампании. | Campaigns.")
def campaigns() -> None: ...


@campaigns.command(name="list", help="Все кампании и их настройки. | All campaigns and their settings.")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def list_command(settings: Settings, *, as_json: bool) -> None:
    async def work() -> list[dict[str, Any]]:
        async with storage_of(settings) as storage:
            return [await _described(storage, one) for one in await storage.campaigns.all()]

    rows = run(work())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(tr("Кампаний ещё нет: zvonar campaigns create", "No campaigns yet: zvonar campaigns create"))
    for row in rows:
        click.echo("\n".join(_told(row)))


async def _described(storage: Storage, one: Campaign) -> dict[str, Any]:
    state = await storage.progress.quota(one, utc_now())
    waiting = await storage.requests.waiting(one.id)
    return {
        "slug": one.slug,
        "title": one.title,
        "state": one.state.value,
        "script": one.script,
        "inbound_script": one.inbound_script,
        "hours": one.window.text,
        "timezone": one.timezone,
        "goal": one.goal.value,
        "quota": one.quota,
        "hard_quota": one.hard_quota,
        "booked": state.booked,
        "dials": state.attempts,
        "advertising": one.advertising,
        "priority": _NAMES.get(one.priority, str(one.priority)),
        "managers_by": list(one.managers_by),
        "max_attempts": one.max_attempts,
        "meeting_minutes": one.meeting_minutes,
        "facts": dict(one.facts),
        "requests_waiting": waiting.count,
        "earliest_deadline": waiting.earliest.isoformat() if waiting.earliest else None,
    }


def _told(row: Mapping[str, Any]) -> list[str]:
    states = {
        CampaignState.RUNNING: tr("звонит", "running"),
        CampaignState.PAUSED: tr("на паузе", "paused"),
        CampaignState.STOPPED: tr("остановлена", "stopped"),
    }
    goals = {
        Goal.MEETING: tr("встречи", "meetings"),
        Goal.QUALIFIED: tr("квалифицированные лиды", "qualified leads"),
        Goal.AGREED: tr("согласия", "agreements"),
    }
    plan = tr("план не задан", "no quota") if row["quota"] is None else f"{row['booked']}/{row['quota']}"
    advertising = tr("; рекламная", "; advertising") if row["advertising"] else ""
    lines = [
        f"{row['slug']} — {row['title']}: {states[CampaignState(row['state'])]}{advertising}",
        tr(
            f"  цель: {goals[Goal(row['goal'])]}, сегодня {plan}; сценарий {row['script']}, на входящие "
            f"{row['inbound_script']}",
            f"  goal: {goals[Goal(row['goal'])]}, today {plan}; script {row['script']}, for callers "
            f"{row['inbound_script']}",
        ),
        tr(
            f"  часы: {row['hours']} по времени клиента; попыток до {row['max_attempts']}; очередь {row['priority']}",
            f"  hours: {row['hours']} by the client's clock; up to {row['max_attempts']} attempts; {row['priority']}",
        ),
    ]
    if row["requests_waiting"]:
        lines.append(
            tr(f"  ждут звонка: {row['requests_waiting']}", f"  waiting to be called: {row['requests_waiting']}")
        )
    return lines


def _settable(command: Any) -> Any:
    """The options that `create` and `edit` share. What is not given is left as it is."""
    for add in reversed(
        [
            option("--title", help="Название для людей. | Name for people."),
            option("--script", help="Сценарий: zvonar script list. | Script: zvonar script list."),
            option("--inbound-script", help="Сценарий для тех, кто перезвонил. | Script for those who call back."),
            option(
                "--hours",
                help="Часы по времени клиента: «пн-пт 09:00-20:00; сб 10:00-16:00». "
                "| Hours by the client's clock: “mon-fri 09:00-20:00; sat 10:00-16:00”.",
            ),
            option("--timezone", help="Часовой пояс плана на день. | Time zone of the day's quota."),
            option("--goal", type=click.Choice([goal.value for goal in Goal]), help="Что считать. | What is counted."),
            option(
                "--advertising/--no-advertising",
                default=None,
                help="Рекламная: только при записанном согласии. | Advertising: with a recorded consent only.",
            ),
            option(
                "--voice", help="Голос робота: rhvoice/anna, festival. | The robot's voice: rhvoice/anna, festival."
            ),
            option("--max-attempts", type=click.IntRange(1, 100), help="Попыток на человека. | Attempts per person."),
            option("--meeting-minutes", type=click.IntRange(5, 480), help="Длина встречи. | Length of a meeting."),
            option(
                "--managers-by",
                help="Кого из менеджеров предлагать раньше: owner,region,skill. "
                "| Which managers come first: owner,region,skill.",
            ),
            option("--priority", type=click.Choice(list(PRIORITIES)), help="Очередь списка. | Priority of its list."),
            option(
                "--fact", "facts", multiple=True, help="Слово сценария: company.name=Ромашка. | A variable: name=value."
            ),
        ]
    ):
        command = add(command)
    return command


@campaigns.command(help="Создать кампанию. | Create a campaign.")
@click.argument("name")
@_settable
@click.pass_obj
def create(settings: Settings, /, name: str, **given: Any) -> None:
    if not name.strip() or not name.isascii() or not name.replace("_", "").replace("-", "").isalnum():
        fail(
            tr(f"«{name}» не годится для названия", f"“{name}” is no name"),
            tr("латинские буквы, цифры и _: spring_sale", "Latin letters, digits and _: spring_sale"),
            code=EXIT_USAGE,
        )

    async def work() -> Campaign:
        async with storage_of(settings) as storage:
            if any(one.slug == name for one in await storage.campaigns.all()):
                fail(tr(f"кампания {name} уже есть", f"{name} is there already"), f"zvonar campaigns edit {name}")
            script = given["script"] or name
            draft = draft_of(script)
            title = name if draft is None else draft.title
            return await storage.campaigns.ensure(changed(Campaign(0, name, title, script), given))

    made = run(work())
    click.echo(
        tr(
            f"Создана {made.slug}: {made.window.text}. Дальше: zvonar leads import, zvonar quota set {made.slug} 10",
            f"{made.slug} created: {made.window.text}. Next: zvonar leads import, zvonar quota set {made.slug} 10",
        )
    )


@campaigns.command(help="Изменить кампанию; что не названо, остаётся. | Edit a campaign; the rest stays as it is.")
@click.argument("name")
@_settable
@click.pass_obj
def edit(settings: Settings, /, name: str, **given: Any) -> None:
    async def work() -> Campaign:
        async with storage_of(settings) as storage:
            return await storage.campaigns.ensure(changed(await storage.campaigns.get(name), given))

    made = run(work())
    click.echo(tr(f"{made.slug}: {made.window.text}; {made.script}", f"{made.slug}: {made.window.text}; {made.script}"))


def changed(campaign: Campaign, given: Mapping[str, Any]) -> Campaign:
    """With the options that were given. Ends the command where one cannot be used; raises InvalidWindow."""
    values = {
        name: value for name, value in given.items() if value is not None and name not in {"hours", "facts", "voice"}
    }
    if given.get("hours") is not None:
        values["window"] = CallingWindow.parse(given["hours"])
    if "goal" in values:
        values["goal"] = Goal(values["goal"])
    if "managers_by" in values:
        values["managers_by"] = _order(values["managers_by"])
    if "priority" in values:
        values["priority"] = PRIORITIES[values["priority"]]
    facts = dict(campaign.facts)
    for fact in given.get("facts", ()):
        name, sign, value = fact.partition("=")
        if not sign or not name.strip():
            fail(tr(f"«{fact}» не понято", f"“{fact}” not understood"), "--fact company.name=Ромашка", code=EXIT_USAGE)
        facts[name.strip()] = value.strip()
    if given.get("voice") is not None:
        facts[VOICE] = _known_voice(given["voice"])
    made = replace(campaign, facts=facts, **values)
    for script in {made.script, made.inbound_script}:
        _check_script(script)
    return made


def _order(text: str) -> tuple[ManagerBy, ...]:
    """Empty prefers nobody."""
    try:
        return parse_order(text)
    except ValueError:
        fail(
            tr(f"«{text}» не понято", f"“{text}” not understood"),
            "--managers-by " + ",".join(ManagerBy),
            code=EXIT_USAGE,
        )


def _known_voice(name: str) -> str:
    """Empty gives the campaign the voice of the settings again."""
    from robot.speech.registry import SYNTHESIZERS  # noqa: PLC0415 - heavy

    if name and name.partition("/")[0] not in SYNTHESIZERS:
        fail(
            tr(f"нет голоса {name}", f"no voice {name}"),
            tr(f"--voice один из: {', '.join(SYNTHESIZERS)}", f"--voice one of: {', '.join(SYNTHESIZERS)}"),
            code=EXIT_USAGE,
        )
    return name


def _check_script(name: str) -> None:
    from scripts_dialog import library  # noqa: PLC0415 - heavy

    if name in library.names() or (name.endswith((".yaml", ".yml")) and Path(name).is_file()):
        return
    fail(
        tr(f"нет сценария {name}", f"no script {name}"),
        tr(f"--script один из: {', '.join(library.names())}", f"--script one of: {', '.join(library.names())}"),
        code=EXIT_USAGE,
    )


def _change(settings: Settings, name: str, state: CampaignState, ru: str, en: str) -> None:
    async def work() -> None:
        async with storage_of(settings) as storage:
            await storage.campaigns.set_state(name, state)

    run(work())
    click.echo(tr(f"{name}: {ru}", f"{name}: {en}"))


@campaigns.command(help="Не начинать звонков; идущие закончатся. | Start no more calls; those under way go on.")
@click.argument("name")
@click.pass_obj
def pause(settings: Settings, name: str) -> None:
    _change(settings, name, CampaignState.PAUSED, "на паузе, идущие разговоры закончатся", "paused, calls go on")


@campaigns.command(help="Звонить дальше. | Go on dialing.")
@click.argument("name")
@click.pass_obj
def resume(settings: Settings, name: str) -> None:
    _change(settings, name, CampaignState.RUNNING, "звонит", "running")


@campaigns.command(help="Остановить и закончить идущие звонки. | Stop, and end the calls under way.")
@click.argument("name")
@click.pass_obj
def stop(settings: Settings, name: str) -> None:
    _change(settings, name, CampaignState.STOPPED, "остановлена, звонки заканчиваются", "stopped, its calls are ended")
