"""Reports as they go over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from robot.analytics import report, wear
from robot.analytics.dropoff import drop_off, ranked
from robot.analytics.experiments import Arm, decide
from robot.analytics.report import Share
from robot.analytics.report_ports import (
    ArmSums,
    Attempts,
    ChannelSums,
    DaySums,
    EdgeSums,
    ObjectionSums,
    OutcomeSums,
    PhraseSums,
    SpokenSums,
    WeekSums,
)
from robot.i18n import tr
from robot.web.schemas_reports import (
    AnswerOut,
    ArmOut,
    ChannelOut,
    EdgeOut,
    EndOut,
    ExperimentOut,
    ExperimentsOut,
    FunnelOut,
    HourOut,
    HoursOut,
    ObjectionOut,
    PhraseOut,
    PointOut,
    ReasonOut,
    ShareOut,
    SpokenScriptOut,
    SpokenVersionOut,
    StageOut,
    TrendOut,
    VariantOut,
    WearOut,
)

OBJECTIONS = "objections."


def share_out(hits: int, trials: int) -> ShareOut:
    one = Share.of(hits, trials)
    return ShareOut(hits=one.hits, trials=one.trials, share=one.share, low=one.low, high=one.high, small=one.small)


def phrase_out(sums: PhraseSums) -> PhraseOut:
    counts, lost = sums.counts, drop_off(sums.counts)
    return PhraseOut(
        phrase=counts.phrase,
        objection=counts.phrase.startswith(OBJECTIONS),
        reached=counts.reached,
        visits=counts.visits,
        hung_up_during=counts.hung_up_during,
        hung_up_after=counts.hung_up_after,
        refused=counts.refused,
        silent=counts.silent,
        not_understood=counts.not_understood,
        interrupted=counts.interrupted,
        left=counts.left,
        left_share=lost.share,
        left_low=lost.low,
        left_high=lost.high,
        small=lost.small,
        goal=sums.goal,
    )


def ranked_out(sums: Sequence[PhraseSums]) -> list[PhraseOut]:
    """Worst first."""
    by_name = {one.counts.phrase: one for one in sums}
    return [phrase_out(by_name[lost.counts.phrase]) for lost in ranked(one.counts for one in sums)]


def edges_out(sums: Iterable[EdgeSums], reached: Mapping[str, int]) -> list[EdgeOut]:
    return [
        EdgeOut(
            phrase=edge.phrase,
            to=edge.to,
            calls=edge.calls,
            share=edge.calls / reached[edge.phrase] if reached.get(edge.phrase) else 0.0,
            answers=[AnswerOut(kind=kind, intent=intent, calls=calls) for kind, intent, calls in edge.answers],
        )
        for edge in report.edges(sums)
    ]


def versions_out(spoken: Iterable[SpokenSums]) -> list[SpokenVersionOut]:
    return [
        SpokenVersionOut(version=one.version, first_day=one.first_day, last_day=one.last_day, calls=one.attempts.talked)
        for one in spoken
    ]


def variants_out(arms: Iterable[ArmSums]) -> list[VariantOut]:
    calls: dict[tuple[str, str], int] = {}
    for one in arms:
        calls[one.phrase, one.variant] = calls.get((one.phrase, one.variant), 0) + one.calls
    return [VariantOut(phrase=phrase, variant=variant, calls=n) for (phrase, variant), n in sorted(calls.items())]


def scripts_out(spoken: Iterable[SpokenSums]) -> list[SpokenScriptOut]:
    """The one most spoken first."""
    found: dict[str, tuple[Attempts, date]] = {}
    for one in spoken:
        if one.script:
            sums, day = found.get(one.script, (report.NOTHING, one.last_day))
            found[one.script] = sums + one.attempts, max(day, one.last_day)
    outs = [
        SpokenScriptOut(script=script, talks=sums.talked, goal=sums.goal, last_day=day)
        for script, (sums, day) in found.items()
    ]
    return sorted(outs, key=lambda one: (-one.talks, one.script))


def funnel_out(rows: Sequence[OutcomeSums], since: date, until: date) -> FunnelOut:
    """Of our dials; calls that came in begin at `answered`, so they are left out here."""
    ours = [row for row in rows if row.direction == "out"]
    sums = report.total(ours)
    stages = (
        ("dials", sums.dials),
        ("answered", sums.answered),
        ("talked", sums.talked),
        ("engaged", sums.engaged),
        ("goal", sums.goal),
    )
    outs, before = [], sums.dials
    for stage, calls in stages:
        of_previous = share_out(calls, before)
        outs.append(StageOut(stage=stage, calls=calls, of_first=share_out(calls, sums.dials), of_previous=of_previous))
        before = calls
    ends = report.ends(ours)
    talks = sum(calls for _, calls in ends)
    return FunnelOut(
        since=since,
        until=until,
        stages=outs,
        ends=[EndOut(outcome=outcome, calls=calls, share=calls / talks) for outcome, calls in ends],
    )


def objections_out(sums: Iterable[ObjectionSums]) -> list[ObjectionOut]:
    """The one raised most often first."""
    return sorted(map(_objection, sums), key=lambda one: (-one.raised, one.objection))


def _objection(sums: ObjectionSums) -> ObjectionOut:
    return ObjectionOut(
        objection=sums.objection,
        raised=sums.raised,
        returned=share_out(sums.returned, sums.raised),
        booked=share_out(sums.goal, sums.raised),
        hung_up=sums.hung_up,
        refused=sums.refused,
    )


def reasons_out(rows: Iterable[OutcomeSums]) -> list[ReasonOut]:
    found = report.reasons(rows)
    refusals = sum(calls for _, _, calls in found)
    return [
        ReasonOut(outcome=outcome, reason=reason, calls=calls, share=calls / refusals)
        for outcome, reason, calls in found
    ]


def channel_out(sums: ChannelSums) -> ChannelOut:
    return ChannelOut(
        channel=sums.channel,
        received=sums.received,
        processed=share_out(sums.called, sums.received),
        wait_s=sums.waited_s / sums.waited if sums.waited else None,
        within_1m=share_out(sums.within_1m, sums.waited),
        within_5m=share_out(sums.within_5m, sums.waited),
        within_1h=share_out(sums.within_1h, sums.waited),
        qualified=share_out(sums.qualified, sums.called),
        booked=share_out(sums.goal, sums.called),
    )


def trend_out(sums: Iterable[DaySums], by: str) -> TrendOut:
    days = report.points(sums)
    points = days if by == "day" else wear.weeks(days)
    found = wear.wear(days)
    return TrendOut(
        by=by,
        points=[PointOut(day=one.day, talks=one.talks, goal=share_out(one.goal, one.talks)) for one in points],
        wear=None if found is None else _wear_out(found),
    )


def _wear_out(found: wear.Wear) -> WearOut:
    was, now = report.percent(found.before), report.percent(found.now)
    ru, en = f"до цели доходит {now} разговоров, было {was}", f"{now} of talks reach the goal, it was {was}"
    sentence = tr(f"Сценарий выдыхается: {ru}", f"The script wears out: {en}") if found.worn else tr(ru, en)
    return WearOut(
        worn=found.worn,
        since=found.since,
        before=share_out(round(found.before * found.before_talks), found.before_talks),
        now=share_out(round(found.now * found.now_talks), found.now_talks),
        chance=found.chance,
        sentence=sentence[0].upper() + sentence[1:],
    )


def experiment_out(phrase: str, arms: Sequence[Arm]) -> ExperimentOut:
    decision = decide(arms)
    return ExperimentOut(
        phrase=phrase,
        arms=[
            ArmOut(name=one.arm.name, goal=share_out(one.arm.hits, one.arm.calls), best=one.best, loss=one.loss)
            for one in decision.standings
        ],
        advice=decision.advice.value,
        winner=decision.winner,
    )


def experiments_out(spoken: Iterable[SpokenSums], arms: Iterable[ArmSums]) -> ExperimentsOut:
    versions = report.version_arms(spoken)
    variants = report.variant_arms(arms)
    return ExperimentsOut(
        versions=experiment_out("", versions) if len(versions) > 1 else None,
        variants=[experiment_out(phrase, of) for phrase, of in variants.items()],
    )


def hours_out(hours: Sequence[WeekSums]) -> HoursOut:
    return HoursOut(items=[_hour(one) for one in hours], best=[_hour(one) for one in report.best_hours(hours)])


def _hour(one: WeekSums) -> HourOut:
    sums = one.attempts
    return HourOut(
        weekday=one.weekday,
        hour=one.hour,
        dials=sums.dials,
        answered=share_out(sums.answered, sums.dials),
        goal=share_out(sums.goal, sums.dials),
    )
