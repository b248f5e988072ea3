"""A simulated day as figures and as a page of Markdown, in the user's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from robot.domain.goals import Goal
from robot.i18n import tr
from robot.simulation.audit import OFFSETS, RULES, Auditor, Fault, met_at, reached
from robot.simulation.day import CHANNELS, RESERVED, Day
from robot.simulation.people import HOMES
from robot.simulation.promises import Kept, callbacks, requests
from robot.simulation.records import Dial

BARS = " ▁▂▃▄▅▆▇█"
NOBODY = "·"
HOURS = range(24)
MOSCOW = OFFSETS["Europe/Moscow"]


@dataclass(frozen=True, slots=True)
class Report:
    """What the auditor found. today: dials of the day itself, in the order of time."""

    day: Day
    auditor: Auditor
    today: Sequence[Dial]
    faults: Sequence[Fault]
    requests: Kept
    callbacks: Kept

    @property
    def clean(self) -> bool:
        """Whether every rule and every promise was kept."""
        return not self.faults and not self.requests.broken and not self.callbacks.broken


def audited(day: Day) -> Report:
    auditor = Auditor(day.inputs, day.dials)
    today = [dial for dial in day.dials if dial.at >= day.inputs.start]
    return Report(
        day,
        auditor,
        today,
        auditor.faults(day.booked),
        requests(day.inputs, day.dials, auditor),
        callbacks(day.inputs, day.dials, auditor),
    )


def as_json(report: Report) -> dict[str, Any]:
    counts = Counter(fault.rule for fault in report.faults)
    return {
        "clean": report.clean,
        "dials": len(report.today),
        "faults": {rule: counts[rule] for rule in RULES},
        "campaigns": [_figures(report, slug) for slug in report.day.booked],
        "requests": _kept(report.requests),
        "callbacks": _kept(report.callbacks),
        "zones": {
            zone: {
                "dials": _by_hour(_lived(report, zone)),
                "answered": _by_hour([dial for dial in _lived(report, zone) if dial.answered_at]),
                "booked": _by_hour([dial for dial in _lived(report, zone) if _won(report, dial)]),
            }
            for zone, _, _ in HOMES
        },
    }


def _figures(report: Report, slug: str) -> dict[str, Any]:
    plan = next(plan for plan in report.day.inputs.plans if plan.slug == slug)
    own = [dial for dial in report.today if dial.slug == slug]
    met = met_at(plan, report.today, report.day.inputs.start)
    goals = report.auditor.goals(slug)
    return {
        "campaign": slug,
        "dials": len(own),
        "answered": sum(dial.answered_at is not None for dial in own),
        "quota": plan.quota if plan.hard else None,
        "booked": goals,
        "overshoot": max(0, goals - plan.quota) if plan.hard else None,
        "met_at": None if met is None else f"{(met - report.day.inputs.start).total_seconds() / 3600:05.2f}",
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "dialed": len(kept.late_s),
        "in_time": kept.in_time,
        "within_s": kept.within_s,
        "worst_s": round(kept.worst_s, 1),
        "not_dialed": dict(sorted(kept.others.items())),
    }


def as_markdown(report: Report, *, leads: int, seed: int) -> str:
    command = f"zvonar simulate day --leads {leads} --seed {seed} --markdown docs/simulated-day.md"
    parts = [
        f"# {tr('Симулированный день', 'A simulated day')}",
        tr(
            f"Составлено командой `{command}`: настоящие очередь и дозвонщик, виртуальные часы, {leads} лидов в "
            f"одиннадцати поясах, {CHANNELS} линий ({RESERVED} для новых заявок), вторник 24 ноября 2026 года от "
            "полуночи до полуночи по Москве. Люди отвечают случайно; тот же seed даёт тот же день.",
            f"Written by `{command}`: the real queue and dialer on a virtual clock, {leads} leads in eleven time "
            f"zones, {CHANNELS} channels ({RESERVED} kept for new requests), Tuesday 24 November 2026 from midnight to "
            "midnight in Moscow. People answer by chance; the same seed gives the same day.",
        ),
        *_campaigns(report),
        *_promises(report),
        *_audit(report),
        *_zones(report),
    ]
    return "\n\n".join(parts) + "\n"


def _campaigns(report: Report) -> Iterator[str]:
    yield "## " + tr("Кампании", "Campaigns")
    header = tr(
        "| кампания | звонков | ответили | план | сделано | сверх | выполнен в |",
        "| campaign | dials | answered | quota | reached | overshoot | met at |",
    )
    rows = [header, "|---|---:|---:|---:|---:|---:|---:|"]
    for slug in report.day.booked:
        one = _figures(report, slug)
        quota, over = ("—" if one[name] is None else str(one[name]) for name in ("quota", "overshoot"))
        cells = (slug, one["dials"], one["answered"], quota, one["booked"], over, _clock(one["met_at"]))
        rows.append(f"| {' | '.join(map(str, cells))} |")
    yield "\n".join(rows)
    yield tr(
        "Жёсткий план — у холодных и старых клиентов (встречи). У остальных плана, который их остановил бы, нет.",
        "Cold calls and clients of old have hard quotas (meetings). The others have none that would stop them.",
    )


def _clock(hours: str | None) -> str:
    if hours is None:
        return "—"
    minutes = round(float(hours) * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _promises(report: Report) -> Iterator[str]:
    yield "## " + tr("Обещания", "Promises")
    names = {
        "tomorrow": tr("ждут завтрашних часов", "wait for tomorrow's hours"),
        "stopped": tr("в стоп-листе", "on the stop list"),
        "quota_met": tr("план выполнен", "quota met"),
        "forgotten": tr("ЗАБЫТЫ", "FORGOTTEN"),
    }
    header = tr(
        "| обещание | набрано | в срок | худшее, с | не набраны |",
        "| promise | dialed | in time | worst, s | not dialed |",
    )
    rows = [header, "|---|---:|---:|---:|---|"]
    kinds = (
        (tr("новая заявка: 60 с", "new request: 60 s"), report.requests),
        (tr("обещанный звонок: 2 мин", "promised callback: 2 min"), report.callbacks),
    )
    for title, kept in kinds:
        others = ", ".join(f"{names[why]}: {number}" for why, number in sorted(kept.others.items())) or "—"
        rows.append(f"| {title} | {len(kept.late_s)} | {kept.in_time} | {kept.worst_s:.1f} | {others} |")
    yield "\n".join(rows)
    yield tr(
        "Срок считается от первого мгновения, когда клиенту можно звонить и он не говорит по телефону с нами. Пока "
        "робот считает, виртуальные часы стоят: это ожидание по решению, а не скорость машины.",
        "Counted from the first moment at which the client may be called and is in no other call of ours. No time "
        "passes on the virtual clock while the robot computes: these are waits by decision, not a machine's speed.",
    )


def _audit(report: Report) -> Iterator[str]:
    yield "## " + tr("Проверка", "The audit")
    titles = {
        "window": tr("вне часов клиента (во всех возможных поясах)", "outside the client's hours (in all his zones)"),
        "stopped": tr(
            "на номер из стоп-листа или просившего не звонить", "to a stopped number, or one that asked to be"
        ),
        "consent": tr("реклама без согласия", "advertising without consent"),
        "caps": tr("чаще 3 раз за 24 ч, 6 за 7 дней, 15 всего", "past 3 in 24 h, 6 in 7 days, 15 ever"),
        "cooling": tr("раньше 90 дней после отказа", "within 90 days of a refusal"),
        "double": tr("на номер, который уже в звонке", "to a number already in a call"),
        "slots": tr("две встречи у менеджера разом", "two meetings of a manager at once"),
        "overshoot": tr("жёсткий план превышен", "hard quotas passed"),
        "missed": tr("жёсткий план не выполнен", "hard quotas not met"),
        "store": tr("база и журнал звонков не сходятся", "store and log of dials disagree"),
    }
    counts = Counter(fault.rule for fault in report.faults)
    rows = [tr("| звонки и встречи | нарушений |", "| dials and meetings | violations |"), "|---|---:|"]
    rows += [f"| {titles[rule]} | {counts[rule]} |" for rule in RULES]
    yield "\n".join(rows)
    yield tr(
        f"Проверено звонков: {len(report.day.dials)}, из них накануне: {len(report.day.dials) - len(report.today)}. "
        "Проверяющий читает только журнал звонков и то, что было задано.",
        f"Dials checked: {len(report.day.dials)}, of them on the day before: "
        f"{len(report.day.dials) - len(report.today)}. The auditor reads only the log of dials and what was given.",
    )


def _zones(report: Report) -> Iterator[str]:
    yield "## " + tr("Пояса и часы", "Zones and hours")
    yield tr(
        "Столбики — час за часом по Москве; в каждой строке самый высокий — её наибольшее число.",
        "Bars hour by hour, Moscow time; the highest of a row is its greatest number.",
    )
    width = max(len(zone) for zone, _, _ in HOMES)
    lines = [f"{'':{width}}  {'':8}  00    06    12    18    "]
    for zone, _, _ in HOMES:
        lived = _lived(report, zone)
        kinds = (
            (tr("звонки", "dials"), lived),
            (tr("ответили", "answered"), [dial for dial in lived if dial.answered_at]),
            (tr("цель", "reached"), [dial for dial in lived if _won(report, dial)]),
        )
        for n, (title, dials) in enumerate(kinds):
            name = zone if n == 0 else f"{'UTC+' + str(OFFSETS[zone]):>{width}}" if n == 1 else ""
            lines.append(f"{name:{width}}  {title:8}  {_bars(_by_hour(dials))} {len(dials):5}")
    yield "```text\n" + "\n".join(lines) + "\n```"


def _bars(numbers: Sequence[int]) -> str:
    most = max(numbers, default=0) or 1
    return "".join(NOBODY if not number else BARS[max(1, round(number / most * 8))] for number in numbers)


def _by_hour(dials: Sequence[Dial]) -> list[int]:
    hours = Counter((dial.at.hour + MOSCOW) % 24 for dial in dials)
    return [hours[hour] for hour in HOURS]


def _lived(report: Report, zone: str) -> list[Dial]:
    clients = report.day.inputs.clients
    return [dial for dial in report.today if clients[dial.phone].home == zone]


def _won(report: Report, dial: Dial) -> bool:
    goals: dict[str, Goal] = {plan.slug: plan.goal for plan in report.day.inputs.plans}
    return reached(goals[dial.slug], dial)
