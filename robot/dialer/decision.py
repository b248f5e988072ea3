"""A decision of the dialer, and the one sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from robot.dialer.funnel import NO_FIGURES, Funnel
from robot.domain.campaigns import QuotaState
from robot.domain.goals import Goal


class Limit(StrEnum):
    """What kept the dialer from starting more calls. Stable: UI and metrics know them."""

    QUOTA = "quota_met"
    BREAKER = "breaker"
    HOURS = "hours_over"
    SLOTS = "no_slots"
    ENOUGH = "enough_under_way"
    RECOGNIZER = "recognizer"
    TRUNK = "trunk_rate"
    CHANNELS = "channels"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many to dial, what limits it, and the facts it follows from. room: the number that `limit` allows for;
    reserved: channels kept for new requests out of it. at_most: calls of the campaign that may be under way on all
    nodes together, None for any number. urgent: decided for calls that clients asked for."""

    dial: int
    limit: Limit
    quota: QuotaState
    under_way: int
    funnel: Funnel = NO_FIGURES
    goal: Goal = Goal.MEETING
    room: int = 0
    reserved: int = 0
    urgent: bool = False
    at_most: int | None = None

    @property
    def ru(self) -> str:
        quota = self.quota
        if self.limit is Limit.QUOTA:
            return f"план выполнен: {quota.booked} из {quota.target}, заканчиваем звонков: {self.under_way}"
        whom = " обещанных" if self.urgent else ""
        return (
            f"набираем{whom} {self.dial}: {_DONE_RU[self.goal]} {quota.booked} из {quota.target}, "
            f"{self._rate_ru()}, {self._because_ru()}"
        )

    @property
    def en(self) -> str:
        quota = self.quota
        if self.limit is Limit.QUOTA:
            return f"quota met: {quota.booked} of {quota.target}, {self.under_way} calls finishing"
        whom = " promised" if self.urgent else ""
        return (
            f"dialing {self.dial}{whom}: {quota.booked} of {quota.target} {_DONE_EN[self.goal]}, "
            f"{self._rate_en()}, {self._because_en()}"
        )

    def _rate_ru(self) -> str:
        if not self.funnel.answered:
            return "ещё никто не ответил"
        return f"до цели доходит {self.funnel.booked / self.funnel.answered:.0%} ответивших"

    def _rate_en(self) -> str:
        if not self.funnel.answered:
            return "nobody has answered yet"
        return f"{self.funnel.booked / self.funnel.answered:.0%} of answered calls get there"

    def _because_ru(self) -> str:
        kept = f", для новых заявок оставлено {self.reserved}" if self.reserved else ""
        because = {
            Limit.ENOUGH: f"сейчас идёт {self.under_way}" if self.dial else f"идущих звонков ({self.under_way}) хватит",
            Limit.SLOTS: f"у менеджеров осталось окон для встреч: {self.room}",
            Limit.RECOGNIZER: f"распознавание успевает ещё за {self.room}{kept}",
            Limit.TRUNK: f"оператор принимает сейчас вызовов: {self.room}",
            Limit.CHANNELS: f"свободно линий {self.room}{kept}",
            Limit.BREAKER: "связь сбоит: пауза, потом один пробный звонок",
            Limit.HOURS: "время звонков на сегодня вышло",
        }
        return because[self.limit]

    def _because_en(self) -> str:
        kept = f", {self.reserved} kept for new requests" if self.reserved else ""
        because = {
            Limit.ENOUGH: f"{self.under_way} under way" + ("" if self.dial else " will do"),
            Limit.SLOTS: f"slots left to offer: {self.room}",
            Limit.RECOGNIZER: f"recognition keeps up with {self.room} more{kept}",
            Limit.TRUNK: f"dials the trunk takes now: {self.room}",
            Limit.CHANNELS: f"channels free: {self.room}{kept}",
            Limit.BREAKER: "the line fails: a pause, then one probe",
            Limit.HOURS: "calling hours are over for today",
        }
        return because[self.limit]


_DONE_RU = {Goal.MEETING: "назначено", Goal.QUALIFIED: "отобрано", Goal.AGREED: "договорились"}
_DONE_EN = {Goal.MEETING: "booked", Goal.QUALIFIED: "qualified", Goal.AGREED: "agreed"}
