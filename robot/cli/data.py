"""`zvonar quota|report`, and what all commands on the database share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from robot.analytics.dropoff import drop_off
from robot.analytics.ports import Selection
from robot.cli.framework import Group, option, run, terminal
from robot.crm.stages import Text
from robot.demo.tables import phrases_table
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.i18n import Language, language, tr
from robot.settings import Settings
from robot.storage.errors import UnknownCampaign
from robot.storage.store import Storage, open_storage


@asynccontextmanager
async def storage_of(settings: Settings) -> AsyncIterator[Storage]:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with open_storage(settings.database, settings.dialing_rules()) as storage:
        yield storage


async def campaign_of(storage: Storage, slug: str) -> Campaign:
    """The campaign of this name; one named like a shipped script is made on first use. Raises UnknownCampaign."""
    try:
        return await storage.campaigns.get(slug)
    except UnknownCampaign:
        draft = draft_of(slug)
        if draft is None:
            raise
    return await storage.campaigns.ensure(draft)


def draft_of(slug: str) -> Campaign | None:
    """A campaign for the shipped script of this name; None when there is no such script."""
    from scripts_dialog import library, load_script  # noqa: PLC0415 - heavy, and rarely needed

    return Campaign(0, slug, load_script(library.path(slug)).title, slug) if slug in library.names() else None


def shown(text: Text) -> str:
    return text.ru if language.get() is Language.RU else text.en


campaign_option = option(
    "--campaign", default="cold_call", show_default=True, help="Название кампании. | Name of the campaign."
)


@click.group(cls=Group, help="План встреч на день. | The day's quota of meetings.")
def quota() -> None: ...


@quota.command(name="set", help="Назначить план встреч на день; 0 — не звонить. | Set meetings a day; 0 dials nobody.")
@click.argument("campaign")
@click.argument("meetings", type=click.IntRange(min=0))
@option(
    "--hard",
    is_flag=True,
    help="Никогда не больше: и разговоры, которые уже идут, сверх плана не назначают. "
    "| Never more: calls under way book nothing past it either.",
)
@click.pass_obj
def set_command(settings: Settings, campaign: str, meetings: int, hard: bool) -> None:
    async def work() -> None:
        async with storage_of(settings) as storage:
            await campaign_of(storage, campaign)
            await storage.campaigns.set_quota(campaign, meetings, hard=hard)

    run(work())
    click.echo(tr(f"{campaign}: {meetings} встреч в день", f"{campaign}: {meetings} meetings a day"))


@quota.command(help="План и сделанное за сегодня по кампаниям. | Quotas and what is booked today.")
@click.pass_obj
def show(settings: Settings) -> None:
    async def work() -> None:
        async with storage_of(settings) as storage:
            for one in await storage.campaigns.all():
                state = await storage.progress.quota(one, utc_now())
                plan = "—" if one.quota is None else str(one.quota)
                pause = "" if one.active else tr(" (на паузе)", " (paused)")
                click.echo(
                    tr(
                        f"{one.slug}{pause}: встреч {state.booked} из {plan}, звонков сегодня {state.attempts}",
                        f"{one.slug}{pause}: {state.booked} of {plan} meetings, {state.attempts} dials today",
                    )
                )

    run(work())


@click.group(cls=Group, help="Отчёты. | Reports.")
def report() -> None: ...


@report.command(
    help="На какой фразе сценария уходят люди; доля с 95 %-ным интервалом. "
    "| At which phrase of the script people leave; shares with 95 % intervals."
)
@click.argument("campaign")
@option("--json", "as_json", is_flag=True, help="Вывести JSON. | Print JSON.")
@click.pass_obj
def dropoff(settings: Settings, campaign: str, as_json: bool) -> None:
    async def work() -> None:
        async with storage_of(settings) as storage:
            one = await storage.campaigns.get(campaign)
            phrases = await storage.reports.phrases(Selection(one.id))
        if not as_json:
            console = terminal()
            console.print(phrases_table(phrases, console.width))
            return
        rows = [
            {
                "id": phrase.phrase,
                "reached": phrase.reached,
                "visits": phrase.visits,
                "hung_up": phrase.hung_up,
                "refused": phrase.refused,
                "silent": phrase.silent,
                "not_understood": phrase.not_understood,
                "interrupted": phrase.interrupted,
                "went_on": dict(phrase.went_on),
                "left_share": round(lost.share, 4),
                "left_share_low": round(lost.low, 4),
                "left_share_high": round(lost.high, 4),
                "small_sample": lost.small,
            }
            for phrase in phrases
            if (lost := drop_off(phrase))
        ]
        click.echo(json.dumps({"campaign": campaign, "phrases": rows}, ensure_ascii=False, indent=2))

    run(work())
