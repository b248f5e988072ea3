"""The line: is the trunk up, what comes of dials, is the sound in time; and Asterisk's own figures."""

from __future__ import annotations

from robot.observability.dashboards.panels import (
    INSTANCE,
    Dashboard,
    Kind,
    Panel,
    Query,
    Row,
    Unit,
    one,
    quantile,
    rate,
)

CHOSEN = '{instance=~"$instance"}'
LATE = "zvonar_frame_lateness_seconds"
LOSS = "zvonar_media_loss_ratio"
ANSWERED, IN_TIME = 'result="answered"', 'le="0.02"'

_LINE = Row(
    "Линия | Line",
    (
        Panel(
            "Линия и AMI | Line and AMI",
            Kind.STATES,
            [
                Query(f"zvonar_line_up{CHOSEN}", "{{instance}}: линия | line"),
                Query(f"zvonar_ami_up{CHOSEN}", "{{instance}}: AMI"),
                Query("asterisk_endpoints_state", "{{resource}} (2: доступен | online)"),
            ],
            Unit.COUNT,
        ),
        Panel(
            "Звонки сейчас | Calls now",
            Kind.LINES,
            [
                Query(f"sum by (state) (zvonar_calls{CHOSEN})", "{{state}}"),
                Query(f"sum(zvonar_channels{CHOSEN})", "каналов | channels"),
                Query(f"sum(zvonar_channels_taken{CHOSEN})", "занято | taken"),
            ],
        ),
        one(
            "Переподключений AMI за сутки | AMI reconnects, 24 h",
            f"sum(increase(zvonar_ami_reconnects_total{CHOSEN}[1d]))",
        ),
        one("Набираем в минуту | Dials a minute", f"60 * sum({rate('zvonar_dials_total')})"),
    ),
)

_DIALS = Row(
    "Результаты набора | Results of dials",
    (
        Panel(
            "Результаты | Results",
            Kind.LINES,
            [Query(f"sum by (result) ({rate('zvonar_dials_total')})", "{{result}}")],
            Unit.PER_SECOND,
            width=12,
        ),
        Panel(
            "Причины неудач | Why dials failed",
            Kind.BARS,
            [
                Query(
                    'sum by (result) (increase(zvonar_dials_total{instance=~"$instance", result!="answered"}'
                    "[$__range]))",
                    "{{result}}",
                )
            ],
            width=6,
        ),
        Panel(
            "Дозвон | Answered",
            Kind.LINES,
            [
                Query(
                    f"sum({rate('zvonar_dials_total', ANSWERED)}) / sum({rate('zvonar_dials_total')})",
                    "доля | share",
                )
            ],
            Unit.SHARE,
            width=6,
        ),
    ),
)

_SOUND = Row(
    "Звук | Sound",
    (
        Panel(
            "Опоздание кадров | Lateness of frames",
            Kind.LINES,
            [Query(quantile(0.5, LATE), "половина | half"), Query(quantile(0.99, LATE), "99 %")],
            Unit.SECONDS,
            good_below=0.02,
        ),
        Panel(
            "Доля опоздавших больше 20 мс | Share later than 20 ms",
            Kind.LINES,
            [
                Query(
                    f"1 - sum({rate(f'{LATE}_bucket', IN_TIME)}) / sum({rate(f'{LATE}_count')})",
                    "доля | share",
                )
            ],
            Unit.SHARE,
            good_below=0.01,
        ),
        Panel(
            "Потери звука в сети | Sound lost by the network",
            Kind.LINES,
            [
                Query(
                    f"sum by (direction) ({rate(f'{LOSS}_sum')}) / sum by (direction) ({rate(f'{LOSS}_count')})",
                    "{{direction}} (heard: клиент | the client, said: робот | the robot)",
                )
            ],
            Unit.SHARE,
            good_below=0.01,
        ),
    ),
)

_ASTERISK = Row(
    "Asterisk",
    (
        Panel(
            "Каналы и звонки | Channels and calls",
            Kind.LINES,
            [
                Query("sum(asterisk_channels_count)", "каналы | channels"),
                Query("sum(asterisk_calls_count)", "звонки | calls"),
            ],
        ),
        Panel(
            "Каналы по транкам | Channels by trunk",
            Kind.LINES,
            [Query("sum by (resource) (asterisk_endpoints_channels_count)", "{{resource}}")],
        ),
        one("Работает без перезапуска | Up since", "min(asterisk_core_uptime_seconds)", Unit.SECONDS),
        one("Звонков за время работы | Calls since then", "sum(asterisk_calls_sum)"),
    ),
)

TELEPHONY = Dashboard("telephony", "телефония | telephony", (_LINE, _DIALS, _SOUND, _ASTERISK), (INSTANCE,))
