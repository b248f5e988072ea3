"""The week as its report tells it: gathered from the rollups, in texts that a template prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from robot.analytics import report
from robot.analytics.dropoff import DropOff, ranked
from robot.analytics.report import Share
from robot.analytics.report_ports import AttemptRollups, Attempts, ChannelSums, Cut, LeadRollups, ScriptRollups
from robot.analytics.wear import Wear, wear
from robot.i18n import tr

DAYS = 7
WORST = 5
WEAR_DAYS = 60
"""So far back lie the talks that a week is held against."""


@dataclass(frozen=True, slots=True)
class OfScript:
    """worst: phrases that lose most, without small samples. reasons: outcome, reason, calls. wear: None while there are
    too few talks to say."""

    script: str
    talks: int
    goal: int
    worst: Sequence[DropOff]
    reasons: Sequence[tuple[str, str, int]]
    wear: Wear | None


@dataclass(frozen=True, slots=True)
class Week:
    since: date
    until: date
    now: Attempts
    before: Attempts
    scripts: Sequence[OfScript]
    channels: Sequence[ChannelSums]


async def gather(scripts: ScriptRollups, attempts: AttemptRollups, leads: LeadRollups, *, since: date) -> Week:
    """Of the seven days from this one on."""
    week = Cut(since, since + timedelta(days=DAYS - 1))
    before = Cut(since - timedelta(days=DAYS), since - timedelta(days=1))
    spoken = sorted({one.script for one in await attempts.spoken(week) if one.script})
    return Week(
        week.since,
        week.until,
        report.total(await attempts.outcomes(week)),
        report.total(await attempts.outcomes(before)),
        [await _script(scripts, attempts, name, week) for name in spoken],
        await leads.channels(week),
    )


async def _script(scripts: ScriptRollups, attempts: AttemptRollups, name: str, week: Cut) -> OfScript:
    cut = Cut(week.since, week.until, name)
    outcomes = await attempts.outcomes(cut)
    sums = report.total(outcomes)
    lost = ranked(one.counts for one in await scripts.phrases(cut))
    days = await attempts.days(Cut(week.until - timedelta(days=WEAR_DAYS), week.until, name))
    return OfScript(
        name,
        sums.talked,
        sums.goal,
        [one for one in lost if not one.small and one.counts.left][:WORST],
        report.reasons(outcomes)[:WORST],
        wear(report.points(days)),
    )


def facts(week: Week) -> Mapping[str, Any]:
    """For the template `weekly`: texts alone, in the language of the caller."""
    return {
        "title": tr("Итоги недели", "The week"),
        "period": f"{week.since:%d.%m} — {week.until:%d.%m.%Y}",
        "figures": _figures(week),
        "scripts": [_told(one) for one in week.scripts],
        "channels": [
            [one.channel, str(one.received), str(one.called), str(one.qualified), str(one.goal)]
            for one in week.channels
        ],
        "words": {
            "phrases": tr("Где теряем людей", "Where people are lost"),
            "phrase": tr("Фраза", "Phrase"),
            "left": tr("Ушли", "Left"),
            "share": tr("Доля", "Share"),
            "reasons": tr("Почему отказывают", "Why people refuse"),
            "channels": tr("Лиды по каналам", "Leads by channel"),
            "channel_head": [
                tr("Канал", "Channel"), tr("Пришло", "Came"), tr("Обработано", "Called"), tr("Подошли", "Qualified"),
                tr("До цели", "Goals"),
            ],
            "nothing": tr("Разговоров не было", "There were no talks"),
        },
    }  # fmt: skip


def _figures(week: Week) -> list[Mapping[str, str]]:
    now, before = week.now, week.before
    rows = (
        (tr("Набрали", "Dials"), now.dials, before.dials),
        (tr("Поговорили", "Talks"), now.talked, before.talked),
        (tr("Дошли до цели", "Goals"), now.goal, before.goal),
    )
    return [{"label": label, "value": _number(value), "note": _change(value, was)} for label, value, was in rows]


def _told(one: OfScript) -> Mapping[str, Any]:
    share = Share.of(one.goal, one.talks)
    bounds = f"{report.percent(share.low)} — {report.percent(share.high)}"
    warning = ""
    if one.wear is not None and one.wear.worn:
        now, was = report.percent(one.wear.now), report.percent(one.wear.before)
        warning = tr(
            f"Сценарий выдыхается: до цели доходит {now}, было {was}",
            f"The script wears out: {now} of talks reach the goal, it was {was}",
        )
    return {
        "name": one.script,
        "sum": tr(
            f"Разговоров {_number(one.talks)}, до цели {one.goal}: {report.percent(share.share)} ({bounds})",
            f"{one.talks} talks, {one.goal} reached the goal: {report.percent(share.share)} ({bounds})",
        ),
        "warning": warning,
        "phrases": [
            [lost.counts.phrase, f"{lost.counts.left} / {lost.counts.reached}", f"{lost.share:.0%}"]
            for lost in one.worst
        ],
        "reasons": [[reason or outcome, str(calls)] for outcome, reason, calls in one.reasons],
    }


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u00a0")


def _change(value: int, was: int) -> str:
    if not was:
        return tr("неделей раньше не было", "none the week before")
    return f"{(value - was) / was:+.0%} " + tr("к прошлой неделе", "to the week before")
