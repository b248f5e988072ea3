"""A simulated person during one call: hears the robot, waits until it has spoken, answers, loses patience, hangs up.

When he acts is decided by the sound alone; hints (`told`) give only the meaning of what was heard. So a robot that says
nothing gets no answer, however much it claims to have said.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.simulated.attention import Attention
from telephony.simulated.cast import Cast
from telephony.simulated.dice import Dice
from telephony.simulated.mouth import Mouth
from telephony.simulated.persona import Person, Persona, Rule, Then
from telephony.simulated.reactions import Reactions
from telephony.simulated.speech import Voices
from telephony.simulated.subscriber import Ringing, Said
from telephony.simulated.temper import Mood, Temper

_TALKED_OVER_S = 0.7
_TALKED_OVER_INTERRUPTING_S = 3.0
_BEFORE_HANGING_UP_S = (0.3, 0.8)
_LOUDNESS = (0.6, 1.3)
_LEAVING = Rule(name="leaving", then=Then.HANG_UP)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An answer he is about to give; dropped when the robot speaks on."""

    at_s: float
    rule: Rule


class SimulatedPerson:
    """A `telephony.simulated.subscriber.Subscriber` made of a persona that answers the telephone. Equal dice and equal
    sound give an equal call."""

    def __init__(self, persona: Persona, cast: Cast, voices: Voices, dice: Dice) -> None:
        self._ringing = Ringing(persona.ringing.then, dice.between("ringing", persona.ringing.after_s))
        self._people = {person.id: person for person in persona.people}
        self._cast = cast
        self._dice = dice
        self._gain = dice.between("loudness", _LOUDNESS)
        self._attention = Attention()
        self._reactions = Reactions(dice)
        self._mouth = Mouth(voices, {"name": cast.name.polite, "email": cast.email})
        self._person: Person = persona.people[0]
        self._temper: Temper | None = None
        self._answered_s = 0.0
        self._greets_s: float | None = None
        self._plan: _Plan | None = None
        self._interrupts: _Plan | None = None
        self._overlap_since_s: float | None = None
        self._bears_overlap_s = _TALKED_OVER_S
        self._murmurs_s: float | None = None
        self._annoyed = False
        self._leaving = False
        self._leaves_s: float | None = None

    @property
    def ringing(self) -> Ringing:
        return self._ringing

    def told(self, said: Said) -> None:
        self._attention.told(said)
        self._plan = self._interrupts = None
        if self._reactions.told(said) > self._person.patience.repeats:
            self._annoyed = True

    def tick(self, at_s: float, heard: bytes) -> bytes | None:
        if self._temper is None:
            self._answered_s = at_s
            self._temper = self._take_receiver(self._person, 0.0)
        at_s = round(at_s - self._answered_s, 3)  # rounded: the same call at another hour is the same to the byte
        if self._attention.hear(at_s, heard):
            self._spoken_to(at_s, self._temper)
        else:
            self._overlap_since_s = None
            if not self._mouth.busy:
                self._in_silence(at_s, self._temper)
        if self._mouth.busy:
            self._temper.sound(at_s)
        elif self._leaving:
            if self._leaves_s is None:
                self._leaves_s = at_s + self._dice.between("hanging up", _BEFORE_HANGING_UP_S)
            if at_s >= self._leaves_s:
                return None
        return self._mouth.next_frame()

    def _take_receiver(self, person: Person, at_s: float) -> Temper:
        self._person = person
        self._greets_s = at_s + self._dice.between("greeting", person.greets_after_s) if person.greets else None
        return Temper(person.patience, self._dice, at_s)

    def _spoken_to(self, at_s: float, temper: Temper) -> None:
        """While the robot speaks: give way, murmur, or act in the middle of the phrase."""
        temper.sound(at_s)
        temper.spoken_to()
        self._plan = None
        if self._mouth.busy:
            self._talked_over(at_s)
            return
        if self._greets_s is not None and at_s >= self._greets_s:
            self._greet(spoken_to=True)
        if self._leaving:
            return
        self._murmur(at_s)
        self._plan_interruption()
        if self._interrupts is not None and at_s >= self._interrupts.at_s:
            rule, self._interrupts = self._interrupts.rule, None
            self._bears_overlap_s = _TALKED_OVER_INTERRUPTING_S
            self._act(rule, at_s)

    def _plan_interruption(self) -> None:
        phrase = self._attention.current
        if self._interrupts is not None or phrase is None or phrase.began_s is None:
            return
        rule = self._reactions.during(self._person.rules, phrase.said)
        if rule is not None and rule.during_s is not None:
            after_s = self._dice.between(f"interruption {rule.name}", rule.during_s)
            self._interrupts = _Plan(phrase.began_s + after_s, rule)

    def _in_silence(self, at_s: float, temper: Temper) -> None:
        """While nobody speaks: greet, answer, or lose patience."""
        self._bears_overlap_s = _TALKED_OVER_S
        self._murmurs_s = None
        if self._leaving:
            return
        if self._greets_s is not None and at_s >= self._greets_s:
            self._greet(spoken_to=False)
        elif self._plan is not None:
            if at_s >= self._plan.at_s:
                rule, self._plan = self._plan.rule, None
                self._act(rule, at_s)
        elif self._attention.finished:
            self._plan_answer(at_s)
        else:
            self._consider_silence(at_s, temper)

    def _plan_answer(self, at_s: float) -> None:
        since_s = self._attention.silent_since_s
        rule = self._reactions.after(self._person.rules, self._attention.heard)
        if self._annoyed:
            rule = _LEAVING
        if rule is None or since_s is None:
            self._attention.answered()
            return
        reaction_s = self._dice.between(f"reaction {rule.name}", rule.reaction_s)
        self._plan = _Plan(max(at_s, since_s + reaction_s), rule)

    def _consider_silence(self, at_s: float, temper: Temper) -> None:
        mood = temper.mood(at_s)
        if mood is Mood.LEAVES:
            self._act(_LEAVING, at_s)
        elif mood is Mood.ASKS:
            self._say(self._reactions.next_of("nudge", self._person.patience.nudge))

    def _greet(self, *, spoken_to: bool) -> None:
        self._greets_s = None
        if not spoken_to or self._person.insists:
            self._attention.answered()
            self._say(self._reactions.next_of("greeting", self._person.greets))

    def _act(self, rule: Rule, at_s: float) -> None:
        words = self._reactions.use(rule)
        if rule is _LEAVING:
            words = self._reactions.next_of("leaving", self._person.patience.leaving)
        self._attention.answered()
        self._say(words)
        if rule.then is Then.HANG_UP:
            self._leaving = True
        elif rule.then is Then.HAND_OVER:
            self._temper = self._take_receiver(self._people[rule.to], at_s)

    def _say(self, words: str) -> None:
        if words:
            part = self._cast.parts[self._person.id]
            self._mouth.say(words, part.voice, part.gender, self._gain)

    def _talked_over(self, at_s: float) -> None:
        if self._overlap_since_s is None:
            self._overlap_since_s = at_s
        elif at_s - self._overlap_since_s >= self._bears_overlap_s:
            self._overlap_since_s = at_s
            if self._greets_s is None and self._dice.chance("giving way", self._person.yields):
                self._mouth.stop()

    def _murmur(self, at_s: float) -> None:
        habit = self._person.backchannel
        if habit is None:
            return
        if self._murmurs_s is None:
            self._murmurs_s = at_s + self._dice.between("murmur", habit.every_s)
        elif at_s >= self._murmurs_s and self._attention.far_from_end:
            self._murmurs_s = None
            self._say(self._reactions.next_of("murmur", habit.say))
