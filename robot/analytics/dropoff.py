"""How many people each phrase of a script loses. Pure; this page is where the numbers are defined.

Every number counts calls, never turns: a phrase that a call reached three times is reached once. Only `visits` counts
the times. A turn without a phrase (what the client said on taking the phone) counts nowhere; an objection that is
answered is a phrase of its own. From the turns of one call (`Turn`) and the outcome of its attempt:

reached          the call has a turn at the phrase (it began to be spoken), whatever its role
visits           different values of `Turn.visit` at the phrase (a re-ask within a visit is no visit), summed over calls
hung_up_during   a turn at the phrase ended HUNG_UP_DURING
hung_up_after    a turn at the phrase ended HUNG_UP_AFTER: it was spoken, and no answer came
refused          the outcome is refused, opted_out or wrong_number, and the last turn of the call at which the robot
                 listened (it ended ANSWERED, SILENT, NOT_UNDERSTOOD or with a hang-up) is at the phrase and ended
                 ANSWERED: the client's answer to this phrase led to the end, with no further question between
silent           a turn at the phrase ended SILENT
not_understood   a turn at the phrase ended NOT_UNDERSTOOD
interrupted      the client spoke over the phrase (`Turn.interrupted`)
went_on[p]       from a turn at the phrase the talk went to another phrase p (`Turn.went_to`), by whatever answer
left             hung_up_during + hung_up_after + refused: a call is lost at one phrase at most, so these do not overlap
                 and the phrases' `left` add up to the calls that were lost in the talk
drop-off         left / reached

A call cut by a fault of ours (CUT_OFF) or still under way is reached and nothing else. A farewell cut short by the
client is SPOKEN, not hung up (see TurnEnding).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from robot.domain.calls import Turn, TurnEnding
from robot.domain.outcomes import REFUSALS, Outcome

SMALL = 30
"""Below so many calls a rate says little: it is shown, marked, and never ranked."""

LISTENED = frozenset(
    {
        TurnEnding.ANSWERED,
        TurnEnding.SILENT,
        TurnEnding.NOT_UNDERSTOOD,
        TurnEnding.HUNG_UP_DURING,
        TurnEnding.HUNG_UP_AFTER,
    }
)
"""Endings of turns at which something was awaited of the client."""


@dataclass(frozen=True, slots=True)
class PhraseCounts:
    """The counts of one phrase, as the page above defines them."""

    phrase: str
    reached: int = 0
    visits: int = 0
    hung_up_during: int = 0
    hung_up_after: int = 0
    refused: int = 0
    silent: int = 0
    not_understood: int = 0
    interrupted: int = 0
    went_on: Mapping[str, int] = field(default_factory=dict)

    @property
    def hung_up(self) -> int:
        return self.hung_up_during + self.hung_up_after

    @property
    def left(self) -> int:
        return self.hung_up + self.refused


@dataclass(frozen=True, slots=True)
class DropOff:
    """A phrase's share of people lost, with the interval in which the true share lies in 95 cases of 100."""

    counts: PhraseCounts
    share: float
    low: float
    high: float
    small: bool


def wilson(hits: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The Wilson score interval of a share (E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927) 209-212); `z` for 95 % by default. (0, 1) when nothing was tried: nothing is known."""
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} of {trials} is no share")
    if trials == 0:
        return 0.0, 1.0
    p = hits / trials
    centre = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale))


def drop_off(counts: PhraseCounts) -> DropOff:
    low, high = wilson(counts.left, counts.reached)
    share = counts.left / counts.reached if counts.reached else 0.0
    return DropOff(counts, share, low, high, small=counts.reached < SMALL)


def ranked(phrases: Iterable[PhraseCounts]) -> Sequence[DropOff]:
    """Worst first by the lower bound, so that three of three lost is not worse than 80 of 200; small samples after
    all others, in the order of their names."""
    rows = [drop_off(counts) for counts in phrases]
    rows.sort(key=lambda row: (row.small, 0.0 if row.small else -row.low, row.counts.phrase))
    return rows


def count(calls: Iterable[tuple[Outcome | None, Sequence[Turn]]]) -> Sequence[PhraseCounts]:
    """The counts of whole calls: the outcome (None: under way) and the turns of each. By phrase name."""
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    onward: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome, every in calls:
        turns = [turn for turn in every if turn.phrase]
        lost_at = refused_at(outcome, turns)
        for phrase in {turn.phrase for turn in turns}:
            here = [turn for turn in turns if turn.phrase == phrase]
            endings = {turn.ending for turn in here}
            numbers[phrase].update(
                reached=1,
                visits=len({turn.visit for turn in here}),
                hung_up_during=TurnEnding.HUNG_UP_DURING in endings,
                hung_up_after=TurnEnding.HUNG_UP_AFTER in endings,
                refused=phrase == lost_at,
                silent=TurnEnding.SILENT in endings,
                not_understood=TurnEnding.NOT_UNDERSTOOD in endings,
                interrupted=any(turn.interrupted for turn in here),
            )
            onward[phrase].update({turn.went_to for turn in here} - {"", phrase})
    return [PhraseCounts(phrase, **numbers[phrase], went_on=dict(onward[phrase])) for phrase in sorted(numbers)]


def refused_at(outcome: Outcome | None, turns: Sequence[Turn]) -> str | None:
    """The phrase that lost the call by the answer to it, as `refused` is defined. turns: those that have a phrase."""
    listened = [turn for turn in turns if turn.ending in LISTENED]
    if outcome not in REFUSALS or not listened:
        return None
    last = max(listened, key=lambda turn: turn.number)
    return last.phrase if last.ending is TurnEnding.ANSWERED else None
