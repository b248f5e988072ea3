"""Where a text may be cut."""

from __future__ import annotations

import pytest

from scripts_dialog import library, load_script, templates
from scripts_dialog.sentences import sentences

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", ()),
        ("Да", ("Да",)),
        ("Здравствуйте! Это Анна. Удобно?", ("Здравствуйте!", "Это Анна.", "Удобно?")),
        ("Мы на ул. Ленина, д. 5. Приходите!", ("Мы на ул. Ленина, д. 5.", "Приходите!")),
        ("Пишу А. С. Пушкину. Ждите.", ("Пишу А. С. Пушкину.", "Ждите.")),
        ("Так… Смотрю. ну и всё", ("Так…", "Смотрю. ну и всё")),
        ("Записала. {slot}. Верно?", ("Записала.", "{slot}.", "Верно?")),
        ("Да, {lead.name|друг мой. Да}! Вот", ("Да, {lead.name|друг мой. Да}!", "Вот")),
        ("Это *очень важно. Правда*. Да", ("Это *очень важно. Правда*.", "Да")),
        ("Да. [пауза 1с] Нет.", ("Да.", "[пауза 1с] Нет.")),
        ("Фирма «Ромашка». Слушаю", ("Фирма «Ромашка».", "Слушаю")),
        ("В 11:00. 25 ноября", ("В 11:00.", "25 ноября")),
    ],
)
def test_a_text_is_cut_at_its_sentences(text: str, cut: tuple[str, ...]) -> None:
    assert sentences(text) == cut


@pytest.mark.parametrize("name", library.names())
def test_nothing_is_lost_and_every_sentence_of_a_script_can_stand_alone(name: str) -> None:
    for _, text in load_script(library.path(name)).texts():
        source = templates.parse(text).source
        assert " ".join(sentences(source)) == source
        for sentence in sentences(source):
            templates.parse(sentence)
