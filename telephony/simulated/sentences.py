"""Every sentence of every simulated person, in every voice he may have: what must have been rendered."""

from __future__ import annotations

from collections.abc import Iterator

from telephony.simulated.library import Common, Library
from telephony.simulated.utterance import Gender, Words, parse, spoken


def all_sentences(library: Library) -> frozenset[tuple[str, str]]:
    """Pairs of voice and text, with {name}, {email} and endings filled in."""
    return frozenset(
        (voice, text)
        for persona in library.personas.values()
        for person in persona.people
        for voice in person.voices
        for utterance in person.utterances()
        for text in _variants(utterance, library.common.voices[voice], library.common)
    )


def _variants(utterance: str, gender: Gender, common: Common) -> Iterator[str]:
    names = common.names[gender] if "{name}" in utterance else common.names[gender][:1]
    emails = common.emails if "{email}" in utterance else common.emails[:1]
    for name in names:
        for email in emails:
            facts = {"name": name.polite, "email": email}
            yield from (spoken(part.text, gender, facts) for part in parse(utterance) if isinstance(part, Words))
