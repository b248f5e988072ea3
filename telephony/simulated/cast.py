"""Who plays a persona on one number: voices, name and e-mail, the same for every call to that number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from telephony.simulated.dice import Dice
from telephony.simulated.library import Common, Name
from telephony.simulated.persona import Persona
from telephony.simulated.utterance import Gender


@dataclass(frozen=True, slots=True)
class Part:
    """The voice of one of the persona's people."""

    voice: str
    gender: Gender


@dataclass(frozen=True, slots=True)
class Cast:
    """parts: by the person's id. name and email: of the last of the people, whom the lead names."""

    parts: Mapping[str, Part]
    name: Name
    email: str


def cast(persona: Persona, common: Common, dice: Dice) -> Cast:
    """Draw voices (nobody shares one while others are free), name and e-mail."""
    parts: dict[str, Part] = {}
    gender = Gender.MALE
    for person in persona.people:
        taken = {part.voice for part in parts.values()}
        free = [voice for voice in person.voices if voice not in taken]
        voice = dice.one_of(f"voice of {person.id}", free or person.voices)
        gender = common.voices[voice]
        parts[person.id] = Part(voice, gender)
    if not parts:
        gender = dice.one_of("gender", list(Gender))
    return Cast(parts, dice.one_of("name", common.names[gender]), dice.one_of("e-mail", common.emails))
