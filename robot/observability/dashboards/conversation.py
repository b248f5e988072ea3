"""How talks go: how long clients wait for an answer, what is understood, who ends them."""

from __future__ import annotations

from robot.observability.dashboards.panels import (
    INSTANCE,
    Dashboard,
    Kind,
    Panel,
    Query,
    Row,
    Unit,
    quantile,
    rate,
)

HALF, MOST = "половина | half", "95 %"


def _quantiles(histogram: str) -> list[Query]:
    return [Query(quantile(0.5, histogram), HALF), Query(quantile(0.95, histogram), MOST)]


def _by_minute(counter: str) -> str:
    return f"60 * sum({rate(counter)}) / sum({rate('zvonar_call_duration_seconds_sum')})"


_GAPS = Row(
    "Паузы | Gaps",
    (
        Panel(
            "Пауза перед ответом робота | The robot's answer",
            Kind.LINES,
            _quantiles("zvonar_response_seconds"),
            Unit.SECONDS,
            about="Обещано: половина до 0,35 с, 95 % до 0,8 с | Promised: half within 0.35 s, 95 % within 0.8 s",
            good_below=0.8,
        ),
        Panel(
            "После да или нет | After yes or no",
            Kind.LINES,
            _quantiles("zvonar_response_yes_no_seconds"),
            Unit.SECONDS,
            good_below=0.8,
        ),
        Panel(
            "Перебили: когда замолчал | Interrupted: silent after",
            Kind.LINES,
            _quantiles("zvonar_barge_in_stop_seconds"),
            Unit.SECONDS,
            good_below=0.3,
        ),
        Panel(
            "Паузы | Gaps",
            Kind.HEATMAP,
            [Query(f"sum by (le) ({rate('zvonar_response_seconds_bucket')})", "{{le}}")],
            Unit.SECONDS,
        ),
        Panel(
            "Распознавание | Recognition",
            Kind.LINES,
            [
                Query(quantile(0.5, "zvonar_recognition_seconds", by="engine"), "{{engine}}, половина | half"),
                Query(quantile(0.95, "zvonar_recognition_seconds", by="engine"), "{{engine}}, 95 %"),
            ],
            Unit.SECONDS,
        ),
        Panel(
            "Синтез фраз | Synthesis of phrases",
            Kind.LINES,
            [Query(quantile(0.95, "zvonar_synthesis_seconds", by="voice"), "{{voice}}, 95 %")],
            Unit.SECONDS,
            about="Только фразы, которых не было готовых | Of phrases that were not ready",
        ),
    ),
)

_MISSED, _TRIED = 'ending="not_understood"', 'ending=~"answered|not_understood"'

_UNDERSTANDING = Row(
    "Понимание | Understanding",
    (
        Panel(
            "Не понято ответов | Answers not understood",
            Kind.LINES,
            [
                Query(
                    f"sum({rate('zvonar_turns_total', _MISSED)}) / sum({rate('zvonar_turns_total', _TRIED)})",
                    "доля | share",
                )
            ],
            Unit.SHARE,
            good_below=0.25,
        ),
        Panel(
            "Чем кончаются фразы | How phrases end",
            Kind.LINES,
            [Query(f"sum by (ending) ({rate('zvonar_turns_total')})", "{{ending}}")],
            Unit.PER_SECOND,
        ),
        Panel(
            "Перебиваний и ложных стартов за минуту разговора | Interruptions and false starts by a minute of talk",
            Kind.LINES,
            [
                Query(_by_minute("zvonar_interruptions_total"), "перебил клиент | client spoke over"),
                Query(_by_minute("zvonar_false_starts_total"), "робот поспешил | robot too early"),
            ],
        ),
        Panel(
            "Кто снял трубку | Who answered",
            Kind.BARS,
            [Query('sum by (answer) (increase(zvonar_answers_total{instance=~"$instance"}[$__range]))', "{{answer}}")],
        ),
        Panel(
            "Длительность разговора | Length of a talk",
            Kind.LINES,
            _quantiles("zvonar_call_duration_seconds"),
            Unit.SECONDS,
        ),
        Panel(
            "Кто положил трубку | Who hung up",
            Kind.BARS,
            [Query('sum by (by) (increase(zvonar_hang_ups_total{instance=~"$instance"}[$__range]))', "{{by}}")],
        ),
    ),
)

CONVERSATION = Dashboard("conversation", "разговор | conversation", (_GAPS, _UNDERSTANDING), (INSTANCE,))
