"""The engine of a dialog: `step(state, event) -> (state, actions)`, a pure function of its arguments.

It promises that every event in every state gives at least one action, that no step loops, and that every conversation
ends, whatever the client does and whatever the script says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from scripts_dialog import hearing, templates
from scripts_dialog.actions import Action, BookSlot, End, FindSlots, Listen, ReleaseSlots, Role, Say, Transfer, Turn
from scripts_dialog.completeness import Completeness
from scripts_dialog.endings.judge import judge
from scripts_dialog.events import Dtmf, Event, Heard, HungUp, Interrupted, Side, Silence, SlotBooked, Transferred
from scripts_dialog.marks import Spoken, stretches
from scripts_dialog.meaning import Understands
from scripts_dialog.model import Script
from scripts_dialog.nodes.base import Listening, Node
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.transfer import Transfer as TransferNode
from scripts_dialog.outcomes import Outcome
from scripts_dialog.sentences import sentences
from scripts_dialog.state import Context, Ended, State
from scripts_dialog.talk import Talk

MAX_EVENTS = 120
"""A conversation of a sales call is over long before; whoever is still here is not a client."""
MAX_HOPS = 40
"""Phrases passed within one step without waiting for anybody."""

Step = tuple[State, tuple[Action, ...]]


class Engine:
    """Carries out one script. Holds no state: one engine serves all calls."""

    def __init__(self, script: Script, understanding: Understands) -> None:
        self.script = script
        self.understanding = understanding

    def start(self, context: Context) -> Step:
        """Begin a call: the first words and what to wait for."""
        variables = {**self.script.variables, **templates.flatten(context.variables)}
        state = State(
            script=self.script.name,
            version=self.script.version_hash,
            now=context.now,
            zone=getattr(context.now.tzinfo, "key", None) or "",
            seed=context.seed,
            variables=variables,
        )
        talk = Talk(self.script, self.understanding, state)
        talk.go(self.script.start)
        return self._finish(talk)

    def step(self, state: State, event: Event, *, now: datetime | None = None) -> Step:
        """What follows from an event. `now` (aware) moves the clock that "через полчаса" is reckoned from.
        After the end of a conversation its End is given again and nothing changes."""
        if state.ended is not None:
            state = self._too_late(state, event)
        if state.ended is not None:
            return state, (End(state.ended.outcome, state.ended.reason, state.ended.callback_at),)
        talk = Talk(self.script, self.understanding, state)
        talk.set(events=state.events + 1)
        if now is not None:
            talk.set(now=now.astimezone(state.now.tzinfo))
        node = self.script.phrases.get(state.phrase)
        if isinstance(event, HungUp):
            _hung_up(talk, event)
        elif node is None:
            talk.end(Outcome.INTERRUPTED, "script_changed")
        elif talk.state.events > MAX_EVENTS:
            talk.end(state.reached or Outcome.REFUSED, "too_long")
        else:
            match event:
                case Heard():
                    hearing.heard(talk, node, event)
                case Silence():
                    hearing.silence(talk, node)
                case Interrupted():
                    hearing.interrupted(talk, node, event)
                case Dtmf():
                    hearing.key_pressed(talk, node, event)
                case _:
                    _answered(talk, node, event)
        return self._finish(talk)

    def completeness(self, state: State, text: str) -> Completeness:
        """Whether the client, who has paused after `text`, has finished his answer. Cheap, and changes nothing."""
        return judge(Talk(self.script, self.understanding, state), text)

    def missing(self, variables: Mapping[str, object]) -> tuple[str, ...]:
        """Variables that texts of the script need and neither it nor `variables` gives, nor a phrase collects. One that
        the script declares empty may stay so."""
        given = {name for name, value in templates.flatten(variables).items() if value} | set(self.script.variables)
        given |= {name for phrase in self.script.phrases.values() for name in phrase.writes()}
        fields = [field for _, text in self.script.texts() for field in templates.parse(text).fields()]
        return tuple(sorted({field.name for field in fields if not field.default} - given - templates.PLACEHOLDERS))

    def texts(self, context: Context) -> tuple[str, ...]:
        """All that the robot may say to this client and is known before the dial, to be rendered in advance, cut at its
        pauses. Of texts with values that only the talk will bring (a slot, a time) the sentences without them."""
        collected = {name for phrase in self.script.phrases.values() for name in phrase.writes()}
        given = {
            name: value
            for name, value in {**self.script.variables, **templates.flatten(context.variables)}.items()
            if value or name in self.script.variables.keys() - collected
        }
        talk = self._before_a_talk(context, given)
        ready: dict[str, None] = {}
        for _, text in self.script.texts():
            known = [text] if _is_known(text, given) else [one for one in sentences(text) if _is_known(one, given)]
            for words in map(talk.words, known):
                ready.update((stretch.text, None) for stretch in stretches(words.text, words.marks))
        return tuple(text for text in ready if text)

    def words(self, text: str, context: Context) -> Spoken:
        """One text as it would be said to this client before anything else is known. Raises TemplateError."""
        given = {**self.script.variables, **templates.flatten(context.variables)}
        return self._before_a_talk(context, given).words(text)

    def _before_a_talk(self, context: Context, variables: Mapping[str, str]) -> Talk:
        state = State(self.script.name, self.script.version_hash, context.now, variables=variables)
        return Talk(self.script, self.understanding, state)

    def _too_late(self, state: State, event: Event) -> State:
        """What was under way when the client was gone and succeeded all the same: a meeting being written, a transfer
        that took the line away from us."""
        ended = state.ended
        if ended is None or ended.outcome is Outcome.OPTED_OUT:
            return state
        match event:
            case SlotBooked():
                return replace(state, reached=Outcome.MEETING_BOOKED, ended=Ended(Outcome.MEETING_BOOKED))
            case Transferred(ok=True) if (
                isinstance(self.script.phrases.get(state.phrase), TransferNode)
                and ended.reason.startswith("hung_up")
                and ended.outcome is not Outcome.MEETING_BOOKED
            ):
                return replace(state, reached=Outcome.TRANSFERRED, ended=Ended(Outcome.TRANSFERRED))
        return state

    def _finish(self, talk: Talk) -> Step:
        hops = 0
        while talk.target is not None and talk.state.ended is None:
            target, talk.target = talk.target, None
            hops += 1
            if hops > MAX_HOPS or target not in self.script.phrases:
                talk.end(Outcome.INTERRUPTED, "script_loop" if hops > MAX_HOPS else "script_changed")
                break
            self._enter(talk, target)
        if talk.state.slots_held and not isinstance(self.script.phrases.get(talk.state.phrase), BookMeeting):
            talk.emit(ReleaseSlots())
        if not _waits(talk):
            talk.end(Outcome.INTERRUPTED, "dead_end")
        said = " ".join(
            action.text for action in talk.done if isinstance(action, Say) and action.role is not Role.AGAIN
        )
        if said:
            talk.set(last_said=said)
        return talk.state, (*talk.recorded(), *talk.done)

    def _enter(self, talk: Talk, target: str) -> None:
        node = self.script.phrases[target]
        visits = {**talk.state.visits, target: talk.state.visits.get(target, 0) + 1}
        talk.set(phrase=target, visits=visits, memory={}, awaiting="", aside="", silences=0, misses=0)
        if node.reached is not None:
            talk.set(reached=node.reached)
        node.enter(talk)


def _is_known(text: str, given: Mapping[str, str]) -> bool:
    return all(field.name in given or field.default for field in templates.parse(text).fields())


def _answered(talk: Talk, node: Node, event: Event) -> None:
    """An answer of the caller: for the phrase that asked. One that nobody asked for changes nothing."""
    if talk.state.awaiting:
        node.on(talk, event)
    elif isinstance(node, Listening):
        node.listen(talk)


def _hung_up(talk: Talk, event: HungUp) -> None:
    talk.record(Turn.HUNG_UP)
    if event.by is not Side.CLIENT and talk.state.reached is None:
        talk.end(Outcome.INTERRUPTED, f"hung_up_by_{event.by}")
    else:
        talk.end(talk.state.reached or Outcome.REFUSED, "hung_up")


def _waits(talk: Talk) -> bool:
    """Whether the step leaves somebody with something to do."""
    asked = any(isinstance(action, Listen | FindSlots | BookSlot | Transfer | End) for action in talk.done)
    return asked or bool(talk.state.awaiting) or talk.state.ended is not None
