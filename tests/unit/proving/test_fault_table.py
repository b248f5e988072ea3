"""Faults, what they show, and to which of them a breach belongs."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from robot.proving.audit import Breach, Check
from robot.proving.evidence import UnderWay
from robot.proving.fault_table import fault_table
from robot.proving.faults import alarms
from robot.proving.faults.dealer import Blow
from robot.proving.faults.registry import KINDS, drawn

pytestmark = pytest.mark.unit

RULES = Path(__file__).parents[3] / "docker" / "prometheus" / "rules" / "zvonar.yml"
BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def blow(name: str, second: float, recovered_s: float | None = 1.0, *, alarmed: bool | None = None) -> Blow:
    at = BEGAN + timedelta(seconds=second)
    return Blow(KINDS[name], "node-1", at, at, UnderWay(0, 0), "", recovered_s, alarmed, ())


def check(code: str, *seconds: float | None) -> Check:
    moments = [None if one is None else BEGAN + timedelta(seconds=one) for one in seconds]
    return Check(code, "", "", 9, tuple(Breach("something", moment) for moment in moments))


def test_a_breach_belongs_to_the_fault_before_it() -> None:
    blows = [blow("asterisk", 10, alarmed=True), blow("robot", 20, 7.0), blow("asterisk", 30, 3.0, alarmed=False)]
    table = fault_table(blows, [check("turns_kept", 12.0, 25.0, 29.0), check("one_call_at_a_time", 31.0, 5.0, None)])
    found = {row.kind.name: (row.times, row.lost, row.doubled, row.recover_s, row.alarmed) for row in table.rows}
    assert found == {"asterisk": (2, 1, 1, (2.0, 3.0), 1), "robot": (1, 2, 0, (7.0, 7.0), 0)}
    assert table.others == (0, 2), "before any fault, and at no moment"


def test_a_service_that_stayed_away_is_counted_apart() -> None:
    (row,) = fault_table([blow("robot", 1, None), blow("robot", 2, 4.0)], []).rows
    assert (row.times, row.stayed_down, row.recover_s) == (2, 1, (4.0, 4.0))


def test_each_kind_has_its_share_of_any_number_of_faults() -> None:
    kinds = list(KINDS.values())
    weights = sum(kind.weight for kind in kinds)
    dealt = Counter(kind.name for kind in itertools.islice(drawn(kinds, Random(1)), 3 * weights))
    assert dealt == {kind.name: 3 * kind.weight for kind in kinds}
    again = [kind.name for kind in itertools.islice(drawn(kinds, Random(1)), 20)]
    assert again == [kind.name for kind in itertools.islice(drawn(kinds, Random(1)), 20)]
    assert again != [kind.name for kind in itertools.islice(drawn(kinds, Random(2)), 20)]


def test_each_kind_has_an_alert_with_a_rule_or_says_why_nobody_is_told() -> None:
    rules = RULES.read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert (kind.alarm is None) is not (kind.quiet is None), kind.name
        if kind.alarm is not None:
            assert f"- alert: {kind.alarm.alert}\n" in rules, kind.name
            (rule,) = [one for one in rules.split("- alert: ") if one.startswith(f"{kind.alarm.alert}\n")]
            assert kind.alarm.metric.partition("{")[0] in rule, f"{kind.name}: the rule looks at another figure"


HISTOGRAM = """took_seconds_bucket{{le="0.25",node="a"}} {within}
took_seconds_bucket{{le="0.25",node="b"}} 0.0
took_seconds_bucket{{le="+Inf",node="a"}} {whole}
took_seconds_count{{node="a"}} {whole}
took_seconds_count{{node="b"}} 0.0
"""


@pytest.mark.parametrize(
    ("within", "whole", "share", "shows"),
    [
        (103.0, 110.0, 0.5, True),
        (108.0, 110.0, 0.5, False),
        (108.0, 110.0, 0.0, True),
        (110.0, 110.0, 0.0, False),
        (100.0, 100.0, 0.0, False),
        (1.0, 4.0, 0.5, True),
        (3.0, 4.0, 0.5, False),
    ],
)
def test_a_histogram_shows_how_much_of_the_new_was_above(
    within: float, whole: float, share: float, shows: bool
) -> None:
    """Of 100 before; less are another process's."""
    alarm = alarms.beyond("a", "took_seconds", "0.25", share=share)
    before = alarms.sample(HISTOGRAM.format(within=100.0, whole=100.0))
    assert alarm.shows(before, [None, alarms.sample(HISTOGRAM.format(within=within, whole=whole))]) is shows


SCRAPE = """# HELP zvonar_line_up 1 while the line can dial.
zvonar_line_up{line="lab"} 1.0
zvonar_attempts_total{outcome="refused"} 4.0
zvonar_attempts_total{outcome="interrupted"} 2.0
zvonar_data_free_bytes 100.0
zvonar_data_size_bytes 1000.0
"""


def test_alarms_look_at_what_a_scrape_tells() -> None:
    before = alarms.sample(SCRAPE)
    interrupted = alarms.sample(SCRAPE.replace("2.0", "3.0"))
    down = alarms.sample(SCRAPE.replace('lab"} 1.0', 'lab"} 0.0'))
    full = alarms.sample(SCRAPE.replace("bytes 100.0", "bytes 1.0"))
    called_off = 'zvonar_attempts_total{outcome="interrupted"}'
    one_by_one = {
        "silent": (alarms.silent("a"), None),
        "falls": (alarms.falls("a", "zvonar_line_up"), down),
        "rises": (alarms.rises("a", called_off), interrupted),
        "sum rises": (alarms.rises("a", "zvonar_attempts_total"), interrupted),
        "runs out": (alarms.runs_out("a", "zvonar_data_free_bytes", "zvonar_data_size_bytes", 0.02), full),
    }
    for name, (alarm, seen) in one_by_one.items():
        assert alarm.shows(before, [before, seen]), name
        assert not alarm.shows(before, [before, before]), name
