"""What can be done to a script from a canvas. Each edit is one JSON object told apart by `op`.

`phrase` is the id of a phrase, of one written in place (`greeting.wrong_number`), or "objections.<intent>". An edit of
a phrase that comes from a part or from the common ground makes the script's own copy of it, which then stands in its
place; `remove_phrase` of that copy brings the part's one back.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=200)]
Word = Annotated[str, Field(pattern=r"^([^\W\d]\w*(\.\w+)*|[0-9*#])$", max_length=80)]
Said = Annotated[str, Field(min_length=1, max_length=1000)]
Title = Annotated[str, Field(max_length=200)]
Example = Annotated[str, Field(min_length=1, max_length=200)]

Setting = Literal[
    "again", "at_most", "callback_at", "collect", "confirm", "default", "end", "expects", "interruptible", "into",
    "reached", "reason", "repeat", "title", "transfer", "wrong",
]  # fmt: skip
Way = Annotated[
    str,
    Field(
        pattern=r"^(goto|then|otherwise|booked|no_slot|declined|collected|failed|silence\.then|not_understood\.then"
        r"|branch\.[0-9]{1,2}\.goto)$"
    ),
]
NewKind = Literal["phrase", "end", "goto", "collect", "book_meeting", "transfer"]


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SaidAs(_Edit):
    """One way to say a phrase: what is said on the first visit, the second, …; with a recording for each, or none."""

    variant: Annotated[str, Field(max_length=40)] = ""
    texts: Annotated[tuple[Said, ...], Field(min_length=1, max_length=10)]
    weight: Annotated[int, Field(ge=0, le=100)] = 1
    audio: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=10)] = ()


class SetSay(_Edit):
    """What the phrase says; no variants: nothing."""

    op: Literal["set_say"]
    phrase: Id
    variants: Annotated[tuple[SaidAs, ...], Field(max_length=10)]


class SetField(_Edit):
    """A plain setting of a phrase; None: as by default."""

    op: Literal["set_field"]
    phrase: Id
    field: Setting
    value: bool | int | Said | Annotated[tuple[Said, ...], Field(max_length=10)] | None


class SetAnswer(_Edit):
    """Where an answer leads; None: the phrase has no answer to it."""

    op: Literal["set_answer"]
    phrase: Id
    intent: Word
    target: Id | None


class SetWay(_Edit):
    """Where the talk goes on without an answer; None takes the way away."""

    op: Literal["set_way"]
    phrase: Id
    way: Way
    target: Id | None


class SetFallback(_Edit):
    """What follows when the client is silent or not understood. What is None comes from the defaults; all None: the
    phrase has no words of its own for it."""

    op: Literal["set_fallback"]
    phrase: Id
    when: Literal["silence", "not_understood"]
    say: Annotated[tuple[Said, ...], Field(max_length=10)] | None = None
    after_s: Annotated[float, Field(gt=0, le=60)] | None = None
    at_most: Annotated[int, Field(ge=0, le=5)] | None = None
    then: Id | None = None


class AddPhrase(_Edit):
    """target: where it leads once it is through (not for an end). `into` is the variable of a collect, `end` the
    outcome of an end, `transfer` whom to connect with."""

    op: Literal["add_phrase"]
    id: Word
    kind: NewKind = "phrase"
    title: Title = ""
    text: Annotated[str, Field(max_length=1000)] = ""
    target: Id | None = None
    end: Annotated[str, Field(max_length=40)] = "refused"
    collect: Literal["datetime", "number", "email", "name", "text"] = "text"
    into: Word = "lead.answer"
    transfer: Annotated[str, Field(max_length=200)] = "{campaign.transfer_to}"


class RemovePhrase(_Edit):
    """Also "objections.<intent>". What led here is left for the check to name."""

    op: Literal["remove_phrase"]
    phrase: Id


class RenamePhrase(_Edit):
    """With everything that leads to it. Reports count it under its new name."""

    op: Literal["rename_phrase"]
    phrase: Id
    to: Word


class AddObjection(_Edit):
    op: Literal["add_objection"]
    intent: Word
    text: Said


class SetStart(_Edit):
    op: Literal["set_start"]
    phrase: Id


class SetHeader(_Edit):
    op: Literal["set_header"]
    title: Title | None = None
    goal: Literal["meeting", "callback", "information", "confirmation", "payment"] | None = None


class SetVariable(_Edit):
    """What the script says unless the campaign says otherwise; None removes it."""

    op: Literal["set_variable"]
    name: Word
    value: Annotated[str, Field(max_length=1000)] | None


class AddIntent(_Edit):
    op: Literal["add_intent"]
    intent: Word
    title: Title = ""
    examples: Annotated[tuple[Example, ...], Field(min_length=1, max_length=500)]
    implies: Word | None = None


class AddExample(_Edit):
    """One more way in which clients say it; also to an intent that all scripts share, for this script alone."""

    op: Literal["add_example"]
    intent: Word
    text: Example


class RemoveExample(_Edit):
    """Of the script's own examples."""

    op: Literal["remove_example"]
    intent: Word
    text: Example


class RemoveIntent(_Edit):
    op: Literal["remove_intent"]
    intent: Word


class StopVariant(_Edit):
    """Is said no more; the others share its calls."""

    op: Literal["stop_variant"]
    phrase: Id
    variant: Annotated[str, Field(min_length=1, max_length=40)]


class KeepVariant(_Edit):
    """The winner: the only one from now on."""

    op: Literal["keep_variant"]
    phrase: Id
    variant: Annotated[str, Field(min_length=1, max_length=40)]


Edit = Annotated[
    SetSay
    | SetField
    | SetAnswer
    | SetWay
    | SetFallback
    | AddPhrase
    | RemovePhrase
    | RenamePhrase
    | AddObjection
    | SetStart
    | SetHeader
    | SetVariable
    | AddIntent
    | AddExample
    | RemoveExample
    | RemoveIntent
    | StopVariant
    | KeepVariant,
    Field(discriminator="op"),
]
