"""The numbering plan of the simulated exchange: who lives behind which number.

    +7 495 0PP NNNN      PP: the persona's code, NNNN: one of ten thousand such people

No Russian subscriber's number begins with 0, so none of these can ring at a stranger's, should one ever reach a real
trunk; yet they pass as valid Moscow numbers. The number alone decides who answers, so that separate processes agree;
the seed decides how: voice, words, delays. A person called twice acts the same twice.
"""

from __future__ import annotations

import re
from pathlib import Path

from telephony.errors import PersonaError
from telephony.simulated.cast import Cast, cast
from telephony.simulated.dice import Dice
from telephony.simulated.library import PERSONAS, Library, Name, load_library
from telephony.simulated.person import SimulatedPerson
from telephony.simulated.persona import Persona
from telephony.simulated.speech import SPEECH, Voices, load_voices
from telephony.simulated.subscriber import PickUp, Ringing, Said, Subscriber

PEOPLE_PER_PERSONA = 10_000
_PLAN = re.compile(r"\+74950(?P<code>\d\d)\d{4}")


class Unanswered:
    """A number at which nobody lifts the receiver."""

    def __init__(self, ringing: Ringing) -> None:
        self._ringing = ringing

    @property
    def ringing(self) -> Ringing:
        return self._ringing

    def tick(self, at_s: float, heard: bytes) -> bytes | None:  # noqa: ARG002
        return None

    def told(self, said: Said) -> None:
        """Nobody hears it."""


class NumberedDirectory:
    """`telephony.simulated.subscriber.Directory` over the personas of a library."""

    def __init__(self, library: Library, voices: Voices, seed: int = 0) -> None:
        self._library = library
        self._voices = voices
        self._seed = seed

    def subscriber(self, number: str) -> Subscriber:
        persona = self.persona(number)
        if persona is None:
            return Unanswered(Ringing(PickUp.UNKNOWN_NUMBER, after_s=0.2))
        dice = self._dice(number)
        if not persona.people:
            return Unanswered(Ringing(persona.ringing.then, dice.between("ringing", persona.ringing.after_s)))
        return SimulatedPerson(persona, self.cast(number, persona), self._voices, dice)

    def persona(self, number: str) -> Persona | None:
        """Who lives there; None for a number nobody has."""
        match = _PLAN.fullmatch(number)
        return self._library.personas.get(match["code"]) if match else None

    def cast(self, number: str, persona: Persona) -> Cast:
        """The voices, name and e-mail behind a number."""
        return cast(persona, self._library.common, self._dice(f"{number}/cast"))

    def name_at(self, number: str) -> Name:
        """Who is in charge at a number. Raises PersonaError for a number nobody has."""
        persona = self.persona(number)
        if persona is None:
            raise PersonaError("nobody has this number", remedy="Take numbers from `number_for`.")
        return self.cast(number, persona).name

    def number_for(self, persona: str, index: int) -> str:
        """The number of the `index`-th person of a persona, by name. Raises PersonaError for an unknown name."""
        if not 0 <= index < PEOPLE_PER_PERSONA:
            raise ValueError(f"index is 0..{PEOPLE_PER_PERSONA - 1}, not {index}")
        return f"+74950{self._library.named(persona).code}{index:04d}"

    def _dice(self, key: str) -> Dice:
        return Dice(f"{self._seed}/{key}")


def default_directory(seed: int = 0, *, personas: Path = PERSONAS, speech: Path = SPEECH) -> NumberedDirectory:
    """The people this package brings. Reads their descriptions now and their speech when they speak."""
    return NumberedDirectory(load_library(personas), load_voices(speech), seed)
