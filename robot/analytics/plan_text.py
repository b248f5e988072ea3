"""What a plan says: its obstacles and notes as sentences in both languages, and all of it as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from robot.analytics.dropoff import SMALL
from robot.analytics.plan import OCCUPANCY, Code, Note, Obstacle, Plan, Span
from robot.analytics.rates import Estimate


class Text(NamedTuple):
    """One text for people, in both languages of the product."""

    ru: str
    en: str


_MONTHS_RU = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NO_BREAK = "\u00a0"


def number(value: int) -> Text:
    """2300: "2 300" and "2,300"."""
    return Text(f"{value:,}".replace(",", _NO_BREAK), f"{value:,}")


def day(value: date) -> Text:
    return Text(f"{value.day} {_MONTHS_RU[value.month - 1]}", f"{value.day} {_MONTHS_EN[value.month - 1]}")


def obstacle(found: Obstacle, plan: Plan) -> tuple[Text, Text]:
    """What is in the way and by how much, and what to do."""
    need, have, short = number(found.need), number(found.have), number(found.short)
    match found.code:
        case Code.NO_HOURS:
            return (
                Text("окно звонков не открывается ни в один день", "the calling window never opens"),
                Text("задайте кампании часы звонков", "give the campaign calling hours"),
            )
        case Code.NO_DAYS:
            return (
                Text(
                    f"в месяце не осталось рабочих дней, а не назначено встреч: {short.ru}",
                    f"no working day is left in the month, and {short.en} meetings are not booked",
                ),
                Text(
                    "планируйте следующий месяц: --month; или откройте окно звонков в другие дни недели",
                    "plan the next month: --month; or open the calling window on other weekdays",
                ),
            )
        case Code.LIST:
            until = day(found.day) if found.day else Text("—", "—")
            return (
                Text(
                    f"список кончится {until.ru}: нужно лидов {need.ru}, есть {have.ru}, не хватает {short.ru}",
                    f"the list runs out on {until.en}: {need.en} leads are needed, {have.en} are there, "
                    f"{short.en} are missing",
                ),
                Text("загрузите ещё лидов: zvonar leads import", "load more leads: zvonar leads import"),
            )
        case Code.CHANNELS:
            return (
                Text(f"нужно линий {need.ru}, есть {have.ru}", f"{need.en} lines are needed, {have.en} are there"),
                Text(
                    "добавьте линии у оператора и в ZVONAR_DIALER__CHANNELS или откройте окно звонков дольше",
                    "add lines at the operator and in ZVONAR_DIALER__CHANNELS, or open the calling window longer",
                ),
            )
        case Code.SLOTS:
            days = max(1, len(plan.days))
            return (
                Text(
                    f"мест у менеджеров на {_each(found.have / days).ru} встреч в день, нужно "
                    f"{_each(found.need / days).ru}: до конца месяца свободно {have.ru} из {need.ru}",
                    f"managers have time for {_each(found.have / days).en} meetings a day, "
                    f"{_each(found.need / days).en} are needed: {have.en} of {need.en} free until the month ends",
                ),
                Text(
                    "добавьте менеджера или часы: zvonar managers add",
                    "add a manager or hours: zvonar managers add",
                ),
            )


def note(said: Note, plan: Plan) -> Text:
    per_dial, year, attempts = plan.expected, plan.target.month.year, plan.means.max_attempts
    answered, booked = _share(per_dial.answered.value, 0), _share(per_dial.booked.value, 1)
    seconds, dials = f"{per_dial.seconds:.0f}", _each(per_dial.dials_per_lead)
    return {
        Note.FEW_CALLS: Text(
            f"мало данных: отвеченных звонков меньше {SMALL}, цифры ещё изменятся",
            f"little data: fewer than {SMALL} answered calls, the figures will change",
        ),
        Note.ANSWERED_ASSUMED: Text(
            f"допущение: отвечают на звонок {answered.ru}", f"assumed: {answered.en} of dials are answered"
        ),
        Note.BOOKED_ASSUMED: Text(
            f"допущение: из ответивших назначают встречу {booked.ru}", f"assumed: {booked.en} of answered calls book"
        ),
        Note.SECONDS_ASSUMED: Text(
            f"допущение: звонок занимает линию {seconds} с", f"assumed: a dial takes a line for {seconds} s"
        ),
        Note.DIALS_PER_LEAD_ASSUMED: Text(
            f"допущение: звонков на лид {dials.ru} (пока не ответит, но не больше {attempts})",
            f"assumed: {dials.en} dials a lead (until answered, at most {attempts})",
        ),
        Note.SHOW_UP_ASSUMED: Text(
            "допущение: состоятся все назначенные встречи; свою долю задайте: --show-up 0.7",
            "assumed: every booked meeting takes place; give your share: --show-up 0.7",
        ),
        Note.TRANSFERS_UNKNOWN: Text(
            f"переносы выходных на {year} год ещё не известны: учтены только праздники",
            f"days off moved in {year} are not known yet: only the holidays themselves count",
        ),
        Note.NOT_BEGUN: Text(
            "месяц ещё не начался: звонки до его начала тоже потратят список",
            "the month has not begun: dialing before it uses up the list too",
        ),
    }[said]


def as_json(plan: Plan) -> dict[str, Any]:
    """Everything a program may want. Shares are fractions, spans [low, high], days ISO 8601."""
    target, per_dial = plan.target, plan.expected
    return {
        "month": str(target.month),
        "revenue": target.revenue,
        "average_deal": target.average_deal,
        "meetings_per_deal": target.meetings_per_deal,
        "show_up": target.show_up,
        "won": target.won,
        "deals": target.deals,
        "deals_left": target.deals_left,
        "meetings_left": plan.meetings,
        "meetings_reachable": plan.reachable,
        "working_days": len(plan.month_days),
        "working_days_left": len(plan.days),
        "meetings_a_day": plan.meetings_a_day,
        "calls_a_day": _span(plan.calls_a_day),
        "line_minutes_a_day": plan.line_minutes_a_day,
        "channels": {"need": plan.channels, "have": plan.means.channels, "occupancy": OCCUPANCY},
        "leads": {"a_day": plan.leads_a_day, "have": plan.means.leads, "fresh": plan.means.fresh},
        "list_ends": plan.list_ends.isoformat() if plan.list_ends else None,
        "slots": plan.means.slots,
        "rates": {
            "answered": _estimate(per_dial.answered),
            "booked": _estimate(per_dial.booked),
            "booked_per_dial": _estimate(per_dial.booked_per_dial),
            "seconds_per_dial": {"value": round(per_dial.seconds, 1), "measured": per_dial.seconds_measured},
            "dials_per_lead": {
                "value": round(per_dial.dials_per_lead, 2),
                "measured": per_dial.dials_per_lead_measured,
            },
        },
        "obstacles": [_obstacle(found, plan) for found in plan.obstacles],
        "notes": [{"code": said.value, **note(said, plan)._asdict()} for said in plan.notes],
    }


def _obstacle(found: Obstacle, plan: Plan) -> dict[str, Any]:
    what, remedy = obstacle(found, plan)
    return {
        "code": found.code.value,
        "need": found.need,
        "have": found.have,
        "short": found.short,
        "day": found.day.isoformat() if found.day else None,
        "message": what._asdict(),
        "remedy": remedy._asdict(),
    }


def _span(span: Span) -> dict[str, int | None]:
    return {"value": span.value, "low": span.low, "high": span.high}


def _estimate(estimate: Estimate) -> dict[str, float | bool]:
    return {
        "value": round(estimate.value, 4),
        "low": round(estimate.low, 4),
        "high": round(estimate.high, 4),
        "measured": estimate.measured,
    }


def _each(value: float) -> Text:
    """A mean a day: "12", "8.5"."""
    text = f"{value:.1f}".removesuffix(".0")
    return Text(text.replace(".", ","), text)


def _share(value: float, digits: int) -> Text:
    """16,9 % in Russian, 16.9% in English."""
    text = f"{100 * value:.{digits}f}".removesuffix(".0")
    return Text(text.replace(".", ",") + "\u00a0%", text + "%")
