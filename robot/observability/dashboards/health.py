"""Is everything well: parts, engines, what goes out, the machine."""

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

BACKUP = "zvonar_backup_last_success_timestamp_seconds"
CHOSEN = '{instance=~"$instance"}'

_PARTS = Row(
    "Части | Parts",
    (
        one("Тревог сейчас | Alerts firing", 'count(ALERTS{alertstate="firing"}) or vector(0)', good_below=1),
        Panel(
            "Кто отвечает | Who answers",
            Kind.STATES,
            [
                Query("up", "{{job}} {{instance}}"),
                Query(f"zvonar_store_up{CHOSEN}", "{{instance}}: база | database"),
            ],
            width=12,
        ),
        Panel(
            "Версии | Versions", Kind.BARS, [Query(f"count by (version) (zvonar_build_info{CHOSEN})", "{{version}}")]
        ),
        Panel(
            "Кампании на паузе из-за сбоев | Campaigns paused by faults",
            Kind.STATES,
            [Query(f"max by (campaign) (zvonar_breaker_open{CHOSEN})", "{{campaign}}")],
            width=12,
        ),
        Panel(
            "Запись в базу | Writing to the database",
            Kind.LINES,
            [
                Query(quantile(0.5, "zvonar_store_write_seconds", by="instance"), "{{instance}}: половина | half"),
                Query(quantile(0.95, "zvonar_store_write_seconds", by="instance"), "{{instance}}: 95 %"),
            ],
            Unit.SECONDS,
            good_below=0.25,
        ),
        Panel(
            "Ответ на опрос | Time of a scrape",
            Kind.LINES,
            [Query('scrape_duration_seconds{job="zvonar", instance=~"$instance"}', "{{instance}}")],
            Unit.SECONDS,
            width=12,
        ),
    ),
)

_RECOGNIZER = Row(
    "Распознавание | Recognition",
    (
        Panel(
            "Занято времени | Time taken",
            Kind.LINES,
            [Query(f"zvonar_recognizer_busy_ratio{CHOSEN}", "{{instance}}")],
            Unit.SHARE,
            good_below=0.65,
        ),
        Panel(
            "Ждут очереди | Wait for a thread",
            Kind.LINES,
            [Query(f"zvonar_recognizer_wait_seconds{CHOSEN}", "{{instance}}")],
            Unit.SECONDS,
        ),
        Panel(
            "Запас звонков | Headroom, calls",
            Kind.LINES,
            [
                Query(f"zvonar_recognizer_headroom_calls{CHOSEN}", "{{instance}}: ещё звонков | further calls"),
                Query(f"zvonar_channels{CHOSEN} - zvonar_channels_taken{CHOSEN}", "{{instance}}: каналы | channels"),
            ],
        ),
        one(
            "Падений за сутки | Deaths, 24 h",
            f"sum(increase(zvonar_recognizer_restarts_total{CHOSEN}[1d]))",
            good_below=1,
        ),
        one(
            "Падений голоса за сутки | Deaths of the voice, 24 h",
            f"sum(increase(zvonar_voice_restarts_total{CHOSEN}[1d]))",
            good_below=1,
        ),
    ),
)

_INCOMING = Row(
    "Что приходит | What comes in",
    (
        Panel(
            "Вебхуки | Webhooks",
            Kind.BARS,
            [
                Query(
                    'sum by (hook, result) (increase(zvonar_webhooks_total{instance=~"$instance"}[$__range]))',
                    "{{hook}}: {{result}}",
                )
            ],
            width=12,
        ),
        Panel(
            "Отказано в соединении | Connections turned away",
            Kind.LINES,
            [Query(f"sum by (port, reason) ({rate('zvonar_refused_connections_total')})", "{{port}}: {{reason}}")],
            Unit.PER_SECOND,
        ),
        one(
            "Мусора в AMI за сутки | Nonsense in AMI, 24 h",
            f"sum(increase(zvonar_ami_malformed_total{CHOSEN}[1d]))",
            good_below=1,
        ),
    ),
)

_OUTGOING = Row(
    "Отправка | Outgoing",
    (
        Panel(
            "Ждут и отложены | Waiting and parked",
            Kind.LINES,
            [
                Query("max by (target) (zvonar_outbox_waiting)", "{{target}}: ждут | waiting"),
                Query("max by (target) (zvonar_outbox_parked)", "{{target}}: решает человек | parked"),
            ],
        ),
        Panel(
            "Самая давняя | The oldest",
            Kind.LINES,
            [Query("max by (target) (zvonar_outbox_oldest_seconds)", "{{target}}")],
            Unit.SECONDS,
            good_below=900,
        ),
        Panel(
            "Попытки | Tries",
            Kind.LINES,
            [Query(f"sum by (target, state) ({rate('zvonar_deliveries_total')})", "{{target}}: {{state}}")],
            Unit.PER_SECOND,
        ),
        Panel(
            "Сколько длится попытка | Time of a try",
            Kind.LINES,
            [
                Query(quantile(0.5, "zvonar_delivery_seconds", by="target"), "{{target}}: половина | half"),
                Query(quantile(0.95, "zvonar_delivery_seconds", by="target"), "{{target}}: 95 %"),
            ],
            Unit.SECONDS,
            good_below=10,
        ),
        Panel(
            "Ошибки CRM и отправки | Errors of CRMs and sending",
            Kind.BARS,
            [
                Query(
                    'sum by (target, code) (increase(zvonar_delivery_errors_total{instance=~"$instance"}[$__range]))',
                    "{{target}}: {{code}}",
                )
            ],
            width=12,
        ),
    ),
)

_MACHINE = Row(
    "Машина | Machine",
    (
        Panel(
            "Процессор робота, ядер | The robot's processor, cores",
            Kind.LINES,
            [Query(rate("process_cpu_seconds_total", 'job="zvonar"'), "{{instance}}")],
        ),
        Panel(
            "Память робота | The robot's memory",
            Kind.LINES,
            [Query('process_resident_memory_bytes{job="zvonar", instance=~"$instance"}', "{{instance}}")],
            Unit.BYTES,
        ),
        Panel(
            "Открытые файлы | Open files",
            Kind.LINES,
            [Query('process_open_fds{job="zvonar", instance=~"$instance"}', "{{instance}}")],
        ),
        Panel(
            "Свободно для записей | Free for recordings",
            Kind.LINES,
            [Query(f"zvonar_data_free_bytes{CHOSEN}", "{{instance}}")],
            Unit.BYTES,
        ),
        Panel(
            "Свободно, доля | Free, share",
            Kind.GAUGE,
            [Query(f"min(zvonar_data_free_bytes{CHOSEN} / zvonar_data_size_bytes{CHOSEN})")],
            Unit.SHARE,
            good_above=0.1,
        ),
        one(
            "Возраст копии, 0: нет | Age of the last backup, 0: none",
            f"(time() - max({BACKUP})) * (max({BACKUP}) > bool 0)",
            Unit.SECONDS,
            good_below=26 * 3600,
        ),
        one("Размер копии | Size of the last backup", "max(zvonar_backup_last_size_bytes)", Unit.BYTES),
    ),
)

HEALTH = Dashboard("health", "здоровье | health", (_PARTS, _RECOGNIZER, _INCOMING, _OUTGOING, _MACHINE), (INSTANCE,))
