"""A sentence is weighed as scikit-learn weighed the examples."""

from __future__ import annotations

import pytest

from scripts_dialog.understanding.likeness import Likeness
from scripts_dialog.understanding.shared import shared_intents
from scripts_dialog.understanding.text import words

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def examples() -> list[list[str]]:
    return [words(example) for intent in shared_intents().values() for example in intent.examples]


@pytest.fixture(scope="module")
def likeness(examples: list[list[str]]) -> Likeness:
    return Likeness(examples)


def test_an_example_said_again_has_the_weights_it_was_learnt_with(
    likeness: Likeness, examples: list[list[str]]
) -> None:
    learnt = likeness.known.T.tocsr()
    said = likeness.weigh(examples)
    assert said.nnz == learnt.nnz
    assert abs(said - learnt).max() < 1e-12


def test_an_example_is_exactly_like_itself(likeness: Likeness, examples: list[list[str]]) -> None:
    for place in (0, len(examples) // 2, len(examples) - 1):
        (alike,) = (likeness.weigh([examples[place]]) @ likeness.known).toarray()
        assert alike[place] == pytest.approx(1.0) == alike.max()


def test_what_no_example_has_weighs_nothing(likeness: Likeness) -> None:
    alike = (likeness.weigh([["qwerty"], [], ["да", "qwerty"]]) @ likeness.known).toarray()
    assert alike[:2].max() == 0
    assert 0.3 < alike[2].max() < 1
