"""Finding calls on a real PostgreSQL, which also knows how Russian words are cut down to their stems."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from robot.domain.stems import stem
from robot.storage.store import Storage
from tests.contracts.remarks_contract import RemarksContract
from tests.contracts.search_contract import SearchContract

pytestmark = pytest.mark.postgres

ROOTS = ("перезвон", "дорог", "встреч", "важн", "говор", "длинн", "красив", "ответственн", "ц", "да", "подъезд", "")
ENDINGS = """
ить ите ил ила или ившись ивши ив ся аться ающий ающиеся авший анный енная ем им ость остью остями ейший ейшими ь ью а я
у ю е и ы ого ему ыми их ой ая яя нн нный ешь ишь нно ийся ьями ией ё ёшь
"""


class TestPostgresSearch(SearchContract, RemarksContract):
    @pytest.fixture
    def store(self, storage: Storage) -> Storage:
        return storage

    async def test_stems_are_those_of_postgresql(self, storage: Storage) -> None:
        """Every form in which something may be said: endings of all kinds, short words, what is no Russian."""
        endings = ENDINGS.split()
        words = sorted({root + ending for root in ROOTS for ending in ("", *endings)} - {""} | {"email", "карта2", "ё"})
        query = sa.text("SELECT word, (ts_lexize('russian_stem', word))[1] FROM unnest(CAST(:words AS text[])) word")
        async with storage.database.read() as connection:
            told = {row[0]: row[1] for row in await connection.execute(query, {"words": words})}
        # What it takes for a word without meaning it cuts to nothing; those we leave out by a list of our own.
        differ = {word: (stem(word), known) for word, known in told.items() if known and stem(word) != known}
        assert len(told) > 400
        assert differ == {}
