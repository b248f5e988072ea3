"""What a manager is told of the client: a whisper before he is joined, and a summary for the CRM's card. Pure.

Russian alone: it is the robot's spoken language, and the card is the manager's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from robot.domain.calls import ClaimedTask, Turn
from robot.domain.people import lead_fields

SUMMARY = "call.summary"
"""The name of the summary among a result's collected values."""

LONGEST = 120
_OBJECTION = "objection"
_OBJECTIONS = {
    "expensive": "дорого",
    "have_supplier": "уже есть подрядчик",
    "not_interested": "не интересно",
    "not_needed_now": "сейчас не нужно",
    "think": "хочет подумать",
    "send_info": "просил прислать материалы",
    "without_meeting": "не хочет встречи",
    "are_you_robot": "спросил, не робот ли это",
    "source_of_number": "спросил, откуда номер",
}
_PASSING = frozenset({"operator", "greeting", "repeat", "goodbye", "callback", "busy_now", "who_is_calling"})
_VALUES = {
    "name": "имя",
    "need": "задача",
    "volume": "объём",
    "deadline": "срок",
    "budget": "бюджет",
    "email": "почта",
    "decision_maker": "кто решает",
}
_TOPICS = ("lead.need", "lead.request")
_FACTS = ("product", "request", "called_about")


def whisper(claimed: ClaimedTask, collected: Mapping[str, str]) -> str:
    """Said to the manager alone: who it is and about what."""
    lead = claimed.lead
    who = ", ".join(["Клиент " + _tidy(lead.name) if lead.name else "Клиент", *_company(lead.company, "компания ")])
    topic = next((collected[name] for name in _TOPICS if collected.get(name)), "")
    topic = topic or next((claimed.campaign.facts[name] for name in _FACTS if claimed.campaign.facts.get(name)), "")
    sentences = [who, f"Тема: {_tidy(topic)}" if topic else "", "Соединяю"]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)


def summary(claimed: ClaimedTask, turns: Sequence[Turn], collected: Mapping[str, str], outcome: str = "") -> str:
    """A few lines for the CRM's card: who, what was learnt, what was objected, the client's last words, what came of
    it (`outcome`, a sentence)."""
    lead = claimed.lead
    who = ", ".join(part for part in (_tidy(lead.name), *_company(lead.company), _tidy(lead.city)) if part)
    values = {**lead_fields(collected)}
    learnt = "; ".join(f"{_VALUES.get(name, name)}: {_tidy(value)}" for name, value in values.items() if value)
    objections = "; ".join(dict.fromkeys(_objections(turns)))
    words = next((turn.heard for turn in reversed(turns) if turn.heard), "")
    lines = [
        f"Клиент: {who}." if who else "",
        f"Кампания: {_tidy(claimed.campaign.title)}." if claimed.campaign.title else "",
        f"Узнали: {learnt}." if learnt else "",
        f"Возражения: {objections}." if objections else "",
        f"Последние слова роботу: «{_tidy(words)}»." if words else "",
        outcome,
    ]
    return "\n".join(line for line in lines if line)


def _objections(turns: Sequence[Turn]) -> Iterator[str]:
    for turn in turns:
        if turn.kind == _OBJECTION and turn.intent and turn.intent not in _PASSING:
            said = f" («{_tidy(turn.heard)}»)" if turn.heard else ""
            yield f"{_OBJECTIONS.get(turn.intent, turn.intent)}{said}"


def _company(name: str, before: str = "") -> list[str]:
    return [f"{before}{_tidy(name)}"] if name.strip() else []


def _tidy(text: str) -> str:
    """One line of plain text of a bearable length: what a lead is called comes from outside."""
    plain = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"
