"""Leads, and the managers who meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from robot.domain.meetings import WorkingHours
from robot.domain.zones import dialing_zones

PREFIX = "lead."

OWNER_FIELDS = frozenset({"owner", "manager", "ответственный", "менеджер"})
SKILL_FIELDS = frozenset({"skill", "skills", "language", "навык", "навыки", "язык", "направление"})
"""Names of a card's fields, in any case, under which CRMs and spreadsheets bring whose client it is, and whom he
needs."""

REGION_FIELDS = frozenset({"region", "регион", "область", "субъект", "субъект рф", "область/край", "край"})
"""Names, in any case, under which CRMs and spreadsheets bring the region."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Whom to call. `phone` is E.164; `timezone` an IANA name or "" when unknown; `stage` a stage of the CRM.
    Every text field comes from outside and is hostile until proved otherwise."""

    id: int
    phone: str
    name: str = ""
    company: str = ""
    city: str = ""
    timezone: str = ""
    stage: str = "new"
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones whose calling hours must all allow a call to this lead."""
        return dialing_zones(self.phone, self.timezone, self.city, self.region)

    @property
    def region(self) -> str:
        """What the card says of the region, "" when nothing."""
        return self._told(REGION_FIELDS)

    @property
    def owner(self) -> str:
        """The manager whose client the card says this is, "" when nobody's."""
        return self._told(OWNER_FIELDS)

    @property
    def needs(self) -> frozenset[str]:
        """Skills that the card asks for."""
        return labels(self._told(SKILL_FIELDS))

    def _told(self, names: frozenset[str]) -> str:
        return next((value for name, value in self.fields.items() if name.strip().casefold() in names), "")


def labels(text: str) -> frozenset[str]:
    """Of "Английский, Оптовые": in one spelling, so that they can be compared."""
    return frozenset(filter(None, (" ".join(part.split()).casefold() for part in text.split(","))))


def lead_fields(collected: Mapping[str, str]) -> dict[str, str]:
    """What a talk collected about the lead, under the fields' own names: scripts call them lead.need, lead.email, …
    Other variables (callback.at) belong to the talk alone."""
    return {name.removeprefix(PREFIX): value for name, value in collected.items() if name.startswith(PREFIX)}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a manager beside his hours. place: where he meets clients: an address, or a link of a video
    call. regions: of the clients he is for (regions or cities); skills: what he is good at (a language, a product).
    calendar: the address of his calendar on a CalDAV server, "" when he has none there."""

    email: str = ""
    place: str = ""
    regions: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    calendar: str = ""


UNKNOWN = Profile()


@dataclass(frozen=True, slots=True)
class Manager:
    """Who holds the meetings."""

    id: int
    name: str
    hours: WorkingHours
    profile: Profile = UNKNOWN

    @property
    def timezone(self) -> str:
        return self.hours.timezone
