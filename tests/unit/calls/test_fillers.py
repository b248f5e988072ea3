"""Words that cover a wait."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from robot.calls.fillers import FILLER_TEXTS, FILLERS, Fillers, Wait
from robot.calls.scripts import ScriptShelf
from robot.speech.text import spoken
from scripts_dialog import Context

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("wait", list(Wait))
def test_none_comes_twice_in_a_row_and_calls_begin_differently(wait: Wait) -> None:
    fillers = Fillers(7)
    said = [fillers.next(wait) for _ in range(12)]
    assert all(one != other for one, other in pairwise(said))
    assert set(said) == set(FILLERS[wait])
    assert len({Fillers(seed).next(wait) for seed in range(5)}) > 1


def test_they_are_short_can_be_spoken_and_are_rendered_with_every_script() -> None:
    for text in FILLER_TEXTS:
        assert 0 < len(spoken(text).split()) <= 4, text
    context = Context(datetime(2026, 11, 23, 9, tzinfo=UTC))
    texts = ScriptShelf(lambda: context.now).publish("cold_call").texts(context)
    assert set(FILLER_TEXTS) <= set(texts)
    assert len(texts) == len(set(texts))
