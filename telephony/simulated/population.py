"""A town of simulated clients for a campaign: companies, the people in charge, and what comes of calling them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from types import MappingProxyType

from telephony.simulated.directory import PEOPLE_PER_PERSONA, NumberedDirectory

DEFAULT_MIX: Mapping[str, float] = MappingProxyType(
    {
        # May be won: 58 of 130 who answer.
        "agrees": 14,
        "mumbles": 5,
        "interrupts": 5,
        "counter_proposal": 6,
        "secretary": 7,
        "expensive_agrees": 6,
        "asks_robot": 4,
        "suspicious": 3,
        "scripted_secretary": 4,
        "odd_greeter": 3,
        "queue_then_person": 1,
        # Answer, and end otherwise.
        "expensive_refuses": 6,
        "not_interested": 9,
        "has_supplier": 6,
        "call_later": 6,
        "removal": 4,
        "wrong_number": 3,
        "send_info": 4,
        "director_away": 4,
        "hangs_up_at_once": 6,
        "hangs_up_midway": 5,
        "never_speaks": 2,
        "voicemail": 6,
        "voicemail_personal": 2,
        "operator_announcement": 2,
        "no_such_number": 1,
        "virtual_assistant": 3,
        "menu": 2,
        "fax": 1,
        # Not answered.
        "busy": 5,
        "no_answer": 10,
        "rejects": 3,
        "unknown_number": 2,
    }
)

_KINDS = (
    "Кофейня",
    "Стоматология",
    "Автосервис",
    "Салон красоты",
    "Пекарня",
    "Фитнес-клуб",
    "Мебельный магазин",
    "Языковая школа",
    "Ветклиника",
    "Цветочный магазин",
    "Типография",
    "Химчистка",
)
_NAMES = ("Ромашка", "Зерно", "Улыбка", "Берёзка", "Маяк", "Орион", "Лагуна", "Весна", "Горизонт", "Клён", "Радуга")
_CITIES = ("Москва", "Москва", "Москва", "Химки", "Мытищи", "Подольск", "Балашиха")


@dataclass(frozen=True, slots=True)
class Resident:
    """number: E.164. persona: its name. name: surname, first name and patronymic of the person in charge, the one who
    says it on the telephone. All cities keep Moscow time, as the numbers do."""

    number: str
    persona: str
    name: str
    company: str
    city: str


def population(
    directory: NumberedDirectory, seed: int, count: int, mix: Mapping[str, float] = DEFAULT_MIX
) -> tuple[Resident, ...]:
    """`count` different people in an order drawn from the seed, their personas shared out as in `mix` (weights), to
    within one person. Raises ValueError for an impossible mix or count, PersonaError for an unknown persona."""
    random = Random(f"population/{seed}")
    personas = [name for name, share in _shares(mix, count).items() for _ in range(share)]
    random.shuffle(personas)
    companies = [f"{kind} «{name}»" for kind, name in product(_KINDS, _NAMES)]
    random.shuffle(companies)
    seen: dict[str, int] = {}
    residents = []
    for position, persona in enumerate(personas):
        index = seen[persona] = seen.get(persona, -1) + 1
        number = directory.number_for(persona, index)
        circle, place = divmod(position, len(companies))
        company = companies[place] + (f" {circle + 1}" if circle else "")
        name = directory.name_at(number)
        residents.append(Resident(number, persona, name.full, company, random.choice(_CITIES)))
    return tuple(residents)


def _shares(mix: Mapping[str, float], count: int) -> dict[str, int]:
    """Whole shares by the largest remainders."""
    total = sum(mix.values())
    if total <= 0 or min(mix.values()) < 0:
        raise ValueError("a mix has weights that are not negative, and not all zero")
    if not 0 <= count <= PEOPLE_PER_PERSONA:
        raise ValueError(f"count is 0..{PEOPLE_PER_PERSONA}, not {count}")
    exact = {name: weight / total * count for name, weight in mix.items()}
    shares = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: count - sum(shares.values())]:
        shares[name] += 1
    return shares
