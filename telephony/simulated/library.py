"""Reads the personas: one YAML file each, and `_common.yaml` with what they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from telephony.errors import PersonaError
from telephony.simulated.persona import Patience, Person, Persona, Rule
from telephony.simulated.utterance import Gender

PERSONAS = Path(__file__).parent / "personas"
_COMMON = "_common.yaml"

Model = TypeVar("Model", bound=BaseModel)


class Name(BaseModel):
    """A person's name in Russian order of parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surname: str
    first: str
    patronymic: str

    @property
    def full(self) -> str:
        return f"{self.surname} {self.first} {self.patronymic}"

    @property
    def polite(self) -> str:
        return f"{self.first} {self.patronymic}"


class Common(BaseModel):
    """voices: name to gender. names: who people are. emails: as they dictate them. patience and rulesets: shared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voices: dict[str, Gender]
    names: dict[Gender, tuple[Name, ...]]
    emails: tuple[str, ...] = Field(min_length=1)
    patience: Patience
    rulesets: dict[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class Library:
    """personas: by code."""

    common: Common
    personas: Mapping[str, Persona]

    def named(self, name: str) -> Persona:
        for persona in self.personas.values():
            if persona.name == name:
                return persona
        known = ", ".join(sorted(persona.name for persona in self.personas.values()))
        raise PersonaError(f"no persona is called {name!r}", remedy=f"Take one of: {known}.")


def load_library(folder: Path = PERSONAS) -> Library:
    """Read and check everything in `folder`. Raises PersonaError with file and place."""
    common = _validated(Common, folder / _COMMON, _read(folder / _COMMON))
    personas: dict[str, Persona] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == _COMMON:
            continue
        persona = _validated(Persona, path, {"name": path.stem, **_read(path)})
        if (other := personas.get(persona.code)) is not None:
            raise PersonaError(f"{path.name}: code {persona.code} belongs to {other.name}", remedy="Take a free code.")
        people = tuple(_completed(person, common, path) for person in persona.people)
        personas[persona.code] = persona.model_copy(update={"people": people})
    return Library(common, personas)


def _completed(person: Person, common: Common, path: Path) -> Person:
    """The person with the shared rules behind his own, and the shared words where he has none."""
    for kind, wanted, known in (
        ("voice", person.voices, common.voices),
        ("ruleset", person.rulesets, common.rulesets),
    ):
        if unknown := [name for name in wanted if name not in known]:
            raise PersonaError(
                f"{path.name}, {person.id}: unknown {kind} {', '.join(unknown)}",
                remedy=f"{_COMMON} has: {', '.join(known)}.",
            )
    rules = person.rules + tuple(rule for name in person.rulesets for rule in common.rulesets[name])
    patience = person.patience
    if "patience" not in person.model_fields_set:
        patience = common.patience
    return person.model_copy(update={"rules": rules, "patience": patience})


def _read(path: Path) -> dict[str, object]:
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path}: cannot be read: {error}", remedy="Save it as UTF-8 text.") from error
    except YAMLError as error:
        raise PersonaError(f"{path.name}: not YAML: {error}", remedy="Mend the indentation or quotes.") from error
    if not isinstance(data, dict):
        raise PersonaError(f"{path.name}: a persona is a mapping", remedy="See personas/README.md.")
    return data


def _validated(model: type[Model], path: Path, data: dict[str, object]) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise PersonaError(f"{path.name}: {faults}", remedy="See personas/README.md for the keys.") from error
