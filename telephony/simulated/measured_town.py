"""The simulated people of the numbering plan, of whom it is noted when they sound and when the robot does."""

from __future__ import annotations

from pathlib import Path

from telephony.simulated.directory import default_directory
from telephony.simulated.measuring_part import Notes
from telephony.simulated.soundmarks import SoundMarks
from telephony.simulated.subscriber import Directory, Ringing, Said, Subscriber


class MeasuringPerson:
    """One of them, in one call."""

    def __init__(self, number: str, person: Subscriber, notes: Notes) -> None:
        self._number = number
        self._person = person
        self._notes = notes
        self._his, self._heard = SoundMarks(), SoundMarks()

    @property
    def ringing(self) -> Ringing:
        return self._person.ringing

    def told(self, said: Said) -> None:
        self._person.told(said)

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        for mark in self._heard.hear(at_s, heard):
            self._notes.write("on" if mark.on else "off", mark.at_s, self._number)
        spoken = self._person.tick(at_s, heard)
        for mark in self._his.hear(at_s, spoken or b""):
            self._notes.write("speaks" if mark.on else "silent", mark.at_s, self._number)
        return spoken


class MeasuredTown:
    """`telephony.simulated.subscriber.Directory` of people who are measured."""

    def __init__(self, town: Directory, notes: Notes) -> None:
        self._town = town
        self._notes = notes

    def subscriber(self, number: str) -> Subscriber:
        return MeasuringPerson(number, self._town.subscriber(number), self._notes)


def measured_town(seed: int, notes: Path) -> Directory:
    """The simulated people of the numbering plan; notes: the file to write."""
    return MeasuredTown(default_directory(seed), Notes(notes))
