"""Conversations in YAML: the runner sees when they do not hold (the shipped ones are in test_library)."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts_dialog import Engine
from scripts_dialog.conversations import ConversationError, load_conversations, run_conversations

pytestmark = pytest.mark.unit


def test_a_conversation_that_fails_says_why(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "bad.test.yaml"
    file.write_text(
        "script: cold_call\nnow: 2026-03-18T11:20:00\nconversations:\n"
        "  - name: неправда\n    steps:\n      - {client: да, phrase: book, intent: no, says: слон}\n"
        "    outcome: meeting_booked\n    reason: x\n    callback_at: 2026-03-19T10:00:00\n"
        "    meeting_at: 2026-03-19T10:00:00\n    never_says: рекламу\n"
    )
    (result,) = run_conversations(engine, load_conversations(file))
    assert len(result.failures) == 8
    assert "not at 'book'" in result.failures[0].message.en
    assert [failure.line for failure in result.failures] == [6, 6, 6, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("text", ["", "[", "script: x\n", "zone: Mars\n", "script: x\nnow: soon\nconversations: []\n"])
def test_an_unreadable_file_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.test.yaml"
    file.write_text(text)
    with pytest.raises(ConversationError, match=r"broken\.test\.yaml"):
        load_conversations(file)
