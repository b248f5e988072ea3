"""For the head of sales: the day's plan, how far calls come, who waits."""

from __future__ import annotations

from robot.observability.dashboards.panels import CAMPAIGN, Dashboard, Kind, Panel, Query, Row, Unit, one

CHOSEN = 'campaign=~"$campaign"'


def _today(metric: str, pick: str = "max") -> str:
    """The same figure is told by every node."""
    return f"{pick} by (campaign) ({metric}{{{CHOSEN}}})"


def _came(step: str, over: str = "$__range") -> str:
    return f'sum(increase(zvonar_funnel_calls_total{{{CHOSEN}, step="{step}"}}[{over}]))'


QUOTA, BOOKED = _today("zvonar_quota_meetings"), _today("zvonar_booked_meetings")

_TODAY = Row(
    "Сегодня | Today",
    (
        one("План | Quota", f"sum({QUOTA})"),
        one("Назначено | Booked", f"sum({BOOKED})"),
        Panel(
            "Выполнено | Done",
            Kind.GAUGE,
            [Query(f"sum({BOOKED}) / sum({QUOTA})")],
            Unit.SHARE,
            width=4,
            height=4,
            good_above=1,
        ),
        one(
            "Звонить ещё | Calling time left",
            f"max({_today('zvonar_calling_left_seconds')})",
            Unit.SECONDS,
            about="0: сейчас звонить нельзя | 0 while nobody may be called",
        ),
        one("Свободных встреч | Slots left", f"sum({_today('zvonar_slots_left', 'min')})", good_above=1),
        one("Разговоров сейчас | Calls now", "sum(zvonar_calls)"),
        Panel(
            "План и назначено | Quota and booked",
            Kind.LINES,
            [Query(QUOTA, "{{campaign}}: план | quota"), Query(BOOKED, "{{campaign}}: назначено | booked")],
            width=12,
        ),
        Panel(
            "Почему не больше звонков | What limits the calls",
            Kind.STATES,
            [Query(f"max by (campaign, limit) (zvonar_pace_limit{{{CHOSEN}}}) == 1", "{{campaign}}: {{limit}}")],
            width=12,
        ),
    ),
)

_FUNNEL = Row(
    "Воронка | Funnel",
    (
        Panel(
            "Сколько дошло | How many came so far",
            Kind.BARS,
            [
                Query(_came("dialed"), "набрали | dialed"),
                Query(_came("answered"), "сняли трубку | answered"),
                Query(_came("talked"), "ответили роботу | talked"),
                Query(_came("reached"), "цель | reached"),
            ],
        ),
        Panel(
            "Доли за час | Shares of the last hour",
            Kind.LINES,
            [
                Query(f"{_came('answered', '1h')} / {_came('dialed', '1h')}", "дозвон | answered"),
                Query(f"{_came('talked', '1h')} / {_came('answered', '1h')}", "разговор | talked"),
                Query(f"{_came('reached', '1h')} / {_came('answered', '1h')}", "цель | reached"),
            ],
            Unit.SHARE,
        ),
        Panel(
            "Чем кончились | Outcomes",
            Kind.BARS,
            [Query("sum by (outcome) (increase(zvonar_attempts_total[$__range]))", "{{outcome}}")],
        ),
    ),
)

_WAITING = Row(
    "Кто ждёт звонка | Who waits",
    (
        Panel(
            "Ждут в открытые часы | Due in open hours",
            Kind.LINES,
            [Query("max by (priority) (zvonar_queue_tasks)", "{{priority}}")],
            about="Не больше тысячи с каждой полосы очереди | A thousand at most of each lane of the queue",
        ),
        Panel(
            "Сколько ждёт самый давний | The longest wait",
            Kind.LINES,
            [Query("max by (priority) (zvonar_queue_oldest_seconds)", "{{priority}}")],
            Unit.SECONDS,
        ),
        Panel(
            "От заявки до звонка | Request to dial",
            Kind.LINES,
            [
                Query(
                    f"histogram_quantile({share}, sum by (le) (increase(zvonar_request_to_ring_seconds_bucket[1h])))",
                    name,
                )
                for share, name in ((0.5, "половина | half"), (0.95, "95 %"))
            ],
            Unit.SECONDS,
            good_below=60,
        ),
        Panel(
            "Опоздание обещанных звонков | Promised callbacks: how late",
            Kind.LINES,
            [
                Query(
                    "histogram_quantile(0.95, sum by (le) (increase(zvonar_callback_lateness_seconds_bucket[1h])))",
                    "95 %",
                )
            ],
            Unit.SECONDS,
            good_below=120,
        ),
        Panel(
            "Заявки, набранные за минуту | Requests dialed within a minute",
            Kind.STAT,
            [
                Query(
                    'sum(increase(zvonar_request_to_ring_seconds_bucket{le="60.0"}[$__range]))'
                    " / sum(increase(zvonar_request_to_ring_seconds_count[$__range]))"
                )
            ],
            Unit.SHARE,
            good_above=0.99,
        ),
    ),
)

BUSINESS = Dashboard("business", "план и воронка | quota and funnel", (_TODAY, _FUNNEL, _WAITING), (CAMPAIGN,))
